"""Asks every environment for the rooms that it offers, and ROOMS for what it says of resources."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from core.app.imports.room_offers import Compared, Offer, compare, proposal
from core.app.imports.run import ImportPlan, plan_import
from core.app.services import Services
from core.domain.directory import Directory, Environment, SyncedPerson, SyncedResource
from core.domain.ids import ResourceId
from core.domain.remark import Remark, text_of
from core.errors import InvalidPayloadError, NotPermittedError, RoomSyncError

PATIENCE_S = 60.0
"""For one environment: on premises each list of rooms is a request."""
_HINTS = {"graph": "; the application needs Place.Read.All for it"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsFound:
    """Every room that was offered, and what could not be asked: each harms itself only."""

    rooms: tuple[Compared, ...]
    troubles: tuple[str, ...]
    settings: Directory


async def find_rooms(services: Services, only: Collection[str] = ()) -> RoomsFound:
    """Return the rooms of all environments, or of some; nothing is changed.

    InvalidPayloadError: the settings have no such environment.
    """
    settings = await services.settings.load()
    if wrong := [name for name in only if name not in settings.environments]:
        raise InvalidPayloadError(f"{wrong[0]!r} is no environment of the settings")
    asked = [each for each in settings.environments.values() if not only or each.id in only]
    answers = await asyncio.gather(*(_offered(each, settings, services) for each in asked))
    offers = [offer for answer in answers if not isinstance(answer, str) for offer in answer]
    troubles = [answer for answer in answers if isinstance(answer, str)]
    told: dict[ResourceId, str] = {}
    try:
        told = await _told_by_rooms(settings, services) if offers else {}
    except RoomSyncError as error:
        troubles.append(
            Remark(
                "ROOMS was not asked for addresses, names have to do: {error}", error=text_of(error)
            )
        )
    rooms_found = compare(offers, settings, told)
    return RoomsFound(rooms=rooms_found, troubles=tuple(troubles), settings=settings)


async def plan_rooms(
    services: Services, only: Collection[str] = ()
) -> tuple[RoomsFound, ImportPlan | None]:
    """Return the rooms, and what taking over all that is proposed comes to; None: nothing is."""
    found = await find_rooms(services, only)
    said = proposal(found.rooms, found.settings)
    return found, await plan_import([said], services, ask=True) if said.sections else None


async def _offered(
    environment: Environment, settings: Directory, services: Services
) -> list[Offer] | str:
    """Return what an environment offers, or why it is not known."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            near = _address_in(environment, settings)
            rooms = await services.mailboxes.rooms(environment.id, near)
    except TimeoutError:
        why: str = Remark("no answer within {n} seconds", n=round(PATIENCE_S))
    except RoomSyncError as error:
        hint = _HINTS.get(environment.kind, "") if isinstance(error, NotPermittedError) else ""
        why = f"{error}{hint}"
    else:
        return [Offer(environment.id, room) for room in rooms]
    return Remark(
        "environment {environment} was not asked for rooms: {why}",
        environment=environment.id,
        why=why,
    )


async def _told_by_rooms(settings: Directory, services: Services) -> dict[ResourceId, str]:
    """Return the addresses that ROOMS has of resources without one in the settings."""
    asked = [each.id for each in settings.resources.values() if not each.address]
    found = await services.rooms_directory.resources(asked)
    return {key: each.address for key, each in found.items() if each.address}


def _address_in(environment: Environment, settings: Directory) -> str:
    """Return an address that lives there, by which its server is found."""
    owners: tuple[SyncedPerson | SyncedResource, ...] = (
        *settings.resources.values(),
        *settings.persons.values(),
    )
    known = (each.address for each in owners if each.environment == environment.id)
    domain = next(iter(environment.domains), "invalid")
    return next((address for address in known if address), f"rooms@{domain}")
