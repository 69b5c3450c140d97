"""What waits for a parked scope: a difference that is found meanwhile has its cause there."""

from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.scope import ROOMS, Scope, scope_of
from core.domain.work import EventKey, ICalKey, ItemKey, MappingKey, WorkItem
from core.sync.observed import Observed


class ParkedKeys:
    """The keys of a mailbox that wait; read once, and only if something was found."""

    def __init__(self, place: EventPlace, services: Services) -> None:
        self._place, self._services = place, services
        self._keys: frozenset[ItemKey] | None = None

    async def waits(self, seen: Observed) -> bool:
        """Tell whether a look at a meeting waits for a scope that is parked."""
        if self._keys is None:
            self._keys = await self._read()
        return any(_is_about(key, seen) for key in self._keys)

    async def _read(self) -> frozenset[ItemKey]:
        scopes = (ROOMS, Scope(self._place.environment), scope_of(self._place))
        rows = [row for scope in scopes for row in await self._services.parked.of(scope)]
        return frozenset(row.work.key for row in rows if isinstance(row.work, WorkItem))


def _is_about(key: ItemKey, seen: Observed) -> bool:
    link, event = seen.mapping, seen.event
    match key:
        case MappingKey():
            return key.mapping_id == link.id
        case EventKey():
            own = link.event.event_id if link.event is not None else None
            return key.event_id in {own, event.event_id if event is not None else own}
        case ICalKey():
            return event is not None and key.ical_uid == event.ical_uid
        case _:
            is_read = any(key.booking_id == booking.booking_id for booking in seen.bookings)
            return is_read or link.link_of(key.booking_id) is not None
