"""The whole system under faults and kills: whatever happens when, nothing is lost or doubled.

`make simulate SEEDS=2000` plays more, and makes a history that goes wrong short.
"""

import os
import shutil
import subprocess
import sys

import pytest

from tests.simulation.bugs import BUGS, PROJECT, copy_to, put_in
from tests.simulation.drawing import CALM_DEEDS, DEEDS, FAULTS, history
from tests.simulation.playing import ACROSS, PORTS, PROTOCOL, play
from tests.simulation.steps import Deed, Fault, Kill, Rest, Series

PORTS_SEEDS, PROTOCOL_SEEDS = 60, 10
FOUND = (70, 84, 88, 162)
FOUND_IN_PORTS = (
    377, 480, 511, 546, 582, 609, 613, 774, 811, 891, 929, 972,
    990, 1064, 1135, 1729, 7114,
)  # fmt: skip
"""Those that ever went wrong in a long run stay."""


@pytest.mark.parametrize("seed", [*range(PORTS_SEEDS), *FOUND_IN_PORTS])
async def test_a_history_in_depth_ports_loses_nothing(seed):
    await _ends_well(seed, PORTS)


@pytest.mark.parametrize("seed", [*range(PROTOCOL_SEEDS), *FOUND])
async def test_a_history_in_depth_protocol_loses_nothing(seed):
    await _ends_well(seed, PROTOCOL)


async def test_the_beginning_of_a_history_across_environments_loses_nothing():
    """Whole ones take half a minute each: `make simulate DEPTH=mixed`."""
    outcome = await play(1, history(1)[:24], ACROSS)
    assert not outcome.wrong, "\n".join([*outcome.story, *outcome.wrong])


def test_a_history_has_what_it_takes():
    steps = history(0)
    kinds = [type(step) for step in steps]
    assert kinds.count(Deed) + kinds.count(Series) == DEEDS + CALM_DEEDS
    assert (kinds.count(Fault), kinds.count(Rest)) == (FAULTS, 3)
    assert Kill in kinds
    assert history(0) == steps != history(1)


async def test_the_same_seed_ends_the_same():
    one, other = [await play(7, history(7), PORTS) for _ in range(2)]
    assert (one.story, one.fired, one.kills) == (other.story, other.fired, other.kills)


async def _ends_well(seed: int, depth: str) -> None:
    outcome = await play(seed, history(seed), depth)
    assert not outcome.wrong, "\n".join([*outcome.story, *outcome.wrong])


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_deliberate_bug_has_its_place(bug, tmp_path):
    """That each is found takes long: `python -m tests.simulation.bugs`."""
    (tmp_path / bug.path).parent.mkdir(parents=True)
    shutil.copy(PROJECT / bug.path, tmp_path / bug.path)
    put_in(bug, tmp_path)
    assert (tmp_path / bug.path).read_text() != (PROJECT / bug.path).read_text()


def test_the_copy_that_bugs_are_put_into_is_whole(tmp_path):
    """What it lacks would look as if no bug were found."""
    copy_to(tmp_path)
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    alone = [sys.executable, "-c", "import tests.simulation.__main__"]
    played = subprocess.run(  # noqa: S603 - this very interpreter
        alone, cwd=tmp_path, env=own, capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stderr
