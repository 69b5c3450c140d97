"""Looks at everything again, whatever the triggers said: the last net, and the repair.

Here all of it at once, as after a rebuild; hour by hour it comes in parts (`sweep_parts`).
"""

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from datetime import timedelta

from core.app.catch_up import is_relevant, key_of
from core.app.given_up import looks_at_given_up
from core.app.mailbox_identity import made_anew
from core.app.patiently import send_patiently
from core.app.poll_rooms import booking_look
from core.app.services import Services
from core.app.status import new_tally
from core.domain.event import EventPlace
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import MappingState
from core.domain.remaining import is_over
from core.domain.work import EventKey, MappingKey, Source, WorkItem, home_of, mailbox_session
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
    return await queue_looks(list(looks.values()), services)


async def sweep_rooms(services: Services) -> int:
    """Queue a look at every booking from now to the end of the window."""
    now = services.clock.now()
    ahead = timedelta(days=services.limits.window_ahead_days)
    window = Interval(now - timedelta(days=1), now + ahead)
    return await sweep_spans(services.limits.slices(window), services)


async def sweep_spans(spans: Iterable[Interval], services: Services) -> int:
    """Queue a look at every booking that ROOMS shows in these spans of time, each once."""
    looks: dict[BookingId, WorkItem] = {}
    for span in spans:
        for booking in await services.rooms.find_bookings(BookingQuery(window=span)):
            looks[booking.booking_id] = booking_look(booking, Source.SWEEP, services)
    return await queue_looks(list(looks.values()), services)


async def sweep_links(services: Services) -> int:
    """Queue a thorough look, both sides read, at every link that is not past.

    So is what was given up, with or without a link, until a look at it succeeds.
    Links of a mailbox that was made anew would all look deleted: they wait for a person (S36).
    """
    again = await looks_at_given_up(services)
    waiting = frozenset(map(mailbox_session, await made_anew(services)))
    looks = [look async for look in looks_at_links(("", ""), waiting, services)]
    looks += [look for look in again if is_let(look, waiting)]
    sent = await queue_looks(looks, services)
    await tell_differences(services)
    return sent


async def looks_at_links(
    ids: tuple[str, str], waiting: Collection[str], services: Services
) -> AsyncIterator[WorkItem]:
    """Yield the looks at links between two ids ("": no bound), but not of mailboxes that wait."""
    now = services.clock.now()
    async for mapping in services.mappings.all(*ids):
        if is_over(mapping, now) or mapping.state is MappingState.SYNC_DISABLED:
            continue
        key = MappingKey(mapping.id, mapping.home)
        look = WorkItem(key=key, source=Source.SWEEP, thorough=True, first_seen=now)
        if is_let(look, waiting):
            yield look


def is_let(look: WorkItem, waiting: Collection[str]) -> bool:
    """Tell whether a look may be taken: its mailbox, by its session, does not wait."""
    home = home_of(look.key)
    return home is None or mailbox_session(home) not in waiting


async def tell_differences(services: Services) -> None:
    """Tell telemetry, where it is on, how much both sides disagree on: reads all links."""
    if not is_on():
        return
    tally = await new_tally(services)
    async for mapping in services.mappings.all():
        tally.add(mapping)
    stands(DIFFERENCES, tally.differences + len(await services.given_up.all()))


async def queue_looks(looks: Sequence[WorkItem], services: Services) -> int:
    """Queue looks, however many and however busy the bus is; return how many there were."""
    await send_patiently(looks, services.queue.send)
    return len(looks)
