"""Single dates of a series, changed and deleted: what it costs, and what somebody did meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.changes import EventChanges
from core.domain.event import EventKind
from core.domain.expansion import occurrences
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Pattern, PatternKind
from core.errors import (
    CrossingBoundaryError,
    NotASeriesError,
    NotFoundError,
    ServiceUnavailableError,
    StaleVersionError,
)
from core.ports.exchange import DeleteDate
from tests.contract.adapters.graph.conftest import ANNA, requests_to
from tests.contract.adapters.graph.serial import (
    DAILY,
    MAIL,
    a_rule,
    a_series_draft,
    costs,
    dates_in_outlook,
    days_of,
    on,
)

STALE = {"status": 412, "body": {"error": {"code": "ErrorIrresolvableConflict"}}}
RENAMED = EventChanges(subject="Anders")
FIRST, SECOND, THIRD, FOURTH = (on(day) for day in ("03-03", "03-10", "03-17", "03-24"))


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


@pytest.fixture
def in_outlook(outlook, simulator):
    """Anna does something with one date: `await in_outlook(series, "PATCH", number, body)`."""

    async def act(series, method, number, body=None):
        date = (await dates_in_outlook(outlook, series))[number]
        await outlook(MAIL, method, f"events/{date['id']}", body)
        costs(simulator)

    return act


def moved(start, by):
    return EventChanges(time=Interval(start + by, start + by + timedelta(hours=1)))


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


class TestADateThatSomebodyElse:
    @pytest.mark.parametrize(
        "deed",
        [
            {"subject": "Von Anna"},
            {
                "start": {"dateTime": "2026-03-11T09:00:00", "timeZone": "Europe/Zurich"},
                "end": {"dateTime": "2026-03-11T10:00:00", "timeZone": "Europe/Zurich"},
            },
        ],
    )
    @pytest.mark.parametrize("change", [RENAMED, DeleteDate()])
    async def test_changed_meanwhile_is_left_alone_and_so_are_the_others(
        self, calendar, simulator, in_outlook, series, *, deed, change
    ):
        await in_outlook(series, "PATCH", 1, deed)
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {FIRST: RENAMED, SECOND: change})
        assert costs(simulator) == ["event.instances"]

    @pytest.mark.parametrize("change", [RENAMED, DeleteDate()])
    async def test_changed_again_is_left_alone(self, calendar, in_outlook, series, change):
        series = await calendar.change_dates(series, {SECOND: EventChanges(show_as=ShowAs.FREE)})
        await in_outlook(series, "PATCH", 1, {"subject": "Von Anna"})
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {SECOND: change})
        assert (await again(calendar, series)).exceptions[SECOND].subject == "Von Anna"

    async def test_moved_with_the_whole_series_is_left_alone(
        self, calendar, simulator, outlook, series
    ):
        times = {
            "start": {"dateTime": "2026-03-03T11:00:00", "timeZone": "Europe/Zurich"},
            "end": {"dateTime": "2026-03-03T12:00:00", "timeZone": "Europe/Zurich"},
        }
        await outlook(MAIL, "PATCH", f"events/{series.master.event_id}", times)
        for change in (RENAMED, DeleteDate()):
            with pytest.raises(StaleVersionError):
                await calendar.change_dates(series, {SECOND: change})
        assert requests_to(simulator, "event.delete") == []

    @pytest.mark.parametrize("reaction", ["404", "400"])
    @pytest.mark.parametrize("was_exception", [True, False])
    async def test_deleted_meanwhile_cannot_be_changed_and_need_not_be_deleted(
        self, calendar, simulator, in_outlook, series, *, reaction, was_exception
    ):
        simulator.switches.set("deleted_occurrence", reaction)
        if was_exception:
            changes = {SECOND: EventChanges(show_as=ShowAs.FREE)}
            series = await calendar.change_dates(series, changes)
        await in_outlook(series, "DELETE", 1)
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {SECOND: RENAMED})
        after = await calendar.change_dates(series, {SECOND: DeleteDate()})
        assert after == replace(await again(calendar, series), master=series.master)
        assert days_of(after.cancelled) == ["03-10"]

    @pytest.mark.over_http
    async def test_deleted_in_between_need_not_be_deleted(self, calendar, control, series):
        gone = {"status": 404, "body": {"error": {"code": "ErrorItemNotFound"}}}
        await control("faults", {"match": {"method": "DELETE"}, "times": 1, "do": gone})
        after = await calendar.change_dates(series, {SECOND: DeleteDate()})
        assert days_of(after.cancelled) == ["03-10"]
        await control("faults", {"match": {"method": "PATCH"}, "times": 1, "do": gone})
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {THIRD: RENAMED})


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

    async def test_is_left_alone_if_somebody_changed_it(self, calendar, in_outlook, changed):
        await in_outlook(changed, "PATCH", 2, {"subject": "Von Anna"})
        free = EventChanges(show_as=ShowAs.FREE)
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(changed, {SECOND: free, THIRD: free})
        after = await again(calendar, changed)
        assert [e.show_as for e in after.exceptions.values()] == [ShowAs.FREE, ShowAs.BUSY]
        assert after.exceptions[THIRD].subject == "Von Anna"


class TestMoving:
    @pytest.mark.parametrize("day", ["03-17", "03-18"])
    async def test_past_the_next_date_is_refused_by_its_name(self, calendar, series, day):
        to = EventChanges(time=Interval(on(day, "07:00"), on(day, "08:00")))
        with pytest.raises(CrossingBoundaryError) as raised:
            await calendar.change_dates(series, {SECOND: to})
        assert raised.value.original_start == SECOND
        assert (await again(calendar, series)).exceptions == {}

    @pytest.mark.parametrize("by", [timedelta(days=1), timedelta(days=-1)])
    async def test_dates_that_follow_each_other_do_not_meet_on_the_way(
        self, calendar, simulator, by
    ):
        series = await a_series(calendar, simulator, a_rule(DAILY, count=4))
        starts = [o.original_start for o in occurrences(series.recurrence)]
        after = await calendar.change_dates(series, {s: moved(s, by) for s in starts})
        assert [e.time.start - s for s, e in after.exceptions.items()] == [by] * 4
        assert [*after.exceptions] == starts

    async def test_a_deleted_date_stands_in_nobodys_way(self, calendar, simulator):
        series = await a_series(calendar, simulator, a_rule(DAILY, count=4))
        changes = {on("03-03"): moved(on("03-03"), timedelta(days=1)), on("03-04"): DeleteDate()}
        after = await calendar.change_dates(series, changes)
        assert after == replace(await again(calendar, series), master=series.master)

    @pytest.mark.over_http
    async def test_a_date_goes_by_the_clock_of_its_zone(self, calendar, simulator):
        series = await a_series(calendar, simulator, a_rule(count=8))
        later = EventChanges(time=Interval(on("04-07", "15:00"), on("04-07", "16:00")))
        await calendar.change_dates(series, {on("04-07"): later})
        (patch,) = requests_to(simulator, "event.update")
        assert patch.body["start"]["dateTime"] == "2026-04-07T15:00:00"

    async def test_at_a_change_of_the_clocks_the_services_word_counts(self, calendar, simulator):
        """A quarter of an hour into summer time: the simulator sees no length, we half an hour."""
        rule = a_rule(DAILY, "2026-03-28T02:45", hours=0.5, count=3)
        series = await a_series(calendar, simulator, rule)
        start = on("03-29", "03:45")
        after = await calendar.change_dates(series, {start: RENAMED})
        assert [*after.exceptions] == [start]


class TestTheLastDate:
    async def test_of_all_may_be_deleted(self, calendar, series):
        starts = [o.original_start for o in occurrences(series.recurrence)]
        after = await calendar.change_dates(series, dict.fromkeys(starts, DeleteDate()))
        assert after.cancelled == set(starts)
        assert await again(calendar, series) == replace(
            after, master=(await again(calendar, series)).master
        )

    async def test_takes_the_series_along_where_exchange_keeps_it(
        self, calendar, simulator, series
    ):
        simulator.switches.set("last_occurrence_delete", "refused")
        starts = [o.original_start for o in occurrences(series.recurrence)]
        series = await calendar.change_dates(series, {starts[0]: RENAMED})
        costs(simulator)
        after = await calendar.change_dates(series, dict.fromkeys(starts, DeleteDate()))
        assert costs(simulator) == ["event.instances", *["event.delete"] * 5]
        assert (after.exceptions, after.cancelled) == ({}, set(starts))
        with pytest.raises(NotFoundError):
            await again(calendar, series)

    @pytest.mark.over_http
    async def test_is_not_the_last_if_we_know_of_another(self, calendar, control, series):
        none_left = {"status": 400, "body": {"error": {"code": "ErrorRecurrenceHasNoOccurrence"}}}
        await control("faults", {"match": {"method": "DELETE"}, "times": 1, "do": none_left})
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {SECOND: DeleteDate()})
        assert (await again(calendar, series)).cancelled == frozenset()


async def test_a_date_that_the_series_does_not_have_can_only_be_gone(calendar, simulator, series):
    nowhere = on("03-11")
    for start in (nowhere, SECOND + timedelta(minutes=1), on("2030-01-01")):
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {start: RENAMED})
        assert await calendar.change_dates(series, {start: DeleteDate()}) == series
    assert costs(simulator) == []
    series = await calendar.change_dates(series, {SECOND: DeleteDate()})
    with pytest.raises(StaleVersionError):
        await calendar.change_dates(series, {SECOND: RENAMED})
    assert await calendar.change_dates(series, {SECOND: DeleteDate()}) == series


@pytest.mark.over_http
async def test_what_was_written_before_a_failure_is_seen_by_the_next_look(
    calendar, control, series
):
    down = {"status": 503, "body": {"error": {"code": "serviceNotAvailable"}}}
    await control("faults", {"match": {"method": "PATCH"}, "times": 1, "skip": 1, "do": down})
    changes = {FIRST: RENAMED, SECOND: DeleteDate(), THIRD: RENAMED}
    with pytest.raises(ServiceUnavailableError):
        await calendar.change_dates(series, changes)
    seen = await again(calendar, series)
    assert (days_of(seen.exceptions), days_of(seen.cancelled)) == (["03-03"], ["03-10"])
    after = await calendar.change_dates(seen, changes)
    assert (days_of(after.exceptions), days_of(after.cancelled)) == (["03-03", "03-17"], ["03-10"])


async def test_a_series_that_is_gone_or_single_by_now_is_told(calendar, outlook, series):
    await outlook(MAIL, "PATCH", f"events/{series.master.event_id}", {"recurrence": None})
    with pytest.raises(NotASeriesError):
        await calendar.change_dates(series, {SECOND: RENAMED})
    await calendar.delete_event(ANNA, series.master.event_id)
    with pytest.raises(NotFoundError):
        await calendar.change_dates(series, {SECOND: RENAMED})


async def test_a_confidential_date_stays_confidential(calendar, in_outlook, simulator, series):
    await in_outlook(series, "PATCH", 1, {"sensitivity": "confidential"})
    series = await again(calendar, series)
    costs(simulator)
    assert await calendar.change_dates(series, {SECOND: EventChanges(private=True)}) == series
    assert costs(simulator) == []
    assert series.exceptions[SECOND].kind is EventKind.EXCEPTION
    assert series.exceptions[SECOND].sensitive
