"""Series as one mailbox shows them: read in one request, in two where Graph is sparing."""

import pytest

from core.domain.changes import EventChanges
from core.domain.event import EventKind
from core.ports.exchange import DeleteDate
from tests.contract.adapters.graph.conftest import ANNA, at
from tests.contract.adapters.graph.serial import a_rule, a_series_draft, costs, on, same_rule

BOTH = pytest.mark.parametrize("handed_out", [True, False])


async def test_a_series_is_read_back_as_it_was_drafted(calendar):
    rule = a_rule()
    created = await calendar.create_event(ANNA, a_series_draft(rule))
    series = await calendar.get_series(ANNA, created.event_id)
    assert series.master == created
    assert series.master.kind is EventKind.SERIES_MASTER
    assert same_rule(rule, series.recurrence)
    assert (series.exceptions, series.cancelled) == ({}, frozenset())


@BOTH
async def test_changed_and_deleted_dates_are_read_as_they_were_written(
    calendar, simulator, handed_out
):
    simulator.switches.set("exception_occurrences", handed_out)
    created = await calendar.create_event(ANNA, a_series_draft())
    series = await calendar.get_series(ANNA, created.event_id)
    costs(simulator)
    changes = {
        on("03-10"): EventChanges(subject="Anders", time=at(12, day=11)),
        on("03-17"): DeleteDate(),
    }
    after = await calendar.change_dates(series, changes)
    assert costs(simulator) == ["event.instances", "event.delete", "event.update"]
    again = await calendar.get_series(ANNA, created.event_id)
    assert costs(simulator) == ["event.read"] + ["event.instances"] * (not handed_out)
    assert (again.exceptions, again.cancelled) == (after.exceptions, after.cancelled)
    (moved,) = again.exceptions.values()
    assert (moved.subject, moved.time) == ("Anders", at(12, day=11))
    assert (moved.series_master, moved.original_start) == (created.event_id, on("03-10"))
    assert again.cancelled == {on("03-17")}
