"""Reads what the planner must know of a link, and not more: the second side only when needed.

"Unreadable" and "absent" are different answers: only a positive proof counts as deleted (5.1).
"""

from dataclasses import replace
from datetime import timedelta

from core.app.buffer_sight import with_buffers_seen
from core.app.counterpart import with_counterpart
from core.app.mass_loss import require_few_bookings_lost, require_few_events_lost
from core.app.questions import declined_of, with_questions
from core.app.rematch import rematched, require_same_mailbox, without_event
from core.app.services import Services
from core.app.whereabouts import Found
from core.domain.booking import Booking, BookingStatus
from core.domain.event import Event
from core.domain.interval import Interval
from core.domain.mapping import BookingLink, EventLink, Mapping, MappingState, PendingKind
from core.domain.work import BookingKey, WorkItem
from core.errors import ClaimedError, NotFoundError, ServiceUnavailableError
from core.ports.rooms import BookingQuery
from core.sync.before_sync import is_link_put_off, is_older_than_sync, left_alone
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.observed import Observed
from core.sync.translate import meeting_of_booking, meeting_of_event


async def observe(found: Found, item: WorkItem, context: Context, services: Services) -> Observed:
    """Return both sides as far as the decision needs them.

    The side that triggered the look is read first; if it shows what was agreed on, the other side
    is not read at all: should it have changed, its own trigger follows.
    """
    seen = await _both_sides(found, item, context, services)
    if is_partial(seen):
        return seen
    seen = await with_buffers_seen(seen, item, context, services)
    return await with_questions(seen, item, context, services)


async def _both_sides(
    found: Found, item: WorkItem, context: Context, services: Services
) -> Observed:
    mapping = found.mapping
    seen = Observed(
        mapping=mapping,
        event=found.event,
        bookings=() if found.booking is None else (found.booking,),
        refusals=mapping.refusals,
        buffers=mapping.buffers,
    )
    _respect_lease(mapping, context)
    is_new = mapping.version is None or mapping.state is MappingState.CREATING
    if is_new or mapping.pending is not None:
        return await with_counterpart(
            await _after_crash(seen, item, context, services), context, services
        )
    look = _from_booking if isinstance(item.key, BookingKey) else _from_event
    seen = await look(seen, item, context, services)
    lost = found.lost or (mapping.event if seen.mapping.event is None else None)
    if lost is not None:
        return await rematched(await _with_bookings(seen, item, services), lost, context, services)
    if _is_to_be_made(seen, context):
        return await with_counterpart(seen, context, services)
    return seen


async def _from_event(
    seen: Observed, item: WorkItem, context: Context, services: Services
) -> Observed:
    seen = await _with_event(seen, item, context, services)
    is_over = seen.mapping.state is MappingState.CANCELLED and seen.event is not None
    if is_over or (not item.thorough and _event_is_as_agreed(seen, context)):
        return seen
    return await _with_bookings(seen, item, services)


async def _from_booking(
    seen: Observed, item: WorkItem, context: Context, services: Services
) -> Observed:
    if isinstance(item.key, BookingKey):
        link = seen.mapping.link_of(item.key.booking_id)
        seen = seen if link is None else await _with_booking(seen, link, item, services)
    is_over = seen.mapping.state is MappingState.CANCELLED and seen.is_booking_over
    if is_over or (not item.thorough and _bookings_are_as_agreed(seen, context)):
        return seen
    return await _with_bookings(await _with_event(seen, item, context, services), item, services)


def _is_to_be_made(seen: Observed, context: Context) -> bool:
    """Tell whether a booking that was too old for an event will get one now (D11)."""
    mapping = seen.mapping
    if mapping.state is not MappingState.REJECTED or mapping.event is not None:
        return False
    return any(left_alone(seen, booking, context) is None for booking in seen.active_bookings)


def _respect_lease(mapping: Mapping, context: Context) -> None:
    """Keep away from a create that another worker may still be carrying out (design 4)."""
    pending = mapping.pending
    if pending is not None and pending.lease_until > context.now:
        wait = (pending.lease_until - context.now).total_seconds()
        raise ClaimedError("another worker is creating this item", retry_after_s=wait)


def is_partial(seen: Observed) -> bool:
    """Tell whether one side was left unread because the other shows nothing new."""
    link = seen.mapping
    return link.state is MappingState.LINKED and (
        (seen.event is None and not seen.event_gone)
        or any(
            seen.booking_of(b.booking_id) is None and b.booking_id not in seen.bookings_gone
            for b in link.bookings
        )
    )


async def _with_event(
    seen: Observed, item: WorkItem, context: Context, services: Services
) -> Observed:
    if seen.event is not None or seen.mapping.event is None:
        return seen
    speaks_of_deletion = item.deleted and not isinstance(item.key, BookingKey)
    return await _with_proof(
        seen, seen.mapping.event, item, context, services, is_doubted=speaks_of_deletion
    )


async def _with_proof(
    seen: Observed,
    link: EventLink,
    item: WorkItem,
    context: Context,
    services: Services,
    *,
    is_doubted: bool = False,
) -> Observed:
    """Read the event; that it is gone is believed only if the calendar view misses it, too.

    One that cannot be read at all may be in another mailbox than this one (S36): a link that is
    older than the sync of its mailbox loses its event, MadeAnewError if nobody has said so yet.
    """
    calendar = services.calendars[seen.mapping.home.environment]
    try:
        event = await calendar.get_event(seen.mapping.home, link.event_id)
    except NotFoundError:
        event = None
    if event is not None and not is_doubted:
        return replace(seen, event=event)
    window = _window(seen.mapping, event, services)
    if await calendar.is_in_calendar(seen.mapping.home, link.event_id, window):
        if event is None:
            raise ServiceUnavailableError("Exchange shows an event that it does not hand out")
        return replace(seen, event=event)
    if seen.is_booking_over:
        return replace(seen, event_gone=True)
    if event is None:
        await require_same_mailbox(seen.mapping.home, services)
    await require_few_events_lost(seen.mapping.home, item, services)
    if is_older_than_sync(seen.mapping, context):
        return replace(seen, mapping=without_event(seen.mapping))
    return replace(seen, event_gone=True)


async def _with_bookings(seen: Observed, item: WorkItem, services: Services) -> Observed:
    for link in seen.mapping.bookings:
        seen = await _with_booking(seen, link, item, services)
    return seen


async def _with_booking(
    seen: Observed, link: BookingLink, item: WorkItem, services: Services
) -> Observed:
    if seen.booking_of(link.booking_id) is not None or link.booking_id in seen.bookings_gone:
        return seen
    try:
        booking = await services.rooms.get_booking(link.booking_id)
        seen = seen.with_booking(booking)
        if booking.status is BookingStatus.CANCELLED and await _is_kept(booking, seen, services):
            seen = replace(seen, bookings_kept=seen.bookings_kept | {link.booking_id})
    except NotFoundError:
        window = _window(seen.mapping, None, services)
        query = BookingQuery(window=window, resource=link.resource)
        listed = await services.rooms.find_bookings(query)
        if any(booking.booking_id == link.booking_id for booking in listed):
            raise ServiceUnavailableError(
                "ROOMS lists a booking that it does not hand out"
            ) from None
        await require_few_bookings_lost(item, services)
        return replace(seen, bookings_gone=seen.bookings_gone | {link.booking_id})
    return seen


async def _after_crash(
    seen: Observed, item: WorkItem, context: Context, services: Services
) -> Observed:
    """Read again what an interrupted pass knew; a draft that it left in ROOMS is dropped."""
    mapping, pending = seen.mapping, seen.mapping.pending
    if pending is None:
        return seen
    if pending.draft_context is not None:
        await services.rooms.abort_draft(pending.draft_context)
    seen = await _with_bookings(seen, item, services)
    if seen.event is not None or mapping.event is None:
        return seen
    if pending.kind is PendingKind.MOVE_EVENT and pending.place is not None:
        arrived = await services.calendars[pending.place.environment].find_by_appointment_oid(
            pending.place, mapping.id
        )
        if arrived:
            return replace(seen, event=arrived[0])
    return await _with_proof(seen, mapping.event, item, context, services)


async def _is_kept(booking: Booking, seen: Observed, services: Services) -> bool:
    """Tell whether a cancelled booking lives on, on ROOMS' hidden resource (R-114).

    That is how ROOMS remembers that only the room was cancelled and the appointment is to stay.
    """
    if seen.mapping.state is not MappingState.LINKED:
        return False
    directory = await services.roster.directory()
    query = BookingQuery(window=booking.time, organizer=booking.organizer)
    return any(
        copy.resource not in directory.resources
        and copy.status.occupies
        and (copy.appointment_oid or "").lower() == seen.mapping.id
        for copy in await services.rooms.find_bookings(query)
    )


def _event_is_as_agreed(seen: Observed, context: Context) -> bool:
    event, baseline = seen.event, seen.mapping.baseline
    if event is None or baseline is None or seen.mapping.state is not MappingState.LINKED:
        return False
    if not seen.mapping.is_at(event):
        return False
    if event.is_cancelled or event.appointment_oid != seen.mapping.id:
        return False
    if seen.mapping.refusals or declined_of(seen, context.directory):
        return False
    if baseline.key_version not in context.keys.secrets:
        return False
    now = fingerprint(
        meeting_of_event(event, context.directory), context.keys, baseline.key_version
    )
    return now == baseline.exchange


def _bookings_are_as_agreed(seen: Observed, context: Context) -> bool:
    """Tell whether the bookings that were read show what was agreed on, and nothing is pending."""
    baseline = seen.mapping.baseline
    if baseline is None or seen.mapping.state is not MappingState.LINKED or not seen.bookings:
        return False
    if baseline.key_version not in context.keys.secrets or seen.bookings_gone:
        return False
    return all(
        booking.status is not BookingStatus.CANCELLED
        and (booking.appointment_oid == seen.mapping.id or is_link_put_off(booking, context))
        and baseline.of_booking(booking.booking_id)
        == fingerprint(
            meeting_of_booking(booking, context.directory), context.keys, baseline.key_version
        )
        for booking in seen.bookings
    )


def _window(mapping: Mapping, event: Event | None, services: Services) -> Interval:
    """Return a span that certainly shows the item in a calendar view."""
    known = (event.time if event is not None else None) or mapping.time
    if known is not None:
        return Interval(known.start - timedelta(hours=1), known.end + timedelta(hours=1))
    return services.limits.window(services.clock.now())
