"""Reads all that both systems show and that links could be about; nothing is written."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.event import Event, EventKind, EventPlace
from core.domain.ids import EventId, MappingId, is_resource_mailbox
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState
from core.domain.remaining import is_over
from core.errors import NotASeriesError, NotFoundError, PermanentError
from core.ports.rooms import BookingQuery
from core.sync.context import Context
from core.sync.rebuild.shown import BufferItem, Date, Known, Shown, ShownEvent
from core.sync.translate import invited_resources

PARTS = frozenset({EventKind.OCCURRENCE, EventKind.EXCEPTION})


async def read_everything(context: Context, services: Services) -> Shown:
    """Return what is still to come in all watched mailboxes and in ROOMS.

    A mailbox that cannot be read is named, and the others are read all the same. One list for each
    mailbox, one read for each series that could be ours, one list of bookings for each month.
    """
    window = Interval(context.now, services.limits.window(context.now).end)
    events: list[ShownEvent] = []
    buffers: list[BufferItem] = []
    unread: dict[EventPlace, str] = {}
    for place in context.directory.synced_places():
        if place.environment not in services.calendars:
            unread[place] = "its environment is not connected"
            continue
        try:
            found, kept = await _mailbox(place, window, context, services)
        except PermanentError as error:
            unread[place] = str(error)
            continue
        events += found
        buffers += kept
    return Shown(
        events=tuple(events),
        bookings=await _bookings(window, context, services),
        buffers=tuple(buffers),
        unread=unread,
    )


async def read_links(now: datetime, services: Services) -> tuple[Known, dict[MappingId, Mapping]]:
    """Return what links that are there know: those that are not over and have not ended."""
    links = {m.id: m async for m in services.mappings.all()}
    living = [
        m for m in links.values() if m.state is not MappingState.CANCELLED and not is_over(m, now)
    ]
    events = [(m.home, m.event) for m in living if m.event is not None]
    known = Known(
        links=frozenset(links),
        events=frozenset((place, event.event_id) for place, event in events),
        meetings=frozenset((place, event.ical_uid) for place, event in events),
        bookings=frozenset(int(b.booking_id) for m in living for b in m.every_booking),
    )
    return known, links


async def _mailbox(
    place: EventPlace, window: Interval, context: Context, services: Services
) -> tuple[list[ShownEvent], list[BufferItem]]:
    calendar = services.calendars[place.environment]
    found: list[ShownEvent] = []
    buffers: list[BufferItem] = []
    dates: dict[EventId, list[Date]] = defaultdict(list)
    ours: set[EventId] = set()
    async for event in calendar.list_events(place, window):
        if event.is_buffer and event.buffer is not None:
            buffers.append(BufferItem(mapping_id=event.buffer.mapping_id, event=event))
        elif not _may_be_ours(event, context):
            continue
        elif event.kind in PARTS and event.series_master is not None:
            resources = invited_resources(event, context.directory)
            dates[event.series_master].append(Date(event.time, resources))
            if resources or event.appointment_oid or is_resource_mailbox(place.mailbox):
                ours.add(event.series_master)
        elif event.kind is EventKind.SINGLE_INSTANCE:
            found.append(ShownEvent(event=event))
    for master, its in dates.items():
        if master not in ours:
            continue
        try:
            series = await calendar.get_series(place, master)
        except (NotFoundError, NotASeriesError, PermanentError):
            # Gone or changed meanwhile, or not to be understood: looks deal with it as ever.
            continue
        found.append(ShownEvent(event=series.master, series=series, dates=tuple(its)))
    return found, buffers


def _may_be_ours(event: Event, context: Context) -> bool:
    """Tell whether a link could be about an event: an organizer's, or anything with a resource."""
    if event.is_cancelled or event.is_draft or event.time.end <= context.now:
        return False
    if is_resource_mailbox(event.place.mailbox):
        return event.is_organizer or not _is_somebodys(event, context)
    return event.is_organizer


def _is_somebodys(event: Event, context: Context) -> bool:
    """Tell whether a resource's copy only witnesses the meeting of somebody synced."""
    organizer = context.directory.person_at(event.organizer_address)
    return organizer is not None and organizer.is_synced


async def _bookings(window: Interval, context: Context, services: Services) -> tuple[Booking, ...]:
    found: dict[int, Booking] = {}
    since_yesterday = Interval(window.start - timedelta(days=1), window.end)
    for part in services.limits.slices(since_yesterday):
        query = BookingQuery(window=part)
        found |= {b.booking_id: b for b in await services.rooms.find_bookings(query)}
    return tuple(_living(found.values(), context))


def _living(bookings: Iterable[Booking], context: Context) -> Iterable[Booking]:
    """Leave out what is over, cancelled, or on ROOMS' hidden resource (R-114)."""
    for booking in bookings:
        is_promise = booking.status.occupies and not booking.is_blocking_time
        is_known = booking.resource in context.directory.resources
        if is_promise and is_known and booking.time.end > context.now:
            yield booking
