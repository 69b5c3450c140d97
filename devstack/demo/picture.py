"""What the two systems show, read from the simulators' own state (contract 5)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from devstack.demo.company import Company
from devstack.demo.working_days import Slot

Json = dict[str, Any]
EventPlace = tuple[str, str]
"""A mailbox and the immutable id of an event in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One item of one mailbox. `link` is the AppointmentOid it carries, in lower case."""

    mailbox: str
    event_id: str
    ical_uid: str
    link: str | None
    title: str
    slot: Slot
    rooms: frozenset[str]
    people: frozenset[str]
    place: str
    is_private: bool
    show_as: str
    reminder: int | None
    is_organizer: bool
    is_alive: bool

    @property
    def key(self) -> EventPlace:
        return self.mailbox, self.event_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingView:
    """One booking; `people` are addresses, without the organizer's."""

    booking_id: int
    link: str | None
    title: str
    slot: Slot
    room: str
    organizer: str
    people: frozenset[str]
    is_private: bool
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Both systems at one moment; hidden copies of ROOMS are left out (R-114)."""

    events: dict[EventPlace, EventView] = field(default_factory=dict)
    bookings: dict[int, BookingView] = field(default_factory=dict)

    def event_linked(self, link: str) -> EventView | None:
        """Return an organizer's event with this link, a living one first."""
        found = [e for e in self.events.values() if e.is_organizer and e.link == link]
        return min(found, key=lambda e: not e.is_alive, default=None)

    def booking_linked(self, link: str) -> BookingView | None:
        """Return the booking with this link, a living one first."""
        found = [b for b in self.bookings.values() if b.link == link]
        return min(found, key=lambda b: not b.is_alive, default=None)

    def copy_of(self, event: EventPlace, mailbox: str) -> EventPlace:
        """Return somebody else's copy of a meeting; LookupError if there is none."""
        wanted = self.events[event].ical_uid
        for other in self.events.values():
            if other.mailbox == mailbox and other.ical_uid == wanted and other.is_alive:
                return other.key
        raise LookupError(f"{mailbox} has no copy of that meeting")

    def living_events(self) -> list[EventView]:
        return [e for e in self.events.values() if e.is_organizer and e.is_alive]

    def living_bookings(self) -> list[BookingView]:
        return [b for b in self.bookings.values() if b.is_alive]


def read_picture(exchange: Json, rooms: Json, company: Company, link_property: str) -> Picture:
    """Read the answers of both `GET /_control/state`."""
    events = [
        _event(mailbox, event, company, link_property)
        for mailbox, content in exchange["mailboxes"].items()
        for event in content["events"]
    ]
    bookings = [_booking(b, company) for b in rooms["bookings"] if not b.get("systemResource")]
    return Picture({e.key: e for e in events}, {b.booking_id: b for b in bookings})


def _event(mailbox: str, event: Json, company: Company, link_property: str) -> EventView:
    lines = [(a["type"], a["emailAddress"]["address"].lower()) for a in event["attendees"]]
    organizer = ((event.get("organizer") or {}).get("emailAddress") or {}).get("address", "")
    return EventView(
        mailbox=mailbox,
        event_id=event["immutableId"],
        ical_uid=event["iCalUId"],
        link=_link(event["singleValueExtendedProperties"], link_property),
        title=event["subject"] or "",
        slot=Slot(_moment(event["start"]), _moment(event["end"])),
        rooms=frozenset(company.room_mails[a] for _, a in lines if a in company.room_mails),
        people=frozenset(
            address
            for kind, address in lines
            if kind != "resource"
            and address not in company.room_mails
            and address != organizer.lower()
        ),
        place=(event.get("location") or {}).get("displayName") or "",
        is_private=event["sensitivity"] in {"private", "confidential"},
        show_as=event["showAs"],
        reminder=event["reminderMinutesBeforeStart"] if event["isReminderOn"] else None,
        is_organizer=event["isOrganizer"],
        is_alive=not event["isDeleted"] and not event["isCancelled"],
    )


def _booking(booking: Json, company: Company) -> BookingView:
    organizer = (booking["organizerMail"] or "").lower()
    people = ((p["eMail"] or p["name"] or "").lower() for p in booking["participantDtoList"])
    return BookingView(
        booking_id=booking["id"],
        link=(booking["syncAppointmentOid"] or "").lower() or None,
        title=booking["title"] or "",
        slot=Slot(_instant(booking["begin"]), _instant(booking["end"])),
        room=company.room_numbered(booking["ressourceId"]),
        organizer=organizer,
        people=frozenset(person for person in people if person != organizer),
        is_private=bool(booking["istPrivat"]),
        is_alive=not booking["cancelled"],
    )


def _link(properties: list[Json], wanted: str) -> str | None:
    for entry in properties:
        if str(entry["id"]).lower() == wanted.lower():
            return str(entry["value"]).lower()
    return None


def _moment(value: Json) -> datetime:
    """Read a Graph date; the state has all in UTC, with seven digits of a second."""
    if value["timeZone"] != "UTC":
        raise ValueError(f"the state of Exchange has a time in {value['timeZone']}, not in UTC")
    return datetime.fromisoformat(value["dateTime"][:26]).replace(tzinfo=UTC)


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
