"""Reads all bookings of a series that may still matter."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from core.app.mass_loss import require_few_bookings_lost
from core.app.series.read_event import ReadEvent
from core.app.services import Services
from core.app.whereabouts import Found
from core.domain.booking import Booking, BookingStatus
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import Mapping
from core.domain.pointers import booking_pointer, series_pointer
from core.domain.work import WorkItem
from core.errors import (
    ClaimedError,
    NotFoundError,
    ServiceUnavailableError,
)
from core.ports.rooms import BookingQuery
from core.sync.context import Context
from core.sync.series.drafts import Read

BEFORE = timedelta(days=7)
"""How long ago a date may have been that is read again: late changes of what runs."""


async def read_bookings(
    found: Found,
    read: ReadEvent,
    span: Interval,
    context: Context,
    services: Services,
    *,
    item: WorkItem,
) -> Read:
    """Read all bookings of a link that may still matter: series as such, the others one by one."""
    mapping = found.mapping
    if mapping.pending is not None and mapping.pending.draft_context is not None:
        await services.rooms.abort_draft(mapping.pending.draft_context)
    known: dict[BookingId, Booking] = {}
    gone: set[BookingId] = set()
    linked = _linked(mapping, context)
    numbers = mapping.series.rooms_series if mapping.series is not None else ()
    if found.booking is not None:
        await _with_series(found.booking, span, known, services)
    missing = [n for n in linked if n not in known]
    for number in missing:
        if number in known:
            continue
        booking = await _booking(number, span, item, services)
        if booking is None:
            gone.add(number)
            continue
        known[number] = booking
        if booking.series_id in numbers or booking.series_id is not None:
            await _with_series(booking, span, known, services)
    if _may_have_others(mapping, read):
        for booking in await _unlinked(mapping, read, span, context, services):
            known.setdefault(booking.booking_id, booking)
    ours, shared = await _ours(known.values(), mapping, services)
    bookings = _all_linked(ours, mapping)
    kept = await _kept(mapping, bookings, services)
    return Read(
        event=read.event,
        event_gone=read.is_gone,
        bookings=bookings,
        gone=frozenset(gone),
        kept=kept,
        shared=shared,
    )


def _linked(mapping: Mapping, context: Context) -> list[BookingId]:
    """Return the bookings whose dates may still change: those that are not long over."""
    since = context.now - BEFORE
    if mapping.series is None:
        return [link.booking_id for link in mapping.bookings]
    return [
        link.booking_id
        for date in mapping.series.dates
        for link in date.bookings
        if date.time is None or date.time.end > since
    ]


async def _with_series(
    sample: Booking, span: Interval, known: dict[BookingId, Booking], services: Services
) -> None:
    known[sample.booking_id] = sample
    if sample.series_id is not None:
        for booking in await services.series.read_series(sample, span):
            known[booking.booking_id] = booking


async def _booking(
    number: BookingId, span: Interval, item: WorkItem, services: Services
) -> Booking | None:
    """Return a booking, None if it is positively gone (design 5.1)."""
    try:
        return await services.rooms.get_booking(number)
    except NotFoundError:
        listed = await services.rooms.find_bookings(BookingQuery(window=span))
        if any(booking.booking_id == number for booking in listed):
            raise ServiceUnavailableError(
                "ROOMS lists a booking that it does not hand out"
            ) from None
        await require_few_bookings_lost(item, services)
        return None


def _may_have_others(mapping: Mapping, read: ReadEvent) -> bool:
    """Tell whether bookings may exist that the link does not know: before the first agreement."""
    return read.event is not None and (mapping.version is None or mapping.pending is not None)


async def _unlinked(
    mapping: Mapping, read: ReadEvent, span: Interval, context: Context, services: Services
) -> list[Booking]:
    """Find what was half made before a crash, and what the organizer has booked in ROOMS (D11)."""
    directory, event = context.directory, read.event
    organizer = None if event is None else directory.person_at(event.master.organizer_address)
    if organizer is None:
        return []
    query = BookingQuery(window=span, organizer=organizer.id)
    return [
        booking
        for booking in await services.rooms.find_bookings(query)
        if booking.status.occupies
        and booking.resource in directory.resources
        and (booking.appointment_oid or mapping.id).lower() == mapping.id
    ]


async def _ours(
    bookings: Iterable[Booking], mapping: Mapping, services: Services
) -> tuple[tuple[Booking, ...], frozenset[int]]:
    """Leave out items of a ROOMS series that have a link of their own (R-103, R-611).

    Also return the series that have such items.
    """
    found: list[Booking] = []
    shared: set[int] = set()
    linked = {link.booking_id for link in mapping.every_booking}
    for booking in bookings:
        is_new = booking.booking_id not in linked and booking.status.occupies
        may_be_others = mapping.version is not None or booking.appointment_oid is not None
        if is_new and may_be_others:
            key = booking_pointer(mapping.mandator, booking.booking_id)
            pointer = await services.pointers.find(key)
            if pointer is not None and pointer.mapping_id not in {None, mapping.id}:
                await _require_let_go(booking, mapping, services)
                shared |= set() if booking.series_id is None else {booking.series_id}
                continue
        found.append(booking)
    return tuple(found), frozenset(shared)


async def _require_let_go(booking: Booking, mapping: Mapping, services: Services) -> None:
    """Raise ClaimedError while the link that a whole series leaves still holds an item (R-611)."""
    if booking.series_id is None or mapping.version is not None:
        return
    pointer = await services.pointers.find(series_pointer(mapping.mandator, booking.series_id))
    if pointer is not None and pointer.mapping_id == mapping.id:
        raise ClaimedError("another link still holds an item of this series", retry_after_s=5.0)


def _all_linked(bookings: tuple[Booking, ...], mapping: Mapping) -> tuple[Booking, ...]:
    """Let every item of a ROOMS series carry the link that one of them carries.

    Whether ROOMS keeps it on each item is not documented; the ids of the others are remembered.
    """
    carrying = {
        b.series_id
        for b in bookings
        if b.series_id is not None and (b.appointment_oid or "").lower() == mapping.id
    }
    return tuple(
        replace(b, appointment_oid=mapping.id)
        if b.series_id in carrying and b.appointment_oid is None
        else b
        for b in bookings
    )


async def _kept(
    mapping: Mapping, bookings: tuple[Booking, ...], services: Services
) -> frozenset[BookingId]:
    """Return the newly cancelled bookings whose appointment is to stay (R-313, R-114)."""
    series = mapping.series
    if series is None:
        return frozenset()
    active = {link.booking_id for d in series.dates if not d.is_deleted for link in d.bookings}
    ended = [b for b in bookings if b.status is BookingStatus.CANCELLED and b.booking_id in active]
    if not ended:
        return frozenset()
    directory = await services.roster.directory()
    window = Interval(min(b.time.start for b in ended), max(b.time.end for b in ended))
    query = BookingQuery(window=window, organizer=ended[0].organizer)
    copies: set[tuple[datetime, datetime]] = {
        (copy.time.start, copy.time.end)
        for copy in await services.rooms.find_bookings(query)
        if copy.resource not in directory.resources
        and copy.status.occupies
        and (copy.appointment_oid or "").lower() == mapping.id
    }
    return frozenset(b.booking_id for b in ended if (b.time.start, b.time.end) in copies)
