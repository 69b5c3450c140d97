"""Who holds a slot of a resource: asked of both systems and of what is remembered (R-822)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum

from core.app.claims import carried_link, linked
from core.app.find_link import find_link
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.directory import Directory, SyncedResource
from core.domain.event import Event
from core.domain.ids import MappingId, ResourceId, series_uid
from core.domain.interval import Interval
from core.domain.mapping import Mapping
from core.domain.pointers import meeting_pointer
from core.domain.remaining import booked_slots
from core.domain.remark import Remark, text_of
from core.domain.work import BookingKey, EventKey, ICalKey, ItemKey, MappingKey
from core.errors import RoomSyncError
from core.ports.rooms import BookingQuery

PATIENCE_S = 10.0
"""How long a system may take to answer before the slot is told without it."""


class Witness(StrEnum):
    """Who says that something is there."""

    EXCHANGE = "exchange"
    """The resource mailbox shows it."""
    ROOMS = "rooms"
    """ROOMS has a booking that occupies the resource."""
    LINK = "link"
    """A link has the resource booked at that time, or has ended there."""
    WAITING = "waiting"
    """A meeting was refused that slot and waits for it."""


@dataclass(slots=True, kw_only=True)
class Holder:
    """One meeting in a slot: its link, or the key to look at where there is none."""

    key: ItemKey
    link: Mapping | None = None
    witnesses: set[Witness] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSeen:
    """Everything in a slot; `troubles` says which system could not be asked, and why."""

    holders: tuple[Holder, ...]
    troubles: dict[Witness, str] = field(default_factory=dict)


async def who_holds(resource: SyncedResource, time: Interval, services: Services) -> SlotSeen:
    """Return who is in a slot; costs one read of each system and one pass over the links."""
    troubles: dict[Witness, str] = {}
    events, bookings = await asyncio.gather(
        _asked(Witness.EXCHANGE, _events(resource, time, services), troubles),
        _asked(Witness.ROOMS, _bookings(resource.id, time, services), troubles),
    )
    holders: dict[MappingId | ItemKey, Holder] = {}
    directory = await services.roster.directory()
    for event in events:
        key, link = await _of_event(event, directory, services)
        _note(holders, key, link, Witness.EXCHANGE)
    for booking in bookings:
        own = BookingKey(services.rooms.mandator, booking.booking_id)
        _note(holders, own, await find_link(own, services), Witness.ROOMS)
    async for link in services.mappings.all():
        if any(slot == resource.id and span.overlaps(time) for slot, span in booked_slots(link)):
            _note(holders, MappingKey(link.id, link.home), link, Witness.LINK)
    for waiting in await services.waiting.of(resource.id):
        if any(span.overlaps(time) for span in waiting.times):
            asleep = await services.mappings.get(waiting.mapping_id)
            if asleep is not None:
                _note(holders, MappingKey(asleep.id, asleep.home), asleep, Witness.WAITING)
    return SlotSeen(holders=tuple(holders.values()), troubles=troubles)


def _note(
    holders: dict[MappingId | ItemKey, Holder],
    key: ItemKey,
    link: Mapping | None,
    witness: Witness,
) -> None:
    name: MappingId | ItemKey = key if link is None else link.id
    own = key if link is None else MappingKey(link.id, link.home)
    holders.setdefault(name, Holder(key=own, link=link)).witnesses.add(witness)


async def _asked[T](
    witness: Witness, items: AsyncIterator[T], troubles: dict[Witness, str]
) -> list[T]:
    """Return what a system shows, nothing with the trouble noted where it does not answer."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return [item async for item in items]
    except TimeoutError:
        troubles[witness] = Remark("no answer within {n} seconds", n=round(PATIENCE_S))
    except RoomSyncError as error:
        troubles[witness] = text_of(error)
    return []


async def _events(
    resource: SyncedResource, time: Interval, services: Services
) -> AsyncIterator[Event]:
    calendar = services.calendars.get(resource.place.environment)
    if not resource.has_synced_mailbox or calendar is None:
        raise RoomSyncError(Remark("the resource has no mailbox that is synced"))
    async for event in calendar.list_events(resource.place, time):
        if event.time.overlaps(time) and not event.is_cancelled:
            yield event


async def _bookings(
    resource: ResourceId, time: Interval, services: Services
) -> AsyncIterator[Booking]:
    for booking in await services.rooms.find_bookings(BookingQuery(window=time, resource=resource)):
        is_there = booking.resource == resource and booking.time.overlaps(time)
        if is_there and booking.status.occupies and not booking.is_blocking_time:
            yield booking


async def _of_event(
    event: Event, directory: Directory, services: Services
) -> tuple[ItemKey, Mapping | None]:
    """Return what to look at for an event in the resource mailbox, and its link if there is one.

    A date leads to its series, a copy to its organizer's, a buffer to the meeting it belongs to.
    """
    own = EventKey(event.place, event.series_master or event.event_id)
    if event.buffer is not None:
        return own, await services.mappings.get(event.buffer.mapping_id)
    known = await find_link(own, services) or await carried_link(event.appointment_oid, services)
    organizer = directory.person_at(event.organizer_address)
    if known is not None or organizer is None or not organizer.is_synced:
        return own, known
    of_series = series_uid(event.ical_uid)
    for uid in dict.fromkeys((event.ical_uid, of_series)):
        known = await linked(meeting_pointer(organizer.place, uid), services)
        if known is not None:
            return own, known
    uid = event.ical_uid if event.series_master is None else of_series
    return ICalKey(organizer.place, uid), None
