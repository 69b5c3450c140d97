"""Single events: what any ExchangeCalendar reads, writes, finds and lists (design 7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.buffer_mark import BufferKind, BufferMark
from core.domain.changes import EventChanges, Venue
from core.domain.event import Answer, AttendeeRole, EventKind, Invitee
from core.domain.ids import EventId, ICalUid, MappingId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.errors import InvalidPayloadError, NotFoundError, StaleVersionError
from devstack.stack.stack_file import APPOINTMENT_OID_PROPERTY
from tests.contract.adapters.calendar.outlook import days, times
from tests.contract.adapters.graph.conftest import (
    ANNA,
    BEAT,
    OID,
    ROOM,
    START,
    WINDOW,
    a_draft,
    an_event,
    at,
)

BEAT_IS_INVITED = Invitee("beat@contoso.example", "Beat Kunz", AttendeeRole.REQUIRED)
GUEST = Invitee("guest@fabrikam.example", "Guest", AttendeeRole.OPTIONAL)
THE_ROOM = Invitee("saentis@contoso.example", "Säntis", AttendeeRole.RESOURCE)
SAENTIS = Venue("Säntis", "saentis@contoso.example")
OTHER = MappingId("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d")
ALL_ADDRESSES = sorted(i.address for i in (BEAT_IS_INVITED, GUEST, THE_ROOM))


def linked(value):
    return {"singleValueExtendedProperties": [{"id": APPOINTMENT_OID_PROPERTY, "value": value}]}


def attendees(*mails, kind="required"):
    return [{"type": kind, "emailAddress": {"address": m, "name": m}} for m in mails]


async def test_an_event_is_read_with_all_that_a_decision_needs(calendar, anna):
    uid = await anna.books(
        sensitivity="confidential", showAs="tentative", reminderMinutesBeforeStart=20,
        attendees=attendees("beat@contoso.example") + attendees("guest@fabrikam.example",
        kind="optional") + attendees("saentis@contoso.example", kind="resource"),
        location={"displayName": "Säntis"}, **linked(OID.upper()),
    )  # fmt: skip
    found = await calendar.find_by_ical_uid(ANNA, uid)
    event = await calendar.get_event(ANNA, found.event_id)
    assert event == found
    assert (event.place, event.ical_uid) == (ANNA, uid)
    assert (event.subject, event.location, event.time) == ("Sitzung", "Säntis", at(9))
    assert event.time_zone == "Europe/Berlin", "Exchange knows it as W. Europe Standard Time"
    assert (event.kind, event.series_master, event.original_start) == (
        EventKind.SINGLE_INSTANCE, None, None,
    )  # fmt: skip
    assert (event.sensitive, event.show_as, event.reminder_minutes) == (True, ShowAs.TENTATIVE, 20)
    assert (event.is_organizer, event.organizer_address) == (True, "anna@contoso.example")
    assert (event.is_cancelled, event.is_all_day) == (False, False)
    assert [(i.address, i.role, i.answer) for i in event.invitees] == [
        (BEAT_IS_INVITED.address, AttendeeRole.REQUIRED, Answer.NONE),
        (GUEST.address, AttendeeRole.OPTIONAL, Answer.NONE),
        (THE_ROOM.address, AttendeeRole.RESOURCE, Answer.ACCEPTED),
    ]
    assert (event.appointment_oid, event.buffer) == (OID, None)
    assert (event.created_at, event.modified_at) == (START, START)


async def test_a_created_event_is_read_back_as_it_was_drafted(calendar, writes, mails):
    draft = a_draft(
        invitees=(BEAT_IS_INVITED, GUEST, THE_ROOM), venue=SAENTIS, private=True,
        show_as=ShowAs.TENTATIVE, reminder_minutes=15,
    )  # fmt: skip
    created = await calendar.create_event(ANNA, draft)
    assert writes() == 1
    assert mails() == [("invitation", ALL_ADDRESSES)]
    event = await calendar.get_event(ANNA, created.event_id)
    assert event == created
    assert (event.subject, event.time, event.location) == ("Planung", at(9), "Säntis")
    assert event.kind is EventKind.SINGLE_INSTANCE
    assert (event.is_organizer, event.organizer_address) == (True, "anna@contoso.example")
    assert (event.sensitive, event.show_as, event.reminder_minutes) == (True, ShowAs.TENTATIVE, 15)
    assert (event.appointment_oid, event.is_buffer) == (OID, False)
    assert event.time_zone == "Europe/Berlin"
    assert [(i.address, i.role) for i in event.invitees] == [
        (i.address, i.role) for i in draft.invitees
    ]


async def test_what_a_draft_leaves_open_is_as_exchange_does_it(calendar, anna, mails):
    created = await calendar.create_event(ANNA, a_draft())
    assert (created.invitees, created.location, created.sensitive) == ((), "", False)
    assert (created.show_as, mails()) == (ShowAs.BUSY, [])
    # Outlook's own default, whoever makes the event.
    assert created.reminder_minutes == 15
    silent = await calendar.create_event(ANNA, a_draft(reminder_minutes=-1, time=at(11)))
    assert silent.reminder_minutes == -1
    assert (await anna.shows(created))["body"]["content"].strip() in {"", "<html></html>"}


async def test_a_subject_is_cut_to_what_exchange_holds(calendar):
    created = await calendar.create_event(ANNA, a_draft(subject="x" * 300))
    assert len(created.subject) == 255
    changed = await calendar.update_event(created, EventChanges(subject="y" * 300))
    assert changed.subject == "y" * 255


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "UTC"])
async def test_an_event_is_entered_in_the_zone_of_its_draft(calendar, anna, zone):
    created = await calendar.create_event(ANNA, a_draft(time_zone=zone))
    assert (created.time, created.time_zone) == (at(9), zone)
    moved = await calendar.update_event(created, EventChanges(time=at(13)))
    assert (moved.time, moved.time_zone) == (at(13), zone)


async def test_an_ambiguous_hour_arrives_as_the_instant_that_was_meant(calendar):
    for time in (at(0, 30, day=25, month=10), at(1, 30, day=25, month=10)):
        created = await calendar.create_event(ANNA, a_draft(time=time))
        assert (await calendar.get_event(ANNA, created.event_id)).time == time


async def test_an_invited_room_answers_and_that_is_seen(calendar, simulator):
    created = await calendar.create_event(ANNA, a_draft(invitees=(THE_ROOM,), venue=SAENTIS))
    await simulator.agenda.run_due()
    event = await calendar.get_event(ANNA, created.event_id)
    assert event.invitees[0].answer is Answer.ACCEPTED
    assert event.version != created.version
    copy = await calendar.find_by_ical_uid(ROOM, event.ical_uid)
    assert copy is not None
    assert (copy.is_organizer, copy.event_id == event.event_id) == (False, False)
    assert (copy.own_answer, copy.time) == (Answer.ACCEPTED, event.time)
    assert copy.appointment_oid is None, "the link stays on one copy"


@pytest.mark.parametrize("reaction", ["existing", "conflict"])
async def test_the_same_transaction_creates_one_event(calendar, simulator, writes, mails, reaction):
    simulator.switches.set("transaction_id", reaction)
    draft = a_draft(invitees=(BEAT_IS_INVITED,))
    first = await calendar.create_event(ANNA, draft)
    again = await calendar.create_event(ANNA, draft)
    assert again == first
    assert len(await calendar.find_by_appointment_oid(ANNA, OID)) == 1
    assert mails() == [("invitation", [BEAT_IS_INVITED.address])]
    other = await calendar.create_event(ANNA, replace(draft, transaction_id="another"))
    assert other.event_id != first.event_id


@pytest.mark.parametrize("reaction", ["existing", "conflict"])
async def test_a_buffer_carries_a_mark_and_is_no_event_of_the_link(calendar, simulator, reaction):
    simulator.switches.set("transaction_id", reaction)
    meeting = await calendar.create_event(ROOM, a_draft())
    draft = a_draft(transaction_id="t-2", buffer=BufferKind.LEAD)
    made = await calendar.create_event(ROOM, draft)
    again = await calendar.create_event(ROOM, draft)
    mark = BufferMark(OID, BufferKind.LEAD)
    read = await calendar.get_event(ROOM, made.event_id)
    moved = await calendar.update_event(read, EventChanges(time=at(11)))
    for event in (made, again, read, moved):
        assert (event.event_id, event.buffer) == (made.event_id, mark)
        assert event.appointment_oid is None
        assert event.is_buffer
    assert [e.event_id for e in await calendar.find_buffers(ROOM, mark)] == [made.event_id]
    assert [e.event_id for e in await calendar.find_by_appointment_oid(ROOM, OID)] == [
        meeting.event_id
    ]
    assert await calendar.find_buffers(ROOM, BufferMark(OID, BufferKind.FOLLOW_UP)) == []


class TestAChange:
    """What `update_event` writes, and what it leaves alone."""

    @pytest.mark.parametrize(
        "field",
        ["subject", "time", "venue", "clear_venue", "private", "show_as", "reminder_minutes",
         "reminder off", "appointment_oid", "invitees", "nobody"],
    )  # fmt: skip
    async def test_of_one_field_changes_that_and_no_other(self, calendar, anna, writes, field):
        """Field by field: whatever else the event shows stays, its body and answers too."""
        await anna.books(
            subject="Planung", body={"contentType": "html", "content": "<p>Agenda</p>"},
            attendees=attendees("beat@contoso.example", "saentis@contoso.example"),
            location={"displayName": "Säntis"}, reminderMinutesBeforeStart=15,
            categories=["Wichtig"], **linked(OID),
        )  # fmt: skip
        (event,) = await calendar.find_by_appointment_oid(ANNA, OID)
        before = await anna.shows(event)
        writes()
        people = (*event.invitees[:1], GUEST)
        change, shown = {
            "subject": ({"subject": "Neu"}, {"subject": "Neu"}),
            "time": ({"time": at(11)}, {"time": at(11)}),
            "venue": ({"venue": Venue("Eiger")}, {"location": "Eiger"}),
            "clear_venue": ({"clear_venue": True}, {"location": ""}),
            "private": ({"private": True}, {"sensitive": True}),
            "show_as": ({"show_as": ShowAs.OUT_OF_OFFICE}, {"show_as": ShowAs.OUT_OF_OFFICE}),
            "reminder_minutes": ({"reminder_minutes": 5}, {"reminder_minutes": 5}),
            "reminder off": ({"reminder_minutes": -1}, {"reminder_minutes": -1}),
            "appointment_oid": ({"appointment_oid": OTHER}, {"appointment_oid": OTHER}),
            "invitees": ({"invitees": people}, {"invitees": people}),
            "nobody": ({"invitees": ()}, {"invitees": ()}),
        }[field]
        changed = await calendar.update_event(event, EventChanges(**change))
        assert writes() == 1
        assert changed == await calendar.get_event(ANNA, event.event_id)
        expected = replace(event, version=changed.version, modified_at=changed.modified_at, **shown)
        assert without_answers(changed) == without_answers(expected)
        after = await anna.shows(event)
        for untouched in ("body", "categories", "importance", "hasAttachments"):
            assert after[untouched] == before[untouched]

    async def test_of_several_fields_is_one_write(self, calendar, simulator, writes):
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
        await simulator.agenda.run_due()
        event = await calendar.get_event(ANNA, event.event_id)
        writes()
        changed = await calendar.update_event(
            event, EventChanges(invitees=(BEAT_IS_INVITED, THE_ROOM), venue=SAENTIS, time=at(11))
        )
        assert writes() == 1
        assert [i.address for i in changed.invitees] == [BEAT_IS_INVITED.address, THE_ROOM.address]
        assert (changed.location, changed.time, changed.appointment_oid) == ("Säntis", at(11), OID)
        cleared = await calendar.update_event(
            changed, EventChanges(invitees=(BEAT_IS_INVITED,), clear_venue=True)
        )
        assert (cleared.location, len(cleared.invitees)) == ("", 1)

    async def test_that_nothing_would_show_is_not_written(self, calendar, anna, writes):
        uid = await anna.books(sensitivity="confidential")
        event = await calendar.find_by_ical_uid(ANNA, uid)
        assert await calendar.update_event(event, EventChanges(private=True)) == event
        assert await calendar.update_event(event, EventChanges()) == event
        assert writes() == 0
        assert (await anna.shows(event))["sensitivity"] == "confidential"

    async def test_of_what_somebody_changed_meanwhile_is_refused(self, calendar, anna):
        event = await calendar.create_event(ANNA, a_draft())
        await anna.changes(event, subject="Von Anna")
        with pytest.raises(StaleVersionError):
            await calendar.update_event(event, EventChanges(subject="Von uns"))
        now = await calendar.get_event(ANNA, event.event_id)
        assert now.subject == "Von Anna"
        free = replace(event, version="")
        assert (await calendar.update_event(free, EventChanges(reminder_minutes=5))).subject == (
            "Von Anna"
        )

    async def test_of_a_body_s_event_leaves_the_way_into_the_online_meeting(self, calendar, anna):
        uid = await anna.books(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness")
        event = await calendar.find_by_ical_uid(ANNA, uid)
        made = await anna.shows(event)
        await calendar.update_event(event, EventChanges(subject="Neu", time=at(13), private=True))
        after = await anna.shows(event)
        assert after["onlineMeeting"]["joinUrl"] == made["onlineMeeting"]["joinUrl"]
        assert after["body"] == made["body"]

    async def test_of_reminder_and_free_busy_switches_them(self, calendar):
        event = await calendar.create_event(ANNA, a_draft(reminder_minutes=30))
        off = await calendar.update_event(
            event, EventChanges(reminder_minutes=-1, show_as=ShowAs.OUT_OF_OFFICE)
        )
        assert (off.reminder_minutes, off.show_as) == (-1, ShowAs.OUT_OF_OFFICE)
        on = await calendar.update_event(off, EventChanges(reminder_minutes=5, private=True))
        assert (on.reminder_minutes, on.sensitive) == (5, True)
        public = await calendar.update_event(on, EventChanges(private=False))
        assert public.sensitive is False

    async def test_of_the_link_replaces_the_old_one(self, calendar):
        event = await calendar.create_event(ANNA, a_draft())
        changed = await calendar.update_event(event, EventChanges(appointment_oid=OTHER))
        assert changed.appointment_oid == OTHER
        assert await calendar.find_by_appointment_oid(ANNA, OID) == []
        assert await calendar.find_by_appointment_oid(ANNA, OTHER) == [changed]

    async def test_of_what_lies_in_deleted_items_finds_it_gone(self, calendar, anna):
        event = await calendar.create_event(ANNA, a_draft())
        await anna.deletes(event)
        with pytest.raises(NotFoundError):
            await calendar.update_event(event, EventChanges(subject="zu spät"))

    async def test_a_change_is_told_to_those_whom_it_concerns(self, calendar, mails):
        """What people can see goes to all of them, who came or went is told alone."""
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED, THE_ROOM)))
        mails()
        quiet = EventChanges(show_as=ShowAs.OUT_OF_OFFICE, reminder_minutes=-1, private=True,
                             appointment_oid=OTHER)  # fmt: skip
        event = await calendar.update_event(event, quiet)
        assert mails() == []
        event = await calendar.update_event(event, EventChanges(subject="Neu", time=at(11)))
        assert mails() == [("update", [BEAT_IS_INVITED.address, THE_ROOM.address])]
        event = await calendar.update_event(event, EventChanges(invitees=(BEAT_IS_INVITED, GUEST)))
        assert sorted(mails()) == [
            ("cancellation", [THE_ROOM.address]), ("invitation", [GUEST.address]),
        ]  # fmt: skip

    async def test_that_says_what_is_there_already_tells_nobody(self, calendar, mails):
        """As after a write whose answer was lost: what is written again is no change."""
        people = (BEAT_IS_INVITED, THE_ROOM)
        event = await calendar.create_event(ANNA, a_draft(invitees=people, venue=SAENTIS))
        mails()
        same = EventChanges(
            subject=event.subject, time=event.time, venue=SAENTIS, invitees=people,
            show_as=event.show_as, reminder_minutes=event.reminder_minutes,
        )  # fmt: skip
        again = await calendar.update_event(event, same)
        assert mails() == []
        assert without_answers(again) == without_answers(
            replace(event, version=again.version, modified_at=again.modified_at)
        )


def without_answers(event):
    """Return an event whose people have not answered: a changed time asks them again."""
    people = sorted((i.address, i.role) for i in event.invitees)
    return replace(event, invitees=tuple(people))


async def test_an_attendee_without_address_is_not_lost(calendar, anna, way):
    nameless = {"type": "required", "emailAddress": {"name": "Frau Muster"}}
    event = await calendar.find_by_ical_uid(ANNA, await anna.books(attendees=[nameless]))
    assert [(i.address, i.name) for i in event.invitees] == [("", "Frau Muster")]
    changes = EventChanges(invitees=(*event.invitees, THE_ROOM), venue=SAENTIS)
    event = await calendar.update_event(event, changes)
    assert [i.name for i in event.invitees] == ["Frau Muster", "Säntis"]
    changes = EventChanges(invitees=(*event.invitees, BEAT_IS_INVITED))
    event = await calendar.update_event(event, changes)
    if way == "ews":
        pytest.skip("UpdateItem takes no attendee without an address: a list that changes loses it")
    assert sorted(i.name for i in event.invitees) == ["Beat Kunz", "Frau Muster", "Säntis"]


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati", "Europe/Zurich"])
async def test_an_all_day_event_is_whole_days_of_its_own_zone(calendar, anna, zone):
    """Three days, over the beginning of summer time; the end is the midnight after the last."""
    event = await calendar.find_by_ical_uid(ANNA, await anna.books(**days("03-28", "03-31", zone)))
    own = ZoneInfo(event.time_zone)
    assert event.is_all_day
    assert event.time == Interval(
        datetime(2026, 3, 28, tzinfo=own), datetime(2026, 3, 31, tzinfo=own)
    )
    longer = Interval(event.time.start, datetime(2026, 4, 1, tzinfo=own))
    moved = await calendar.update_event(event, EventChanges(time=longer))
    assert (moved.is_all_day, moved.time) == (True, longer)
    shown = await anna.shows(moved)
    bounds = (longer.start, longer.end)
    assert [shown[name]["dateTime"][:16] for name in ("start", "end")] == [
        f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}" for moment in bounds
    ]
    timed = await calendar.update_event(moved, EventChanges(time=at(9)))
    assert (timed.is_all_day, timed.time) == (False, at(9))


async def test_one_day_is_one_day(calendar, anna):
    event = await calendar.find_by_ical_uid(ANNA, await anna.books(**days("03-03", "03-04")))
    assert event.time.end - event.time.start == timedelta(days=1)
    renamed = await calendar.update_event(event, EventChanges(subject="Frei"))
    assert (renamed.time, renamed.is_all_day) == (event.time, True)


@pytest.mark.parametrize("stored", ["tzone://Microsoft/Custom", "tzone://Microsoft/Utc"])
async def test_a_zone_without_a_name_falls_back_to_the_mailboxes(calendar, load, simulator, stored):
    """One odd zone takes no other event along."""
    odd = an_event(originalStartTimeZone=stored, originalEndTimeZone=stored)
    events = [{"mailbox": "anna@contoso.example", "event": one} for one in (odd, an_event())]
    load(simulator, events=events)
    listed = [event async for event in calendar.list_events(ANNA, WINDOW)]
    assert len(listed) == 2
    (event,) = [e for e in listed if e.time_zone != "Europe/Berlin"] or listed[:1]
    assert event.time_zone in (
        {"UTC"} if stored.endswith("Utc") else {"Europe/Zurich", "Europe/Berlin"}
    )
    moved = await calendar.update_event(event, EventChanges(time=at(20)))
    assert moved.time == at(20)


class TestFinding:
    async def test_by_link_goes_over_pages_and_stays_in_the_mailbox(self, calendar):
        for hour in (8, 9, 10, 11, 12):
            await calendar.create_event(ANNA, a_draft(time=at(hour)))
        assert len(await calendar.find_by_appointment_oid(ANNA, OID)) == 5
        assert await calendar.find_by_appointment_oid(BEAT, OID) == []
        assert await calendar.find_by_appointment_oid(ANNA, OTHER) == []

    async def test_by_link_takes_any_spelling(self, calendar):
        made = await calendar.create_event(ANNA, a_draft(appointment_oid=MappingId(OID.upper())))
        assert made.appointment_oid == OID
        assert await calendar.find_by_appointment_oid(ANNA, MappingId(OID.upper())) == [made]

    async def test_by_the_shared_id_finds_each_mailboxes_copy(self, calendar, simulator):
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
        await simulator.agenda.run_due()
        copy = await calendar.find_by_ical_uid(BEAT, event.ical_uid)
        assert copy is not None
        assert (copy.organizer_address, copy.place) == ("anna@contoso.example", BEAT)
        assert copy.own_answer is Answer.NOT_RESPONDED
        assert await calendar.find_by_ical_uid(BEAT, ICalUid("it's nobody's")) is None

    async def test_what_was_deleted_is_not_found_any_more(self, calendar):
        event = await calendar.create_event(ANNA, a_draft())
        await calendar.delete_event(ANNA, event.event_id)
        assert await calendar.find_by_ical_uid(ANNA, event.ical_uid) is None
        assert await calendar.find_by_appointment_oid(ANNA, OID) == []


class TestTheWindow:
    async def test_shows_every_event_in_it_with_its_link(self, calendar):
        inside = [
            await calendar.create_event(ANNA, a_draft(time=at(hour))) for hour in range(8, 13)
        ]
        await calendar.create_event(ANNA, a_draft(time=at(9, day=20)))
        listed = [event async for event in calendar.list_events(ANNA, at(0, hours=24))]
        assert listed == inside

    async def test_shows_what_overlaps_it_and_not_what_touches_it(self, calendar):
        for hour in (8, 9, 10, 11):
            await calendar.create_event(ANNA, a_draft(time=at(hour)))
        listed = [e.time async for e in calendar.list_events(ANNA, at(9, 30, hours=1.5))]
        assert listed == [at(9), at(10)]

    async def test_of_an_empty_mailbox_shows_nothing(self, calendar):
        assert [event async for event in calendar.list_events(BEAT, WINDOW)] == []

    async def test_is_looked_through_to_its_end(self, calendar):
        events = [
            await calendar.create_event(ANNA, a_draft(time=at(hour))) for hour in range(8, 13)
        ]
        assert await calendar.is_in_calendar(ANNA, events[-1].event_id, WINDOW)
        assert not await calendar.is_in_calendar(ANNA, events[-1].event_id, at(8))

    async def test_shows_what_is_not_ours_too(self, calendar, anna):
        await anna.books(**times("03-03", "08:00", "08:30"))
        (event,) = [e async for e in calendar.list_events(ANNA, WINDOW)]
        assert (event.appointment_oid, event.time) == (None, at(7, hours=0.5))


class TestTheEnd:
    async def test_of_an_event_is_final_and_may_come_twice(self, calendar):
        event = await calendar.create_event(ANNA, a_draft())
        assert await calendar.is_in_calendar(ANNA, event.event_id, WINDOW)
        await calendar.delete_event(ANNA, event.event_id)
        await calendar.delete_event(ANNA, event.event_id)
        assert not await calendar.is_in_calendar(ANNA, event.event_id, WINDOW)
        with pytest.raises(NotFoundError):
            await calendar.get_event(ANNA, event.event_id)

    async def test_by_deletion_leaves_it_in_deleted_items_and_is_told(
        self, calendar, simulator, mails
    ):
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
        await simulator.agenda.run_due()
        mails()
        await calendar.delete_event(ANNA, event.event_id)
        await simulator.agenda.run_due()
        assert mails() == [("cancellation", [BEAT_IS_INVITED.address])]
        mailbox = simulator.model.directory.find("anna@contoso.example")
        assert [item.is_deleted for item in simulator.model.store.items(mailbox.guid)] == [True]

    async def test_by_cancelling_tells_everybody_why(self, calendar, simulator, mails):
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED, THE_ROOM)))
        await simulator.agenda.run_due()
        mails()
        await calendar.cancel_event(ANNA, event.event_id, "Abgesagt")
        await simulator.agenda.run_due()
        assert [kind for kind, _ in mails()] == ["cancellation"]
        assert await calendar.find_by_ical_uid(ANNA, event.ical_uid) is None
        copy = await calendar.find_by_ical_uid(BEAT, event.ical_uid)
        assert copy is None or copy.is_cancelled
        assert await calendar.find_by_ical_uid(ROOM, event.ical_uid) is None
        await calendar.cancel_event(ANNA, event.event_id, "Schon fort")
        assert mails() == []

    async def test_by_cancelling_is_the_organizer_s_affair(self, calendar, simulator):
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
        await simulator.agenda.run_due()
        copy = await calendar.find_by_ical_uid(BEAT, event.ical_uid)
        with pytest.raises(InvalidPayloadError):
            await calendar.cancel_event(BEAT, copy.event_id, "Nicht mein Termin")
        assert await calendar.get_event(BEAT, copy.event_id)

    async def test_by_cancelling_takes_somebody_to_tell(self, calendar, simulator):
        """Where nobody is invited it may have to be deleted instead."""
        simulator.switches.set("cancel_alone", "refused")
        event = await calendar.create_event(ROOM, a_draft())
        with pytest.raises(InvalidPayloadError):
            await calendar.cancel_event(ROOM, event.event_id, "Wem?")
        await calendar.delete_event(ROOM, event.event_id)
        assert not await calendar.is_in_calendar(ROOM, event.event_id, WINDOW)

    async def test_of_a_room_s_own_item_by_cancelling_is_told_with_a_word(
        self, calendar, simulator
    ):
        event = await calendar.create_event(ROOM, a_draft(invitees=(BEAT_IS_INVITED,)))
        await simulator.agenda.run_due()
        await calendar.cancel_event(ROOM, event.event_id, "Bitte über das eigene Postfach.")
        await simulator.agenda.run_due()
        assert not await calendar.is_in_calendar(ROOM, event.event_id, WINDOW)
        mail = simulator.controls.mails.since(0)[-1]
        assert (mail.kind, mail.to, mail.text) == (
            "cancellation", [BEAT_IS_INVITED.address], "Bitte über das eigene Postfach.",
        )  # fmt: skip

    async def test_of_a_copy_by_declining_is_told_to_the_organizer(
        self, calendar, simulator, mails
    ):
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
        await simulator.agenda.run_due()
        copy = await calendar.find_by_ical_uid(BEAT, event.ical_uid)
        mails()
        await calendar.decline(BEAT, copy.event_id, "Keine Zeit")
        await simulator.agenda.run_due()
        assert mails() == [("response", ["anna@contoso.example"])]
        assert simulator.controls.mails.since(0)[-1].text == "Keine Zeit"
        assert not await calendar.is_in_calendar(BEAT, copy.event_id, WINDOW)
        (invitee,) = (await calendar.get_event(ANNA, event.event_id)).invitees
        assert invitee.answer is Answer.DECLINED
        await calendar.decline(BEAT, copy.event_id, "Noch einmal")
        assert mails() == []

    async def test_by_declining_is_silent_where_nobody_wants_answers(self, calendar, anna, mails):
        room = attendees("saentis@contoso.example", kind="resource")
        uid = await anna.books(attendees=room, responseRequested=False)
        copy = await calendar.find_by_ical_uid(ROOM, uid)
        mails()
        await calendar.decline(ROOM, copy.event_id, "gesperrt")
        assert not await calendar.is_in_calendar(ROOM, copy.event_id, WINDOW)
        assert mails() == []

    async def test_by_declining_is_not_the_organizer_s_way(self, calendar):
        event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
        with pytest.raises(InvalidPayloadError):
            await calendar.decline(ANNA, event.event_id, "Nicht meine Einladung")

    async def test_of_a_room_s_copy_by_declining_frees_the_room(self, calendar, simulator):
        event = await calendar.create_event(ANNA, a_draft(invitees=(THE_ROOM,), venue=SAENTIS))
        await simulator.agenda.run_due()
        copy = await calendar.find_by_ical_uid(ROOM, event.ical_uid)
        await calendar.decline(ROOM, copy.event_id, "Belegt")
        await simulator.agenda.run_due()
        assert [e async for e in calendar.list_events(ROOM, WINDOW)] == []
        (room,) = (await calendar.get_event(ANNA, event.event_id)).invitees
        assert room.answer is Answer.DECLINED


async def test_what_nobody_has_is_not_found(calendar):
    made = await calendar.create_event(ANNA, a_draft())
    await calendar.delete_event(ANNA, made.event_id)
    with pytest.raises(NotFoundError):
        await calendar.get_event(ANNA, made.event_id)
    with pytest.raises((NotFoundError, InvalidPayloadError)):
        await calendar.get_event(ANNA, EventId("no id at all"))
