"""Single dates of a series, changed and deleted, and what somebody did to them meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.changes import EventChanges, Venue
from core.domain.event import AttendeeRole, EventKind, Invitee
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
from tests.contract.adapters.calendar.outlook import times
from tests.contract.adapters.graph.conftest import ANNA
from tests.contract.adapters.graph.serial import DAILY, a_rule, a_series_draft, days_of, on

RENAMED = EventChanges(subject="Anders")
FREE = EventChanges(show_as=ShowAs.FREE)
FIRST, SECOND, THIRD, FOURTH = (on(day) for day in ("03-03", "03-10", "03-17", "03-24"))
BEAT_IS_INVITED = Invitee("beat@contoso.example", "Beat Kunz", AttendeeRole.REQUIRED)
YEARLY = Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=3, month=3)


@pytest.fixture
async def series(calendar, writes):
    """Four Tuesdays of Anna's."""
    return await a_series(calendar, writes)


async def a_series(calendar, writes, rule=None, **changes):
    created = await calendar.create_event(ANNA, a_series_draft(rule, **changes))
    series = await calendar.get_series(ANNA, created.event_id)
    writes()
    return series


async def again(calendar, series):
    return await calendar.get_series(ANNA, series.master.event_id)


def moved(start, by):
    return EventChanges(time=Interval(start + by, start + by + timedelta(hours=1)))


class TestWhatIsWritten:
    async def test_is_one_write_for_each_date(self, calendar, writes, series):
        after = await calendar.change_dates(series, {SECOND: RENAMED, THIRD: DeleteDate()})
        assert writes() == 2
        assert after == replace(await again(calendar, series), master=series.master)
        after = await calendar.change_dates(after, {SECOND: FREE})
        assert writes() == 1
        assert (days_of(after.exceptions), days_of(after.cancelled)) == (["03-10"], ["03-17"])
        assert after == replace(await again(calendar, series), master=series.master)

    async def test_may_be_many_dates_at_once(self, calendar, writes):
        """A year of a weekly series."""
        series = await a_series(calendar, writes, a_rule(count=52))
        starts = [o.original_start for o in occurrences(series.recurrence)]
        await calendar.change_dates(series, dict.fromkeys(starts[::5], RENAMED))
        assert writes() == 11
        assert [*(await again(calendar, series)).exceptions] == starts[::5]

    async def test_is_nothing_where_a_date_shows_it_already(self, calendar, writes, series):
        nothing = EventChanges(private=False)
        assert await calendar.change_dates(series, {SECOND: nothing}) == series
        assert await calendar.change_dates(series, {}) == series
        assert writes() == 0

    async def test_may_be_years_apart(self, calendar, writes):
        series = await a_series(calendar, writes, a_rule(YEARLY, last=None))
        changes = {on("03-03"): RENAMED, on("2035-03-03"): DeleteDate()}
        after = await calendar.change_dates(series, changes)
        assert writes() == 2
        assert after == replace(await again(calendar, series), master=series.master)

    async def test_of_one_field_leaves_the_others_as_they_are(self, calendar, writes):
        series = await a_series(
            calendar, writes, invitees=(BEAT_IS_INVITED,), venue=Venue("Eiger"),
            reminder_minutes=10, private=True,
        )  # fmt: skip
        after = await calendar.change_dates(series, {SECOND: RENAMED})
        date, master = after.exceptions[SECOND], series.master
        assert date.subject == "Anders"
        for name in ("location", "sensitive", "show_as", "reminder_minutes", "appointment_oid"):
            assert getattr(date, name) == getattr(master, name), name
        assert [i.address for i in date.invitees] == [BEAT_IS_INVITED.address]

    async def test_is_told_to_those_whom_it_concerns(self, calendar, writes, mails):
        series = await a_series(calendar, writes, invitees=(BEAT_IS_INVITED,))
        mails()
        quiet = EventChanges(show_as=ShowAs.FREE, private=True)
        series = await calendar.change_dates(series, {FIRST: quiet})
        assert mails() == []
        await calendar.change_dates(series, {SECOND: RENAMED, THIRD: DeleteDate()})
        assert sorted(kind for kind, _ in mails()) == ["cancellation", "update"]


class TestADateThatSomebodyElse:
    @pytest.mark.parametrize(
        "deed", [{"subject": "Von Anna"}, times("03-11", "09:00", "10:00")], ids=["named", "moved"]
    )
    @pytest.mark.parametrize("change", [RENAMED, DeleteDate()], ids=["change", "delete"])
    async def test_changed_meanwhile_is_left_alone_and_so_are_the_others(
        self, calendar, anna, writes, series, *, deed, change
    ):
        await anna.changes_date(series, 1, **deed)
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {FIRST: RENAMED, SECOND: change})
        assert writes() == 0

    @pytest.mark.parametrize("change", [RENAMED, DeleteDate()], ids=["change", "delete"])
    async def test_changed_again_is_left_alone(self, calendar, anna, series, change):
        series = await calendar.change_dates(series, {SECOND: FREE})
        await anna.changes_date(series, 1, subject="Von Anna")
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {SECOND: change})
        assert (await again(calendar, series)).exceptions[SECOND].subject == "Von Anna"

    async def test_moved_with_the_whole_series_is_left_alone(self, calendar, anna, writes, series):
        await anna.changes(series.master, **times("03-03", "11:00", "12:00"))
        for change in (RENAMED, DeleteDate()):
            with pytest.raises(StaleVersionError):
                await calendar.change_dates(series, {SECOND: change})
        assert writes() == 0

    @pytest.mark.parametrize("reaction", ["404", "400"])
    @pytest.mark.parametrize("was_exception", [True, False])
    async def test_deleted_meanwhile_cannot_be_changed_and_need_not_be_deleted(
        self, calendar, simulator, anna, series, *, reaction, was_exception
    ):
        simulator.switches.set("deleted_occurrence", reaction)
        if was_exception:
            series = await calendar.change_dates(series, {SECOND: FREE})
        await anna.deletes_date(series, 1)
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {SECOND: RENAMED})
        after = await calendar.change_dates(series, {SECOND: DeleteDate()})
        assert after == replace(await again(calendar, series), master=series.master)
        assert days_of(after.cancelled) == ["03-10"]

    @pytest.mark.over_http
    async def test_deleted_in_between_need_not_be_deleted(self, calendar, faults, series):
        await faults.strike("not found", "delete")
        after = await calendar.change_dates(series, {SECOND: DeleteDate()})
        assert days_of(after.cancelled) == ["03-10"]
        await faults.strike("not found", "update")
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {THIRD: RENAMED})


class TestAnExceptionWithANewVersion:
    """One that it has because of what we wrote to another date (graph-calendar 5)."""

    @pytest.fixture
    async def changed(self, calendar, series, writes):
        series = await calendar.change_dates(series, {SECOND: RENAMED, THIRD: RENAMED})
        writes()
        return series

    @pytest.mark.over_http
    async def test_is_looked_at_and_written_if_it_is_as_it_was(self, calendar, faults, changed):
        await faults.strike("conflict", "update", skip=1)
        after = await calendar.change_dates(changed, {SECOND: FREE, THIRD: FREE})
        assert [e.show_as for e in after.exceptions.values()] == [ShowAs.FREE, ShowAs.FREE]

    async def test_is_left_alone_if_somebody_changed_it(self, calendar, anna, changed):
        await anna.changes_date(changed, 2, subject="Von Anna")
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(changed, {SECOND: FREE, THIRD: FREE})
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
    async def test_dates_that_follow_each_other_do_not_meet_on_the_way(self, calendar, writes, by):
        series = await a_series(calendar, writes, a_rule(DAILY, count=4))
        starts = [o.original_start for o in occurrences(series.recurrence)]
        after = await calendar.change_dates(series, {s: moved(s, by) for s in starts})
        assert [e.time.start - s for s, e in after.exceptions.items()] == [by] * 4
        assert [*after.exceptions] == starts

    async def test_a_deleted_date_stands_in_nobodys_way(self, calendar, writes):
        series = await a_series(calendar, writes, a_rule(DAILY, count=4))
        changes = {on("03-03"): moved(on("03-03"), timedelta(days=1)), on("03-04"): DeleteDate()}
        after = await calendar.change_dates(series, changes)
        assert after == replace(await again(calendar, series), master=series.master)

    async def test_a_date_goes_by_the_clock_of_its_zone(self, calendar, writes):
        series = await a_series(calendar, writes, a_rule(count=8))
        later = Interval(on("04-07", "15:00"), on("04-07", "16:00"))
        after = await calendar.change_dates(series, {on("04-07"): EventChanges(time=later)})
        assert (after.exceptions[on("04-07")].time, after.exceptions[on("04-07")].time_zone) == (
            later, "Europe/Berlin",
        )  # fmt: skip

    async def test_at_a_change_of_the_clocks_the_services_word_counts(self, calendar, writes):
        """A quarter of an hour into summer time: the simulator sees no length, we half an hour."""
        rule = a_rule(DAILY, "2026-03-28T02:45", hours=0.5, count=3)
        series = await a_series(calendar, writes, rule)
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
        after = await calendar.change_dates(series, dict.fromkeys(starts, DeleteDate()))
        assert (after.exceptions, after.cancelled) == ({}, set(starts))
        with pytest.raises(NotFoundError):
            await again(calendar, series)


async def test_a_date_that_the_series_does_not_have_can_only_be_gone(calendar, writes, series):
    nowhere = on("03-11")
    for start in (nowhere, SECOND + timedelta(minutes=1), on("2030-01-01")):
        with pytest.raises(StaleVersionError):
            await calendar.change_dates(series, {start: RENAMED})
        assert await calendar.change_dates(series, {start: DeleteDate()}) == series
    assert writes() == 0
    series = await calendar.change_dates(series, {SECOND: DeleteDate()})
    with pytest.raises(StaleVersionError):
        await calendar.change_dates(series, {SECOND: RENAMED})
    assert await calendar.change_dates(series, {SECOND: DeleteDate()}) == series


@pytest.mark.over_http
async def test_what_was_written_before_a_failure_is_seen_by_the_next_look(calendar, faults, series):
    await faults.strike("unavailable", "update", skip=1)
    changes = {FIRST: RENAMED, SECOND: DeleteDate(), THIRD: RENAMED}
    with pytest.raises(ServiceUnavailableError):
        await calendar.change_dates(series, changes)
    seen = await again(calendar, series)
    assert (days_of(seen.exceptions), days_of(seen.cancelled)) == (["03-03"], ["03-10"])
    after = await calendar.change_dates(seen, changes)
    assert (days_of(after.exceptions), days_of(after.cancelled)) == (["03-03", "03-17"], ["03-10"])


async def test_a_series_that_is_gone_or_single_by_now_is_not_written_to(calendar, anna, series):
    """Single is said at once, it is looked at as such; gone is found out by the next look."""
    await anna.changes(series.master, recurrence=None)
    with pytest.raises(NotASeriesError):
        await calendar.change_dates(series, {SECOND: RENAMED})
    with pytest.raises(NotASeriesError):
        await again(calendar, series)
    await calendar.delete_event(ANNA, series.master.event_id)
    with pytest.raises((NotASeriesError, NotFoundError, StaleVersionError)):
        await calendar.change_dates(series, {SECOND: RENAMED})


async def test_a_confidential_date_stays_confidential(calendar, anna, writes, series):
    await anna.changes_date(series, 1, sensitivity="confidential")
    series = await again(calendar, series)
    assert await calendar.change_dates(series, {SECOND: EventChanges(private=True)}) == series
    assert writes() == 0
    assert series.exceptions[SECOND].kind is EventKind.EXCEPTION
    assert series.exceptions[SECOND].sensitive
