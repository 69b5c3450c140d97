"""Looks at everything again, whatever the triggers said: the last net, and the repair."""

from datetime import timedelta

from core.app.catch_up import is_relevant, key_of
from core.app.given_up import looks_at_given_up
from core.app.mailbox_identity import made_anew
from core.app.patiently import send_patiently
from core.app.poll_rooms import booking_look
from core.app.services import Services
from core.app.status import new_tally
from core.domain.event import EventPlace
from core.domain.interval import Interval
from core.domain.mapping import MappingState
from core.domain.remaining import is_over
from core.domain.work import EventKey, MappingKey, Source, WorkItem, home_of
from core.ports.rooms import BookingQuery
from core.telemetry.metrics import is_on, stands
from core.telemetry.vocabulary import DIFFERENCES


async def sweep_mailbox(place: EventPlace, services: Services) -> int:
    """Queue a look at every event of a mailbox's full window that could be ours."""
    now, limits = services.clock.now(), services.limits
    window = Interval(
        now - timedelta(days=limits.window_past_days),
        now + timedelta(days=limits.window_ahead_days),
    )
    directory = await services.roster.directory()
    looks: dict[EventKey, WorkItem] = {}
    async for event in services.calendars[place.environment].list_events(place, window):
        key = key_of(event)
        if key not in looks and await is_relevant(event, directory, services):
            version = event.version if key.event_id == event.event_id else ""
            looks[key] = WorkItem(key=key, source=Source.SWEEP, version=version, first_seen=now)
    return await _queue(list(looks.values()), services)


async def sweep_rooms(services: Services) -> int:
    """Queue a look at every booking from now to the end of the window."""
    now, looks = services.clock.now(), {}
    ahead = timedelta(days=services.limits.window_ahead_days)
    for part in services.limits.slices(Interval(now - timedelta(days=1), now + ahead)):
        for booking in await services.rooms.find_bookings(BookingQuery(window=part)):
            looks[booking.booking_id] = booking_look(booking, Source.SWEEP, services)
    return await _queue(list(looks.values()), services)


async def sweep_links(services: Services) -> int:
    """Queue a thorough look, both sides read, at every link that is not past.

    So is what was given up, with or without a link, until a look at it succeeds.
    Links of a mailbox that was made anew would all look deleted: they wait for a person (S36).
    """
    now = services.clock.now()
    looks, waiting = [], await made_anew(services)
    tally = await new_tally(services) if is_on() else None
    async for mapping in services.mappings.all():
        if tally is not None:
            tally.add(mapping)
        is_off = mapping.state is MappingState.SYNC_DISABLED or mapping.home in waiting
        if is_over(mapping, now) or is_off:
            continue
        key = MappingKey(mapping.id, mapping.home)
        looks.append(WorkItem(key=key, source=Source.SWEEP, thorough=True, first_seen=now))
    again = await looks_at_given_up(services)
    if tally is not None:
        stands(DIFFERENCES, tally.differences + len(await services.given_up.all()))
    looks += [look for look in again if home_of(look.key) not in waiting]
    return await _queue(looks, services)


async def _queue(looks: list[WorkItem], services: Services) -> int:
    await send_patiently(looks, services.queue.send)
    return len(looks)
