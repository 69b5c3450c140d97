"""Do both sides agree? Told from the simulators' state alone, by rules of its own (not core's).

Every event that has to have a booking has one, every booking that has to have an event has one, and
the two say the same in every field that is synced (R-201 ... R-208).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tests.kit.company import Company
from tests.kit.views import BookingView, EventView

NEUTRAL_TITLE = "Privat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One disagreement: which field, of which event and booking."""

    field: str
    text: str
    event_id: str | None = None
    booking_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """All that both systems hold."""

    events: tuple[EventView, ...]
    bookings: tuple[BookingView, ...]
    company: Company
    now: datetime
    hold: bool = True
    switch_field: str | None = None
    lessons: bool = False
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    several_rooms: bool = False

    def living_events(self) -> list[EventView]:
        """Return the organizers' copies of what is still to come."""
        return [
            e for e in self.events if e.is_alive and e.is_organizer and not e.slot.is_past(self.now)
        ]

    def living_bookings(self) -> list[BookingView]:
        return [b for b in self.bookings if b.is_promise and not b.slot.is_past(self.now)]


def disagreements(sides: Sides) -> list[Finding]:
    """Return everything on which the two sides differ."""
    findings: list[Finding] = []
    by_link: dict[str, tuple[list[EventView], list[BookingView]]] = {}
    for event in sides.living_events():
        if event.oid:
            by_link.setdefault(event.oid, ([], []))[0].append(event)
        elif _needs_booking(event, sides.company):
            findings.append(_finding("missing", "no booking for", event, None))
    for booking in sides.living_bookings():
        if booking.oid and booking.oid in by_link:
            by_link[booking.oid][1].append(booking)
        elif _home(booking, sides) is not None:
            findings.append(_finding("missing", "no event for", None, booking))
    for events, bookings in by_link.values():
        findings += _linked(events, bookings, sides)
    return findings


def _linked(
    events: list[EventView], bookings: list[BookingView], sides: Sides
) -> Iterable[Finding]:
    rooms = {booking.resource for booking in bookings}
    most = len(rooms) if sides.several_rooms else 1
    if len(events) > 1 or len(bookings) > most:
        yield _finding("link", f"{len(events)} events, {len(bookings)} bookings", *events[:1], None)
        return
    event = events[0]
    if not bookings:
        if _needs_booking(event, sides.company):
            yield _finding("missing", "no booking for", event, None)
        return
    for booking in bookings:
        yield from _compared(event, booking, sides, also=tuple(rooms))


def _compared(
    event: EventView, booking: BookingView, sides: Sides, *, also: tuple[str, ...]
) -> Iterable[Finding]:
    company = sides.company
    home = _home(booking, sides)
    is_hold = event.mailbox in company.resources
    pairs: dict[str, tuple[object, object]] = {
        "mailbox": (event.mailbox, home),
        "time": (event.slot, booking.slot),
    }
    if is_hold:
        title = NEUTRAL_TITLE if booking.private else booking.title
        pairs |= {"subject": (_text(event.subject), _text(title)), "people": (event.attendees, ())}
    else:
        masked = event.private and not booking.private
        invited = (p for p in booking.participants if _has_address(p, company))
        people = tuple(p for p in invited if p != booking.organizer)
        shown = (
            sorted(room for room in event.rooms if event.answers.get(room) != "declined")
            if sides.several_rooms
            else event.rooms,
            sorted(room for room in also if company.is_room_synced(room)),
        )
        pairs |= {
            "subject": (NEUTRAL_TITLE if masked else _text(event.subject), _text(booking.title)),
            "attendees": (() if masked else _unfolded(event, booking, sides), people),
            "resources": (sorted(filter(company.is_room_synced, shown[0])), shown[1]),
            "organizer": (event.organizer, booking.organizer),
            "private": (event.private, event.private or booking.private),
            "answer": (_answer(event, booking, company), "accepted"),
        }
    for name, (here, there) in pairs.items():
        if here != there:
            yield _finding(name, f"{here} in Exchange, {there} in ROOMS:", event, booking)


def _unfolded(event: EventView, booking: BookingView, sides: Sides) -> tuple[str, ...]:
    """Return the attendees with groups as their members; one that ROOMS has as it is stays (R-008).

    `sides.groups` are empty where the settings do not want groups expanded.
    """
    found: set[str] = set()
    for name in event.attendees:
        members = None if name in booking.participants else sides.groups.get(name)
        found |= {name} if members is None else members - {booking.organizer}
    return tuple(sorted(found))


def _needs_booking(event: EventView, company: Company) -> bool:
    return (
        event.mailbox in company.persons
        and company.is_synced(event.mailbox)
        and event.kind == "singleInstance"
        and any(
            company.is_room_synced(room)
            and company.takes(event.mailbox, room)
            # What the resource mailbox has declined is nobody's: Exchange decides.
            and event.answers.get(room) != "declined"
            for room in event.rooms
        )
    )


def _home(booking: BookingView, sides: Sides) -> str | None:
    """Return whose calendar has to show a booking: the organizer's, else the resource's."""
    company = sides.company
    if booking.is_lesson and not sides.lessons:
        return None
    if sides.switch_field and not _is_switched_on(booking, sides):
        return None
    if company.is_synced(booking.organizer) and company.takes(booking.organizer, booking.resource):
        return booking.organizer
    if sides.hold and company.is_room_synced(booking.resource):
        return booking.resource
    return None


def _is_switched_on(booking: BookingView, sides: Sides) -> bool:
    """Return what the booking's own box says, else its organizer's default (R-031)."""
    box = booking.fields.get(sides.switch_field or "")
    if not box:
        organizer = sides.company.persons.get(booking.organizer, {})
        return bool(organizer.get("own_bookings_synced", True))
    return box != "nein"


def _answer(event: EventView, booking: BookingView, company: Company) -> str:
    """Return what the booked resource's mailbox says: it has to hold the slot, too (P5)."""
    if not company.is_room_synced(booking.resource):
        return "accepted"
    return event.answers.get(booking.resource, "accepted")


def _has_address(participant: str, company: Company) -> bool:
    return "@" in participant or participant in company.persons


def _text(text: str) -> str:
    return " ".join(text.split())


def _finding(
    field: str, text: str, event: EventView | None, booking: BookingView | None
) -> Finding:
    what = [f"event of {event.mailbox} at {event.slot}"] if event else []
    what += (
        [f"booking {booking.booking_id} of {booking.resource} at {booking.slot}"] if booking else []
    )
    return Finding(
        field=field,
        text=f"{field}: {text} {', '.join(what)}",
        event_id=event.event_id if event else None,
        booking_id=booking.booking_id if booking else None,
    )
