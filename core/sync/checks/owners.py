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
from core.domain.finding import Finding, Part, Severity
from core.domain.homes import Homes
from core.domain.ids import EnvironmentId
from core.domain.reach import SETTING, Reach

LANGUAGES = frozenset({"de", "en", "fr", "it"})
"""In which mails are shipped; others get the usual one."""

O365_IS = (
    "has the mode O365, EWS at Exchange Online: Microsoft blocks it since October 2026 and removes"
    " it in April 2027, so it is not synced, and never read as Graph (R-011)"
)
O365_ADVICE = "confirm that the mailbox is in Exchange Online: set the mode to Microsoft365"

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


def about(
    owner: Owner,
    severity: Severity,
    code: str,
    what: str,
    advice: str,
    *,
    detail: str = "",
    command: str = "",
) -> Finding:
    """Return a finding about a person or resource."""
    return Finding(
        severity=severity,
        code=code,
        part=Part.PERSON if isinstance(owner, SyncedPerson) else Part.RESOURCE,
        who=str(owner.id),
        what=what,
        advice=advice,
        detail=detail,
        command=command,
    )


def _common(owner: Owner, directory: Directory, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    if not owner.address:
        yield about(
            owner,
            Severity.ERROR,
            "no_address",
            "is to be synced and has no mail address",
            "set the primary address of its mailbox, or the mode to None (R-036)",
        )
        return
    yield from _home(owner, directory, reaches)
    yield from _addresses(owner, directory)
    yield from _zone(owner)


def _home(owner: Owner, directory: Directory, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    """Yield why an owner lives nowhere (docs/environments.md), or not at the address given."""
    if owner.mode is SyncMode.O365:
        yield about(owner, Severity.ERROR, "o365", O365_IS, O365_ADVICE)
        return
    homes = Homes(directory.environments.values())
    home = homes.of(owner.address, owner.mode, owner.assigned_environment)
    if home is None:
        yield _homeless(owner, directory)
    if owner.sync_url and owner.mode not in EWS_MODES:
        yield about(
            owner,
            Severity.NOTE,
            "url_unused",
            f"has a sync URL, which {owner.mode} does not use (R-021)",
            "take it out",
        )
    elif owner.sync_url:
        reach = reaches.get(home or "")
        hosts = reach.hosts if reach is not None and reach.kind == "ews" else None
        if fault := address_fault(owner.sync_url, hosts):
            yield about(
                owner,
                Severity.ERROR,
                "sync_url",
                f"the sync URL {fault}",
                f"correct it, take it out, or name its host in {SETTING['ews']} (R-021)",
            )


def _homeless(owner: Owner, directory: Directory) -> Finding:
    kind, named = KINDS[owner.mode], owner.assigned_environment
    environment = directory.environments.get(EnvironmentId(named)) if named else None
    if named and environment is None:
        return about(
            owner,
            Severity.ERROR,
            "unknown_environment",
            f"is assigned to {named!r}, which is no environment of the settings",
            "correct `environment`, or import that environment",
        )
    domain = owner.address.rpartition("@")[2].lower()
    kinds = {
        each.kind
        for each in directory.environments.values()
        if domain in {known.lower() for known in each.domains}
    }
    if environment is None and not kinds:
        return about(
            owner,
            Severity.ERROR,
            "outside",
            "the mail domain belongs to no environment (R-043)",
            "add the domain to an environment, assign one, or set the mode to None",
            detail=domain,
        )
    where = "is assigned to" if environment is not None else "the domain lives in"
    other = environment.kind if environment is not None else next(iter(kinds))
    return about(
        owner,
        Severity.ERROR,
        "wrong_environment",
        f"has the mode {owner.mode}, which needs an environment of kind {kind}, but {where} one of"
        f" kind {other}",
        "set the mode that fits where the mailbox is, or correct its environment (R-011)",
        detail=domain,
    )


def _addresses(owner: Owner, directory: Directory) -> Iterator[Finding]:
    if owner.is_doubled:
        other = _other_at(owner.address, owner, directory)
        whose = "somebody else" if other is None else _named(other)
        yield about(
            owner,
            Severity.ERROR,
            "shared_mailbox",
            f"has the mailbox of {whose}, so it is not synced",
            "give each its own mailbox, or set the mode of one to None",
            detail=owner.address,
        )
    for alias in owner.aliases:
        other = _other_at(alias, owner, directory)
        if other is not None and other.address.lower() == alias.lower():
            yield about(
                owner,
                Severity.WARNING,
                "foreign_alias",
                f"has an alias that is the address of {_named(other)}",
                "take the alias out",
                detail=alias,
            )


def _zone(owner: Owner) -> Iterator[Finding]:
    try:
        ZoneInfo(owner.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield about(
            owner,
            Severity.WARNING,
            "unknown_zone",
            "has a time zone that nobody knows; UTC is used",
            "set an IANA name such as Europe/Zurich",
            detail=owner.time_zone,
        )


def _person(person: SyncedPerson, types: Iterable[str]) -> Iterator[Finding]:
    if person.address and not person.has_mailbox:
        yield about(
            person,
            Severity.WARNING,
            "no_mailbox",
            "is to be synced, but the settings say that there is no mailbox",
            "set the mode to None, or mailbox to true",
        )
    if person.language.partition("-")[0] not in LANGUAGES:
        yield about(
            person,
            Severity.NOTE,
            "unknown_language",
            "has a language in which no mails are written",
            f"use {', '.join(sorted(LANGUAGES))}",
            detail=person.language,
        )
    if person.resource_types == ():
        yield about(
            person,
            Severity.WARNING,
            "no_types",
            "no resource type is ticked, so none of the bookings is synced (R-030)",
            "tick resource types, or set the mode to None",
        )
    unknown = sorted(set(person.resource_types or ()) - set(types))
    if unknown:
        yield about(
            person,
            Severity.WARNING,
            "unknown_type",
            f"no resource is of the type {', '.join(map(repr, unknown))} (R-030)",
            "write the type as the resources have it",
        )


def _resource(resource: SyncedResource, directory: Directory) -> Iterator[Finding]:
    if resource.address and resource.is_misconfigured:
        has = (
            "an External Identifier other than"
            if resource.external_identifier
            else ("no External Identifier beside")
        )
        yield about(
            resource,
            Severity.ERROR,
            "external_identifier",
            f"has {has} its e-mail address, so it is not synced (R-020)",
            "write the primary address of the mailbox into both, in ROOMS and here",
            detail=f"{resource.external_identifier or '-'} and {resource.address}",
        )
    lead, follow_up = resource.lead_minutes, resource.follow_up_minutes
    if (lead or follow_up) and directory.policies.lead_follow_up == "zero":
        yield about(
            resource,
            Severity.WARNING,
            "lead_time",
            f"has lead time {lead} and follow-up time {follow_up} min, which a synced resource"
            " cannot have (R-410)",
            "set both to 0 in ROOMS, or the policy lead_follow_up to holds (D8); what is booked"
            " already keeps its times until it is saved there (R-412)",
        )


def _other_at(address: str, owner: Owner, directory: Directory) -> Owner | None:
    """Return who else owns an address, a resource before a person."""
    for other in (directory.resource_at(address), directory.person_at(address)):
        if other is not None and (type(other) is not type(owner) or other.id != owner.id):
            return other
    return None


def _named(owner: Owner) -> str:
    return f"{'person' if isinstance(owner, SyncedPerson) else 'resource'} {owner.id}"
