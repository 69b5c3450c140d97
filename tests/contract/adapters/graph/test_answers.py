"""What the adapter answers for a resource: no, and off (D3, D5, D6)."""

import pytest

from core.domain.event import Answer, AttendeeRole, Invitee
from core.domain.ids import EventId
from core.errors import InvalidPayloadError
from tests.contract.adapters.graph.conftest import ANNA, ROOM, WINDOW, a_draft, an_event

pytestmark = pytest.mark.over_http

THE_ROOM = Invitee("saentis@contoso.example", "Säntis", AttendeeRole.RESOURCE)
INVITES_THE_ROOM = [
    {"type": "resource", "emailAddress": {"address": "saentis@contoso.example"}},
]
INVITES_BEAT = [
    {"type": "required", "emailAddress": {"address": "beat@contoso.example"}},
]


async def test_a_declined_request_frees_the_room_and_tells_the_organizer_why(calendar, simulator):
    event = await calendar.create_event(ANNA, a_draft(invitees=(THE_ROOM,)))
    await simulator.agenda.run_due()
    copy = await calendar.find_by_ical_uid(ROOM, event.ical_uid)
    await calendar.decline(ROOM, copy.event_id, "Die Ressource ist gesperrt.")
    await simulator.agenda.run_due()
    assert not await calendar.is_in_calendar(ROOM, copy.event_id, WINDOW)
    answered = await calendar.get_event(ANNA, event.event_id)
    assert answered.invitees[0].answer is Answer.DECLINED
    mail = simulator.controls.mails.since(0)[-1]
    assert (mail.kind, mail.to, mail.text) == (
        "response",
        ["anna@contoso.example"],
        "Die Ressource ist gesperrt.",
    )


async def test_declining_what_is_gone_is_fine(calendar, simulator):
    event = await calendar.create_event(ANNA, a_draft(invitees=(THE_ROOM,)))
    await simulator.agenda.run_due()
    copy = await calendar.find_by_ical_uid(ROOM, event.ical_uid)
    await calendar.decline(ROOM, copy.event_id, "")
    await calendar.decline(ROOM, copy.event_id, "")


async def test_who_wants_no_answers_gets_none_and_the_room_is_free_all_the_same(
    calendar, simulator, outlook
):
    event = await outlook(
        "anna@contoso.example",
        "POST",
        "events",
        an_event(attendees=INVITES_THE_ROOM, responseRequested=False),
    )
    await simulator.agenda.run_due()
    copy = await calendar.find_by_ical_uid(ROOM, event["iCalUId"])
    await calendar.decline(ROOM, copy.event_id, "gesperrt")
    assert not await calendar.is_in_calendar(ROOM, copy.event_id, WINDOW)
    assert all(mail.kind != "response" for mail in simulator.controls.mails.since(0))


async def test_an_organizer_cannot_decline_its_own_meeting(calendar):
    event = await calendar.create_event(ANNA, a_draft())
    with pytest.raises(InvalidPayloadError):
        await calendar.decline(ANNA, event.event_id, "")


async def test_a_meeting_of_the_room_itself_is_called_off_with_a_word(calendar, simulator, outlook):
    item = await outlook(
        "saentis@contoso.example", "POST", "events", an_event(attendees=INVITES_BEAT)
    )
    await simulator.agenda.run_due()
    await calendar.cancel_event(ROOM, EventId(item["id"]), "Bitte über das eigene Postfach.")
    await simulator.agenda.run_due()
    assert not await calendar.is_in_calendar(ROOM, EventId(item["id"]), WINDOW)
    mail = simulator.controls.mails.since(0)[-1]
    assert (mail.kind, mail.to, mail.text) == (
        "cancellation",
        ["beat@contoso.example"],
        "Bitte über das eigene Postfach.",
    )
    await calendar.cancel_event(ROOM, EventId(item["id"]), "zweimal ist kein Fehler")


async def test_an_attendee_cannot_call_a_meeting_off(calendar, simulator):
    event = await calendar.create_event(ANNA, a_draft(invitees=(THE_ROOM,)))
    await simulator.agenda.run_due()
    copy = await calendar.find_by_ical_uid(ROOM, event.ical_uid)
    with pytest.raises(InvalidPayloadError):
        await calendar.cancel_event(ROOM, copy.event_id, "")


async def test_what_nobody_is_invited_to_may_have_to_be_deleted_instead(
    calendar, simulator, outlook
):
    simulator.switches.set("cancel_alone", "refused")
    item = await outlook("saentis@contoso.example", "POST", "events", an_event())
    with pytest.raises(InvalidPayloadError):
        await calendar.cancel_event(ROOM, EventId(item["id"]), "")
    await calendar.delete_event(ROOM, EventId(item["id"]))
    assert not await calendar.is_in_calendar(ROOM, EventId(item["id"]), WINDOW)


async def test_an_event_has_a_link_for_people(calendar):
    event = await calendar.create_event(ANNA, a_draft())
    assert event.web_link.startswith("https://")
