"""Which resources would do for a meeting, as far as our settings and ROOMS know them."""

from dataclasses import dataclass

from core.app.free_busy.question import (
    QuestionRefusedError,
    Refused,
    ResourceNeed,
    SuggestionQuestion,
)
from core.app.free_busy.rooms_side import RoomsSide
from core.domain.directory import Directory, SyncedResource
from core.domain.ids import LocationId

MOST_CANDIDATES = 100
"""Resources that are looked at; whoever has more says where or of which type."""

SIZE_UNKNOWN = 10_000
"""Spare seats of a resource whose size ROOMS does not say: it comes after all others."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that would do, and how many seats stay empty."""

    resource: SyncedResource
    spare: int


async def fitting(
    question: SuggestionQuestion, directory: Directory, rooms: RoomsSide
) -> list[Candidate]:
    """Return the resources that do, by name; none where none is wanted.

    A request of ROOMS for each whose size is not known from the last hour. QuestionRefusedError
    where none does, or too many.
    """
    need = question.need
    if need is None:
        return []
    wanted = [each for each in directory.resources.values() if _is_wanted(each, need, directory)]
    if not wanted:
        raise QuestionRefusedError(
            "no resource in the settings is active, of that type and there", Refused.NO_RESOURCE
        )
    if len(wanted) > MOST_CANDIDATES:
        raise QuestionRefusedError(
            f"{len(wanted)} resources would do: say where or of which type,"
            f" {MOST_CANDIDATES} are looked at",
            Refused.TOO_MANY_RESOURCES,
            n=len(wanted),
        )
    seats = max(1, len(question.people)) if need.seats is None else need.seats
    sizes = await rooms.capacities([each.id for each in wanted])
    found = [
        Candidate(each, sizes[each.id] - seats if sizes[each.id] else SIZE_UNKNOWN)
        for each in wanted
        if each.id in sizes and (sizes[each.id] >= seats or not sizes[each.id])
    ]
    if not found:
        raise QuestionRefusedError(
            f"no resource there has room for {seats}", Refused.TOO_SMALL, seats=seats
        )
    return sorted(found, key=lambda each: (each.resource.name.casefold(), each.resource.id))


def _is_wanted(resource: SyncedResource, need: ResourceNeed, directory: Directory) -> bool:
    if not resource.is_active or resource.is_online:
        return False
    if need.only and resource.id not in need.only:
        return False
    if need.type and resource.type.casefold() != need.type.casefold():
        return False
    if need.location is not None and not _lies_in(resource.location_id, need.location, directory):
        return False
    return need.place.casefold() in _path(resource, directory).casefold()


def _lies_in(place: LocationId | None, wanted: LocationId, directory: Directory) -> bool:
    return wanted in _lineage(place, directory)


def _path(resource: SyncedResource, directory: Directory) -> str:
    """Return the names of all places that a resource lies in."""
    known = (directory.locations.get(each) for each in _lineage(resource.location_id, directory))
    return " / ".join([resource.location, *(each.name for each in known if each is not None)])


def _lineage(place: LocationId | None, directory: Directory) -> list[LocationId]:
    """Return a location and all those around it; a circle in the settings ends it."""
    found: list[LocationId] = []
    while place is not None and place not in found:
        found.append(place)
        known = directory.locations.get(place)
        place = None if known is None else known.parent
    return found
