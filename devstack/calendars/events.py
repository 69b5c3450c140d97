"""One VEVENT as the JSON of a Graph event (graph-calendar 3.1)."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from devstack.calendars import values
from devstack.calendars.people import read_people
from devstack.calendars.places import Room, read_place
from devstack.calendars.reminders import read_reminder
from devstack.calendars.spans import Span, read_span
from devstack.calendars.structure import Component
from devstack.calendars.zones import Moment, ZoneBook
from devstack.exchange.model.zones import Zone

type Json = dict[str, Any]

_TRANSACTIONS = uuid.UUID("6b0f3c52-6c0c-4d8c-9c8b-3f0a5f4f2f11")
_SENSITIVITY = {
    "": "normal",
    "PUBLIC": "normal",
    "PERSONAL": "personal",
    "CONFIDENTIAL": "confidential",
}
_BUSY_STATUS = {
    "FREE": "free",
    "TENTATIVE": "tentative",
    "BUSY": "busy",
    "OOF": "oof",
    "WORKINGELSEWHERE": "workingElsewhere",
}
_IMPORTANCE = {"0": "low", "1": "normal", "2": "high"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """For whom a file is imported: the mailbox's owner, the room, and what the world knows.

    `owner` are all addresses of the owner (`owner_mail` the primary one), `resources` those of the
    world's resources, both in lower case; `shift_weeks` moves every entry (0 = as the file has it).
    """

    owner_mail: str
    owner: frozenset[str]
    home: Zone
    room: Room
    resources: frozenset[str] = frozenset()
    shift_weeks: int = 0

    @property
    def shift(self) -> timedelta:
        return timedelta(weeks=self.shift_weeks)


@dataclass(frozen=True, slots=True)
class Translated:
    """A Graph event as in a POST, when it is, whether it invites the room, and what differs."""

    event: Json
    span: Span
    invites_room: bool
    notes: tuple[str, ...]


def translate(entry: Component, book: ZoneBook, setting: Setting) -> Translated:
    """Return the event of an entry; raises NotImportableError."""
    span = read_span(entry, book, setting.shift)
    people = read_people(entry, setting.owner, setting.resources)
    place = read_place(entry, people.resources, setting.room)
    reminder = read_reminder(entry, span)
    invited = [*people.attendees, *([setting.room.as_attendee] if place.invites_room else [])]
    event: Json = {
        "subject": " ".join(entry.text("SUMMARY").split()),
        "start": _wall(span.start),
        "end": _wall(span.end),
        "isAllDay": span.is_all_day,
        "attendees": invited,
        "locations": list(place.locations),
        "sensitivity": _SENSITIVITY.get(entry.word("CLASS"), "private"),
        "showAs": _show_as(entry),
        "importance": _importance(entry),
        "isReminderOn": reminder.minutes is not None,
        "categories": _categories(entry),
        "transactionId": transaction_id(entry, setting),
    }
    if reminder.minutes is not None:
        event["reminderMinutesBeforeStart"] = reminder.minutes
    if (body := _body(entry)) is not None:
        event["body"] = body
    notes = (*span.notes, *people.notes, *place.notes, *reminder.notes, *_left_out(entry))
    return Translated(event, span, place.invites_room, notes)


def transaction_id(entry: Component, setting: Setting, *, also: str = "") -> str:
    """Return what makes a second import of the entry no second event (graph-calendar 4).

    It follows from the UID alone, and of one date of a series from that date (`also`); an entry
    without one is known by its start and title. An import that moves entries is one of its own.
    """
    key = entry.text("UID")
    if not key:
        start = entry.first("DTSTART")
        key = f"{'' if start is None else start.value}|{entry.text('SUMMARY')}"
    moved = f"|{setting.shift_weeks} weeks" if setting.shift_weeks else ""
    date = f"|{also}" if also else ""
    return str(uuid.uuid5(_TRANSACTIONS, key + date + moved))


def _wall(moment: Moment) -> Json:
    return {"dateTime": moment.wall.isoformat(), "timeZone": moment.zone}


def _body(entry: Component) -> Json | None:
    """Return the description; Outlook keeps the formatted one beside it."""
    formatted = entry.first("X-ALT-DESC")
    if formatted is not None and formatted.params.get("FMTTYPE", "").lower() == "text/html":
        return {"contentType": "html", "content": formatted.text}
    plain = entry.text("DESCRIPTION")
    return {"contentType": "text", "content": plain} if plain else None


def _show_as(entry: Component) -> str:
    for name in ("X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-INTENDEDSTATUS"):
        if (status := _BUSY_STATUS.get(entry.word(name))) is not None:
            return status
    if entry.word("TRANSP") == "TRANSPARENT":
        return "free"
    return "tentative" if entry.word("STATUS") == "TENTATIVE" else "busy"


def _importance(entry: Component) -> str:
    stated = _IMPORTANCE.get(entry.text("X-MICROSOFT-CDO-IMPORTANCE"))
    if stated is not None:
        return stated
    priority = entry.text("PRIORITY")
    if priority not in ("1", "2", "3", "4", "6", "7", "8", "9"):
        return "normal"
    return "high" if priority < "5" else "low"


def _categories(entry: Component) -> list[str]:
    words = [
        word.strip()
        for given in entry.all("CATEGORIES")
        for word in values.plain_texts(given.value)
    ]
    return list(dict.fromkeys(word for word in words if word))


def _left_out(entry: Component) -> tuple[str, ...]:
    notes = [f"left out: {fault}" for fault in entry.faults]
    if not entry.text("UID"):
        notes.append("it has no UID: known by its start and title")
    if attached := len(entry.all("ATTACH")):
        notes.append(f"{attached} attachments are not imported")
    return tuple(notes)
