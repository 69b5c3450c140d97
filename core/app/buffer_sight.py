"""Looks at what really lies around a meeting in resource mailboxes: buffers and others (D8).

Only thorough looks do, and the first one after a crash: what somebody did to a buffer by hand is
put right by the next sweep, once.
"""

from dataclasses import replace

from core.app.buffers import existing
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.buffer import Buffer
from core.domain.buffer_mark import BufferKind
from core.domain.event import Event, EventPlace
from core.domain.ids import MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.work import MappingKey, WorkItem
from core.errors import NotFoundError, PermanentError
from core.ports.exchange import ExchangeCalendar
from core.sync.buffers import HOLDS, buffers_of, fitting, in_the_way
from core.sync.context import Context
from core.sync.observed import Observed

Spans = dict[BufferKind, Interval]


async def with_buffers_seen(
    seen: Observed, item: WorkItem, context: Context, services: Services
) -> Observed:
    """Return what is seen with the own buffers as they are now, where it is time to look."""
    known = seen.buffers
    spans = _spans(seen, context)
    for place in {buffer.place for buffer in known} | set(spans):
        calendar = services.calendars.get(place.environment)
        here = tuple(buffer for buffer in known if buffer.place == place)
        is_due = item.thorough or any(buffer.is_announced for buffer in here)
        if calendar is None or not is_due:
            continue
        try:
            found = await _at(place, here, spans.get(place, {}), seen, context, calendar)
        except PermanentError:
            # Nothing is known: nothing is done there either, the meeting goes on.
            return replace(seen, buffers_rest=True)
        others = tuple(buffer for buffer in seen.buffers if buffer.place != place)
        seen = replace(seen, buffers=(*others, *found))
    return seen


async def is_kept_free(
    booking: Booking, own: MappingId, context: Context, services: Services
) -> bool:
    """Tell whether a resource mailbox would decline a booking because of another's buffer (D9).

    Asked before anybody is invited, only where buffers are in use: one read.
    """
    directory = context.directory
    if directory.policies.lead_follow_up != HOLDS or not booking.status.occupies:
        return False
    if not directory.is_resource_synced(booking.resource):
        return False
    place = directory.resources[booking.resource].place
    async for other in services.calendars[place.environment].list_events(place, booking.time):
        mark = other.buffer
        is_others = other.is_buffer and mark is not None and mark.mapping_id != own
        if not is_others or not other.time.overlaps(booking.time):
            continue
        found = await stale_holder(other, booking.time, booking.resource, context, services)
        if found is None:
            return True
    return False


async def stale_holder(
    other: Event, time: Interval, resource: ResourceId, context: Context, services: Services
) -> MappingKey | None:
    """Return whose buffer does not belong where it lies any more: it will follow its meeting.

    None when it belongs there, and when nobody knows whose it is. Of a series it is not asked.
    """
    if other.buffer is None:
        return None
    mapping = await services.mappings.get(other.buffer.mapping_id)
    if mapping is None or mapping.event is None or mapping.series is not None:
        return None
    key = MappingKey(mapping.id, mapping.home)
    try:
        calendar = services.calendars[mapping.home.environment]
        event = await calendar.get_event(mapping.home, mapping.event.event_id)
    except NotFoundError:
        return key
    if event.is_cancelled or event.time != mapping.time:
        return key
    for link in mapping.bookings:
        if link.resource != resource:
            continue
        try:
            booking = await services.rooms.get_booking(link.booking_id)
        except NotFoundError:
            continue
        span = buffers_of(booking, context.directory).get(other.buffer.kind)
        if booking.resource == resource and span is not None and span.overlaps(time):
            return None
    return key


def _spans(seen: Observed, context: Context) -> dict[EventPlace, Spans]:
    found: dict[EventPlace, Spans] = {}
    for booking in seen.active_bookings:
        spans = {
            kind: span
            for kind, span in buffers_of(booking, context.directory).items()
            if span.end > context.now
        }
        if spans:
            found[context.directory.resources[booking.resource].place] = spans
    return found


async def _at(  # noqa: PLR0917 - all that is known of one mailbox
    place: EventPlace,
    here: tuple[Buffer, ...],
    spans: Spans,
    seen: Observed,
    context: Context,
    calendar: ExchangeCalendar,
) -> list[Buffer]:
    living = [b for b in here if b.time is None or b.time.end > context.now]
    window = _hull(
        [*spans.values(), *(time for b in living for time in (b.wanted, b.time) if time)]
    )
    if window is None:
        return list(here)
    view = [event async for event in calendar.list_events(place, window)]
    times = in_the_way(view, seen.event)
    found = [b if b not in living else await _now(b, view, times, seen, calendar) for b in here]
    missing = set(spans) - {buffer.kind for buffer in here}
    for event in view:
        # Of a link that was rebuilt: nobody knows them any more, they are its own all the same.
        mark = event.buffer if event.is_buffer else None
        if mark is not None and mark.mapping_id == seen.mapping.id and mark.kind in missing:
            missing.discard(mark.kind)
            found.append(
                Buffer(place=place, kind=mark.kind, time=event.time, event_id=event.event_id)
            )
    return found


async def _now(
    buffer: Buffer,
    view: list[Event],
    times: list[Interval],
    seen: Observed,
    calendar: ExchangeCalendar,
) -> Buffer:
    """Return a buffer as it is; `wanted` None where it is not as it should be."""
    shown = next((e for e in view if e.event_id == buffer.event_id and e.is_buffer), None)
    event = shown or await existing(seen, buffer, calendar)
    fits = None if buffer.wanted is None else fitting(buffer.kind, buffer.wanted, times)
    if event is None:
        if buffer.is_announced or (buffer.event_id is None and fits is None):
            return buffer
        return replace(buffer, wanted=None)
    is_right = event.time == fits
    return replace(
        buffer,
        wanted=buffer.wanted if is_right else None,
        time=event.time,
        event_id=event.event_id,
        transaction_id="",
    )


def _hull(spans: list[Interval]) -> Interval | None:
    if not spans:
        return None
    return Interval(min(span.start for span in spans), max(span.end for span in spans))
