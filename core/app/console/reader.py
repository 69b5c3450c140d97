"""Reads what the console shows, and keeps it for seconds, however many people look.

Costs per look: one pass over the links; with the board one search in ROOMS and one calendar view
per shown resource.
A side that does not answer is shown as such; the rest of the page stands.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.app.console.day import DayView, ResourceSeen, day_view
from core.app.console.links import links
from core.app.console.standing import Frame, Seen, Side
from core.app.console.wall import day_span, today, zone_named
from core.app.doctor.examination import Examination, last_examination
from core.app.overview import Sign, signs
from core.app.services import Services
from core.app.status import Status, Tally, is_different, new_tally, queue_depths, status_of
from core.domain.booking import Booking
from core.domain.directory import Directory, SyncedResource
from core.domain.event import Event
from core.domain.finding import Finding
from core.domain.given_up import GivenUpEntry
from core.domain.history import Activity
from core.domain.interval import Interval
from core.domain.mapping import Mapping
from core.domain.reach import Reach
from core.domain.remaining import open_refusals
from core.errors import RoomSyncError
from core.ports.queues import QueueCounts, QueueDepth
from core.ports.rooms import BookingQuery

FRESH_S = 5.0
"""How long a look is shown again to whoever asks."""

PATIENCE_S = 10.0
"""How long a system may take to answer before its lanes are shown as unreadable."""

PAGE = 20
"""Resources of one page: nobody compares more at a glance, and each costs a call."""

AT_ONCE = 4
"""Mailboxes that are read at the same time; each of them sees one request of ours (design 6)."""

LINES = 30
"""How much of what was just synced is listed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see; `day` None is today, pages count from 1.

    Without `with_board` no resource is read: the board is empty, and neither system is asked.
    """

    day: date | None = None
    page: int = 1
    with_board: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Everything on the page. `refused` are the links on which ROOMS said no.

    `given_up` are the meetings at which no look has succeeded since.

    `zone` is where most resources are: it decides what is today. `now` is when it was read.
    """

    now: datetime
    board: DayView
    today: date
    zone: ZoneInfo
    page: int
    pages: int
    resources: int
    status: Status
    signs: tuple[Sign, ...]
    activity: Sequence[Activity]
    refused: tuple[Mapping, ...]
    directory: Directory
    examination: Examination
    given_up: tuple[GivenUpEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class _Unread:
    why: str


class ConsoleReader:
    """Takes looks and keeps each for a few seconds; one at a time asks the systems.

    `reaches` are the environments that have credentials of their own.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        reaches: MappingOf[str, Reach] | None = None,
        known: Sequence[Finding] = (),
    ) -> None:
        self._monotonic, self._reaches, self._known = monotonic, reaches, known
        self._kept: dict[Asked, tuple[float, Look]] = {}
        self._one = asyncio.Lock()

    async def look(
        self, asked: Asked, services: Services, counts: QueueCounts, in_flight: int
    ) -> Look:
        """Return what there is to see, at most FRESH_S old."""
        async with self._one:
            now = self._monotonic()
            self._kept = {key: kept for key, kept in self._kept.items() if kept[0] > now}
            if asked not in self._kept:
                examined = await last_examination(services, self._reaches, self._known)
                look = await take_look(asked, services, counts, in_flight, examined)
                self._kept[asked] = (self._monotonic() + FRESH_S, look)
            return self._kept[asked][1]


async def take_look(
    asked: Asked,
    services: Services,
    counts: QueueCounts,
    in_flight: int,
    examined: Examination,
) -> Look:
    """Read everything that one page shows."""
    directory = await services.roster.directory()
    everything = shown_resources(directory)
    pages = max(1, -(-len(everything) // PAGE))
    page = min(max(asked.page, 1), pages)
    resources = everything[(page - 1) * PAGE : page * PAGE] if asked.with_board else []
    now = services.clock.now()
    zone = zone_named(usual_zone(everything))
    present = today(now, zone)
    day = asked.day or present
    window = _window(day, everything)
    read, found = await asyncio.gather(
        _read_resources(day, resources, window, services), _read_links(window, services)
    )
    status = await status_of(found.tally, await _depths(counts), in_flight, services)
    frame = Frame(links=links(found.of_day), directory=directory, now=now)
    return Look(
        now=now,
        board=day_view(day, read, frame),
        today=present,
        zone=zone,
        page=page,
        pages=pages,
        resources=len(everything),
        status=status,
        signs=signs(
            status,
            global_sync_enabled=directory.global_sync_enabled,
            to_correct=examined.to_correct,
        ),
        activity=await services.activity.latest(LINES),
        refused=tuple(found.refused),
        directory=directory,
        examination=examined,
        given_up=tuple(await services.given_up.all()),
    )


def shown_resources(directory: Directory) -> list[SyncedResource]:
    """Return the synced resources, place by place."""
    synced = [r for r in directory.resources.values() if directory.is_resource_synced(r.id)]
    return sorted(synced, key=lambda r: (r.location.casefold(), r.name.casefold(), r.id))


def usual_zone(resources: Sequence[SyncedResource]) -> str:
    """Return the zone of most resources: its date is the console's today."""
    zones = [resource.time_zone for resource in resources]
    return max(sorted(set(zones)), key=zones.count, default="UTC")


@dataclass(frozen=True, slots=True)
class _FoundLinks:
    of_day: list[Mapping]
    refused: list[Mapping]
    tally: Tally


async def _read_links(window: Interval, services: Services) -> _FoundLinks:
    """Read all links once: those of the day, those with a refusal, and their numbers."""
    now = services.clock.now()
    found = _FoundLinks([], [], await new_tally(services))
    # A link's time may be older than what both sides show now: the neighbouring days belong to it.
    near = Interval(window.start - timedelta(days=1), window.end + timedelta(days=1))
    async for mapping in services.mappings.all():
        found.tally.add(mapping)
        if is_different(mapping, now):
            found.refused.append(mapping)
        if mapping.series or mapping.time is None or mapping.time.overlaps(near):
            found.of_day.append(mapping)
    refusals = {m.id: open_refusals(m, now) for m in found.refused}
    found.refused.sort(key=lambda m: refusals[m.id][0].since if refusals[m.id] else now)
    found.refused.reverse()
    return found


async def _depths(counts: QueueCounts) -> dict[str, QueueDepth]:
    found = await _answer(queue_depths(counts))
    return {} if isinstance(found, _Unread) else found


async def _read_resources(
    day: date, resources: Sequence[SyncedResource], window: Interval, services: Services
) -> list[ResourceSeen]:
    if not resources:
        return []
    limiter = asyncio.Semaphore(AT_ONCE)
    bookings, events = await asyncio.gather(
        _answer(_bookings(window, services)),
        asyncio.gather(*(_events(day, each, services, limiter) for each in resources)),
    )
    return [
        _seen(resource, bookings, of_resource, _window(day, [resource]))
        for resource, of_resource in zip(resources, events, strict=True)
    ]


def _seen(
    resource: SyncedResource,
    bookings: tuple[Booking, ...] | _Unread,
    events: tuple[Event, ...] | _Unread,
    span: Interval,
) -> ResourceSeen:
    troubles, booked, copies = {}, None, None
    if isinstance(bookings, _Unread):
        troubles[Side.ROOMS] = bookings.why
    else:
        booked = tuple(b for b in bookings if b.resource == resource.id and b.time.overlaps(span))
    if isinstance(events, _Unread):
        troubles[Side.EXCHANGE] = events.why
    else:
        copies = tuple(event for event in events if event.time.overlaps(span))
    seen = Seen(bookings=booked, events=copies)
    return ResourceSeen(resource=resource, seen=seen, troubles=troubles)


async def _bookings(window: Interval, services: Services) -> tuple[Booking, ...]:
    return tuple(await services.rooms.find_bookings(BookingQuery(window=window)))


async def _events(
    day: date, resource: SyncedResource, services: Services, limiter: asyncio.Semaphore
) -> tuple[Event, ...] | _Unread:
    calendar = services.calendars.get(resource.place.environment)
    if calendar is None:
        return _Unread("its environment is not connected")
    span = _window(day, [resource])

    async def listed() -> tuple[Event, ...]:
        return tuple([event async for event in calendar.list_events(resource.place, span)])

    async with limiter:
        return await _answer(listed())


async def _answer[T](asked: Awaitable[T]) -> T | _Unread:
    """Return an answer, or why there is none; our errors' texts hold no people and no titles."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await asked
    except TimeoutError:
        return _Unread(f"no answer within {PATIENCE_S:.0f} s")
    except RoomSyncError as error:
        return _Unread(str(error))


def _window(day: date, resources: Sequence[SyncedResource]) -> Interval:
    """Return the span in which it is `day` at any of the resources."""
    names = {resource.time_zone for resource in resources} or {"UTC"}
    spans = [day_span(day, zone_named(name)) for name in names]
    return Interval(min(s.start for s in spans), max(s.end for s in spans))
