"""What a soak draws from a seed."""

import pytest

from tests.simulation.drawing import history
from tests.simulation.fault_kinds import FaultKind
from tests.simulation.faults import PUSH
from tests.simulation.steps import Deed, Fault, Rest, Series
from tests.soak.drawing import soak_history
from tests.soak.steps import PARTS, KillOf
from tests.soak.wire_faults import HAPPEN, KILLED, ON_THE_WIRE, STILL


def of_kind(steps, *kinds):
    return [step for step in steps if isinstance(step, kinds)]


@pytest.mark.parametrize("seed", range(5))
def test_the_deeds_and_faults_are_those_of_the_simulation(seed):
    drawn, simulated = soak_history(seed), history(seed)
    assert of_kind(drawn, Deed, Series, Fault) == of_kind(simulated, Deed, Series, Fault)
    assert len(of_kind(drawn, Rest)) == 3


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("deeds", [None, 12])
def test_every_process_is_killed_once_at_least_and_not_before_anything_was_done(seed, deeds):
    steps = soak_history(seed, deeds)
    assert {kill.part for kill in of_kind(steps, KillOf)} == set(PARTS)
    first = next(n for n, step in enumerate(steps) if isinstance(step, KillOf))
    assert len(of_kind(steps[:first], Deed, Series)) >= 5


def test_a_short_one_has_as_many_deeds_as_it_is_to_have():
    assert len(of_kind(soak_history(3, 12), Deed, Series)) == 12


def test_the_same_seed_draws_the_same():
    assert soak_history(4) == soak_history(4) != soak_history(5)


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_of_fault_can_be_committed_in_one_way(kind):
    ways = [kind in way for way in (ON_THE_WIRE, PUSH, KILLED, STILL, HAPPEN)]
    assert ways.count(True) == 1
