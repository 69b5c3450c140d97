"""What stands against the time of ROOMS' resources, and how many people they hold (R-820)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.domain.free_busy.occupation import Blocker
from core.domain.ids import ResourceId
from core.domain.interval import Interval


class RoomBlockers(Protocol):
    """One mandator of ROOMS; its free/busy bits are not asked: they are not to be trusted."""

    async def blockers(
        self, resources: Sequence[ResourceId], window: Interval
    ) -> Sequence[Blocker]:
        """Return bookings, closed hours, holidays and blocking times; a request per 50 resources.

        Cancelled bookings are left out, those of drafts are `PENDING`.
        """
        ...

    async def capacities(self, resources: Sequence[ResourceId]) -> Mapping[ResourceId, int]:
        """Return how many people fit, 0 where ROOMS does not say; a request per resource.

        Resources that ROOMS does not know are left out.
        """
        ...
