"""Reads a series in Exchange; that it is gone is believed only with a second proof (5.1)."""

from dataclasses import dataclass
from datetime import timedelta

from core.app.mass_loss import require_few_events_lost
from core.app.rematch import found_again, require_same_mailbox
from core.app.services import Services
from core.app.whereabouts import Found
from core.domain.event import EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId
from core.domain.interval import Interval
from core.domain.mapping import Mapping, PendingKind
from core.domain.work import BookingKey, EventKey, WorkItem
from core.errors import (
    NotASeriesError,
    NotFoundError,
    ServiceUnavailableError,
)
from core.sync.before_sync import is_older_than_sync
from core.sync.context import Context
from core.sync.series.once import once


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvent:
    """What Exchange has: the series, or the proof that it is gone, or neither."""

    event: EventSeries | None = None
    is_gone: bool = False


async def read_event(
    found: Found, item: WorkItem, context: Context, services: Services
) -> ReadEvent:
    """Read the series of a link; that it is gone is believed only with a second proof (5.1).

    NotASeriesError when it is a single event by now.
    """
    mapping = found.mapping
    if found.event is not None and mapping.event is None:
        return ReadEvent(event=await _series(found.event.place, found.event.event_id, services))
    pending = mapping.pending
    if mapping.event is None and found.lost is not None:
        again = await found_again(mapping, found.lost, services)
        return ReadEvent(
            event=None if again is None else await _series(again.place, again.event_id, services)
        )
    if mapping.event is None:
        return await _carrying(mapping, services) if pending is not None else ReadEvent()
    if pending is not None and pending.kind is PendingKind.MOVE_EVENT and pending.place is not None:
        arrived = await _carrying_in(pending.place, mapping, services)
        if arrived is not None:
            return ReadEvent(event=arrived)
    place = mapping.home if found.event is None else found.event.place
    event_id = mapping.event.event_id if found.event is None else found.event.event_id
    try:
        event = await _known_series(place, event_id, mapping, services)
    except NotFoundError:
        event = None
    is_doubted = item.deleted and not isinstance(item.key, BookingKey)
    if event is not None and not is_doubted:
        return ReadEvent(event=event)
    key = EventKey(place, event_id)
    return await _with_proof(mapping, key, event, context, services, item=item)


async def _known_series(
    place: EventPlace, event_id: EventId, mapping: Mapping, services: Services
) -> EventSeries:
    try:
        return await _series(place, event_id, services)
    except NotASeriesError:
        if mapping.series is not None:
            raise
        # ROOMS has made a series of it, Exchange not yet (S02).
        single = await services.calendars[place.environment].get_event(place, event_id)
        return EventSeries(master=single, recurrence=once(single))


async def _with_proof(
    mapping: Mapping,
    key: EventKey,
    event: EventSeries | None,
    context: Context,
    services: Services,
    *,
    item: WorkItem,
) -> ReadEvent:
    """Look into the calendar view before a series is believed to be gone (5.1)."""
    calendar = services.calendars[key.place.environment]
    window = _around(mapping, event, context)
    if await calendar.is_in_calendar(key.place, key.event_id, window):
        if event is None:
            raise ServiceUnavailableError("Exchange shows a series that it does not hand out")
        return ReadEvent(event=event)
    if event is None:
        await require_same_mailbox(key.place, services)
    await require_few_events_lost(key.place, item, services)
    if is_older_than_sync(mapping, context):
        return await _carrying(mapping, services)
    return ReadEvent(is_gone=True)


async def _series(place: EventPlace, event_id: EventId, services: Services) -> EventSeries:
    return await services.calendars[place.environment].get_series(place, event_id)


async def _carrying(mapping: Mapping, services: Services) -> ReadEvent:
    """Find the series that carries a link, half made before a crash or lost from sight."""
    pending = mapping.pending
    places = [mapping.home]
    if pending is not None and pending.place is not None:
        places.insert(0, pending.place)
    for place in dict.fromkeys(places):
        if (found := await _carrying_in(place, mapping, services)) is not None:
            return ReadEvent(event=found)
    return ReadEvent()


async def _carrying_in(
    place: EventPlace, mapping: Mapping, services: Services
) -> EventSeries | None:
    calendar = services.calendars[place.environment]
    for event in await calendar.find_by_appointment_oid(place, mapping.id):
        if event.is_organizer and not event.is_cancelled:
            return await _series(place, event.event_id, services)
    return None


def _around(mapping: Mapping, event: EventSeries | None, context: Context) -> Interval:
    """Return a span in which the calendar view certainly shows a date of the series."""
    times = [] if mapping.time is None else [mapping.time]
    times += [] if event is None else [event.master.time]
    start = min([context.now, *(time.start for time in times)]) - timedelta(days=1)
    end = max([context.now, *(time.end for time in times)]) + timedelta(days=1)
    return Interval(start, end)
