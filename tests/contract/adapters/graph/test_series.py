"""Series in requests of Graph: one read, two where Graph is sparing; the rest is in `calendar`."""

from datetime import timedelta

import pytest

from core.domain.changes import EventChanges
from core.domain.expansion import occurrences
from core.ports.exchange import DeleteDate
from tests.contract.adapters.graph.conftest import ANNA, at, requests_to
from tests.contract.adapters.graph.serial import TUESDAYS, a_rule, a_series_draft, costs, on

pytestmark = pytest.mark.over_http

BOTH = pytest.mark.parametrize("handed_out", [True, False])


@pytest.fixture
async def series(calendar):
    """Four Tuesdays of Anna's."""
    created = await calendar.create_event(ANNA, a_series_draft())
    return await calendar.get_series(ANNA, created.event_id)


async def test_a_series_is_created_with_its_rule_and_the_times_of_its_first_date(
    calendar, simulator
):
    await calendar.create_event(ANNA, a_series_draft())
    (post,) = requests_to(simulator, "event.create")
    assert post.body["start"] == {"dateTime": "2026-03-03T09:00:00", "timeZone": "Europe/Zurich"}
    assert post.body["recurrence"]["range"]["numberOfOccurrences"] == 4


@BOTH
async def test_changed_and_deleted_dates_cost_one_read_or_two(
    calendar, simulator, series, handed_out
):
    simulator.switches.set("exception_occurrences", handed_out)
    changes = {
        on("03-10"): EventChanges(subject="Anders", time=at(12, day=11)),
        on("03-17"): DeleteDate(),
        on("03-24"): EventChanges(private=True),
    }
    costs(simulator)
    await calendar.change_dates(series, changes)
    assert costs(simulator) == ["event.instances", "event.delete", *["event.update"] * 2]
    await calendar.get_series(ANNA, series.master.event_id)
    assert costs(simulator) == ["event.read"] + ["event.instances"] * (not handed_out)


@BOTH
async def test_of_a_series_without_any_date_the_calendar_is_asked_too(
    calendar, simulator, series, handed_out
):
    """Nothing shown proves nothing."""
    simulator.switches.set("exception_occurrences", handed_out)
    starts = {o.original_start for o in occurrences(series.recurrence)}
    await calendar.change_dates(series, dict.fromkeys(starts, DeleteDate()))
    costs(simulator)
    await calendar.get_series(ANNA, series.master.event_id)
    assert costs(simulator) == ["event.read", *["event.instances", "view.list"] * (not handed_out)]


@pytest.mark.parametrize("shift", [timedelta(0), timedelta(days=-4000)])
async def test_of_a_series_that_is_too_long_the_dates_around_now_are_seen(
    calendar, simulator, clock, shift
):
    """Where Graph does not hand out the dates; still two requests."""
    first = (clock.now() + shift).date().isoformat()
    rule = a_rule(TUESDAYS, f"{first}T09:00", last=None)
    created = await calendar.create_event(ANNA, a_series_draft(rule))
    series = await calendar.get_series(ANNA, created.event_id)
    changes = {on("03-10"): EventChanges(subject="Anders"), on("2027-06-01"): DeleteDate()}
    await calendar.change_dates(series, changes)
    simulator.switches.set("exception_occurrences", value=False)
    costs(simulator)
    again = await calendar.get_series(ANNA, created.event_id)
    assert costs(simulator) == ["event.read", "event.instances"]
    assert ([*again.exceptions], again.cancelled) == ([on("03-10")], {on("2027-06-01")})


async def test_a_new_rule_is_one_request(calendar, simulator, series):
    costs(simulator)
    await calendar.update_event(series.master, EventChanges(recurrence=a_rule(count=2)))
    assert costs(simulator) == ["event.update"]
