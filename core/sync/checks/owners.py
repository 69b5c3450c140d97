"""Checks of each person and resource that is to be synced: why it is not, or not as meant."""

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.domain.directory import (
    EWS_MODES,
    KINDS,
    Directory,
    SyncedPerson,
    SyncedResource,
    SyncMode,
)
from core.domain.ews_address import address_fault
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.homes import Homes
from core.domain.ids import EnvironmentId
from core.domain.reach import SETTING, Reach

LANGUAGES = frozenset({"de", "en", "fr", "it"})
"""In which mails are shipped; others get the usual one."""

Owner = SyncedPerson | SyncedResource


def owner_findings(
    directory: Directory, reaches: Mapping[str, Reach] | None = None
) -> Iterator[Finding]:
    """Yield what is wrong with those whose own switches ask for sync."""
    types = {resource.type for resource in directory.resources.values()}
    for person in directory.persons.values():
        if person.wants_sync:
            yield from _common(person, directory, reaches or {})
            yield from _person(person, types)
    for resource in directory.resources.values():
        if resource.wants_sync:
            yield from _common(resource, directory, reaches or {})
            yield from _resource(resource, directory)


def about(owner: Owner, kind: Kind, *, detail: str = "", **facts: object) -> Finding:
    """Return a finding about a person or resource."""
    part = Part.PERSON if isinstance(owner, SyncedPerson) else Part.RESOURCE
    return found(kind, part, str(owner.id), detail=detail, **facts)


def _common(owner: Owner, directory: Directory, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    if not owner.address:
        yield about(owner, Kind.NO_ADDRESS)
        return
    yield from _home(owner, directory, reaches)
    yield from _addresses(owner, directory)
    yield from _zone(owner)


def _home(owner: Owner, directory: Directory, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    """Yield why an owner lives nowhere (docs/environments.md), or not at the address given."""
    if owner.mode is SyncMode.O365:
        yield about(owner, Kind.O365)
        return
    homes = Homes(directory.environments.values())
    home = homes.of(owner.address, owner.mode, owner.assigned_environment)
    if home is None:
        yield _homeless(owner, directory)
    if owner.sync_url and owner.mode not in EWS_MODES:
        yield about(owner, Kind.URL_UNUSED, mode=owner.mode)
    elif owner.sync_url:
        reach = reaches.get(home or "")
        hosts = reach.hosts if reach is not None and reach.kind == "ews" else None
        if fault := address_fault(owner.sync_url, hosts):
            yield about(owner, Kind.SYNC_URL, fault=fault, setting=SETTING["ews"])


def _homeless(owner: Owner, directory: Directory) -> Finding:
    wanted, named = KINDS[owner.mode], owner.assigned_environment
    environment = directory.environments.get(EnvironmentId(named)) if named else None
    if named and environment is None:
        return about(owner, Kind.UNKNOWN_ENVIRONMENT, environment=named)
    domain = owner.address.rpartition("@")[2].lower()
    kinds = {
        each.kind
        for each in directory.environments.values()
        if domain in {known.lower() for known in each.domains}
    }
    if environment is not None:
        return about(
            owner,
            Kind.ASSIGNED_ELSEWHERE,
            mode=owner.mode,
            wanted=wanted,
            other=environment.kind,
            detail=domain,
        )
    if not kinds:
        return about(owner, Kind.OUTSIDE, detail=domain)
    return about(
        owner,
        Kind.DOMAIN_ELSEWHERE,
        mode=owner.mode,
        wanted=wanted,
        other=next(iter(kinds)),
        detail=domain,
    )


def _addresses(owner: Owner, directory: Directory) -> Iterator[Finding]:
    if owner.is_doubled:
        other = _other_at(owner.address, owner, directory)
        mailbox = "" if other is None else other.place.mailbox
        yield about(owner, Kind.SHARED_MAILBOX, mailbox=mailbox, detail=owner.address)
    for alias in owner.aliases:
        other = _other_at(alias, owner, directory)
        if other is not None and other.address.lower() == alias.lower():
            yield about(owner, Kind.FOREIGN_ALIAS, mailbox=other.place.mailbox, detail=alias)


def _zone(owner: Owner) -> Iterator[Finding]:
    try:
        ZoneInfo(owner.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield about(owner, Kind.UNKNOWN_ZONE, detail=owner.time_zone)


def _person(person: SyncedPerson, types: Iterable[str]) -> Iterator[Finding]:
    if person.address and not person.has_mailbox:
        yield about(person, Kind.NO_MAILBOX)
    if person.language.partition("-")[0] not in LANGUAGES:
        languages = ", ".join(sorted(LANGUAGES))
        yield about(person, Kind.UNKNOWN_LANGUAGE, languages=languages, detail=person.language)
    if person.resource_types == ():
        yield about(person, Kind.NO_TYPES)
    unknown = sorted(set(person.resource_types or ()) - set(types))
    if unknown:
        yield about(person, Kind.UNKNOWN_TYPE, types=", ".join(map(repr, unknown)))


def _resource(resource: SyncedResource, directory: Directory) -> Iterator[Finding]:
    if resource.address and resource.is_misconfigured:
        is_other = bool(resource.external_identifier)
        yield about(
            resource,
            Kind.OTHER_EXTERNAL_IDENTIFIER if is_other else Kind.NO_EXTERNAL_IDENTIFIER,
            detail=f"{resource.external_identifier or '-'} and {resource.address}",
        )
    lead, follow_up = resource.lead_minutes, resource.follow_up_minutes
    if (lead or follow_up) and directory.policies.lead_follow_up == "zero":
        yield about(resource, Kind.LEAD_TIME, lead=lead, follow_up=follow_up)


def _other_at(address: str, owner: Owner, directory: Directory) -> Owner | None:
    """Return who else owns an address, a resource before a person."""
    for other in (directory.resource_at(address), directory.person_at(address)):
        if other is not None and (type(other) is not type(owner) or other.id != owner.id):
            return other
    return None
