"""A history that goes wrong is made short, and goes wrong in the same way."""

import pytest

from tests.simulation import __main__ as simulation
from tests.simulation.playing import PORTS, Outcome
from tests.simulation.steps import Calm, Kill, Rest

CULPRIT, OTHER, HARMLESS = (Kill(n, is_done=True) for n in range(3))
LOST = "P3: the pair was made and is gone"
STORM = "P8: by push alone: it did not arrive"


@pytest.fixture(autouse=True)
def plays(monkeypatch):
    """What goes wrong with which steps: one of them, or a storm that nothing ends."""
    monkeypatch.setattr(simulation, "play", play)


async def play(seed, steps, depth):
    wrong = [LOST + " 1001"] if CULPRIT in steps else []
    if OTHER in steps and Rest() not in steps and HARMLESS not in steps:
        wrong.append(STORM)
    return Outcome(seed, depth, story=list(map(str, steps)), wrong=wrong)


def test_what_has_nothing_to_do_with_it_is_left_out_and_rests_stay():
    steps = [HARMLESS, OTHER, Rest(), HARMLESS, CULPRIT, Rest(), Calm(), OTHER, Calm(is_over=True)]
    short = simulation.shortened(1, steps, PORTS)
    kept = [Rest(), CULPRIT, Rest(), Calm(), Calm(is_over=True)]
    assert short.story == list(map(str, kept))
    assert short.wrong == [LOST + " 1001"]


def test_it_goes_wrong_in_the_same_way():
    short = simulation.shortened(1, [CULPRIT, HARMLESS, OTHER, OTHER], PORTS)
    assert short.wrong == [LOST + " 1001"]


def test_what_does_not_go_wrong_again_is_not_made_short():
    assert simulation.shortened(1, [HARMLESS, Rest(), OTHER], PORTS) is None
