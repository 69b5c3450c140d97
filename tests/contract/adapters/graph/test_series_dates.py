"""What changing single dates costs in requests; what comes of it is told in `calendar`."""

from dataclasses import replace

import pytest

from core.domain.changes import EventChanges
from core.domain.expansion import occurrences
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Pattern, PatternKind
from core.errors import NotFoundError, StaleVersionError
from core.ports.exchange import DeleteDate
from tests.contract.adapters.graph.conftest import ANNA, requests_to
from tests.contract.adapters.graph.serial import a_rule, a_series_draft, costs, days_of, on

STALE = {"status": 412, "body": {"error": {"code": "ErrorIrresolvableConflict"}}}
RENAMED = EventChanges(subject="Anders")
SECOND, THIRD = (on(day) for day in ("03-10", "03-17"))


@pytest.fixture
async def series(calendar, simulator):
    """Four Tuesdays of Anna's."""
    return await a_series(calendar, simulator)


async def a_series(calendar, simulator, rule=None):
    created = await calendar.create_event(ANNA, a_series_draft(rule))
    series = await calendar.get_series(ANNA, created.event_id)
    costs(simulator)
    return series


async def again(calendar, series):
    return await calendar.get_series(ANNA, series.master.event_id)


class TestWhatItCosts:
    async def test_a_plain_date_is_one_read_for_its_id_and_one_conditional_write(
        self, calendar, simulator, series
    ):
        after = await calendar.change_dates(series, {SECOND: RENAMED})
        assert costs(simulator) == ["event.instances", "event.update"]
        assert after == replace(await again(calendar, series), master=series.master)

    async def test_exceptions_are_known_and_need_no_read(self, calendar, simulator, series):
        series = await calendar.change_dates(series, {SECOND: RENAMED, THIRD: RENAMED})
        costs(simulator)
        changes = {SECOND: EventChanges(show_as=ShowAs.FREE), THIRD: DeleteDate()}
        after = await calendar.change_dates(series, changes)
        assert costs(simulator) == ["event.delete", "event.update"]
        assert (days_of(after.exceptions), days_of(after.cancelled)) == (["03-10"], ["03-17"])
        assert after == replace(await again(calendar, series), master=series.master)

    async def test_many_dates_are_one_read_and_a_write_each(self, calendar, simulator):
        """A year of a weekly series; pages are small here, this read is not."""
        series = await a_series(calendar, simulator, a_rule(count=52))
        starts = [o.original_start for o in occurrences(series.recurrence)]
        await calendar.change_dates(series, dict.fromkeys(starts[::5], RENAMED))
        assert costs(simulator) == ["event.instances", *["event.update"] * 11]
        assert [*(await again(calendar, series)).exceptions] == starts[::5]

    async def test_what_a_date_shows_already_is_not_written(self, calendar, simulator, series):
        nothing = EventChanges(private=False)
        assert await calendar.change_dates(series, {SECOND: nothing}) == series
        assert costs(simulator) == ["event.instances"]
        assert await calendar.change_dates(series, {}) == series
        assert costs(simulator) == []

    async def test_dates_that_are_years_apart_are_looked_for_apart(self, calendar, simulator):
        yearly = Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=3, month=3)
        series = await a_series(calendar, simulator, a_rule(yearly, last=None))
        changes = {on("03-03"): RENAMED, on("2035-03-03"): DeleteDate()}
        after = await calendar.change_dates(series, changes)
        assert costs(simulator) == [*["event.instances"] * 2, "event.delete", "event.update"]
        assert after == replace(await again(calendar, series), master=series.master)

    @pytest.mark.over_http
    async def test_each_write_tells_which_version_it_is_about_as_far_as_that_is_known(
        self, calendar, series
    ):
        """Each write of a date gives all plain ones a new version: that of the master."""
        seen = []
        inner = calendar._connection._transport.handle_async_request

        async def spy(request):
            seen.append((request.method, "if-match" in request.headers))
            return await inner(request)

        calendar._connection._transport.handle_async_request = spy
        series = await calendar.change_dates(series, {SECOND: RENAMED, THIRD: RENAMED})
        await calendar.change_dates(series, {SECOND: DeleteDate(), THIRD: DeleteDate()})
        assert [s for s in seen if s[0] != "GET"] == [
            ("PATCH", True),
            ("PATCH", False),
            ("DELETE", True),
            ("DELETE", True),
        ]


class TestAnExceptionWithANewVersion:
    """One that it has because of what we wrote to another date (graph-calendar 5)."""

    @pytest.fixture
    async def changed(self, calendar, simulator, series):
        series = await calendar.change_dates(series, {SECOND: RENAMED, THIRD: RENAMED})
        costs(simulator)
        return series

    @pytest.mark.parametrize(("change", "method"), [(RENAMED, "PATCH"), (DeleteDate(), "DELETE")])
    @pytest.mark.over_http
    async def test_is_looked_at_and_written_if_it_is_as_it_was(
        self, calendar, control, simulator, changed, *, change, method
    ):
        await control("faults", {"match": {"method": method}, "times": 1, "skip": 1, "do": STALE})
        await calendar.change_dates(changed, {SECOND: change, THIRD: change})
        write = "event.update" if method == "PATCH" else "event.delete"
        refused = None
        assert costs(simulator) == [write, refused, "event.read", write]


@pytest.mark.over_http
async def test_a_date_goes_by_the_clock_of_its_zone(calendar, simulator):
    series = await a_series(calendar, simulator, a_rule(count=8))
    later = EventChanges(time=Interval(on("04-07", "15:00"), on("04-07", "16:00")))
    await calendar.change_dates(series, {on("04-07"): later})
    (patch,) = requests_to(simulator, "event.update")
    assert patch.body["start"]["dateTime"] == "2026-04-07T15:00:00"


async def test_the_last_date_is_tried_before_the_series_goes(calendar, simulator, series):
    simulator.switches.set("last_occurrence_delete", "refused")
    starts = [o.original_start for o in occurrences(series.recurrence)]
    series = await calendar.change_dates(series, {starts[0]: RENAMED})
    costs(simulator)
    await calendar.change_dates(series, dict.fromkeys(starts, DeleteDate()))
    assert costs(simulator) == ["event.instances", *["event.delete"] * 5]
    with pytest.raises(NotFoundError):
        await again(calendar, series)


@pytest.mark.over_http
async def test_a_date_is_not_the_last_if_we_know_of_another(calendar, control, series):
    none_left = {"status": 400, "body": {"error": {"code": "ErrorRecurrenceHasNoOccurrence"}}}
    await control("faults", {"match": {"method": "DELETE"}, "times": 1, "do": none_left})
    with pytest.raises(StaleVersionError):
        await calendar.change_dates(series, {SECOND: DeleteDate()})
    assert (await again(calendar, series)).cancelled == frozenset()
