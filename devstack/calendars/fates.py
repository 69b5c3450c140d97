"""What became of an entry: a booking that agrees with the event, a refusal, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from devstack.calendars.events import Setting
from devstack.calendars.importing import Outcome
from devstack.calendars.writing import Result

type Json = Mapping[str, Any]

_PRIVATE = ("private", "confidential")
"""What ROOMS knows as private (rooms-sync R-215)."""


class Ending(StrEnum):
    """How the way of an entry into ROOMS ended."""

    BOOKED = "booked"
    REFUSED = "refused"
    DIFFERENT = "booked otherwise"
    NOTHING = "nothing came of it"
    NOT_NEEDED = "-"


@dataclass(frozen=True, slots=True)
class Fate:
    """The ending and what a person wants to know of it."""

    ending: Ending
    text: str

    @property
    def is_good(self) -> bool:
        return self.ending in (Ending.BOOKED, Ending.REFUSED, Ending.NOT_NEEDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What both systems and the service show (contract of the stack, 5 and 6)."""

    events: tuple[Json, ...]
    bookings: tuple[Json, ...]
    differences: tuple[Json, ...]
    link_property: str

    def event(self, transaction_id: str | None) -> Json | None:
        """Return the event that an import made, None when it is not in the calendar any more."""
        return next(
            (
                event
                for event in self.events
                if not event["isDeleted"] and event.get("transactionId") == transaction_id
            ),
            None,
        )

    def booking(self, event: Json) -> Json | None:
        """Return the live booking that an event is linked with."""
        link = _property(event, self.link_property)
        return next(
            (
                booking
                for booking in self.bookings
                if link
                and not booking["cancelled"]
                and (booking.get("syncAppointmentOid") or "").lower() == link.lower()
            ),
            None,
        )

    def difference(self, event: Json) -> Json | None:
        """Return what the service has recorded about an event."""
        ids = {event["id"], event["immutableId"]}
        return next((d for d in self.differences if d["event_id"] in ids), None)


def fate(outcome: Outcome, sides: Sides, setting: Setting) -> Fate:
    """Say what became of an entry; what needs no booking is not looked for."""
    if not outcome.needs_booking:
        return Fate(Ending.NOT_NEEDED, _why_not_needed(outcome))
    event = sides.event(outcome.transaction_id)
    if event is None:
        return Fate(Ending.NOTHING, "the event is not in the calendar any more")
    if (booking := sides.booking(event)) is not None:
        return _compared(event, booking, setting)
    if (why := _why_refused(event, sides, setting)) is not None:
        return Fate(Ending.REFUSED, why)
    return Fate(Ending.NOTHING, "no booking, no recorded refusal: is the organizer synced?")


def _why_refused(event: Json, sides: Sides, setting: Setting) -> str | None:
    room = setting.room
    if (difference := sides.difference(event)) is not None:
        return f"ROOMS says no: {difference['cause']}"
    if not _answer_of(event, room.mail):
        return f"ROOMS says no: {room.name} was taken off the event"
    is_declined = _answer_of(event, room.mail) == "declined"
    return f"the mailbox of {room.name} declined" if is_declined else None


def _compared(event: Json, booking: Json, setting: Setting) -> Fate:
    if apart := disagreements(event, booking, setting):
        return Fate(Ending.DIFFERENT, f"booking {booking['id']}: {'; '.join(apart)}")
    return Fate(Ending.BOOKED, f"booking {booking['id']}, both sides agree")


def disagreements(event: Json, booking: Json, setting: Setting) -> tuple[str, ...]:
    """Return where the event and its booking say different things."""
    found = []
    for name, ours, theirs in (
        ("start", _moment(event["start"]), _instant(booking["begin"])),
        ("end", _moment(event["end"]), _instant(booking["end"])),
        ("organizer", setting.owner_mail.lower(), (booking["organizerMail"] or "").lower()),
        ("resource", setting.room.name, booking["ressourceDescription"]),
        ("private", event["sensitivity"] in _PRIVATE, booking["istPrivat"]),
        ("title", event["subject"], booking["title"]),
    ):
        if ours != theirs:
            found.append(f"{name} is {ours} in Exchange, {theirs} in ROOMS")
    return tuple(found)


def all_good(fates: Iterable[Fate]) -> bool:
    return all(fate.is_good for fate in fates)


def _why_not_needed(outcome: Outcome) -> str:
    if outcome.result not in (Result.IMPORTED, Result.ALREADY_THERE):
        return ""
    if outcome.is_series:
        return "a series: not synced yet"
    return "past: not synced" if outcome.is_past else "invites no room"


def _answer_of(event: Json, mail: str) -> str:
    return next(
        (
            attendee["status"]["response"]
            for attendee in event["attendees"]
            if attendee["emailAddress"]["address"].lower() == mail.lower()
        ),
        "",
    )


def _property(event: Json, name: str) -> str:
    return next(
        (
            extended["value"]
            for extended in event["singleValueExtendedProperties"]
            if extended["id"].lower() == name.lower()
        ),
        "",
    )


def _moment(value: Json) -> datetime:
    return _instant(value["dateTime"])


def _instant(text: str) -> datetime:
    """Read a time of either side; both states are in UTC, Graph writes seven digits."""
    moment = datetime.fromisoformat(text.rstrip("Z")[:26])
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
