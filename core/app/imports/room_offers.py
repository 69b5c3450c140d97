"""Rooms that Exchange offers, beside the resources of the settings: which ones could be joined.

docs/settings.md has the table. Only what nobody has decided yet is proposed: a resource that has an
address keeps it, whatever a room is called.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.app.imports.said import Kind, RawRow, Said, Section
from core.domain.directory import EWS_MODES, Directory, SyncedResource, SyncMode
from core.domain.homes import Homes
from core.domain.ids import EnvironmentId, ResourceId
from core.ports.mailboxes import RoomFacts

MODES = {"graph": SyncMode.MICROSOFT365, "ews": SyncMode.EWS1}
"""How a room of each kind of environment is synced; `EWS1` and `EWS2` are served alike."""


class Standing(StrEnum):
    """What the settings have of a room."""

    KNOWN = "known"
    FITS = "fits"
    SEVERAL_FIT = "several_fit"
    OTHER_ADDRESS = "other_address"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Offer:
    """A room in the environment that offers it."""

    environment: EnvironmentId
    room: RoomFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A room and the resource that it is, or could be."""

    offer: Offer
    standing: Standing
    resource: ResourceId | None = None


def compare(
    offers: Iterable[Offer], settings: Directory, told: Mapping[ResourceId, str]
) -> tuple[Compared, ...]:
    """Return every room once; `told` are the addresses that ROOMS has of its resources."""
    found = [_compared(offer, settings, told) for offer in _each_once(offers, settings)]
    wanted = Counter(each.resource for each in found if each.standing is Standing.FITS)
    return tuple(
        Compared(offer=each.offer, standing=Standing.SEVERAL_FIT)
        if each.standing is Standing.FITS and wanted[each.resource] > 1
        else each
        for each in found
    )


def proposal(compared: Iterable[Compared], settings: Directory) -> Said:
    """Return what an import would be told: the address of each resource that has none yet."""
    rows = tuple(
        RawRow(f"room {each.offer.room.name}", row_of(each, settings))
        for each in compared
        if each.standing is Standing.FITS
    )
    section = Section(rows=rows, is_complete=False, is_partial=True)
    return Said(sections={Kind.RESOURCES: section} if rows else {})


def row_of(compared: Compared, settings: Directory) -> dict[str, object]:
    """Return the row of a room; unless exactly one resource fits, a person fills in its number."""
    offer = compared.offer
    environment = settings.environments[offer.environment]
    mode, address = MODES[environment.kind], offer.room.address
    fitting = compared.resource if compared.standing is Standing.FITS else None
    resource = None if fitting is None else settings.resources[fitting]
    if resource is not None and resource.mode in EWS_MODES and environment.kind == "ews":
        mode = resource.mode
    is_at_home = Homes(settings.environments.values()).of(address, mode) == offer.environment
    return {
        "rooms_id": None if resource is None else resource.id,
        "name": offer.room.name if resource is None else resource.name,
        "mail": address,
        "external_identifier": address,
        "mode": mode.value,
        "environment": "" if is_at_home else offer.environment,
    }


def _each_once(offers: Iterable[Offer], settings: Directory) -> list[Offer]:
    """Return one offer of each address: where its domain lives, else the first."""
    found: dict[str, Offer] = {}
    for offer in offers:
        address = offer.room.address.lower()
        domains = settings.environments[offer.environment].domains
        is_at_home = address.rpartition("@")[2] in {domain.lower() for domain in domains}
        if is_at_home or address not in found:
            found[address] = offer
    return list(found.values())


def _compared(offer: Offer, settings: Directory, told: Mapping[ResourceId, str]) -> Compared:
    known = settings.resource_at(offer.room.address)
    if known is not None and known.address:
        return Compared(offer=offer, standing=Standing.KNOWN, resource=known.id)
    resources = [each for each in settings.resources.values() if not each.is_online]
    address, name = offer.room.address.lower(), _plain(offer.room.name)
    by_address = [
        each
        for each in resources
        if address in {told.get(each.id, "").lower(), *map(str.lower, each.aliases)}
    ]
    fitting = by_address or [each for each in resources if name and _plain(each.name) == name]
    free = [each for each in fitting if _is_free(each, offer.environment)]
    if len(free) == 1:
        return Compared(offer=offer, standing=Standing.FITS, resource=free[0].id)
    if free:
        return Compared(offer=offer, standing=Standing.SEVERAL_FIT)
    if fitting:
        return Compared(offer=offer, standing=Standing.OTHER_ADDRESS, resource=fitting[0].id)
    return Compared(offer=offer, standing=Standing.UNKNOWN)


def _is_free(resource: SyncedResource, environment: EnvironmentId) -> bool:
    """Tell whether nobody has decided yet which mailbox a resource has, or where it lives."""
    return not resource.address and resource.assigned_environment in {"", environment}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
