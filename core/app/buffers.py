"""Places and removes buffers: our own items in resource mailboxes that keep time free (D8).

The session of the link's home writes them, like all else of the link. A buffer never hinders its
meeting: what is not permitted there is left alone, what is too much at once follows later.
"""

import logging
from dataclasses import replace

from core.app.services import Services
from core.domain.buffer import Buffer
from core.domain.buffer_mark import BufferMark
from core.domain.changes import EventChanges
from core.domain.event import Event, EventPlace
from core.domain.interval import Interval
from core.domain.pointers import Pointer, event_pointer
from core.errors import NotFoundError, PermanentError
from core.ports.exchange import ExchangeCalendar
from core.sync.buffers import buffer_draft, fitting, fold_buffer, in_the_way
from core.sync.context import Context
from core.sync.guard import Deed
from core.sync.observed import Observed
from core.sync.steps import PlaceBuffer, RemoveBuffer

log = logging.getLogger(__name__)

PAUSE = 60.0
"""Seconds after the end of the guard's window until the others follow."""


async def apply_buffer(
    seen: Observed, step: PlaceBuffer | RemoveBuffer, context: Context, services: Services
) -> Observed:
    """Carry out a step and return what is observed then; TransientError passes through."""
    place = step.buffer.place
    calendar = services.calendars.get(place.environment)
    if seen.buffers_rest or calendar is None:
        return replace(seen, buffers_rest=True)
    wait_s = await _too_much(place, services)
    if wait_s is not None:
        return replace(seen, buffers_rest=True, buffers_again_s=wait_s or None)
    try:
        if isinstance(step, RemoveBuffer):
            return await _removed(seen, step.buffer, calendar, services)
        return await _placed(seen, step, context, calendar, services)
    except PermanentError as error:
        return _given_up(seen, step.buffer, error)


async def _too_much(place: EventPlace, services: Services) -> float | None:
    """Count a write; return the seconds to wait if it is one too many, 0 for a stopped mailbox."""
    limits, now = services.guard_limits, services.clock.now()
    reading = await services.guard.count(place, Deed.BUFFER, now, limits.window_s)
    if reading.stopped_since is not None:
        return 0.0
    return None if limits.allows(Deed.BUFFER, reading.count) else limits.window_s + PAUSE


async def _placed(
    seen: Observed,
    step: PlaceBuffer,
    context: Context,
    calendar: ExchangeCalendar,
    services: Services,
) -> Observed:
    buffer, span = step.buffer, step.span
    others = [event async for event in calendar.list_events(buffer.place, span)]
    time = fitting(buffer.kind, span, in_the_way(others, seen.event))
    there = await existing(seen, buffer, calendar)
    if there is None:
        await _let_go(buffer, services)
    if there is None and time is not None:
        return await _created(seen, step, time, context, services)
    if there is not None and time is None:
        await calendar.delete_event(buffer.place, there.event_id)
    elif there is not None and time is not None and there.time != time:
        await calendar.update_event(there, EventChanges(time=time))
    placed = Buffer(
        place=buffer.place,
        kind=buffer.kind,
        wanted=span,
        time=time,
        event_id=None if there is None or time is None else there.event_id,
    )
    return fold_buffer(seen, buffer, placed)


async def _created(
    seen: Observed, step: PlaceBuffer, time: Interval, context: Context, services: Services
) -> Observed:
    """Make a buffer; that is written down before it is tried, so that it is found after a crash."""
    buffer = step.buffer
    announced = replace(
        buffer,
        wanted=step.span,
        time=time,
        event_id=None,
        transaction_id=buffer.transaction_id or str(services.new_id()),
    )
    seen = fold_buffer(seen, buffer, announced)
    marked = replace(seen.mapping, buffers=seen.buffers)
    seen = replace(seen, mapping=await services.mappings.save(marked))
    draft = buffer_draft(seen.mapping.id, announced, time, context.directory)
    calendar = services.calendars[buffer.place.environment]
    try:
        made = await calendar.create_event(buffer.place, draft)
    except PermanentError as error:
        # The announcement stands: the link was stored with it.
        return _given_up(seen, buffer, error)
    key = event_pointer(buffer.place, made.event_id)
    await services.pointers.replace(key, Pointer(mapping_id=seen.mapping.id))
    placed = replace(announced, time=made.time, event_id=made.event_id, transaction_id="")
    return fold_buffer(seen, buffer, placed)


def _given_up(seen: Observed, buffer: Buffer, error: PermanentError) -> Observed:
    log.warning("buffer_failed", extra={"mailbox": buffer.place.mailbox, "why": str(error)})
    return replace(seen, buffers_rest=True)


async def _removed(
    seen: Observed, buffer: Buffer, calendar: ExchangeCalendar, services: Services
) -> Observed:
    there = await existing(seen, buffer, calendar)
    if there is None:
        await _let_go(buffer, services)
    else:
        await calendar.delete_event(buffer.place, there.event_id)
    return fold_buffer(seen, buffer, None)


async def _let_go(buffer: Buffer, services: Services) -> None:
    """Forget an item that is not ours any more: if it lives on, it is looked at like any other."""
    if buffer.event_id is not None:
        await services.pointers.remove(event_pointer(buffer.place, buffer.event_id))


async def existing(seen: Observed, buffer: Buffer, calendar: ExchangeCalendar) -> Event | None:
    """Return the item of a buffer, None when there is none; one with people in it is not ours."""
    mark = BufferMark(seen.mapping.id, buffer.kind)
    if buffer.event_id is None:
        if not buffer.is_announced:
            return None
        found = await calendar.find_buffers(buffer.place, mark)
        return next((event for event in found if not event.is_cancelled), None)
    try:
        event = await calendar.get_event(buffer.place, buffer.event_id)
    except NotFoundError:
        return None
    return event if event.is_buffer and event.buffer == mark and not event.is_cancelled else None
