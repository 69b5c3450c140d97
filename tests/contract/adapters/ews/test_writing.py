"""What the EWS adapter writes, whom Exchange mails for it, and with how many requests (A7)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.adapters.ews.zone_names import windows_name
from core.domain.buffer_mark import BufferKind
from core.domain.changes import EventChanges, Venue
from core.domain.event import Answer, AttendeeRole, EventKind, Invitee
from core.domain.ids import ICalUid, MappingId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import (
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)
from core.errors import (
    CrossingBoundaryError,
    InvalidPayloadError,
    MalformedSeriesError,
    StaleVersionError,
)
from core.ports.exchange import DeleteDate
from tests.contract.adapters.ews.conftest import ANNA, BEAT, ROOM
from tests.contract.adapters.graph.conftest import OID, a_draft, an_event, at

BEAT_IS_INVITED = Invitee("beat@contoso.example", "Beat Kunz", AttendeeRole.REQUIRED)
GUEST = Invitee("guest@fabrikam.example", "Guest", AttendeeRole.OPTIONAL)
THE_ROOM = Invitee("saentis@contoso.example", "Säntis", AttendeeRole.RESOURCE)
TUESDAYS = Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.TUESDAY}))


@pytest.fixture
def mails(simulator):
    """Return kinds and recipients of the mails since the last look."""
    last = 0

    def since():
        nonlocal last
        lines = simulator.controls.mails.since(last)
        last = max([line.number for line in lines], default=last)
        return [(line.kind, line.to) for line in lines]

    return since


def rule(pattern=TUESDAYS, **bounds):
    day = datetime(2026, 3, 3)  # noqa: DTZ001 - a wall-clock time
    return Recurrence(
        pattern=pattern,
        range=SeriesRange(first=date(2026, 3, 3), **bounds),
        span=WallSpan(start=day.replace(hour=10), end=day.replace(hour=11)),
        zone="Europe/Berlin",
    )


async def test_an_event_is_stored_as_it_was_drafted(on_premises, simulator, asked, mails):
    draft = a_draft(
        invitees=(BEAT_IS_INVITED, GUEST, THE_ROOM), venue=Venue("Säntis", THE_ROOM.address),
        private=True, show_as=ShowAs.TENTATIVE, reminder_minutes=15, subject="x" * 300,
    )  # fmt: skip
    created = await on_premises.create_event(ANNA, draft)
    assert asked() == ["ews.FindItem", "ews.CreateItem", "ews.GetItem"]
    assert (len(created.subject), created.time, created.location) == (255, at(9), "Säntis")
    assert created.time_zone == "Europe/Berlin", "Exchange knows Zurich under that name"
    assert (created.sensitive, created.show_as) == (True, ShowAs.TENTATIVE)
    assert (created.reminder_minutes, created.appointment_oid) == (15, OID)
    assert [(i.address, i.role) for i in created.invitees] == [
        (i.address, i.role) for i in draft.invitees
    ]
    assert mails() == [("invitation", [i.address for i in draft.invitees])]
    await simulator.agenda.run_due()
    assert (await on_premises.find_by_ical_uid(ROOM, created.ical_uid)).own_answer is (
        Answer.ACCEPTED
    )
    again = await on_premises.create_event(ANNA, draft)
    assert again.event_id == created.event_id
    copy = await on_premises.create_event(ANNA, replace(draft, transaction_id="another"))
    assert copy.event_id != created.event_id
    buffer = await on_premises.create_event(ANNA, a_draft(buffer=BufferKind.LEAD))
    assert (buffer.is_buffer, buffer.event_id == created.event_id) == (True, False)


async def test_a_change_is_told_to_those_whom_it_concerns(on_premises, simulator, asked, mails):
    event = await on_premises.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED, THE_ROOM)))
    everybody = [BEAT_IS_INVITED.address, THE_ROOM.address]
    mails()
    asked()
    quiet = EventChanges(show_as=ShowAs.OUT_OF_OFFICE, reminder_minutes=-1, private=True,
                         appointment_oid=MappingId("0" * 8))  # fmt: skip
    event = await on_premises.update_event(event, quiet)
    assert (event.show_as, event.reminder_minutes, event.sensitive) == (
        ShowAs.OUT_OF_OFFICE, -1, True,
    )  # fmt: skip
    assert (event.appointment_oid, mails()) == ("0" * 8, [])
    assert asked() == ["ews.UpdateItem", "ews.GetItem"]
    event = await on_premises.update_event(event, EventChanges(subject="Neu", time=at(11)))
    assert (event.subject, event.time, mails()) == ("Neu", at(11), [("update", everybody)])
    event = await on_premises.update_event(event, EventChanges(invitees=(BEAT_IS_INVITED, GUEST)))
    assert mails() == [
        ("cancellation", [THE_ROOM.address]), ("invitation", [GUEST.address]),
    ]  # fmt: skip
    event = await on_premises.update_event(event, EventChanges(clear_venue=True, invitees=()))
    assert (event.location, event.invitees) == ("", ())
    asked()
    assert await on_premises.update_event(event, EventChanges(private=True)) == event
    assert asked() == []


async def test_an_older_version_is_never_overwritten(on_premises):
    event = await on_premises.create_event(ANNA, a_draft())
    now = await on_premises.update_event(event, EventChanges(subject="Neu"))
    with pytest.raises(StaleVersionError):
        await on_premises.update_event(event, EventChanges(subject="Alt"))
    free = replace(event, version="")
    assert (await on_premises.update_event(free, EventChanges(reminder_minutes=5))).subject == "Neu"
    assert now.version != event.version


async def test_whole_days_stay_whole_until_they_are_not(on_premises, outlook):
    days = {"dateTime": "2026-03-03T00:00:00", "timeZone": "Europe/Zurich"}
    body = an_event(isAllDay=True, start=days, end=days | {"dateTime": "2026-03-04T00:00:00"})
    made = await outlook("anna@contoso.example", "POST", "events", body)
    event = await on_premises.find_by_ical_uid(ANNA, ICalUid(made["iCalUId"]))
    two = Interval(event.time.start, datetime(2026, 3, 4, 23, tzinfo=UTC))
    event = await on_premises.update_event(event, EventChanges(time=two))
    assert (event.time, event.is_all_day) == (two, True)
    event = await on_premises.update_event(event, EventChanges(time=at(9)))
    assert (event.time, event.is_all_day) == (at(9), False)


async def test_meetings_are_cancelled_declined_and_deleted(on_premises, simulator, mails):
    event = await on_premises.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
    await simulator.agenda.run_due()
    copy = await on_premises.find_by_ical_uid(BEAT, event.ical_uid)
    with pytest.raises(InvalidPayloadError):
        await on_premises.cancel_event(BEAT, copy.event_id, "Nicht mein Termin")
    with pytest.raises(InvalidPayloadError):
        await on_premises.decline(ANNA, event.event_id, "Nicht meine Einladung")
    await on_premises.decline(BEAT, copy.event_id, "Keine Zeit")
    await simulator.agenda.run_due()
    assert await on_premises.find_by_ical_uid(BEAT, event.ical_uid) is None
    assert (await on_premises.get_event(ANNA, event.event_id)).invitees[0].answer is Answer.DECLINED
    mails()
    await on_premises.cancel_event(ANNA, event.event_id, "Abgesagt")
    assert [kind for kind, _ in mails()] == ["cancellation"]
    other = await on_premises.create_event(
        ANNA, a_draft(invitees=(GUEST,), appointment_oid=MappingId("1" * 8))
    )
    await on_premises.delete_event(ANNA, other.event_id)
    assert [kind for kind, _ in mails()] == ["invitation", "cancellation"]
    for gone in (event, other):
        await on_premises.cancel_event(ANNA, gone.event_id, "Schon fort")
        await on_premises.decline(ANNA, gone.event_id, "Schon fort")
        await on_premises.delete_event(ANNA, gone.event_id)
    assert mails() == []


@pytest.mark.parametrize(
    "pattern",
    [
        TUESDAYS,
        Pattern(kind=PatternKind.DAILY, interval=2),
        Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=3),
        Pattern(
            kind=PatternKind.RELATIVE_MONTHLY,
            weekdays=frozenset({Weekday.TUESDAY}),
            index=WeekIndex.FIRST,
        ),
        Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=3, month=3),
    ],
    ids=lambda pattern: pattern.kind.value,
)
async def test_a_series_on_premises_is_read_as_it_was_written(on_premises, pattern):
    for number, bounds in enumerate(({}, {"count": 4}, {"last": date(2027, 6, 1)})):
        wanted = rule(pattern, **bounds)
        draft = a_draft(recurrence=wanted, appointment_oid=MappingId(str(number) * 8))
        made = await on_premises.create_event(ANNA, draft)
        assert made.kind is EventKind.SERIES_MASTER
        assert (await on_premises.get_series(ANNA, made.event_id)).recurrence == wanted
    single = await on_premises.update_event(made, EventChanges(recurrence=rule(count=2)))
    assert (await on_premises.get_series(ANNA, single.event_id)).recurrence == rule(count=2)


async def test_what_ews_has_no_word_for_is_said_before_anything_is_written(on_premises, asked):
    every_other_year = Pattern(
        kind=PatternKind.ABSOLUTE_YEARLY, interval=2, day_of_month=3, month=3
    )
    odd = Pattern(
        kind=PatternKind.RELATIVE_MONTHLY,
        weekdays=frozenset({Weekday.TUESDAY, Weekday.FRIDAY}),
        index=WeekIndex.LAST,
    )
    asked()
    for pattern in (every_other_year, odd):
        with pytest.raises(MalformedSeriesError):
            await on_premises.create_event(ANNA, a_draft(recurrence=rule(pattern)))
    assert "ews.CreateItem" not in asked()


def test_zones_go_out_under_the_names_that_windows_has():
    assert windows_name("Europe/Zurich") == "W. Europe Standard Time"
    assert windows_name("America/Toronto") == "Eastern Standard Time"
    assert windows_name("UTC") == "UTC"
    with pytest.raises(InvalidPayloadError):
        windows_name("Nowhere/Land")


async def test_dates_are_changed_and_deleted_by_their_original_start(
    on_premises, simulator, asked, mails
):
    draft = a_draft(recurrence=rule(count=6), invitees=(BEAT_IS_INVITED,))
    made = await on_premises.create_event(ANNA, draft)
    series = await on_premises.get_series(ANNA, made.event_id)
    second, third, fourth = (at(9, day=day).start for day in (10, 17, 24))
    moved = EventChanges(time=at(14, day=11))
    mails()
    asked()
    changes = {second: moved, third: DeleteDate(), fourth: EventChanges(show_as=ShowAs.FREE)}
    written = await on_premises.change_dates(series, changes)
    assert asked() == [
        "ews.FindItem", "ews.DeleteItem",
        *["ews.UpdateItem", "ews.GetItem"] * 2,
    ]  # fmt: skip
    assert [kind for kind, _ in mails()] == ["cancellation", "update"]
    assert written.cancelled == {third}
    assert written.exceptions[second].time == at(14, day=11)
    assert written.exceptions[fourth].show_as is ShowAs.FREE
    now = await on_premises.get_series(ANNA, made.event_id)
    assert (now.exceptions, now.cancelled) == (written.exceptions, written.cancelled)

    with pytest.raises(CrossingBoundaryError) as crossing:
        await on_premises.change_dates(now, {fourth: EventChanges(time=at(9, day=9))})
    assert crossing.value.original_start == fourth
    with pytest.raises(StaleVersionError):
        await on_premises.change_dates(now, {third: EventChanges(subject="Neu")})
    with pytest.raises(StaleVersionError):
        await on_premises.change_dates(series, {second: EventChanges(subject="Neu")})
    older = replace(now.exceptions[second], version=series.master.version)
    with pytest.raises(StaleVersionError):
        await on_premises.change_dates(
            replace(now, exceptions={second: older}), {second: DeleteDate()}
        )
    back = await on_premises.change_dates(now, {second: DeleteDate()})
    assert back.cancelled == {second, third}


async def test_the_last_date_takes_its_series_along(on_premises, simulator):
    simulator.switches.set("last_occurrence_delete", "refused")
    made = await on_premises.create_event(ANNA, a_draft(recurrence=rule(count=1)))
    series = await on_premises.get_series(ANNA, made.event_id)
    await on_premises.change_dates(series, {at(9).start: DeleteDate()})
    assert await on_premises.find_by_ical_uid(ANNA, made.ical_uid) is None
