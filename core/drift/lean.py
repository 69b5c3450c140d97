"""A wish, told to the planner in its own words: what both sides are thought to have agreed on.

The planner follows who changed since both agreed. So for the fields that differ, the side that is
wanted counts as changed and the other as it was agreed on; everything else stays as it is known:

    both sides there      the baseline of those fields is moved, refusals are forgotten
    booking missing       use Exchange: the link has none yet, so it is made; use ROOMS: nothing
    event missing         use ROOMS: the link has none yet, so it is made; use Exchange: nothing

What "nothing" does is what a look does anyway: the side that has ended ends the other. Whoever
changes either side afterwards is followed as ever.
"""

from collections.abc import Collection
from dataclasses import replace

from core.domain.ids import BookingId
from core.domain.mapping import Baseline, Fingerprint, Mapping, MappingState
from core.domain.meeting import Aspect, Meeting
from core.domain.wish import Wish
from core.sync.context import Context
from core.sync.fingerprint import attendee_hash, fingerprint
from core.sync.observed import Observed
from core.sync.translate import meeting_of_booking, meeting_of_event

ALWAYS_CHANGED = ""
"""A hash that no value has: what carries it counts as changed."""


def leaned(seen: Observed, aspects: Collection[Aspect], wish: Wish, context: Context) -> Mapping:
    """Return the link with which a look does what is wanted; of a date, its link as a meeting's."""
    link = replace(seen.mapping, refusals=(), attempts=())
    wants_exchange = wish is Wish.USE_EXCHANGE
    if seen.event is None:
        return link if wants_exchange else _without_event(link)
    if not seen.active_bookings:
        return _without_bookings(link) if wants_exchange else link
    if wants_exchange and link.state is MappingState.SYNC_DISABLED:
        link = replace(link, state=MappingState.LINKED, conflicts=0)
    return replace(link, baseline=_as_if_agreed(seen, aspects, wish, context))


def as_seen_then(seen: Observed, link: Mapping) -> Observed:
    """Return what a look would see with that link, without asking anybody again."""
    known = {each.booking_id for each in link.bookings}
    is_new = link.event is None and seen.event is None
    return replace(
        seen,
        mapping=link,
        refusals=link.refusals,
        event_gone=seen.event_gone and not is_new,
        bookings=tuple(booking for booking in seen.bookings if booking.booking_id in known),
        bookings_gone=seen.bookings_gone & known,
    )


def _without_event(link: Mapping) -> Mapping:
    return replace(link, state=MappingState.REJECTED, event=None, pending=None, baseline=None)


def _without_bookings(link: Mapping) -> Mapping:
    return replace(link, state=MappingState.REJECTED, bookings=(), pending=None, baseline=None)


def _as_if_agreed(
    seen: Observed, aspects: Collection[Aspect], wish: Wish, context: Context
) -> Baseline:
    """Return a baseline from which only the wanted side has moved, in these aspects."""
    if seen.event is None:
        raise ValueError("without an event nothing can be agreed on")
    here = meeting_of_event(seen.event, context.directory)
    there = {
        booking.booking_id: meeting_of_booking(booking, context.directory)
        for booking in seen.active_bookings
    }
    known = _known(seen, here, there, context)
    now = {n: fingerprint(rooms, context.keys, known.key_version) for n, rooms in there.items()}
    shown = fingerprint(here, context.keys, known.key_version)
    plain = [aspect for aspect in aspects if aspect is not Aspect.ATTENDEES]
    changed = dict.fromkeys(plain, ALWAYS_CHANGED)
    wants_exchange = wish is Wish.USE_EXCHANGE
    by_booking: dict[BookingId, Fingerprint] = {}
    for number, rooms in now.items():
        as_is = {aspect: rooms.aspects[aspect] for aspect in plain if aspect in rooms.aspects}
        moved = as_is if wants_exchange else changed
        agreed = known.of_booking(number)
        by_booking[number] = replace(agreed, aspects=agreed.aspects | moved)
    as_is = {aspect: shown.aspects[aspect] for aspect in plain if aspect in shown.aspects}
    exchange = replace(
        known.exchange, aspects=known.exchange.aspects | (changed if wants_exchange else as_is)
    )
    leading = next(iter(by_booking.values()))
    baseline = replace(
        known, exchange=exchange, rooms=leading, by_booking=by_booking if len(now) > 1 else {}
    )
    if Aspect.ATTENDEES not in aspects:
        return baseline
    return _with_people(baseline, here, there, context, wants_exchange=wants_exchange)


def _known(
    seen: Observed, here: Meeting, there: dict[BookingId, Meeting], context: Context
) -> Baseline:
    """Return what is known to be agreed on; where nothing is, all that both sides show."""
    known = seen.mapping.baseline
    if known is not None and known.key_version in context.keys.secrets:
        return known
    booked = {number: fingerprint(rooms, context.keys) for number, rooms in there.items()}
    return Baseline(
        key_version=context.keys.current,
        exchange=fingerprint(here, context.keys),
        rooms=next(iter(booked.values())),
        by_booking=booked if len(booked) > 1 else {},
    )


def _with_people(
    baseline: Baseline,
    here: Meeting,
    there: dict[BookingId, Meeting],
    context: Context,
    *,
    wants_exchange: bool,
) -> Baseline:
    """Return a baseline with the people of the unwanted side: it has not moved from them.

    A group counts as its members on the side of ROOMS; whom ROOMS knows by name only is no
    concern of Exchange.
    """
    version = baseline.key_version
    booked = {
        attendee_hash(attendee, context.keys, version)
        for rooms in there.values()
        for attendee in rooms.attendees
        if attendee.address
    }
    invited = {attendee_hash(a, context.keys, version) for a in here.attendees}
    groups = frozenset(baseline.groups) & invited
    if wants_exchange:
        exchange = frozenset(booked | groups)
        people = {n: fingerprint(m, context.keys, version).attendees for n, m in there.items()}
    else:
        exchange = frozenset(invited)
        members = frozenset[str]().union(*(baseline.groups[group] for group in groups))
        people = dict.fromkeys(there, frozenset(invited - groups) | members)
    by_booking = {
        number: replace(agreed, attendees=people[number])
        for number, agreed in baseline.by_booking.items()
    }
    return replace(
        baseline,
        exchange=replace(baseline.exchange, attendees=exchange),
        rooms=replace(baseline.rooms, attendees=next(iter(people.values()))),
        by_booking=by_booking,
    )
