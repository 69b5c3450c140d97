"""Compares what both sides show with each other and with what the script expects."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from devstack.demo.company import Company
from devstack.demo.expectation import Meeting
from devstack.demo.picture import BookingView, EventView, Picture
from devstack.demo.roll import Roll

EXCHANGE, ROOMS = "Exchange", "ROOMS"


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One field of one meeting that is not on one side as it should be."""

    meeting: str
    side: str
    field: str
    expected: str
    seen: str

    def __str__(self) -> str:
        return (
            f"«{self.meeting}» in {self.side}: {self.field} should be {self.expected},"
            f" is {self.seen}"
        )


class Comparison:
    """Looks at one picture."""

    def __init__(self, picture: Picture, roll: Roll, company: Company) -> None:
        self._picture, self._roll, self._company = picture, roll, company

    def of_meeting(self, name: str, meeting: Meeting) -> list[Difference]:
        """Compare one meeting's event and booking with what they should be, and their links."""
        event = self._roll.event(name, self._picture)
        booking = self._roll.booking(name, self._picture)
        event = event if event is not None and event.is_alive else None
        booking = booking if booking is not None and booking.is_alive else None
        checks = [
            (EXCHANGE, "there", meeting.has_event, event is not None),
            (ROOMS, "there", meeting.has_booking, booking is not None),
            *(_event_checks(event, meeting, self._company) if event else ()),
            *(_booking_checks(booking, meeting, self._company) if booking else ()),
        ]
        if meeting.has_event and meeting.has_booking and event and booking:
            checks.append((EXCHANGE, "link", booking.link or "a link", event.link))
        return list(_differences(name, checks))

    def of_everything(self, expected: dict[str, Meeting]) -> list[Difference]:
        """Compare all meetings, and look for what nobody made or what is there twice."""
        found = [d for name, meeting in expected.items() for d in self.of_meeting(name, meeting)]
        events, bookings = self._picture.living_events(), self._picture.living_bookings()
        found += self._strangers(events, bookings)
        found += _doubles(EXCHANGE, (event.link for event in events))
        found += _doubles(ROOMS, (booking.link for booking in bookings))
        return found

    def linked_pairs(self) -> int:
        """Return how many living pairs there are."""
        events = {e.link for e in self._picture.living_events() if e.link}
        return len(events & {b.link for b in self._picture.living_bookings()})

    def _strangers(
        self, events: list[EventView], bookings: list[BookingView]
    ) -> Iterator[Difference]:
        known = {(handle.event, handle.booking) for handle in self._roll.handles.values()}
        known_events = {event for event, _ in known}
        known_bookings = {booking for _, booking in known}
        for event in events:
            if event.key not in known_events:
                yield Difference("?", EXCHANGE, f"«{event.title}»", "absent", f"{event.mailbox}")
        for booking in bookings:
            if booking.booking_id not in known_bookings:
                yield Difference("?", ROOMS, f"«{booking.title}»", "absent", f"in {booking.room}")


Check = tuple[str, str, object, object]
"""Side, field, expected, seen."""


def _event_checks(event: EventView, meeting: Meeting, company: Company) -> Iterator[Check]:
    invites = meeting.room is not None and company.is_room_synced(meeting.room)
    rooms = frozenset([meeting.room] if invites and not meeting.is_hold else [])
    if meeting.has_booking or not invites:
        # A refused room may stay invited or be taken off (Sync-Master).
        yield EXCHANGE, "rooms", rooms, event.rooms
    home = meeting.room if meeting.is_hold else meeting.organizer
    yield EXCHANGE, "calendar", _mail_of(home or "", meeting, company), event.mailbox
    yield EXCHANGE, "title", meeting.title, event.title
    yield EXCHANGE, "time", meeting.slot, event.slot
    yield EXCHANGE, "people", frozenset() if meeting.is_hold else meeting.people, event.people
    yield EXCHANGE, "private", meeting.is_private and not meeting.is_hold, event.is_private
    if meeting.show_as is not None:
        yield EXCHANGE, "show as", meeting.show_as, event.show_as
    if meeting.reminder is not None:
        yield EXCHANGE, "reminder", meeting.reminder, event.reminder
    if meeting.room is not None and meeting.has_booking and not invites:
        yield EXCHANGE, "place", True, meeting.room in event.place


def _booking_checks(booking: BookingView, meeting: Meeting, company: Company) -> Iterator[Check]:
    yield ROOMS, "room", meeting.room, booking.room
    yield ROOMS, "organizer", company.address(meeting.organizer).lower(), booking.organizer
    yield ROOMS, "time", meeting.slot, booking.slot
    yield ROOMS, "private", meeting.booking_is_private, booking.is_private
    if meeting.is_masked:
        yield ROOMS, "title hidden", True, meeting.title not in booking.title
        yield ROOMS, "people", frozenset(), booking.people
    else:
        yield ROOMS, "title", meeting.title, booking.title
        yield ROOMS, "people", meeting.people, booking.people


def _mail_of(home: str, meeting: Meeting, company: Company) -> str:
    return str(company.room(home).mail) if meeting.is_hold else company.person(home).mail


def _differences(name: str, checks: Iterable[Check]) -> Iterator[Difference]:
    for side, field, expected, seen in checks:
        if expected != seen:
            yield Difference(name, side, field, _shown(expected), _shown(seen))


def _doubles(side: str, links: Iterable[str | None]) -> Iterator[Difference]:
    for link, number in Counter(link for link in links if link).items():
        if number > 1:
            yield Difference("?", side, f"link {link}", "there once", f"there {number} times")


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value))) or "nobody"
    return str(value)
