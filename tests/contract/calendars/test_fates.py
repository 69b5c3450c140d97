"""What became of an entry, as both systems and the service show it."""

from typing import Any

import pytest

from devstack.calendars.fates import Ending, Sides, fate
from devstack.calendars.importing import Outcome, Result
from devstack.calendars.report import summary
from tests.contract.calendars.snippets import ANNA, SAENTIS, SETTING, entries, vcalendar, vevent

LINK = "String {00337680-3e6d-4c15-97a0-97c65a1b1a23} Name AppointmentOid"
OID = "7c0a3c6e-55e4-4f0e-9d8a-0d6f1a2b3c4d"


def outcome(*lines: str, result: Result = Result.IMPORTED, is_past: bool = False) -> Outcome:
    times = ("DTSTART:20260310T090000Z", "DTEND:20260310T100000Z", "SUMMARY:Budget")
    (read,) = entries(vcalendar(vevent(*times, *(lines or ("LOCATION:Matterhorn",)))))
    return Outcome(entry=read.entry, result=result, importable=read, is_past=is_past)


ENTRY = outcome()


def event(**changes: Any) -> dict[str, Any]:
    return {
        "id": "AAA",
        "immutableId": "III",
        "transactionId": ENTRY.transaction_id,
        "isDeleted": False,
        "subject": "Budget",
        "sensitivity": "normal",
        "start": {"dateTime": "2026-03-10T09:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-10T10:00:00.0000000", "timeZone": "UTC"},
        "attendees": [
            {"emailAddress": {"address": SAENTIS}, "status": {"response": "accepted"}},
        ],
        "singleValueExtendedProperties": [{"id": LINK, "value": OID}],
    } | changes


def booking(**changes: Any) -> dict[str, Any]:
    return {
        "id": 1001,
        "cancelled": False,
        "syncAppointmentOid": OID.upper(),
        "title": "Budget",
        "begin": "2026-03-10T09:00:00Z",
        "end": "2026-03-10T10:00:00Z",
        "organizerMail": ANNA,
        "ressourceDescription": "Säntis",
        "istPrivat": False,
    } | changes


def difference(event_id: str) -> dict[str, Any]:
    return {"event_id": event_id, "cause": "closed"}


def sides(
    events: tuple[Any, ...] = (), bookings: tuple[Any, ...] = (), differences: tuple[Any, ...] = ()
) -> Sides:
    return Sides(events=events, bookings=bookings, differences=differences, link_property=LINK)


def test_an_entry_whose_booking_says_the_same_is_booked():
    found = fate(ENTRY, sides((event(),), (booking(),)), SETTING)

    assert (found.ending, found.text) == (Ending.BOOKED, "booking 1001, both sides agree")
    assert found.is_good


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"begin": "2026-03-10T09:15:00Z"}, "start"),
        ({"end": "2026-03-10T11:00:00Z"}, "end"),
        ({"title": "Anderes"}, "title"),
        ({"organizerMail": "marc@contoso.example"}, "organizer"),
        ({"ressourceDescription": "Eiger"}, "resource"),
        ({"istPrivat": True}, "private"),
    ],
)
def test_a_booking_that_says_something_else_is_no_success(change, word):
    found = fate(ENTRY, sides((event(),), (booking(**change),)), SETTING)

    assert (found.ending, found.is_good) == (Ending.DIFFERENT, False)
    assert found.text.startswith(f"booking 1001: {word} is ")


@pytest.mark.parametrize("sensitivity", ["private", "confidential"])
def test_private_and_confidential_are_private_in_rooms(sensitivity):
    both = sides((event(sensitivity=sensitivity),), (booking(istPrivat=True),))

    assert fate(ENTRY, both, SETTING).ending is Ending.BOOKED


@pytest.mark.parametrize("event_id", ["AAA", "III"])
def test_a_refusal_that_the_service_recorded_counts(event_id):
    found = fate(ENTRY, sides((event(),), (), (difference(event_id),)), SETTING)

    assert (found.ending, found.text) == (Ending.REFUSED, "ROOMS says no: closed")
    assert found.is_good


def test_a_room_that_was_taken_off_the_event_is_a_refusal():
    """Sync-Master (rooms-sync R-402): the meeting stays, without the room."""
    found = fate(ENTRY, sides((event(attendees=[]),)), SETTING)
    assert (found.ending, found.is_good) == (Ending.REFUSED, True)
    assert "taken off" in found.text


def test_a_room_that_declined_in_exchange_is_a_refusal():
    declined = [{"emailAddress": {"address": SAENTIS}, "status": {"response": "declined"}}]

    found = fate(ENTRY, sides((event(attendees=declined),)), SETTING)

    assert (found.ending, found.text) == (Ending.REFUSED, "the mailbox of Säntis declined")


@pytest.mark.parametrize(
    "both",
    [
        sides(),
        sides((event(isDeleted=True),), (booking(),)),
        sides((event(),)),
        sides((event(),), (booking(cancelled=True),)),
        sides((event(),), (booking(syncAppointmentOid=None),)),
        sides((event(singleValueExtendedProperties=[]),), (booking(syncAppointmentOid=""),)),
        sides((event(),), (), (difference("another"),)),
    ],
)
def test_neither_booking_nor_refusal_is_a_failure(both):
    found = fate(ENTRY, both, SETTING)

    assert (found.ending, found.is_good) == (Ending.NOTHING, False)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (outcome(is_past=True), "past: not synced"),
        (outcome("CLASS:PUBLIC"), "invites no room"),
        (outcome(result=Result.REFUSED), ""),
        (Outcome(entry=ENTRY.entry, result=Result.NOT_IMPORTABLE, reason="no DTSTART"), ""),
    ],
)
def test_what_needs_no_booking_is_not_looked_for(entry, text):
    found = fate(entry, sides(), SETTING)

    assert (found.ending, found.text, found.is_good) == (Ending.NOT_NEEDED, text, True)


def test_what_an_earlier_import_brought_is_looked_for_too():
    again = outcome(result=Result.ALREADY_THERE)

    assert fate(again, sides((event(),), (booking(),)), SETTING).ending is Ending.BOOKED


def test_the_sums_say_how_many_became_what():
    outcomes = [ENTRY, outcome(is_past=True), outcome(result=Result.REFUSED)]
    fates = [fate(o, sides((event(),), (booking(),)), SETTING) for o in outcomes]

    assert summary(outcomes, fates) == (
        "3 entries: 2 imported, 0 already there, 1 refused by Exchange, 0 not importable;"
        " 1 of those in the calendar are past. Of 1 that need a booking: 1 booked."
    )
