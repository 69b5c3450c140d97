"""What the adapter writes to and reads from Exchange, against the simulator."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.link_property import LinkProperty
from core.domain.buffer_mark import BufferKind, BufferMark
from core.domain.changes import EventChanges, Venue
from core.domain.event import Answer, AttendeeRole, EventKind, Invitee
from core.domain.ids import EventId, ICalUid, MappingId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.errors import AlreadyExistsError, NotFoundError, StaleVersionError
from devstack.kit.world import World
from tests.contract.adapters.graph.conftest import (
    ANNA,
    BEAT,
    OID,
    ROOM,
    WINDOW,
    a_draft,
    an_event,
    at,
    requests_to,
)

BEAT_IS_INVITED = Invitee("beat@contoso.example", "Beat Kunz", AttendeeRole.REQUIRED)
GUEST = Invitee("guest@fabrikam.example", "Guest", AttendeeRole.OPTIONAL)
THE_ROOM = Invitee("saentis@contoso.example", "Säntis", AttendeeRole.RESOURCE)
SAENTIS = Venue("Säntis", "saentis@contoso.example")


async def test_a_created_event_is_read_back_as_it_was_drafted(calendar):
    draft = a_draft(
        invitees=(BEAT_IS_INVITED, GUEST),
        venue=SAENTIS,
        private=True,
        show_as=ShowAs.TENTATIVE,
        reminder_minutes=15,
    )
    created = await calendar.create_event(ANNA, draft)
    event = await calendar.get_event(ANNA, created.event_id)
    assert event == created
    assert (event.subject, event.time, event.location) == ("Planung", at(9), "Säntis")
    assert event.kind is EventKind.SINGLE_INSTANCE
    assert event.is_organizer
    assert event.organizer_address == "anna@contoso.example"
    assert (event.sensitive, event.show_as, event.reminder_minutes) == (True, ShowAs.TENTATIVE, 15)
    assert event.appointment_oid == OID
    assert event.time_zone == "Europe/Berlin", "Exchange knows it as W. Europe Standard Time"
    assert [(i.address, i.role) for i in event.invitees] == [
        (BEAT_IS_INVITED.address, AttendeeRole.REQUIRED),
        (GUEST.address, AttendeeRole.OPTIONAL),
    ]


async def test_an_invited_room_answers_and_that_is_seen(calendar, simulator):
    created = await calendar.create_event(ANNA, a_draft(invitees=(THE_ROOM,), venue=SAENTIS))
    await simulator.agenda.run_due()
    event = await calendar.get_event(ANNA, created.event_id)
    assert event.invitees[0].answer is Answer.ACCEPTED
    assert event.version != created.version
    copy = await calendar.find_by_ical_uid(ROOM, event.ical_uid)
    assert copy is not None
    assert (copy.is_organizer, copy.event_id == event.event_id) == (False, False)
    assert copy.appointment_oid is None, "the link stays on one copy"


@pytest.mark.parametrize("reaction", ["existing", "conflict"])
async def test_the_same_transaction_creates_one_event(calendar, simulator, reaction):
    simulator.switches.set("transaction_id", reaction)
    draft = a_draft()
    first = await calendar.create_event(ANNA, draft)
    again = await calendar.create_event(ANNA, draft)
    assert again == first
    assert len(await calendar.find_by_appointment_oid(ANNA, OID)) == 1


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


@pytest.mark.over_http
async def test_a_conflict_without_an_event_of_ours_is_told(calendar, control):
    conflict = {"status": 409, "body": {"error": {"code": "ErrorDuplicateTransactionId"}}}
    await control("faults", {"match": {"path": "/events$"}, "times": 1, "do": conflict})
    with pytest.raises(AlreadyExistsError):
        await calendar.create_event(ANNA, a_draft())


@pytest.mark.over_http
async def test_create_carries_link_and_transaction_in_one_request(calendar, simulator):
    await calendar.create_event(ANNA, a_draft(transaction_id="t-1", venue=SAENTIS))
    (post,) = requests_to(simulator, "event.create")
    assert post.body["transactionId"] == "t-1"
    assert post.body["singleValueExtendedProperties"] == [{"id": LinkProperty().id, "value": OID}]
    assert post.body["start"] == {"dateTime": "2026-03-03T10:00:00", "timeZone": "Europe/Zurich"}
    assert post.body["location"] == {
        "displayName": "Säntis",
        "locationType": "conferenceRoom",
        "locationUri": "saentis@contoso.example",
        "locationEmailAddress": "saentis@contoso.example",
        "uniqueId": "saentis@contoso.example",
        "uniqueIdType": "directory",
    }
    assert "body" not in post.body


@pytest.mark.over_http
async def test_an_update_sends_what_changes_and_nothing_else(calendar, simulator):
    event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
    await calendar.update_event(event, EventChanges(subject="Neu"))
    (patch,) = requests_to(simulator, "event.update")
    assert patch.body == {"subject": "Neu"}


@pytest.mark.over_http
async def test_a_room_change_swaps_attendee_and_location_in_one_request(calendar, simulator):
    event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
    await simulator.agenda.run_due()
    event = await calendar.get_event(ANNA, event.event_id)
    changed = await calendar.update_event(
        event, EventChanges(invitees=(BEAT_IS_INVITED, THE_ROOM), venue=SAENTIS, time=at(11))
    )
    assert [i.address for i in changed.invitees] == [BEAT_IS_INVITED.address, THE_ROOM.address]
    assert (changed.location, changed.time, changed.appointment_oid) == ("Säntis", at(11), OID)
    (patch,) = requests_to(simulator, "event.update")
    assert all("status" not in line for line in patch.body["attendees"])
    cleared = await calendar.update_event(
        changed, EventChanges(invitees=(BEAT_IS_INVITED,), clear_venue=True)
    )
    assert (cleared.location, len(cleared.invitees)) == ("", 1)


async def test_an_attendee_without_address_is_not_lost(calendar, outlook):
    nameless = {"type": "required", "emailAddress": {"name": "Frau Muster"}}
    made = await outlook("anna@contoso.example", "POST", "events", an_event(attendees=[nameless]))
    event = await calendar.get_event(ANNA, EventId(made["id"]))
    assert [(i.address, i.name) for i in event.invitees] == [("", "Frau Muster")]
    changed = await calendar.update_event(
        event, EventChanges(invitees=(*event.invitees, THE_ROOM), venue=SAENTIS)
    )
    assert [i.name for i in changed.invitees] == ["Frau Muster", "Säntis"]


async def test_an_event_that_changed_meanwhile_is_not_overwritten(calendar, outlook):
    event = await calendar.create_event(ANNA, a_draft())
    path = f"events/{event.event_id}"
    await outlook("anna@contoso.example", "PATCH", path, {"subject": "Von Anna"})
    with pytest.raises(StaleVersionError):
        await calendar.update_event(event, EventChanges(subject="Von uns"))
    assert (await calendar.get_event(ANNA, event.event_id)).subject == "Von Anna"


async def test_what_an_event_shows_already_is_not_written(calendar, outlook, simulator):
    made = await outlook(
        "anna@contoso.example", "POST", "events", an_event(sensitivity="confidential")
    )
    event = await calendar.get_event(ANNA, EventId(made["id"]))
    assert await calendar.update_event(event, EventChanges(private=True)) == event
    assert await calendar.update_event(event, EventChanges()) == event
    assert requests_to(simulator, "event.update") == []


async def test_the_body_of_an_event_survives_an_update(calendar, outlook):
    made = await outlook(
        "anna@contoso.example",
        "POST",
        "events",
        an_event(isOnlineMeeting=True, onlineMeetingProvider="teamsForBusiness"),
    )
    event = await calendar.get_event(ANNA, EventId(made["id"]))
    await calendar.update_event(event, EventChanges(subject="Neu", time=at(13), private=True))
    after = await outlook("anna@contoso.example", "GET", f"events/{event.event_id}")
    assert after["onlineMeeting"]["joinUrl"] == made["onlineMeeting"]["joinUrl"]
    assert after["body"] == made["body"]


async def test_reminder_and_free_busy_are_switched(calendar):
    event = await calendar.create_event(ANNA, a_draft(reminder_minutes=30))
    off = await calendar.update_event(
        event, EventChanges(reminder_minutes=-1, show_as=ShowAs.OUT_OF_OFFICE)
    )
    assert (off.reminder_minutes, off.show_as) == (-1, ShowAs.OUT_OF_OFFICE)
    on = await calendar.update_event(off, EventChanges(reminder_minutes=5, private=True))
    assert (on.reminder_minutes, on.sensitive) == (5, True)


async def test_a_new_link_replaces_the_old_one(calendar):
    event = await calendar.create_event(ANNA, a_draft())
    other = MappingId("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d")
    changed = await calendar.update_event(event, EventChanges(appointment_oid=other))
    assert changed.appointment_oid == other
    assert await calendar.find_by_appointment_oid(ANNA, OID) == []
    assert await calendar.find_by_appointment_oid(ANNA, other) == [changed]


@pytest.mark.parametrize("guid", ["lower", "as_sent"])
async def test_the_link_is_found_however_its_id_and_value_are_spelt(
    connection, simulator, clock, guid
):
    simulator.switches.set("property_guid", guid)
    upper = "String {00337680-3E6D-4C15-97A0-97C65A1B1A23} Name AppointmentOid"
    writer = GraphCalendar(connection, clock, LinkProperty(upper))
    reader = GraphCalendar(connection, clock)
    event = await writer.create_event(ANNA, a_draft(appointment_oid=MappingId(OID.upper())))
    assert (await reader.get_event(ANNA, event.event_id)).appointment_oid == OID
    (found,) = await reader.find_by_appointment_oid(ANNA, MappingId(OID.upper()))
    assert found.appointment_oid == OID


async def test_all_events_with_a_link_are_found_over_pages(calendar):
    for hour in (8, 9, 10, 11, 12):
        await calendar.create_event(ANNA, a_draft(time=at(hour)))
    assert len(await calendar.find_by_appointment_oid(ANNA, OID)) == 5
    assert await calendar.find_by_appointment_oid(BEAT, OID) == []


async def test_a_meeting_is_found_in_each_mailbox_by_its_shared_id(calendar, simulator):
    event = await calendar.create_event(ANNA, a_draft(invitees=(BEAT_IS_INVITED,)))
    await simulator.agenda.run_due()
    copy = await calendar.find_by_ical_uid(BEAT, event.ical_uid)
    assert copy is not None
    assert copy.organizer_address == "anna@contoso.example"
    assert copy.place == BEAT
    assert await calendar.find_by_ical_uid(BEAT, ICalUid("it's nobody's")) is None


async def test_a_deleted_event_is_gone_from_view_and_deleting_again_is_fine(calendar):
    event = await calendar.create_event(ANNA, a_draft())
    assert await calendar.is_in_calendar(ANNA, event.event_id, WINDOW)
    await calendar.delete_event(ANNA, event.event_id)
    await calendar.delete_event(ANNA, event.event_id)
    assert not await calendar.is_in_calendar(ANNA, event.event_id, WINDOW)
    with pytest.raises(NotFoundError):
        await calendar.get_event(ANNA, event.event_id)


async def test_an_event_in_deleted_items_cannot_be_updated_and_counts_as_gone(calendar, outlook):
    event = await calendar.create_event(ANNA, a_draft())
    await outlook("anna@contoso.example", "DELETE", f"events/{event.event_id}")
    with pytest.raises(NotFoundError):
        await calendar.update_event(event, EventChanges(subject="zu spät"))


async def test_an_event_is_looked_for_on_every_page_of_the_view(calendar):
    events = [await calendar.create_event(ANNA, a_draft(time=at(hour))) for hour in range(8, 13)]
    assert await calendar.is_in_calendar(ANNA, events[-1].event_id, WINDOW)
    assert not await calendar.is_in_calendar(ANNA, events[-1].event_id, at(8))


async def test_listing_brings_every_event_of_the_window_with_its_link(calendar):
    inside = [await calendar.create_event(ANNA, a_draft(time=at(hour))) for hour in range(8, 13)]
    await calendar.create_event(ANNA, a_draft(time=at(9, day=20)))
    listed = [event async for event in calendar.list_events(ANNA, at(0, hours=24))]
    assert listed == inside


async def test_an_empty_mailbox_lists_nothing(calendar):
    assert [event async for event in calendar.list_events(BEAT, WINDOW)] == []


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati", "Europe/Zurich"])
async def test_an_all_day_event_is_whole_days_of_its_own_zone(calendar, outlook, zone):
    days = an_event(
        isAllDay=True,
        start={"dateTime": "2026-03-28T00:00:00", "timeZone": zone},
        end={"dateTime": "2026-03-31T00:00:00", "timeZone": zone},
    )
    made = await outlook("anna@contoso.example", "POST", "events", days)
    event = await calendar.get_event(ANNA, EventId(made["id"]))
    own = ZoneInfo(event.time_zone)
    assert event.is_all_day
    assert event.time == Interval(
        datetime(2026, 3, 28, tzinfo=own), datetime(2026, 3, 31, tzinfo=own)
    )
    longer = Interval(event.time.start, datetime(2026, 4, 1, tzinfo=own))
    moved = await calendar.update_event(event, EventChanges(time=longer))
    assert (moved.is_all_day, moved.time) == (True, longer)
    timed = await calendar.update_event(moved, EventChanges(time=at(9)))
    assert (timed.is_all_day, timed.time) == (False, at(9))


@pytest.mark.parametrize("stored", ["tzone://Microsoft/Custom", "tzone://Microsoft/Utc"])
async def test_a_zone_without_a_name_falls_back_to_the_mailboxes(calendar, simulator, stored):
    simulator.load(
        World.model_validate(
            {
                "start": "2026-03-02T07:00:00Z",
                "environments": [{"id": "contoso", "domains": ["contoso.example"]}],
                "persons": [
                    {
                        "mail": "anna@contoso.example",
                        "name": "Anna",
                        "rooms_id": 11,
                        "time_zone": "America/New_York",
                    }
                ],
                "events": [
                    {
                        "mailbox": "anna@contoso.example",
                        "event": an_event(originalStartTimeZone=stored, originalEndTimeZone=stored),
                    }
                ],
            }
        )
    )
    (event,) = [event async for event in calendar.list_events(ANNA, WINDOW)]
    assert event.time_zone == ("UTC" if stored.endswith("Utc") else "America/New_York")
    moved = await calendar.update_event(event, EventChanges(time=at(20)))
    assert moved.time == at(20)
    asked = len(requests_to(simulator, "settings.read"))
    assert asked == (0 if stored.endswith("Utc") else 1)


@pytest.mark.over_http
async def test_without_the_right_to_ask_for_its_zone_the_settings_stand_in(
    calendar, outlook, control, simulator
):
    made = await outlook("anna@contoso.example", "POST", "events", an_event())
    legacy = {**made, "originalStartTimeZone": "tzone://Microsoft/Custom"}
    answer = {"status": 200, "body": legacy}
    await control("faults", {"match": {"path": "/events/"}, "times": 2, "do": answer})
    await control(
        "faults", {"match": {"path": "mailboxSettings"}, "times": 1, "do": {"status": 403}}
    )
    for _ in range(2):
        event = await calendar.get_event(ANNA, EventId(made["id"]))
        assert event.time_zone == "Europe/Zurich"
    asked = [line for line in requests_to(simulator) if "mailboxSettings" in line.path]
    assert len(asked) == 1


async def test_an_ambiguous_hour_arrives_as_the_instant_that_was_meant(calendar):
    for time in (at(0, 30, day=25, month=10), at(1, 30, day=25, month=10)):
        created = await calendar.create_event(ANNA, a_draft(time=time))
        assert (await calendar.get_event(ANNA, created.event_id)).time == time
