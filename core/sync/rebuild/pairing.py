"""Which event and which bookings are one meeting, when no link tells it any more (design 4).

    both carry                       then
    the same link, one of each       they are a pair
    the same link, several events    that in the booking's home; at its time; the oldest is the
                                     original, the others are copies (S40); else ambiguous
    the same link, several bookings  one of a series, or of each resource (D7), or at its time
    one of them a link, or none      the same organizer, resource and time; of several the title

What is left carries a link and is alone, or carries none: then it is new, or was refused.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from core.domain.booking import Booking
from core.domain.event import EventKind
from core.domain.ids import MappingId, PersonId, ResourceId, is_resource_mailbox, resource_of
from core.domain.interval import Interval
from core.sync.context import Context
from core.sync.eligibility import home_of_booking
from core.sync.fingerprint import canonical_text
from core.sync.rebuild.shown import Known, Shown, ShownEvent

type Slot = tuple[PersonId | None, ResourceId, Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One event and its bookings; `link` is what one of them carries, None where none does."""

    link: MappingId | None
    shown: ShownEvent
    bookings: tuple[Booking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What became of everything: pairs, what carries a link and is alone, what nobody can tell.

    `bookings_alone` are grouped by the link that they carry; `unlinked` events carry none.
    """

    pairs: tuple[Pair, ...] = ()
    events_alone: tuple[ShownEvent, ...] = ()
    bookings_alone: tuple[tuple[Booking, ...], ...] = ()
    ambiguous: tuple[str, ...] = ()
    unlinked: tuple[ShownEvent, ...] = ()
    unlinked_bookings: tuple[Booking, ...] = ()
    kept: int = 0


@dataclass(slots=True)
class _Work:
    """What is found so far; what has a place is in `used`, by identity."""

    context: Context
    pairs: list[Pair] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    used_events: set[int] = field(default_factory=set)
    used_bookings: set[int] = field(default_factory=set)

    def add(self, link: str | None, shown: ShownEvent, bookings: Iterable[Booking]) -> None:
        taken = tuple(sorted(bookings, key=lambda b: (b.time, b.booking_id)))
        named = None if link is None else MappingId(link)
        self.pairs.append(Pair(link=named, shown=shown, bookings=taken))
        self.used_events.add(id(shown))
        self.used_bookings |= {b.booking_id for b in taken}


def pair_up(shown: Shown, known: Known, context: Context) -> Pairing:
    """Return which events and bookings belong together; what links know already is left out."""
    events = [e for e in shown.events if not _is_known(e, known)]
    bookings = [
        b
        for b in shown.bookings
        if b.booking_id not in known.bookings and _oid(b) not in known.links
    ]
    kept = len(shown.events) - len(events)
    oids = carried_by(bookings)
    work = _Work(context)
    by_event = _grouped(events, lambda e: e.oid)
    by_booking = _grouped(bookings, lambda b: oids.get(b.booking_id))
    for oid in sorted(by_event.keys() & by_booking.keys()):
        _by_link(oid, by_event[oid], by_booking[oid], work)
    _by_slot(events, bookings, oids, work)
    left = [e for e in events if id(e) not in work.used_events]
    rest = [b for b in bookings if b.booking_id not in work.used_bookings]
    copies = {oid for oid in by_event if any(p.link == oid for p in work.pairs)}
    alone = _grouped(rest, lambda b: oids.get(b.booking_id))
    return Pairing(
        pairs=tuple(work.pairs),
        events_alone=tuple(e for e in left if e.oid and e.oid not in copies),
        bookings_alone=tuple(tuple(group) for _, group in sorted(alone.items())),
        ambiguous=tuple(work.ambiguous),
        unlinked=tuple(e for e in left if e.oid is None),
        unlinked_bookings=tuple(b for b in rest if b.booking_id not in oids),
        kept=kept,
    )


def carried_by(bookings: Iterable[Booking]) -> dict[int, str]:
    """Return the link that each booking carries, by its number.

    Whether ROOMS keeps it on each item of a series is not documented: what one item carries, those
    without one carry, too.
    """
    found = {b.booking_id: oid for b in bookings if (oid := _oid(b)) is not None}
    series: dict[int, set[str]] = defaultdict(set)
    for booking in bookings:
        if booking.series_id is not None and booking.booking_id in found:
            series[booking.series_id].add(found[booking.booking_id])
    for booking in bookings:
        carried = series.get(booking.series_id or 0, set())
        if booking.booking_id not in found and len(carried) == 1:
            found[booking.booking_id] = next(iter(carried))
    return {int(number): oid for number, oid in found.items()}


def _by_link(
    oid: str, events: Sequence[ShownEvent], bookings: Sequence[Booking], work: _Work
) -> None:
    original = _original(events, bookings, work.context)
    chosen = () if original is None else _its_bookings(original, bookings, work.context)
    if original is None or not chosen:
        work.ambiguous.append(
            f"link {oid}: {len(events)} events and {len(bookings)} bookings carry it"
        )
        work.used_events |= {id(e) for e in events}
        work.used_bookings |= {b.booking_id for b in bookings}
        return
    work.add(oid, original, chosen)


def _original(
    events: Sequence[ShownEvent], bookings: Sequence[Booking], context: Context
) -> ShownEvent | None:
    """Return the event that is meant where several carry a link: copies bring it along (S40)."""
    homes = {home_of_booking(b, context.directory) for b in bookings}
    slots = {(b.time, b.resource) for b in bookings}
    at_home = [e for e in events if e.event.place in homes]
    left = at_home or list(events)
    at_its_time = [
        e for e in left if any((d.time, r) in slots for d in e.slots(context) for r in d.resources)
    ]
    left = at_its_time or left
    if len(left) == 1:
        return left[0]
    dated = sorted(e.event.created_at for e in left if e.event.created_at is not None)
    if len(dated) < len(left) or dated[0] == dated[1]:
        return None
    return next(e for e in left if e.event.created_at == dated[0])


def _its_bookings(
    shown: ShownEvent, bookings: Sequence[Booking], context: Context
) -> Sequence[Booking]:
    """Return the bookings of an event where several carry its link; none if it cannot be told."""
    if len(bookings) == 1 or shown.event.kind is EventKind.SERIES_MASTER:
        return bookings
    at_its_time = [b for b in bookings if b.time == shown.event.time]
    if context.directory.policies.books_each_resource:
        first = {b.resource: b for b in reversed([*at_its_time, *bookings])}
        return list(first.values())
    for likely in (at_its_time, bookings):
        if len(likely) == 1:
            return likely
    return ()


def _by_slot(
    events: Sequence[ShownEvent],
    bookings: Sequence[Booking],
    oids: dict[int, str],
    work: _Work,
) -> None:
    """Pair what has no partner by organizer, resource and time, where one side carries no link."""
    free = {
        (b.organizer, b.resource, b.time): b
        for b in bookings
        if b.booking_id not in work.used_bookings
    }
    crowded: dict[Slot, list[ShownEvent]] = defaultdict(list)
    singles = [e for e in events if id(e) not in work.used_events]
    slots = {id(e): _slots(e, work.context) for e in singles}
    for shown in singles:
        for slot in slots[id(shown)]:
            if slot in free:
                crowded[slot].append(shown)
    chosen = {slot: _chosen(free[slot], found) for slot, found in crowded.items()}
    for shown in singles:
        mine = [free[s] for s in slots[id(shown)] if chosen.get(s) is shown]
        links = {oid for b in mine if (oid := oids.get(b.booking_id)) is not None}
        links |= {shown.oid} if shown.oid else set()
        if not mine:
            continue
        if len(links) > 1:
            if shown.oid is None:
                work.ambiguous.append(f"event of {shown.event.place.mailbox}: several links fit")
            continue
        work.add(next(iter(links), None), shown, mine)
    for slot, found in crowded.items():
        if chosen[slot] is None:
            work.ambiguous.append(
                f"booking {free[slot].booking_id}: {len(found)} events are at its time"
            )
            work.used_events |= {id(e) for e in found}
            work.used_bookings.add(free[slot].booking_id)


def _chosen(booking: Booking, events: Sequence[ShownEvent]) -> ShownEvent | None:
    """Return the event that a booking belongs to, None when several might be meant."""
    if len(events) == 1:
        return events[0]
    title = canonical_text(booking.title)
    same = [e for e in events if canonical_text(e.event.subject) == title]
    return same[0] if len(same) == 1 else None


def _slots(shown: ShownEvent, context: Context) -> list[Slot]:
    person = shown.booked_for(context)
    if person is None:
        return []
    place = shown.event.place
    if is_resource_mailbox(place.mailbox):
        own = resource_of(place.mailbox)
        return [(person, own, date.time) for date in shown.slots(context)]
    slots = shown.slots(context)
    return [(person, resource, d.time) for d in slots for resource in d.resources]


def _is_known(shown: ShownEvent, known: Known) -> bool:
    event = shown.event
    return (
        shown.oid in known.links
        or (event.place, event.event_id) in known.events
        or (event.place, event.ical_uid) in known.meetings
    )


def _oid(booking: Booking) -> str | None:
    return booking.appointment_oid and booking.appointment_oid.lower()


def _grouped[Item](
    items: Iterable[Item], key: Callable[[Item], str | None]
) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if (name := key(item)) is not None:
            found[name].append(item)
    return dict(found)
