"""Looks closer at what is not plainly the same: with the link's help, and one read where it must.

What a link knows and the search did not show is asked for by its id: at most one call for each
difference. What was changed a moment ago is left to the sync.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.app.drift.parked_keys import ParkedKeys
from core.app.drift.read import BothSides
from core.app.find_link import find_link
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.drift import Drift, Element
from core.domain.event import Event, EventPlace
from core.domain.ids import BookingId, MappingId
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState
from core.domain.remaining import is_over
from core.domain.work import BookingKey, EventKey, ItemKey
from core.drift.cause import Evidence
from core.drift.dates import as_single, known_bookings, seen_dates, strays
from core.drift.judge import is_fresh, judge
from core.drift.pairing import (
    Group,
    Shown,
    is_in_step,
    is_unbooked,
    is_unshown,
    put_together,
)
from core.drift.record import drift_of
from core.errors import NotFoundError, PermanentError
from core.sync.context import Context
from core.sync.observed import Observed

NO_LINK = MappingId("")


@dataclass(slots=True)
class Examined:
    """What an examination came to; `untouched` are links that the sync is still working on.

    `seen` is what each drift was told from, by its id: it is not stored.
    """

    compared: int = 0
    found: list[Drift] = field(default_factory=list)
    seen: dict[str, Observed] = field(default_factory=dict)
    untouched: set[MappingId] = field(default_factory=set)
    fresh: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One mailbox on the table: what was read of it, and what it is examined with."""

    place: EventPlace
    window: Interval
    bookings: dict[BookingId, Booking]
    context: Context
    services: Services
    parked: ParkedKeys
    result: Examined


async def examine(
    place: EventPlace, window: Interval, sides: BothSides, context: Context, services: Services
) -> Examined:
    """Return all differences of a mailbox, from what both sides show."""
    shown = put_together(sides.events, sides.bookings, window, context)
    desk = desk_for(place, window, sides, context, services)
    groups = shown.groups | await _with_loners(shown, desk)
    for oid, group in groups.items():
        if not is_in_step(group, context):
            await _group(group, await services.mappings.get(oid), desk)
    return desk.result


def desk_for(
    place: EventPlace, window: Interval, sides: BothSides, context: Context, services: Services
) -> Desk:
    """Return a desk with what was read of a mailbox on it."""
    return Desk(
        place=place,
        window=window,
        bookings={booking.booking_id: booking for booking in sides.bookings},
        context=context,
        services=services,
        parked=ParkedKeys(place, services),
        result=Examined(compared=len(sides.events) + len(sides.bookings)),
    )


async def _with_loners(shown: Shown, desk: Desk) -> dict[MappingId, Group]:
    """Add what carries no link to the group of the link that knows it; the rest is judged alone."""
    groups: dict[MappingId, Group] = {}
    loners: list[tuple[ItemKey, Group]] = [
        (EventKey(desk.place, event_id), Group(oid=NO_LINK, events=tuple(events)))
        for event_id, events in shown.events.items()
        if any(is_unbooked(event, desk.context) for event in events)
    ]
    loners += [
        (BookingKey(booking.mandator, booking.booking_id), Group(oid=NO_LINK, bookings=(booking,)))
        for booking in shown.bookings
        if is_unshown(booking, desk.context)
    ]
    for key, alone in loners:
        link = await find_link(key, desk.services)
        if link is None:
            await examine_alone(alone, desk)
            continue
        known = groups.get(link.id) or shown.groups.get(link.id) or Group(oid=link.id)
        groups[link.id] = replace(
            known,
            events=(*known.events, *alone.events),
            bookings=(*known.bookings, *alone.bookings),
        )
    return groups


async def _group(group: Group, link: Mapping | None, desk: Desk) -> None:
    if link is None:
        await examine_alone(group, desk)
    elif link.home == desk.place and not is_over(link, desk.context.now):
        await examine_link(link, group.events, group.bookings, desk)


async def examine_link(
    link: Mapping, events: Sequence[Event], bookings: Sequence[Booking], desk: Desk
) -> None:
    """Compare the two sides of one link."""
    if link.pending is not None:
        desk.result.untouched.add(link.id)
        desk.result.fresh += 1
        return
    extra = tuple(booking for booking in bookings if link.link_of(booking.booking_id) is None)
    if link.series is not None:
        await _series(link, events, desk)
        extra = tuple(strays(link, extra))
    else:
        await _single(link, events, desk)
    for booking in extra:
        await _judge(Observed(mapping=_no_link(link.id, desk), bookings=(booking,)), desk)


async def _single(link: Mapping, events: Sequence[Event], desk: Desk) -> None:
    own = None if link.event is None else link.event.event_id
    event = next((e for e in events if e.event_id == own), None)
    if event is None and own is None:
        event = next(iter(events), None)
    is_gone = False
    if event is None and own is not None:
        event, is_gone = await _read_event(link, desk)
    read, gone = await _read_bookings([b.booking_id for b in link.bookings], desk)
    seen = Observed(
        mapping=link,
        event=event,
        event_gone=is_gone,
        bookings=tuple(read.values()),
        bookings_gone=gone,
        refusals=link.refusals,
    )
    await _judge(seen, desk)


async def _series(link: Mapping, events: Sequence[Event], desk: Desk) -> None:
    if link.series is None:
        return
    read, gone = await _read_bookings(known_bookings(link.series, desk.window), desk)
    for date in seen_dates(link, events, read, gone, desk.window):
        await _judge(date.seen, desk, element=Element.DATE, original_start=date.original_start)


async def examine_alone(group: Group, desk: Desk) -> None:
    """Judge what no link knows: of a series without a link the next date speaks for all."""
    living = tuple(booking for booking in group.bookings if booking.status.occupies)
    link = _no_link(group.oid, desk)
    if not group.events:
        for booking in living:
            if is_unshown(booking, desk.context):
                await _judge(Observed(mapping=link, bookings=(booking,)), desk)
        return
    first, element = min(group.events, key=lambda event: event.time.start), Element.SINGLE
    if first.series_master is not None:
        first, element = as_single(first, link), Element.SERIES
        living = tuple(booking for booking in living if booking.time == first.time)
    await _judge(Observed(mapping=link, event=first, bookings=living), desk, element=element)


def _no_link(oid: MappingId, desk: Desk) -> Mapping:
    return Mapping(
        id=oid,
        state=MappingState.CREATING,
        home=desk.place,
        mandator=desk.services.rooms.mandator,
    )


async def _judge(
    seen: Observed,
    desk: Desk,
    *,
    element: Element = Element.SINGLE,
    original_start: datetime | None = None,
) -> None:
    now = desk.context.now
    times = [booking.time for booking in seen.active_bookings]
    times += [] if seen.event is None else [seen.event.time]
    if times and all(time.end <= now for time in times):
        return
    judgement = judge(Evidence(seen), desk.context)
    if judgement is None:
        return
    if is_fresh(seen, now):
        desk.result.fresh += 1
        desk.result.untouched.add(seen.mapping.id)
        return
    if await desk.parked.waits(seen):
        judgement = judge(Evidence(seen, is_parked=True), desk.context) or judgement
    drift = drift_of(judgement, seen, desk.context, element=element, original_start=original_start)
    desk.result.found.append(drift)
    desk.result.seen[drift.id] = seen


async def _read_event(link: Mapping, desk: Desk) -> tuple[Event | None, bool]:
    """Ask for an event that the calendar does not show in this span; return whether it is gone."""
    if link.event is None:
        return None, False
    calendar = desk.services.calendars[link.home.environment]
    try:
        event = await calendar.get_event(link.home, link.event.event_id)
    except NotFoundError:
        return None, True
    except PermanentError:
        return None, False
    return (None, True) if event.is_cancelled else (event, False)


async def _read_bookings(
    wanted: Iterable[BookingId], desk: Desk
) -> tuple[dict[BookingId, Booking], frozenset[BookingId]]:
    """Return bookings by number, those that the search has not shown read one by one."""
    read: dict[BookingId, Booking] = {}
    gone: set[BookingId] = set()
    for number in sorted(wanted):
        known = desk.bookings.get(number)
        if known is not None:
            read[number] = known
            continue
        try:
            read[number] = await desk.services.rooms.get_booking(number)
        except NotFoundError:
            gone.add(number)
    return read, frozenset(gone)
