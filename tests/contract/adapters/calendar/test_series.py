"""Series as one mailbox shows them, however they are reached: rules, exceptions, deleted dates."""

import contextlib
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.changes import EventChanges, Venue
from core.domain.event import AttendeeRole, EventKind, Invitee
from core.domain.event_series import EventSeries
from core.domain.expansion import occurrences, occurrences_in
from core.domain.ids import series_uid
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import WORKING_DAYS, PatternKind, Weekday
from core.errors import (
    CrossingBoundaryError,
    MalformedSeriesError,
    NotASeriesError,
    NotFoundError,
    StaleVersionError,
)
from core.ports.exchange import DeleteDate
from tests.contract.adapters.calendar.outlook import days, times
from tests.contract.adapters.graph.conftest import ANNA, OID, ROOM, WINDOW, a_draft, an_event, at
from tests.contract.adapters.graph.serial import (
    DAILY,
    MAIL,
    TUESDAYS,
    a_rule,
    a_series_draft,
    in_zurich,
    normal,
    on,
)
from tests.kit.rules import recurrences
from tests.kit.search import examples

pytestmark = pytest.mark.parametrize("way", ["graph", "sparing", "model", "ews"], indirect=True)

BEAT_IS_INVITED = Invitee("beat@contoso.example", "Beat Kunz", AttendeeRole.REQUIRED)
THE_ROOM = Invitee("saentis@contoso.example", "Säntis", AttendeeRole.RESOURCE)
FOUR_TUESDAYS = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 4},
}
SAYABLE_SETS = [
    *(frozenset({day}) for day in Weekday),
    frozenset(Weekday), WORKING_DAYS, frozenset({Weekday.SATURDAY, Weekday.SUNDAY}),
]  # fmt: skip
YEARLY = {PatternKind.ABSOLUTE_YEARLY, PatternKind.RELATIVE_YEARLY}


def ews_can_say(rule):
    """CreateItem has no series of every other year, and names for ten sets of weekdays only."""
    pattern = rule.pattern
    if pattern.kind in YEARLY and pattern.interval != 1:
        return False
    return pattern.index is None or pattern.weekdays in SAYABLE_SETS


@pytest.fixture
async def series(calendar):
    """Four Tuesdays of Anna's."""
    created = await calendar.create_event(ANNA, a_series_draft())
    return await calendar.get_series(ANNA, created.event_id)


async def test_a_series_is_read_back_as_it_was_drafted(calendar, writes, mails):
    rule = a_rule()
    created = await calendar.create_event(ANNA, a_series_draft(rule, invitees=(BEAT_IS_INVITED,)))
    assert (writes(), mails()) == (1, [("invitation", [BEAT_IS_INVITED.address])])
    series = await calendar.get_series(ANNA, created.event_id)
    assert series == EventSeries(master=created, recurrence=in_zurich(rule))
    assert created.kind is EventKind.SERIES_MASTER
    assert created.appointment_oid == OID
    assert (created.series_master, created.original_start) == (None, None)
    assert await calendar.get_event(ANNA, created.event_id) == created
    assert await calendar.find_by_ical_uid(ANNA, created.ical_uid) == created


@pytest.mark.parametrize("reaction", ["existing", "conflict"])
async def test_the_same_transaction_creates_one_series(calendar, simulator, reaction):
    simulator.switches.set("transaction_id", reaction)
    draft = a_series_draft()
    first = await calendar.create_event(ANNA, draft)
    assert await calendar.create_event(ANNA, draft) == first


@examples(20)
@given(rule=recurrences())
async def test_any_rule_is_stored_as_it_is_meant_and_has_the_dates_that_we_expect(
    calendar, way, anna, rule
):
    """All patterns and ranges, over changes of the clocks; Exchange allows no overlap."""
    dates = list(islice(occurrences(rule), 60))
    assume(dates)
    assume(rule.span.length <= timedelta(days=1) or len(dates) == 1)
    assume(rule.zone != "Pacific/Apia" or dates[0].time.start.year > 2011)
    expected, zone = normal(rule), ZoneInfo(rule.zone)
    clock = (dates[0].time.start.astimezone(zone), dates[0].time.end.astimezone(zone))
    assume(tuple(m.replace(tzinfo=None) for m in clock) == (expected.span.start, expected.span.end))
    if way == "ews" and not ews_can_say(rule):
        with pytest.raises(MalformedSeriesError):
            await calendar.create_event(ANNA, a_series_draft(rule))
        return

    created = await calendar.create_event(ANNA, a_series_draft(rule))
    series = await calendar.get_series(ANNA, created.event_id)

    assert normal(series.recurrence).pattern == rule.pattern
    assert (series.recurrence.range, series.recurrence.span) == (expected.range, expected.span)
    begin = dates[0].time.start - timedelta(days=3)
    window = Interval(begin, begin + timedelta(days=1200))
    shown = await anna.dates(series, window, most=100)
    ours = list(islice(occurrences_in(series.recurrence, window), 100))
    assert [e["originalStart"][:16] for e in shown] == [minute(o.time.start) for o in ours]
    for event, date in zip(shown, ours, strict=True):
        if event["end"] != event["start"]:  # as where the clocks leave its end out
            assert event["end"]["dateTime"][:16] == minute(date.time.end)
    await calendar.delete_event(ANNA, created.event_id)


def minute(moment):
    return f"{moment:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("exception_id", ["same", "new"])
@pytest.mark.parametrize("properties", ["copied", "own"])
async def test_changed_and_deleted_dates_are_read_as_they_were_written(
    calendar, simulator, writes, exception_id, properties
):
    simulator.switches.set("exception_id", exception_id)
    simulator.switches.set("exception_properties", properties)
    draft = a_series_draft(
        invitees=(BEAT_IS_INVITED, THE_ROOM), venue=Venue("Säntis", THE_ROOM.address)
    )
    created = await calendar.create_event(ANNA, draft)
    series = await calendar.get_series(ANNA, created.event_id)
    changes = {
        on("03-03"): EventChanges(private=True),
        on("03-10"): EventChanges(subject="Anders", time=at(12, day=11)),
        on("03-17"): DeleteDate(),
        on("03-24"): EventChanges(invitees=(BEAT_IS_INVITED,), clear_venue=True),
    }
    writes()
    after = await calendar.change_dates(series, changes)
    assert writes() == 4
    again = await calendar.get_series(ANNA, created.event_id)
    assert (again.exceptions, again.cancelled) == (after.exceptions, after.cancelled)
    assert again.cancelled == {on("03-17")}
    secret, moved, alone = (again.exceptions[on(day)] for day in ("03-03", "03-10", "03-24"))
    assert secret.sensitive
    assert secret.location == "Säntis"
    assert (moved.subject, moved.time) == ("Anders", at(12, day=11))
    assert len(moved.invitees) == 2
    assert ([i.address for i in alone.invitees], alone.location) == ([BEAT_IS_INVITED.address], "")
    for start, exception in again.exceptions.items():
        assert (exception.series_master, exception.original_start) == (created.event_id, start)
        assert (exception.kind, exception.appointment_oid) == (EventKind.EXCEPTION, OID)
        assert exception.is_organizer
        alone = await calendar.get_event(ANNA, exception.event_id)
        assert replace(alone, appointment_oid=OID) == exception
        assert series_uid(exception.ical_uid) == series_uid(created.ical_uid)


async def test_what_people_do_in_outlook_is_seen(calendar, anna):
    uid = await anna.books(recurrence=FOUR_TUESDAYS)
    master = await calendar.find_by_ical_uid(ANNA, uid)
    series = await calendar.get_series(ANNA, master.event_id)
    assert series.recurrence == in_zurich(a_rule(first="2026-03-03T10:00"))
    await anna.changes_date(series, 1, showAs="free")
    await anna.deletes_date(series, 2)
    series = await calendar.get_series(ANNA, master.event_id)
    assert [*series.exceptions] == [on("03-10", "10:00")]
    assert series.exceptions[on("03-10", "10:00")].show_as is ShowAs.FREE
    assert series.cancelled == {on("03-17", "10:00")}
    assert series.master.appointment_oid is None


async def test_a_rooms_copy_is_a_series_like_any_other(calendar, simulator):
    created = await calendar.create_event(ANNA, a_series_draft(invitees=(THE_ROOM,)))
    await simulator.agenda.run_due()
    series = await calendar.get_series(ANNA, created.event_id)
    await calendar.change_dates(series, {on("03-10"): DeleteDate()})
    await simulator.agenda.run_due()
    copy = await calendar.find_by_ical_uid(ROOM, created.ical_uid)
    assert copy is not None
    seen = await calendar.get_series(ROOM, copy.event_id)
    assert seen.recurrence == series.recurrence
    assert (seen.exceptions.keys(), seen.cancelled) == (set(), {on("03-10")})


async def test_a_series_all_of_whose_dates_were_deleted_has_none(calendar, series):
    starts = {o.original_start for o in occurrences(series.recurrence)}
    await calendar.change_dates(series, dict.fromkeys(starts, DeleteDate()))
    again = await calendar.get_series(ANNA, series.master.event_id)
    assert (again.exceptions, again.cancelled) == ({}, starts)


async def test_an_all_day_series_is_read_by_its_days(calendar, anna):
    """Two days each, over the beginning of summer time."""
    endless = FOUR_TUESDAYS | {"range": {"type": "noEnd", "startDate": "2026-03-24"}}
    uid = await anna.books(**days("03-24", "03-26"), recurrence=endless)
    master = await calendar.find_by_ical_uid(ANNA, uid)
    series = await calendar.get_series(ANNA, master.event_id)
    rule = in_zurich(a_rule(TUESDAYS, "2026-03-24T00:00", hours=48, last=None))
    assert (series.recurrence, series.master.is_all_day) == (rule, True)
    changes = {
        on("03-31", "00:00"): EventChanges(subject="Anders"),
        on("04-07", "00:00"): DeleteDate(),
    }
    after = await calendar.change_dates(series, changes)
    again = await calendar.get_series(ANNA, master.event_id)
    assert (again.exceptions, again.cancelled) == (after.exceptions, after.cancelled)
    (date,) = again.exceptions.values()
    assert (date.is_all_day, date.time) == (
        True, Interval(on("03-31", "00:00"), on("04-02", "00:00")),
    )  # fmt: skip
    assert again.cancelled == {on("04-07", "00:00")}


async def test_a_custom_zone_gives_way_to_the_mailboxs(calendar, load, simulator):
    """As Outlook for Windows made them once; 9 o'clock stays 9 o'clock over summer time."""
    custom = an_event(
        originalStartTimeZone="tzone://Microsoft/Custom",
        recurrence=FOUR_TUESDAYS | {"range": {"type": "noEnd", "startDate": "2026-03-03"}},
    )
    load(simulator, events=[{"mailbox": MAIL, "event": custom}])
    (date, *_) = [e async for e in calendar.list_events(ANNA, WINDOW)]
    series = await calendar.get_series(ANNA, date.series_master)
    assert series.recurrence.zone in {"Europe/Berlin", "Europe/Zurich"}
    assert series.recurrence.span.start.hour == 10
    first_five = islice(occurrences(series.recurrence), 5)
    assert [*first_five][-1].original_start == on("03-31", "10:00")


async def test_what_is_no_series_is_told(calendar, series):
    single = await calendar.create_event(ANNA, a_draft())
    after = await calendar.change_dates(series, {on("03-10"): EventChanges(subject="Anders")})
    (exception,) = after.exceptions.values()
    for event_id, error in (
        (single.event_id, NotASeriesError),
        (exception.event_id, MalformedSeriesError),
    ):
        with pytest.raises(error):
            await calendar.get_series(ANNA, event_id)
    await calendar.delete_event(ANNA, series.master.event_id)
    with pytest.raises(NotFoundError):
        await calendar.get_series(ANNA, series.master.event_id)


async def test_lists_and_single_reads_say_which_date_of_which_series_an_event_is(calendar, series):
    await calendar.change_dates(series, {on("03-10"): EventChanges(time=at(12, day=11))})
    await calendar.create_event(ANNA, a_draft(time=at(15)))
    listed = [e async for e in calendar.list_events(ANNA, WINDOW)]
    master = series.master.event_id
    assert [(e.kind, e.series_master, e.original_start) for e in listed] == [
        (EventKind.OCCURRENCE, master, on("03-03")),
        (EventKind.SINGLE_INSTANCE, None, None),
        (EventKind.EXCEPTION, master, on("03-10")),
        (EventKind.OCCURRENCE, master, on("03-17")),
        (EventKind.OCCURRENCE, master, on("03-24")),
    ]
    assert [await calendar.get_event(ANNA, e.event_id) for e in listed] == listed
    found = await calendar.find_by_appointment_oid(ANNA, OID)
    assert {e.kind for e in found} == {EventKind.SERIES_MASTER, EventKind.SINGLE_INSTANCE}


async def test_a_window_proves_a_series_by_any_of_its_dates(calendar, series):
    master = series.master.event_id
    assert await calendar.is_in_calendar(ANNA, master, at(0, day=17, hours=24))
    assert not await calendar.is_in_calendar(ANNA, master, at(0, day=18, hours=24))
    await calendar.delete_event(ANNA, master)
    assert not await calendar.is_in_calendar(ANNA, master, WINDOW)


async def test_a_series_is_cancelled_as_a_whole(calendar, simulator, mails):
    created = await calendar.create_event(ANNA, a_series_draft(invitees=(BEAT_IS_INVITED,)))
    await simulator.agenda.run_due()
    mails()
    await calendar.cancel_event(ANNA, created.event_id, "Wir lassen es")
    assert mails() == [("cancellation", [BEAT_IS_INVITED.address])]
    with pytest.raises(NotFoundError):
        await calendar.get_series(ANNA, created.event_id)


async def test_one_date_of_a_room_s_copy_can_be_declined(calendar, simulator):
    created = await calendar.create_event(ANNA, a_series_draft(invitees=(THE_ROOM,)))
    await simulator.agenda.run_due()
    listed = [e async for e in calendar.list_events(ROOM, at(0, day=10, hours=24))]
    await calendar.decline(ROOM, listed[0].event_id, "An diesem Tag nicht")
    await simulator.agenda.run_due()
    assert [e async for e in calendar.list_events(ROOM, at(0, day=10, hours=24))] == []
    series = await calendar.get_series(ANNA, created.event_id)
    (room,) = series.exceptions[on("03-10")].invitees
    assert room.answer.value == "declined"
    copy = await calendar.find_by_ical_uid(ROOM, created.ical_uid)
    assert (await calendar.get_series(ROOM, copy.event_id)).cancelled == {on("03-10")}


class TestARule:
    async def test_takes_the_place_of_another_with_its_times_in_one_write(
        self, calendar, writes, series
    ):
        await calendar.change_dates(series, {on("03-10"): DeleteDate()})
        master = (await calendar.get_series(ANNA, series.master.event_id)).master
        rule = a_rule(DAILY, "2026-03-04T13:00", hours=2, last=None)
        writes()
        changes = EventChanges(recurrence=rule, subject="Täglich", time=at(23))
        written = await calendar.update_event(master, changes)
        assert writes() == 1
        again = await calendar.get_series(ANNA, master.event_id)
        assert again == EventSeries(master=written, recurrence=in_zurich(rule))
        assert written.appointment_oid == OID

    async def test_that_is_the_same_changes_nothing(self, calendar, series):
        before = await calendar.change_dates(series, {on("03-10"): DeleteDate()})
        master = (await calendar.get_series(ANNA, series.master.event_id)).master
        await calendar.update_event(master, EventChanges(recurrence=a_rule(), subject="Neu"))
        again = await calendar.get_series(ANNA, master.event_id)
        assert (again.master.subject, again.cancelled) == ("Neu", before.cancelled)

    async def test_makes_a_single_event_a_series_with_the_same_identity(self, calendar):
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
        written = await calendar.update_event(event, EventChanges(recurrence=a_rule()))
        assert written.kind is EventKind.SERIES_MASTER
        assert (written.event_id, written.ical_uid) == (event.event_id, event.ical_uid)
        assert (await calendar.get_series(ANNA, event.event_id)).recurrence == in_zurich(a_rule())

    async def test_may_move_to_another_zone(self, calendar, series):
        rule = a_rule(zone="America/New_York", count=2)
        await calendar.update_event(series.master, EventChanges(recurrence=rule))
        again = await calendar.get_series(ANNA, series.master.event_id)
        assert again.recurrence == rule

    async def test_is_not_written_over_what_somebody_changed_meanwhile(
        self, calendar, anna, series
    ):
        await anna.changes(series.master, subject="Von Anna")
        with pytest.raises(StaleVersionError):
            await calendar.update_event(series.master, EventChanges(recurrence=a_rule(DAILY)))

    async def test_of_whole_days_keeps_an_event_all_day(self, calendar, anna):
        event = await calendar.find_by_ical_uid(ANNA, await anna.books(**days("03-03", "03-04")))
        rule = a_rule(first="2026-03-03T00:00", hours=24)
        whole = await calendar.update_event(event, EventChanges(recurrence=rule))
        assert (whole.is_all_day, whole.time) == (True, event.time)
        timed = await calendar.update_event(whole, EventChanges(recurrence=a_rule()))
        assert (timed.is_all_day, timed.time) == (False, at(8))

    async def test_stays_what_it_is_when_another_field_changes(self, calendar, anna, series):
        series = await calendar.change_dates(
            series, {on("03-10"): EventChanges(subject="Anders"), on("03-17"): DeleteDate()}
        )
        master = (await calendar.get_series(ANNA, series.master.event_id)).master
        await calendar.update_event(master, EventChanges(show_as=ShowAs.FREE, private=True))
        again = await calendar.get_series(ANNA, series.master.event_id)
        assert (again.recurrence, again.cancelled) == (series.recurrence, series.cancelled)
        assert again.exceptions[on("03-10")].subject == "Anders"
        assert (again.master.show_as, again.master.sensitive) == (ShowAs.FREE, True)
        await anna.changes(series.master, **times("03-03", "13:00", "14:00"))
        assert (await calendar.get_series(ANNA, master.event_id)).recurrence.span.start.hour == 13


deeds = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(["rename", "move", "delete"]), st.integers(-2, 2)),
    max_size=6,
)
short_rules = st.builds(
    a_rule,
    st.sampled_from([DAILY, TUESDAYS, replace(DAILY, interval=3)]),
    st.sampled_from(["2026-03-24T09:00", "2026-10-20T23:30"]),
    zone=st.sampled_from(["Europe/Zurich", "America/New_York", "Pacific/Auckland"]),
    count=st.integers(2, 8),
)


@examples(10)
@given(rule=short_rules, done=deeds)
async def test_what_a_write_returns_is_what_a_read_tells(calendar, simulator, way, *, rule, done):
    """Whatever was done to its dates, in several goes, over changes of the clocks."""
    created = await calendar.create_event(ANNA, a_series_draft(rule))
    dates = list(occurrences(rule))
    for number, deed, by in done:
        series = await calendar.get_series(ANNA, created.event_id)
        date = dates[number % len(dates)]
        change = {
            "rename": EventChanges(subject=f"Anders {number}"),
            "move": EventChanges(time=moved(date.time, timedelta(hours=by))),
            "delete": DeleteDate(),
        }[deed]
        if date.original_start in series.cancelled:
            continue
        with contextlib.suppress(CrossingBoundaryError):
            after = await calendar.change_dates(series, {date.original_start: change})
            again = await calendar.get_series(ANNA, created.event_id)
            assert (after.exceptions, after.cancelled) == (again.exceptions, again.cancelled)
    told = await calendar.get_series(ANNA, created.event_id)
    if way in {"graph", "sparing"}:  # both ways of reading a series tell the same
        simulator.switches.set("exception_occurrences", value=way == "sparing")
        assert await calendar.get_series(ANNA, created.event_id) == told
        simulator.switches.set("exception_occurrences", value=way == "graph")
    await calendar.delete_event(ANNA, created.event_id)


def moved(time, by):
    return Interval(time.start + by, time.end + by)
