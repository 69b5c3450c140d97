"""Persons and resources straight from the model: the RoomsDirectory port without ROOMS' API."""

from collections.abc import Mapping, Sequence

from core.domain.ids import PersonId, ResourceId
from core.errors import NotFoundError
from core.ports.rooms_directory import RoomsPerson, RoomsResource
from devstack.rooms.model.refusal import MissingError
from devstack.rooms.model.resource import Resource
from tests.simulation.ports.rooms_line import Asking, RoomsLine, Visit


class ModelCatalogue:
    """Reads one by one; only the calendar page tells a resource's mail address."""

    def __init__(self, line: RoomsLine) -> None:
        self._line = line

    async def person(self, person: PersonId) -> RoomsPerson | None:
        asking = Asking(
            port="person",
            operation="Person_GetPersonById",
            path=f"v1.0/person/{person}",
            doing="reading a person",
        )
        try:
            found = await self._line.ask(asking, lambda visit: visit.house.store.person(person))
        except NotFoundError:
            return None
        return RoomsPerson(address=found.mail or "", is_active=found.active)

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, RoomsResource]:
        if not resources:
            return {}
        addresses = await self._addresses(set(resources))
        found = {each: await self._resource(each) for each in resources}
        return {
            number: RoomsResource(
                address=addresses.get(number) or None,
                is_bookable=number in addresses,
                lead_minutes=resource.lead_minutes,
                follow_up_minutes=resource.follow_up_minutes,
            )
            for number, resource in found.items()
            if resource is not None
        }

    async def _addresses(self, wanted: set[ResourceId]) -> dict[int, str]:
        asking = Asking(
            port="resources",
            operation="Calendar_GetCalendar",
            path="v1.0/calendar",
            doing="reading the calendar of resources",
        )
        return await self._line.ask(
            asking,
            lambda visit: {
                r.id: r.mail or ""
                for r in visit.house.store.resources.values()
                if r.active and not r.hidden and r.id in wanted
            },
        )

    async def _resource(self, number: ResourceId) -> Resource | None:
        asking = Asking(
            port="resources",
            operation="Ressources_GetRessourceById",
            path=f"v1.0/ressource/{number}",
            doing=f"reading resource {number}",
        )

        def read(visit: Visit) -> Resource:
            resource = visit.house.store.resource(number)
            if number not in visit.resources():
                raise MissingError(f"Es gibt keine Ressource mit der Id {number}.")
            return resource

        try:
            return await self._line.ask(asking, read)
        except NotFoundError:
            return None
