"""A settings file (JSON): who and what is synced, checked whole before anything is changed.

The vendor's API holds none of this (rooms-api 8), so it is imported. Unknown keys are ignored, so
that a world file of the local stack is a settings file, too.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.domain.directory import (
    ConflictBehaviour,
    Directory,
    Environment,
    Policies,
    SyncedPerson,
    SyncedResource,
    SyncMode,
    directory,
)
from core.domain.ids import EnvironmentId, PersonId, ResourceId
from core.errors import InvalidPayloadError

HOME_ZONE, HOME_LANGUAGE = "Europe/Zurich", "de"
"""What an entry has that says nothing: the same as in a world file of the local stack."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class EnvironmentRow(_Part):
    """One Exchange tenant or installation."""

    id: Annotated[str, Field(min_length=1)]
    kind: Literal["graph", "ews"] = "graph"
    domains: tuple[str, ...]


class PersonRow(_Part):
    """One person (R-030 ... R-036)."""

    rooms_id: int
    name: str
    mail: str = ""
    aliases: tuple[str, ...] = ()
    mode: SyncMode = SyncMode.MICROSOFT365
    sync_url: str | None = None
    sync_disabled: bool = False
    own_bookings_synced: bool = True
    rematch_on_change: bool = False
    conflict_behaviour: ConflictBehaviour = ConflictBehaviour.ROLLBACK
    mail_on_error: bool = True
    resource_types: tuple[str, ...] | None = None
    time_zone: str = HOME_ZONE
    language: str = HOME_LANGUAGE
    mailbox: bool = True
    rooms_person: bool = True


class LocationRow(_Part):
    """A building or floor, for the name that a resource shows."""

    id: int
    name: str


class ResourceRow(_Part):
    """One resource (R-020 ... R-022)."""

    rooms_id: int
    name: str
    mail: str | None = None
    external_identifier: str | None = None
    aliases: tuple[str, ...] = ()
    type: str = "Raum"
    mode: SyncMode = SyncMode.MICROSOFT365
    sync_url: str | None = None
    lead_minutes: Annotated[int, Field(ge=0)] = 0
    follow_up_minutes: Annotated[int, Field(ge=0)] = 0
    active: bool = True
    online: bool = False
    sync_master: bool = True
    location: int | None = None
    time_zone: str = HOME_ZONE


class PolicyRow(_Part):
    """The operator's decisions (D5 ... D8)."""

    resources_per_event: Literal["one", "many"] = "one"
    direct_booking: str = "report"
    unsynced_organizer: str = "report"
    lead_follow_up: Literal["zero", "holds"] = "zero"
    hold_for_unsynced: bool = True
    sync_with_calendar_field: str | None = None
    show_as_field: str | None = None
    reminder_field: str | None = None
    neutral_title: Annotated[str, Field(min_length=1)] = "Privat"
    resolve_groups: bool = False
    stop_after_failed_attempts: Annotated[int, Field(ge=1)] = 5
    cancel_after_failed_attempts: Annotated[int, Field(ge=1)] = 2
    rebook_when_free: bool = True
    job_manager_synced: bool = False


class SettingsFile(_Part):
    """The whole file."""

    global_sync_enabled: bool = False
    environments: tuple[EnvironmentRow, ...] = ()
    policies: PolicyRow = PolicyRow()
    persons: tuple[PersonRow, ...] = ()
    locations: tuple[LocationRow, ...] = ()
    resources: tuple[ResourceRow, ...] = ()


def read_settings(content: Any) -> Directory:  # noqa: ANN401 - JSON of any shape comes in
    """Return the settings of a parsed file; InvalidPayloadError names every wrong place."""
    try:
        file = SettingsFile.model_validate(content)
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
            for fault in error.errors(include_input=False)
        )
        raise InvalidPayloadError(f"settings file: {'; '.join(faults)}") from None
    # Whoever lives in an EWS environment is known but not synced until part 5 brings its adapter.
    by_domain = {
        domain.lower(): EnvironmentId(environment.id)
        for environment in file.environments
        if environment.kind == "graph"
        for domain in environment.domains
    }
    places = {location.id: location.name for location in file.locations}
    return directory(
        global_sync_enabled=file.global_sync_enabled,
        policies=Policies(**file.policies.model_dump()),
        environments=[
            Environment(id=EnvironmentId(e.id), kind=e.kind, domains=e.domains)
            for e in file.environments
        ],
        persons=[_person(row, by_domain) for row in file.persons if row.rooms_person],
        resources=[_resource(row, by_domain, places) for row in file.resources],
    )


def _person(row: PersonRow, by_domain: dict[str, EnvironmentId]) -> SyncedPerson:
    return SyncedPerson(
        id=PersonId(row.rooms_id),
        name=row.name,
        address=row.mail,
        aliases=row.aliases,
        mode=row.mode,
        sync_url=row.sync_url or "",
        sync_disabled=row.sync_disabled,
        own_bookings_synced=row.own_bookings_synced,
        rematch_on_change=row.rematch_on_change,
        conflict_behaviour=row.conflict_behaviour,
        mail_on_error=row.mail_on_error,
        resource_types=row.resource_types,
        time_zone=row.time_zone,
        language=row.language,
        environment=_environment(row.mail, by_domain) if row.mailbox else None,
    )


def _resource(
    row: ResourceRow, by_domain: dict[str, EnvironmentId], places: dict[int, str]
) -> SyncedResource:
    return SyncedResource(
        id=ResourceId(row.rooms_id),
        name=row.name,
        type=row.type,
        address=row.mail or "",
        external_identifier=row.external_identifier or "",
        aliases=row.aliases,
        mode=row.mode,
        sync_url=row.sync_url or "",
        lead_minutes=row.lead_minutes,
        follow_up_minutes=row.follow_up_minutes,
        is_active=row.active,
        is_online=row.online,
        is_sync_master=row.sync_master,
        location=places.get(row.location or 0, ""),
        time_zone=row.time_zone,
        environment=_environment(row.mail or "", by_domain),
    )


def _environment(address: str, by_domain: dict[str, EnvironmentId]) -> EnvironmentId | None:
    """Return the environment of an address: its domain must match completely (R-043)."""
    return by_domain.get(address.rpartition("@")[2].lower())
