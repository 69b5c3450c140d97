"""P7 can fail: what a change may cost in fair weather, and not a call more."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from tests.kit.wire import Call
from tests.simulation.properties import few_writes
from tests.simulation.steps import OUTLOOK, Deed

RENAMED = Deed(
    side=OUTLOOK, what="renames", nth=1, person="anna", guest="marc", room="Eiger", day=4, hour=8
)
WRITTEN = Call("graph", "PATCH", "/users/a/events/1", 200, datetime(2026, 3, 2, tzinfo=UTC))


@dataclass
class Called:
    calls: list[Call] = field(default_factory=list)


@pytest.mark.parametrize(("writes", "is_told"), [(2, False), (3, True)])
def test_a_change_may_cost_one_write_per_side(writes, is_told):
    assert bool(few_writes(Called([WRITTEN] * writes), 0, [RENAMED])) is is_told


def test_what_was_written_before_does_not_count():
    assert few_writes(Called([WRITTEN] * 9), 8, [RENAMED]) == []


def test_without_a_change_nothing_may_be_written():
    assert few_writes(Called([WRITTEN]), 0, []) != []
