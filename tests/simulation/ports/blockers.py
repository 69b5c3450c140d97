"""What stands against a time straight from the model: the RoomBlockers port without ROOMS' API."""

from collections.abc import Mapping, Sequence

from core.domain.free_busy.occupation import Blocker, Occupation
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from devstack.rooms.model.blocking import Blocker as Stored
from devstack.rooms.model.blocking import BlockerType, blockers
from devstack.rooms.model.status import Status
from tests.simulation.ports.rooms_line import Asking, RoomsLine, Visit

_KINDS = {
    BlockerType.CLOSED: Occupation.CLOSED,
    BlockerType.HOLIDAY: Occupation.HOLIDAY,
    BlockerType.BLOCKING_TIME: Occupation.BLOCKING_TIME,
}


class ModelBlockers:
    """Reads what blocks many resources at once."""

    def __init__(self, line: RoomsLine) -> None:
        self._line = line

    async def blockers(
        self, resources: Sequence[ResourceId], window: Interval
    ) -> Sequence[Blocker]:
        if not resources:
            return []
        asking = Asking(
            port="blockers",
            operation="Bookings2_FindBlockers",
            path="v2.0/blockers/find",
            doing="asking what blocks resources",
        )

        def read(visit: Visit) -> list[Blocker]:
            store, bounds = visit.house.store, (window.start, window.end)
            shown = sorted(visit.resources() & set(resources))
            stored = (b for r in shown for b in blockers(store, store.resources[r], bounds))
            return [_read(each) for each in stored]

        return await self._line.ask(asking, read)

    async def capacities(self, resources: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        found: dict[ResourceId, int] = {}
        for each in resources:
            asking = Asking(
                port="resources",
                operation="Ressources_GetRessourceById",
                path=f"v1.0/ressource/{each}",
                doing=f"reading resource {each}",
            )
            capacity = await self._line.ask(asking, lambda visit, each=each: _seats(visit, each))
            if capacity is not None:
                found[each] = capacity
        return found


def _read(blocker: Stored) -> Blocker:
    booking = blocker.booking
    kind = _KINDS.get(blocker.type, Occupation.BOOKING)
    if booking is not None and booking.status is Status.SYSTEM:
        kind = Occupation.PENDING
    return Blocker(
        resource=ResourceId(blocker.resource_id),
        time=Interval(blocker.start, blocker.end),
        kind=kind,
        booking=None if booking is None else BookingId(booking.id),
    )


def _seats(visit: Visit, number: ResourceId) -> int | None:
    return visit.house.store.resources[number].capacity if number in visit.resources() else None
