"""What both systems hold at one moment, and the rules by which one of them has to show the other.

Told from the simulators' state alone, by rules of its own (not core's).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.kit.company import Company
from tests.kit.views import BookingView, EventView

NEUTRAL_TITLE = "Privat"
HORIZON = timedelta(days=365)
"""How far ahead the dates of a series are booked (D14)."""
STEP = timedelta(days=31)
"""The horizon may move in steps of a month: dates that have just come within it may wait."""
A_DAY = timedelta(days=1)
"""What a booking window has let in for less than that may still wait for the timer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One disagreement: which field, of which event and booking.

    Of a series the event is the master; `date` is the original start of the date it is about.
    """

    field: str
    text: str
    event_id: str | None = None
    booking_id: int | None = None
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """All that both systems hold.

    `dates` are those of all series that are still to come, as calendars show them. `windows` say up
    to when a room can be booked: what begins later need not be.
    """

    events: tuple[EventView, ...]
    bookings: tuple[BookingView, ...]
    company: Company
    now: datetime
    dates: tuple[EventView, ...] = ()
    windows: dict[str, datetime] = field(default_factory=dict)
    hold: bool = True
    switch_field: str | None = None
    lessons: bool = False
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    several_rooms: bool = False

    def living_events(self) -> list[EventView]:
        """Return the organizers' copies of what is still to come, of a series its master."""
        return [
            e
            for e in self.events
            if e.is_alive
            and e.is_organizer
            and (bool(self.dates_of(e)) if e.is_series else not e.slot.is_past(self.now))
        ]

    def living_bookings(self) -> list[BookingView]:
        return [b for b in self.bookings if b.is_promise and not b.slot.is_past(self.now)]

    def dates_of(self, master: EventView) -> list[EventView]:
        """Return the dates of a series that are still to come, in their order."""
        found = [d for d in self.dates if d.master_id == master.event_id]
        return sorted(
            (d for d in found if not d.slot.is_past(self.now)), key=lambda d: d.slot.start
        )


def rooms_to_book(event: EventView, sides: Sides) -> list[str]:
    """Return the rooms of an event, or of a date of a series, that have to be booked for it."""
    company = sides.company
    if event.mailbox not in company.persons or not company.is_synced(event.mailbox):
        return []
    return [
        room
        for room in event.rooms
        if company.is_room_synced(room)
        and company.takes(event.mailbox, room)
        # What the resource mailbox has declined is nobody's: Exchange decides.
        and event.answers.get(room) != "declined"
        and not may_wait(event, room, sides)
    ]


def may_wait(event: EventView, room: str, sides: Sides) -> bool:
    """Tell whether a date of a series is too far ahead to have to be booked yet (D14, D15)."""
    if not event.is_date:
        return False
    begins = event.slot.start
    window = sides.windows.get(room)
    return begins > sides.now + HORIZON - STEP or (window is not None and begins > window - A_DAY)


def home_of(booking: BookingView, sides: Sides) -> str | None:
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


def compared(
    event: EventView, booking: BookingView, sides: Sides, *, also: tuple[str, ...]
) -> Iterable[Finding]:
    """Compare all fields; `also` are the resources of all bookings of this event or date."""
    company = sides.company
    is_hold = event.mailbox in company.resources
    pairs: dict[str, tuple[object, object]] = {
        "mailbox": (event.mailbox, home_of(booking, sides)),
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
            yield finding(name, f"{here} in Exchange, {there} in ROOMS:", event, booking)


def finding(field: str, text: str, event: EventView | None, booking: BookingView | None) -> Finding:
    """Put a disagreement into words."""
    what = []
    if event is not None:
        kind = "date of a series" if event.is_date else "event"
        what = [f"{kind} of {event.mailbox} at {event.slot}"]
    what += (
        [f"booking {booking.booking_id} of {booking.resource} at {booking.slot}"] if booking else []
    )
    return Finding(
        field=field,
        text=f"{field}: {text} {', '.join(what)}",
        event_id=(event.master_id or event.event_id) if event else None,
        booking_id=booking.booking_id if booking else None,
        date=event.original_start if event else None,
    )


def _unfolded(event: EventView, booking: BookingView, sides: Sides) -> tuple[str, ...]:
    """Return the attendees with groups as their members; one that ROOMS has as it is stays (R-008).

    `sides.groups` are empty where the settings do not want groups expanded.
    """
    found: set[str] = set()
    for name in event.attendees:
        members = None if name in booking.participants else sides.groups.get(name)
        found |= {name} if members is None else members - {booking.organizer}
    return tuple(sorted(found))


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
