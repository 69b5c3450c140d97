"""Who and what is synced, under which switches: the settings as one value, asked by pure code."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.domain.addresses import by_address, doubled
from core.domain.event import EventPlace
from core.domain.ids import (
    EnvironmentId,
    LocationId,
    MailboxKey,
    PersonId,
    ResourceId,
    is_resource_mailbox,
    person_mailbox,
    resource_mailbox,
)
from core.domain.policies import Policies


class SyncMode(StrEnum):
    """How a mailbox is reached (R-011); `O365` is EWS and is never read as Graph."""

    NONE = "None"
    EWS1 = "EWS1"
    EWS2 = "EWS2"
    O365 = "O365"
    MICROSOFT365 = "Microsoft365"


EWS_MODES = frozenset({SyncMode.EWS1, SyncMode.EWS2})
"""Modes of installations on premises; `O365` is EWS, too, at Exchange Online, which ends it."""

KINDS = {
    SyncMode.MICROSOFT365: "graph",
    SyncMode.NONE: "graph",
    SyncMode.EWS1: "ews",
    SyncMode.EWS2: "ews",
}
"""In which kind of environment a mode looks for its mailbox; `O365` in none (R-011)."""


class ConflictBehaviour(StrEnum):
    """What happens to an Outlook change that ROOMS cannot take (R-034)."""

    ROLLBACK = "Rollback"
    CANCEL = "Cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One Exchange tenant or installation and the mail domains that live in it (R-043)."""

    id: EnvironmentId
    kind: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorMail:
    """How sync error mails are written for one location (R-800, R-801).

    `title` and `body` replace the shipped texts, by language; an empty body sends no mail.
    """

    enabled: bool = True
    cc: tuple[str, ...] = ()
    title: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A building, a floor, or a group of them; `error_mail` None: as its parent has it."""

    id: LocationId
    name: str
    parent: LocationId | None = None
    error_mail: ErrorMail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedPerson:
    """A ROOMS person with sync settings (R-030 ... R-036); `resource_types` None means all.

    `synced_since`: what is older was there before the sync and is never removed or cancelled by it
    (D11); None = since ever. `is_doubled`: the address is already somebody else's in the settings.
    `environment` is where the mailbox lives, `assigned_environment` what the settings file says.
    """

    id: PersonId
    name: str
    address: str
    aliases: tuple[str, ...] = ()
    mode: SyncMode = SyncMode.MICROSOFT365
    sync_url: str = ""
    sync_disabled: bool = False
    own_bookings_synced: bool = True
    rematch_on_change: bool = False
    conflict_behaviour: ConflictBehaviour = ConflictBehaviour.ROLLBACK
    mail_on_error: bool = True
    resource_types: tuple[str, ...] | None = None
    time_zone: str = "UTC"
    language: str = "en"
    has_mailbox: bool = True
    environment: EnvironmentId | None = None
    assigned_environment: str = ""
    synced_since: datetime | None = None
    is_doubled: bool = False

    @property
    def wants_sync(self) -> bool:
        """Tell whether the person's own switches ask for sync (R-036, R-117)."""
        return self.mode is not SyncMode.NONE and not self.sync_disabled

    @property
    def is_synced(self) -> bool:
        """Tell whether this person's calendar is ours to keep (R-030, R-036, R-117)."""
        return (
            self.wants_sync
            and bool(self.address)
            and self.environment is not None
            and not self.is_doubled
        )

    @property
    def place(self) -> EventPlace:
        """Return the person's mailbox; only meaningful when `is_synced`."""
        return EventPlace(self.environment or EnvironmentId(""), person_mailbox(self.id))

    def takes(self, resource_type: str) -> bool:
        """Tell whether bookings of this resource type are synced for the person (R-030)."""
        return self.resource_types is None or resource_type in self.resource_types


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedResource:
    """A ROOMS resource with sync settings (R-020 ... R-022); `is_online` ones have no mailbox.

    Lead and follow-up time are as ROOMS has them (R-410, D8); `synced_since`: as a person's.
    """

    id: ResourceId
    name: str
    type: str
    address: str = ""
    external_identifier: str = ""
    aliases: tuple[str, ...] = ()
    mode: SyncMode = SyncMode.MICROSOFT365
    sync_url: str = ""
    is_active: bool = True
    is_online: bool = False
    is_sync_master: bool = True
    lead_minutes: int = 0
    follow_up_minutes: int = 0
    location: str = ""
    location_id: LocationId | None = None
    time_zone: str = "UTC"
    environment: EnvironmentId | None = None
    assigned_environment: str = ""
    synced_since: datetime | None = None
    is_doubled: bool = False

    @property
    def is_misconfigured(self) -> bool:
        """Tell whether the External Identifier is not the e-mail address (R-020, D1)."""
        return (
            self.mode is not SyncMode.NONE
            and self.external_identifier.lower() != self.address.lower()
        )

    @property
    def wants_sync(self) -> bool:
        """Tell whether the resource's own switches ask for sync (R-021, R-024, R-115)."""
        return self.mode is not SyncMode.NONE and self.is_active and not self.is_online

    @property
    def has_synced_mailbox(self) -> bool:
        """Tell whether the mailbox takes part, the global switch aside (R-020 ... R-024)."""
        return (
            self.wants_sync
            and bool(self.address)
            and self.environment is not None
            and not self.is_misconfigured
            and not self.is_doubled
        )

    @property
    def place(self) -> EventPlace:
        """Return the resource mailbox; only meaningful when `has_synced_mailbox`."""
        return EventPlace(self.environment or EnvironmentId(""), resource_mailbox(self.id))


@dataclass(frozen=True, slots=True)
class Directory:
    """Everything the settings say, indexed by id and by address (all aliases, lower case)."""

    global_sync_enabled: bool = False
    policies: Policies = field(default_factory=Policies)
    environments: dict[EnvironmentId, Environment] = field(default_factory=dict)
    persons: dict[PersonId, SyncedPerson] = field(default_factory=dict)
    resources: dict[ResourceId, SyncedResource] = field(default_factory=dict)
    locations: dict[LocationId, Location] = field(default_factory=dict)
    _person_by_address: dict[str, PersonId] = field(default_factory=dict)
    _resource_by_address: dict[str, ResourceId] = field(default_factory=dict)

    def person_at(self, address: str) -> SyncedPerson | None:
        """Return the person with this address or alias, synced or not."""
        found = self._person_by_address.get(address.lower())
        return None if found is None else self.persons[found]

    def resource_at(self, address: str) -> SyncedResource | None:
        """Return the resource with this address or alias, synced or not."""
        found = self._resource_by_address.get(address.lower())
        return None if found is None else self.resources[found]

    def is_resource_synced(self, resource: ResourceId) -> bool:
        """Tell whether resource sync applies: the global switch and the resource's own (R-001)."""
        found = self.resources.get(resource)
        return self.global_sync_enabled and found is not None and found.has_synced_mailbox

    def is_online(self, resource: ResourceId) -> bool:
        """Tell whether a known resource is an online one, which takes any number of bookings."""
        found = self.resources.get(resource)
        return found is not None and found.is_online

    def error_mail_at(self, location: LocationId | None) -> ErrorMail | None:
        """Return how mails are written for a location: the nearest of its parents that says."""
        seen: set[LocationId] = set()
        while location is not None and location not in seen:
            seen.add(location)
            found = self.locations.get(location)
            if found is None:
                return None
            if found.error_mail is not None:
                return found.error_mail
            location = found.parent
        return None

    def address_of(self, mailbox: MailboxKey) -> str:
        """Return the primary address behind a key; KeyError when it is not in the settings."""
        owner = self.owner_of(mailbox)
        if owner is None:
            raise KeyError(mailbox)
        return owner.address

    def owner_of(self, mailbox: MailboxKey) -> SyncedPerson | SyncedResource | None:
        """Return whose mailbox it is, None when that is not in the settings."""
        number = int(mailbox[1:])
        if is_resource_mailbox(mailbox):
            return self.resources.get(ResourceId(number))
        return self.persons.get(PersonId(number))

    def url_of(self, mailbox: MailboxKey) -> str:
        """Return the address of EWS that is a mailbox's own, "" if none is given (R-021)."""
        owner = self.owner_of(mailbox)
        return owner.sync_url if owner is not None and owner.mode in EWS_MODES else ""

    def zone_of(self, mailbox: MailboxKey) -> str:
        """Return the IANA zone of a mailbox's owner, UTC when it is not in the settings."""
        owner = self.owner_of(mailbox)
        return "UTC" if owner is None else owner.time_zone

    def watches(self, place: EventPlace) -> bool:
        """Tell whether a mailbox is synced, as the settings are now."""
        number = int(place.mailbox[1:])
        if is_resource_mailbox(place.mailbox):
            resource = ResourceId(number)
            return self.is_resource_synced(resource) and self.resources[resource].place == place
        person = self.persons.get(PersonId(number))
        return person is not None and person.is_synced and person.place == place

    def synced_places(self) -> tuple[EventPlace, ...]:
        """Return every watched mailbox: synced persons and, if enabled, synced resources."""
        persons = [p.place for p in self.persons.values() if p.is_synced]
        resources = [r.place for r in self.resources.values() if self.is_resource_synced(r.id)]
        return tuple(persons + resources)

    def with_owners(
        self, persons: Iterable[SyncedPerson], resources: Iterable[SyncedResource]
    ) -> "Directory":
        """Return the same settings with other persons and resources, indexed anew."""
        return directory(
            global_sync_enabled=self.global_sync_enabled,
            policies=self.policies,
            environments=self.environments.values(),
            persons=persons,
            resources=resources,
            locations=self.locations.values(),
        )


def directory(
    *,
    global_sync_enabled: bool,
    policies: Policies,
    environments: Iterable[Environment],
    persons: Iterable[SyncedPerson],
    resources: Iterable[SyncedResource],
    locations: Iterable[Location] = (),
) -> Directory:
    """Build a Directory with its indexes.

    Nobody shares a mailbox: of several that are to be synced the first by id keeps it, and a
    resource keeps it against a person. The others are `is_doubled`, so that they harm nobody.
    """
    things = {resource.id: resource for resource in resources}
    by_resource = by_address(things)
    without = doubled(things, by_resource)
    things = {key: replace(thing, is_doubled=key in without) for key, thing in things.items()}
    people = {person.id: person for person in persons}
    by_person = by_address(people)
    taken = {thing.address.lower() for thing in things.values() if thing.wants_sync}
    alone = doubled(people, by_person, taken)
    people = {key: replace(person, is_doubled=key in alone) for key, person in people.items()}
    return Directory(
        global_sync_enabled=global_sync_enabled,
        policies=policies,
        environments={environment.id: environment for environment in environments},
        persons=people,
        resources=things,
        locations={location.id: location for location in locations},
        _person_by_address=by_person,
        _resource_by_address=by_resource,
    )
