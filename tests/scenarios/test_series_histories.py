"""Whatever people do to series on both sides, in the end both sides agree (P1, P2, P10)."""

import pytest

from tests.kit.on_premises import GRAPH, usual_exchange
from tests.kit.world import World
from tests.series_histories.drawing import history
from tests.series_histories.playing import play
from tests.simulation.ports.world import PortsWorld

HISTORIES = 100
"""`make series-histories N=2000` plays more, and makes those that go wrong short.

Every other one is played in depth `ports`, which is about what is done and not how it travels.
"""

FOUND = (143, 146, 194, 899, 1190, 1443, 1527, 1563, 1584, 1615)
"""Those that ever went wrong in a long run stay."""


@pytest.mark.parametrize("seed", [*range(HISTORIES), *FOUND])
async def test_a_random_history_ends_with_both_sides_equal(seed):
    is_over_http = seed in FOUND or seed % 2 == 0 or usual_exchange() != GRAPH
    outcome = await play(seed, history(seed), World if is_over_http else PortsWorld)
    assert not outcome.wrong, "\n".join([*outcome.story, *outcome.wrong])
