"""What the adapter sends for an event; what comes of it is told in the folder `calendar`."""

import pytest

from core.adapters.exchange.link_property import LinkProperty
from core.adapters.graph.calendar import GraphCalendar
from core.domain.changes import EventChanges, Venue
from core.domain.event import AttendeeRole, Invitee
from core.domain.ids import EventId, MappingId
from core.errors import AlreadyExistsError
from devstack.kit.world import World
from tests.contract.adapters.graph.conftest import (
    ANNA,
    OID,
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
    await calendar.update_event(
        event, EventChanges(invitees=(BEAT_IS_INVITED, THE_ROOM), venue=SAENTIS, time=at(11))
    )
    (patch,) = requests_to(simulator, "event.update")
    assert set(patch.body) == {"start", "end", "attendees", "location", "locations"}
    assert all("status" not in line for line in patch.body["attendees"])


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


async def test_an_event_has_a_link_for_people(calendar):
    event = await calendar.create_event(ANNA, a_draft())
    assert event.web_link.startswith("https://")
