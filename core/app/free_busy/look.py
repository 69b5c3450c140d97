"""Shows people from Exchange, and resources from ROOMS and Exchange side by side (R-820, R-821).

| whose | asked | shown as unknown |
|---|---|---|
| a person of the settings | where it lives | its environment does not answer |
| anybody else | where the domain lives, one by one | nobody knows the address: none |
| a resource, ROOMS | `blockers/find`, and its bookings | ROOMS does not answer |
| a synced resource, Exchange | only with the right (R-821) | as a person |
"""

import asyncio
from dataclasses import dataclass, replace

from core.app.free_busy.answer import Answer, NotShown, PersonLine, ResourceLine
from core.app.free_busy.desk import ROOMS, FreeBusyDesk, whole_days
from core.app.free_busy.exchange_side import PATIENCE_S, Told, homes_of
from core.app.free_busy.question import Question, QuestionRefusedError, Refused
from core.app.free_busy.rights import Entitlement
from core.domain.directory import Directory, SyncedResource
from core.domain.free_busy.cells import Grid, deviation_cells, exchange_cells, rooms_cells
from core.domain.free_busy.deviations import deviations
from core.domain.free_busy.occupation import Occupied
from core.domain.free_busy.schedule import Known, Unknown
from core.domain.ids import ResourceId
from core.domain.meeting import ShowAs
from core.errors import NotPermittedError, RoomSyncError

HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class _Sight:
    """What was read for one question; `mailboxes` are the addresses of resources that are shown."""

    entitlement: Entitlement
    directory: Directory
    told: Told
    mailboxes: dict[ResourceId, str]
    occupied: dict[ResourceId, tuple[Occupied, ...]]
    grid: Grid


async def look(question: Question, entitlement: Entitlement, desk: FreeBusyDesk) -> Answer:
    """Return who and what is free when; nobody who does not answer makes it fail.

    NotPermittedError without the right to any of it; QuestionRefusedError for a resource that is
    not in the settings.
    """
    require(entitlement, people=bool(question.people), rooms=bool(question.resources))
    directory = await desk.roster.directory()
    resources = [_known_resource(each, directory) for each in question.resources]
    wanted = _addresses_of(resources, directory, entitlement)
    days = whole_days(question.window)
    told, (occupied, trouble) = await asyncio.gather(
        desk.exchange.read([*question.people, *wanted.values()], days, directory),
        _occupied(question, directory, desk),
    )
    sight = _Sight(
        entitlement,
        directory,
        told,
        wanted,
        occupied,
        Grid(question.window, question.interval_minutes),
    )
    return Answer(
        zone=question.zone,
        interval_minutes=question.interval_minutes,
        cells=sight.grid.cells(),
        people=tuple(_person(each, sight) for each in question.people),
        resources=tuple(_resource(each, sight) for each in resources),
        troubles=told.troubles | trouble if entitlement.troubles else {},
        read_at=desk.clock.now(),
    )


def require(entitlement: Entitlement, *, people: bool, rooms: bool) -> None:
    """Raise NotPermittedError where something is asked for without the right to it."""
    if (people and not entitlement.people) or (rooms and not entitlement.rooms):
        raise NotPermittedError(
            "free/busy is shown to viewers, operators and admins: ask for one of these roles"
        )


def _known_resource(resource: ResourceId, directory: Directory) -> SyncedResource:
    found = directory.resources.get(resource)
    if found is None:
        raise QuestionRefusedError(
            f"resource {resource} is not in the settings", Refused.UNKNOWN_NAME, name=resource
        )
    return found


def _addresses_of(
    resources: list[SyncedResource], directory: Directory, entitlement: Entitlement
) -> dict[ResourceId, str]:
    """Return which resource mailboxes are asked about: synced ones, with the right (R-821)."""
    if not entitlement.resource_mailboxes:
        return {}
    return {
        each.id: each.address.lower() for each in resources if directory.is_resource_synced(each.id)
    }


async def _occupied(
    question: Question, directory: Directory, desk: FreeBusyDesk
) -> tuple[dict[ResourceId, tuple[Occupied, ...]], dict[str, str]]:
    days = whole_days(question.window)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await desk.rooms.occupied(question.resources, days, directory), {}
    except TimeoutError:
        return {}, {ROOMS: f"no answer within {PATIENCE_S:.0f} seconds"}
    except RoomSyncError as error:
        return {}, {ROOMS: str(error)}


def _person(address: str, sight: _Sight) -> PersonLine:
    person = sight.directory.person_at(address)
    homes = homes_of(address, sight.directory)
    known = sight.told.schedules[address.lower()]
    cells, unknown = _cells(known, sight.grid)
    return PersonLine(
        address=address,
        name="" if person is None else person.name,
        environment=homes[0] if homes else None,
        cells=cells,
        unknown=unknown,
        working=None if isinstance(known, Unknown) else known.working,
    )


def _resource(resource: SyncedResource, sight: _Sight) -> ResourceLine:
    parts = sight.occupied.get(resource.id)
    rooms = None if parts is None else rooms_cells(parts, sight.grid)
    line = ResourceLine(id=resource.id, name=resource.name, rooms=rooms)
    if resource.id not in sight.mailboxes:
        may_see = sight.entitlement.resource_mailboxes
        return replace(line, not_shown=NotShown.NOT_SYNCED if may_see else NotShown.NO_RIGHT)
    known = sight.told.schedules[sight.mailboxes[resource.id]]
    cells, unknown = _cells(known, sight.grid)
    line = replace(line, exchange=cells, unknown=unknown)
    if parts is None or isinstance(known, Unknown):
        return line
    holds = sight.directory.policies.lead_follow_up == HOLDS
    found = deviations(parts, known.busy, sight.grid.window, holds_buffers=holds)
    return replace(line, deviations=found, differs=deviation_cells(found, sight.grid))


def _cells(known: Known, grid: Grid) -> tuple[tuple[ShowAs, ...] | None, Unknown | None]:
    if isinstance(known, Unknown):
        return None, known
    return exchange_cells(known.busy, grid), None
