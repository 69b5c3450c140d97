"""The RoomsDirectory port over ROOMS' persons, resources and calendar page (rooms-api 2, 5)."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import batched

from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.payloads import CalendarPayload, PersonPayload, ResourcePayload
from core.domain.ids import PersonId, ResourceId
from core.errors import NotFoundError
from core.ports.rooms_directory import RoomsPerson, RoomsResource

AT_ONCE = 4
"""Requests at the same time: ROOMS says nothing about its limits."""

PER_PAGE = 50
"""Resources per calendar page: as many numbers as a URL holds without trouble."""


class RoomsCatalogue:
    """Reads one by one; only the calendar page tells a resource's mail address."""

    def __init__(self, connection: RoomsConnection) -> None:
        self._connection = connection
        self._limiter = asyncio.Semaphore(AT_ONCE)

    async def person(self, person: PersonId) -> RoomsPerson | None:
        """Return a person, None when ROOMS does not know the number."""
        try:
            async with self._limiter:
                content = await self._connection.get(f"v1.0/person/{person}", "reading a person")
        except NotFoundError:
            return None
        if content is None:
            return None
        read = PersonPayload.read(content, "person")
        return RoomsPerson(address=read.mail, is_active=read.is_active)

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, RoomsResource]:
        """Return those that ROOMS knows."""
        if not resources:
            return {}
        addresses: dict[int, str] = {}
        for some in batched(resources, PER_PAGE, strict=False):
            addresses |= await self._addresses(some)
        found = await asyncio.gather(*(self._resource(each) for each in resources))
        return {
            each: RoomsResource(
                address=addresses.get(each) or None,
                is_bookable=each in addresses,
                lead_minutes=read.preparation_duration,
                follow_up_minutes=read.follow_up_duration,
            )
            for each, read in zip(resources, found, strict=True)
            if read is not None
        }

    async def _resource(self, resource: ResourceId) -> ResourcePayload | None:
        path, doing = f"v1.0/ressource/{resource}", f"reading resource {resource}"
        try:
            async with self._limiter:
                content = await self._connection.get(path, doing)
        except NotFoundError:
            return None
        return None if content is None else ResourcePayload.read(content, "resource")

    async def _addresses(self, resources: Sequence[ResourceId]) -> dict[int, str]:
        query = [("searchModel.id", str(each)) for each in resources]
        doing = "reading the calendar of resources"
        content = await self._connection.get("v1.0/calendar", doing, query)
        page = CalendarPayload.read(content, "calendar")
        return {line.id: line.email for line in page.ressource_list}
