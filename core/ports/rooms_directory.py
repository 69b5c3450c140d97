"""What ROOMS says of its persons and resources: what settings are checked against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.ids import PersonId, ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsPerson:
    """A person as ROOMS has it."""

    address: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsResource:
    """A resource as ROOMS shows it to us; `address` None: ROOMS does not say (rooms-api 2).

    `is_bookable`: the calendar page has it; inactive resources are not on it.
    """

    address: str | None = None
    is_bookable: bool = True
    lead_minutes: int = 0
    follow_up_minutes: int = 0


class RoomsDirectory(Protocol):
    """Persons and resources of one mandator."""

    async def person(self, person: PersonId) -> RoomsPerson | None:
        """Return a person, None when ROOMS does not know the number."""
        ...

    async def resources(
        self, resources: Sequence[ResourceId]
    ) -> Mapping[ResourceId, RoomsResource]:
        """Return those that ROOMS knows."""
        ...
