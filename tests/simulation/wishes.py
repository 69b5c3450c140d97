"""What users wanted since both sides last agreed, and whether it came to be (P3).

Told from what users did and what the simulators hold, by rules of its own (not core's): of a field
that only one side changed, the last value there counts; of one that both changed, either's last.
What was refused is exempt once its organizer has been told.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.kit.moments import Slot
from tests.kit.views import BookingView, EventView
from tests.series_histories.edits import OUTLOOK, Edit

type Key = tuple[str, str, str] | tuple[str, int]
"""("E", mailbox, event id) or ("R", booking id)."""

type Place = tuple[Slot, str, str]
"""When a meeting is, who organizes it, and in which room."""


ENDING = {"alive", "room", "organizer"}
"""Wishes by which one side, or the link between both, may end."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One field that a user set on one side; `oid` is the link that the item carried then."""

    key: Key
    oid: str | None
    field: str
    value: Any

    @property
    def side(self) -> str:
        return str(self.key[0])


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a pair showed at the last rest, on both sides."""

    organizer: str
    title: str
    slot: Any
    people: frozenset[str]
    is_item: bool = False
    """Its booking is one of a series of ROOMS: who edits that means this one, too."""


@dataclass(slots=True)
class Ledger:
    """All wishes since the last rest, and what each pair showed at it, by link."""

    wishes: list[Wish] = field(default_factory=list)
    agreed: dict[str, Agreed] = field(default_factory=dict)
    is_blurred: bool = False
    """Single meetings have become series since, or the reverse: what is gone is not told then.

    Nor is what they show: of a series that becomes a single meeting, that is its first date's.
    """
    has_edited_items: bool = False
    """Series of ROOMS were edited since: what becomes of their items, one by one, is not told."""
    makers: dict[Key, str] = field(default_factory=dict)
    ended_places: set[Place] = field(default_factory=set)
    """What one side ended: on the other it may have no link yet, while that cannot be written.

    Somebody has the booking open, or Exchange refuses.
    """

    def of_event(self, event: EventView) -> Callable[..., None]:
        """Return what notes wishes about an event."""
        key = _of_event(event)
        self.makers[key] = event.mailbox
        return self._noting(key, event.oid, _places_of(event))

    def of_booking(self, booking: BookingView) -> Callable[..., None]:
        """Return what notes wishes about a booking."""
        key = _of_booking(booking)
        self.makers[key] = booking.organizer
        return self._noting(key, booking.oid, {_place_of(booking)})

    def of_series(self, edit: Edit) -> None:
        """Note that somebody edits a series: what cannot be told one by one from then on."""
        self.has_edited_items |= edit.side != OUTLOOK
        self.is_blurred |= edit.what in {"makes series", "makes single"}

    def _noting(self, key: Key, oid: str | None, places: set[Place]) -> Callable[..., None]:
        def note(**wanted: Any) -> None:
            self.wishes += [Wish(key, oid, name, value) for name, value in wanted.items()]
            if any(name in ENDING and value is not True for name, value in wanted.items()):
                self.ended_places.update(places)

        return note

    def broken(
        self, events: Sequence[EventView], bookings: Sequence[BookingView], told: set[str]
    ) -> list[str]:
        """Return which wishes did not come true; `told` are those who got an error mail since."""
        living = [e for e in events if e.is_alive and e.is_organizer and e.kind == "singleInstance"]
        held = {b.oid: b for b in bookings if b.is_promise and b.oid and b.series is None}
        found = []
        for event in living:
            booking = held.get(event.oid) if event.oid else None
            if booking is not None:
                is_told = bool(told & {event.mailbox, booking.organizer})
                found += self._of_pair(event, booking, is_told=is_told)
        if not self.is_blurred:
            found += self._lost(list(events), list(bookings), told)
        return found

    def rest(self, events: Iterable[EventView], bookings: Iterable[BookingView]) -> None:
        """Begin anew from what both sides agree on now."""
        held = {b.oid: b for b in bookings if b.is_promise and b.oid}
        self.wishes.clear()
        self.ended_places.clear()
        self.is_blurred = self.has_edited_items = False
        self.agreed = {
            e.oid: Agreed(
                e.mailbox,
                e.subject,
                e.slot,
                frozenset(e.attendees),
                is_item=held[e.oid].series is not None,
            )
            for e in events
            if e.oid in held and e.is_alive and e.is_organizer and e.kind == "singleInstance"
        }

    def _of_pair(self, event: EventView, booking: BookingView, *, is_told: bool) -> Iterator[str]:
        own, void = self._about(event, booking)
        if any(w.field in {"private", "organizer"} for w in own) or event.private:
            return
        before = self.agreed.get(event.oid or "")
        where = f"{event.mailbox} at {event.slot}, booking {booking.booking_id}"
        titles = _last(own, "title")
        is_fine = self.is_blurred or event.subject in _values(void, "title")
        if not is_fine and not _is_one_of(event.subject, titles, before and before.title):
            yield f"P3: the title is {event.subject!r}, which nobody wanted last: {where}"
        slots = _last(own, "slot")
        is_fine = is_told or self.is_blurred or event.slot in _values(void, "slot")
        if not is_fine and not _is_one_of(event.slot, slots, before and before.slot):
            yield f"P3: the time is {event.slot}, which nobody wanted last: {where}"
        if not is_told:
            unsure = {person for person, _ in _values(void, "person")} | {event.mailbox}
            yield from self._people(event, own, before, unsure, where)

    @staticmethod
    def _people(
        event: EventView, own: list[Wish], before: Agreed | None, unsure: set[str], where: str
    ) -> Iterator[str]:
        wanted: dict[str, set[bool]] = {}
        for side in ("E", "R"):
            last = {w.value[0]: w.value[1] for w in own if w.field == "person" and w.side == side}
            for person, is_in in last.items():
                wanted.setdefault(person, set()).add(is_in)
        for person, wishes in wanted.items():
            if person in unsure or len(wishes) > 1:
                continue
            if (person in event.attendees) is not (True in wishes):
                yield f"P3: {person} was {'' if True in wishes else 'un'}invited in vain: {where}"
        for person in () if before is None else before.people ^ set(event.attendees):
            if person not in wanted and person not in unsure:
                yield f"P3: {person} came or left, and nobody wanted it: {where}"

    def _about(self, event: EventView, booking: BookingView) -> tuple[list[Wish], list[Wish]]:
        """Return the wishes about a pair, and the void ones: about what ended with a room.

        Those may have come true before, on the side that goes on.
        """
        keys = {_of_event(event), _of_booking(booking)}
        own = [w for w in self.wishes if w.key in keys or (w.oid and w.oid == event.oid)]
        last_end = max((n for n, w in enumerate(own) if w.field == "room"), default=0)
        holds = [w.key in keys or n >= last_end for n, w in enumerate(own)]
        return (
            [w for w, is_held in zip(own, holds, strict=True) if is_held],
            [w for w, is_held in zip(own, holds, strict=True) if not is_held],
        )

    def _lost(
        self, events: list[EventView], bookings: list[BookingView], told: set[str]
    ) -> Iterator[str]:
        """Yield what both sides had agreed on, or a user made, and is gone without being wanted."""
        links: dict[Key, str | None] = {_of_event(e): e.oid for e in events}
        links |= {_of_booking(b): b.oid for b in bookings}
        there = {_of_event(e) for e in events if e.is_alive and e.is_organizer}
        there |= {_of_booking(b) for b in bookings if b.is_promise}
        alive = {links[key] for key in there}
        ending = [w for w in self.wishes if w.field in ENDING and w.value is not True]
        ended = {w.oid or links.get(w.key) for w in ending} - {None}
        items = {oid for oid, pair in self.agreed.items() if pair.is_item}
        ended |= items if self.has_edited_items else set()
        for oid in sorted(self.agreed.keys() - alive - ended):
            if self.agreed[oid].organizer not in told:
                yield f"P3: the pair {oid} at {self.agreed[oid].slot} is gone, and nobody ended it"
        made = {w.key for w in self.wishes if w.field == "alive" and w.value}
        ended_places = self.ended_places
        made -= {_of_booking(b) for b in bookings if not b.oid and _place_of(b) in ended_places}
        made -= {_of_event(e) for e in events if not e.oid and _places_of(e) & ended_places}
        for key in sorted(made - there - {w.key for w in ending}, key=str):
            if self.makers.get(key) not in told and links.get(key) not in ended:
                yield f"P3: {key} was made and is gone, and nobody ended it"


def _of_event(event: EventView) -> Key:
    return ("E", event.mailbox, event.event_id)


def _of_booking(booking: BookingView) -> Key:
    return ("R", booking.booking_id)


def _places_of(event: EventView) -> set[Place]:
    return {(event.slot, event.mailbox, room) for room in event.rooms}


def _place_of(booking: BookingView) -> Place:
    return booking.slot, booking.organizer, booking.resource


def _last(wishes: list[Wish], name: str) -> dict[str, Any]:
    """Return the last value of a field that each side wanted."""
    return {w.side: w.value for w in wishes if w.field == name}


def _values(wishes: list[Wish], name: str) -> list[Any]:
    return [w.value for w in wishes if w.field == name]


def _is_one_of(value: Any, last: dict[str, Any], before: Any) -> bool:
    if last:
        return value in last.values()
    return before is None or value == before
