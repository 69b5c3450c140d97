"""The RoomBlockers port over `blockers/find` and the resources themselves (rooms-api 5, 7)."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import batched

from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.directory import AT_ONCE, PER_PAGE
from core.adapters.rooms.payloads import BlockerOfResource, CapacityPayload
from core.adapters.rooms.requests import iso
from core.adapters.rooms.statuses import StatusTable
from core.domain.booking import BookingStatus
from core.domain.free_busy.occupation import Blocker, Occupation
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from core.errors import InvalidPayloadError, NotFoundError, ServiceUnavailableError

_BOOKING = 0
_HOUSE = {
    1: Occupation.CLOSED,
    2: Occupation.HOLIDAY,
    3: Occupation.BLOCKING_TIME,
}
"""`blockerType`; the numbers are inferred (rooms-api 7)."""


class RoomsBlockerList:
    """Reads what blocks many resources at once; which statuses there are is asked once."""

    def __init__(self, connection: RoomsConnection, statuses: StatusTable | None = None) -> None:
        self._connection = connection
        self._statuses = statuses or StatusTable(connection)
        self._limiter = asyncio.Semaphore(AT_ONCE)

    async def blockers(
        self, resources: Sequence[ResourceId], window: Interval
    ) -> Sequence[Blocker]:
        """Return bookings, closed hours, holidays and blocking times; a request per 50."""
        meanings = await self._statuses.ids()
        found: list[Blocker] = []
        for some in batched(resources, PER_PAGE, strict=False):
            for line in await self._lines(some, window):
                # The answer of a single question may leave out whose it is.
                line_of = line.resource_id or (some[0] if len(some) == 1 else 0)
                time = line.time
                if time is None or line_of not in some or not time.overlaps(window):
                    continue
                meaning = meanings.get(line.status_id)
                if line.blocker_type == _BOOKING and meaning is BookingStatus.CANCELLED:
                    continue
                found.append(
                    Blocker(
                        resource=ResourceId(line_of),
                        time=time,
                        kind=_kind(line, meaning),
                        booking=BookingId(line.booking_id) if line.booking_id else None,
                    )
                )
        return found

    async def capacities(self, resources: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return how many people fit; a request per resource, four at a time."""
        found = await asyncio.gather(*(self._capacity(each) for each in resources))
        read = zip(resources, found, strict=True)
        return {each: capacity for each, capacity in read if capacity is not None}

    async def _lines(
        self, resources: Sequence[ResourceId], window: Interval
    ) -> list[BlockerOfResource]:
        query = [
            ("filter.start", iso(window.start)),
            ("filter.end", iso(window.end)),
            *(("filter.resourceIdIn", str(each)) for each in resources),
        ]
        doing = "asking what blocks resources"
        async with self._limiter:
            content = await self._connection.get("v2.0/blockers/find", doing, query)
        if not isinstance(content, list):
            raise ServiceUnavailableError(f"ROOMS' answer cannot be read while {doing}")
        return [BlockerOfResource.read(item, "blocker") for item in content]

    async def _capacity(self, resource: ResourceId) -> int | None:
        path, doing = f"v1.0/ressource/{resource}", f"reading resource {resource}"
        try:
            async with self._limiter:
                content = await self._connection.get(path, doing)
        except NotFoundError:
            return None
        if content is None:
            return None
        try:
            read = CapacityPayload.read(content, "resource")
        except InvalidPayloadError:
            return 0
        return max(read.capacity, read.max_capacity, 0)


def _kind(line: BlockerOfResource, meaning: BookingStatus | None) -> Occupation:
    if line.blocker_type != _BOOKING:
        return _HOUSE.get(line.blocker_type, Occupation.OTHER)
    return Occupation.PENDING if meaning is BookingStatus.SYSTEM else Occupation.BOOKING
