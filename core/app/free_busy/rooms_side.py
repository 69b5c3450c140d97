"""Asks ROOMS what occupies resources: bookings, lead and follow-up time, rules of the house."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import timedelta

from core.app.free_busy.kept import Kept
from core.domain.booking import Booking, BookingStatus
from core.domain.directory import Directory
from core.domain.free_busy.occupation import Blocker, BookedTime, Occupation, Occupied, occupied
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.ports.clock import Clock
from core.ports.room_blockers import RoomBlockers
from core.ports.rooms import BookingQuery, RoomBookingSystem
from core.sync.eligibility import why_booking_not_synced

AT_ONCE = 4
"""Searches at the same time: ROOMS says nothing about its limits."""

_MARGIN = timedelta(days=1)
"""A booking beside the window may reach into it with its lead or follow-up time."""

_BOOKED = frozenset({Occupation.BOOKING, Occupation.PENDING})


class RoomsSide:
    """What occupies resources in ROOMS, kept for a minute; capacities for an hour."""

    def __init__(self, blockers: RoomBlockers, rooms: RoomBookingSystem, clock: Clock) -> None:
        self._blockers, self._rooms = blockers, rooms
        self._blocked: Kept[tuple[ResourceId, Interval], tuple[Blocker, ...]] = Kept(clock)
        self._occupied: Kept[tuple[ResourceId, Interval], tuple[Occupied, ...]] = Kept(clock)
        self._capacities: Kept[ResourceId, int] = Kept(clock, age=timedelta(hours=1))
        self._limiter = asyncio.Semaphore(AT_ONCE)

    async def blocked(
        self, resources: Sequence[ResourceId], window: Interval
    ) -> dict[ResourceId, tuple[Blocker, ...]]:
        """Return what stands against each resource's time; a request per 50 that are not kept."""
        found = {each: self._blocked.get((each, window)) for each in resources}
        missing = [each for each, kept in found.items() if kept is None]
        if missing:
            fresh = await self._blockers.blockers(missing, window)
            for each in missing:
                lines = tuple(line for line in fresh if line.resource == each)
                self._blocked.keep((each, window), lines)
                found[each] = lines
        return {each: lines or () for each, lines in found.items()}

    async def occupied(
        self, resources: Sequence[ResourceId], window: Interval, directory: Directory
    ) -> dict[ResourceId, tuple[Occupied, ...]]:
        """Return what occupies each resource, kind by kind.

        Beside `blocked` one search for each resource that has bookings in the window.
        """
        found = {each: self._occupied.get((each, window)) for each in resources}
        missing = [each for each, kept in found.items() if kept is None]
        blocked = await self.blocked(missing, window)
        fresh = await asyncio.gather(
            *(self._detailed(each, blocked[each], window, directory) for each in missing)
        )
        for each, parts in zip(missing, fresh, strict=True):
            self._occupied.keep((each, window), parts)
            found[each] = parts
        return {each: parts or () for each, parts in found.items()}

    async def capacities(self, resources: Sequence[ResourceId]) -> dict[ResourceId, int]:
        """Return how many people fit; what ROOMS does not know is left out."""
        found = {each: self._capacities.get(each) for each in resources}
        missing = [each for each, kept in found.items() if kept is None]
        fresh = await self._blockers.capacities(missing) if missing else {}
        for each, number in fresh.items():
            self._capacities.keep(each, number)
        known = {each: number for each, number in found.items() if number is not None}
        return known | dict(fresh)

    async def _detailed(
        self,
        resource: ResourceId,
        blocked: Sequence[Blocker],
        window: Interval,
        directory: Directory,
    ) -> tuple[Occupied, ...]:
        listed = {each.booking for each in blocked if each.kind in _BOOKED}
        if not listed:
            return occupied(blocked, ())
        wide = Interval(window.start - _MARGIN, window.end + _MARGIN)
        async with self._limiter:
            bookings = await self._rooms.find_bookings(BookingQuery(window=wide, resource=resource))
        here = (b for b in bookings if b.resource == resource)
        booked = [b for booking in here for b in _booked(booking, listed, directory)]
        return occupied(blocked, booked)


def _booked(
    booking: Booking, listed: Iterable[object], directory: Directory
) -> Iterable[BookedTime]:
    """Yield what a booking occupies; one of a status of its own only where ROOMS says it blocks."""
    is_draft = booking.status is BookingStatus.SYSTEM
    blocks = booking.status.occupies or is_draft or booking.booking_id in listed
    if booking.status is BookingStatus.CANCELLED or not blocks:
        return
    kind = Occupation.BOOKING
    if booking.is_blocking_time:
        kind = Occupation.BLOCKING_TIME
    elif is_draft:
        kind = Occupation.PENDING
    yield BookedTime(
        booking=booking.booking_id,
        time=booking.time,
        prepared=booking.prepared or booking.time,
        kind=kind,
        is_expected=is_expected_in_exchange(booking, directory),
    )


def is_expected_in_exchange(booking: Booking, directory: Directory) -> bool:
    """Tell whether the resource mailbox is to show a booking, also one that is over."""
    return (
        directory.is_resource_synced(booking.resource)
        and why_booking_not_synced(booking, directory, booking.time.start) is None
    )
