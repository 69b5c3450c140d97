"""What the settings become when a file is taken over: the good rows on top of what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from core.app.imports.checking import Base, Checked, KeyOf, check_rows, reasons
from core.app.imports.json_file import GLOBAL_SYNC
from core.app.imports.location_row import LocationRow, parent_faults
from core.app.imports.rows import (
    EnvironmentRow,
    Id,
    PersonRow,
    PolicyRow,
    ResourceRow,
)
from core.app.imports.said import Fault, Kind, Said, Section
from core.domain.directory import (
    Directory,
    Environment,
    Location,
    SyncedPerson,
    SyncedResource,
    directory,
)
from core.domain.homes import Homes
from core.domain.ids import EnvironmentId, LocationId, PersonId, ResourceId
from core.domain.policies import Policies
from core.domain.remark import Remark

_ID: TypeAdapter[int] = TypeAdapter(Id)
_SWITCH: TypeAdapter[bool] = TypeAdapter(bool)
_NOT_SAID = Section(is_complete=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The settings as they would be, the rows that were wrong, and what else is to be said."""

    settings: Directory
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()


def take_over(stored: Directory, said: Said) -> Imported:
    """Return what `stored` becomes; a wrong row leaves its stored entry as it is."""
    return _TakingOver(stored, said).imported()


class _TakingOver:
    """One file on top of one state of the settings."""

    def __init__(self, stored: Directory, said: Said) -> None:
        self._stored, self._said = stored, said
        self._faults, self._notices = list(said.faults), list(said.notices)

    def imported(self) -> Imported:
        environments = self._environments()
        homes, locations = Homes(environments), self._locations()
        settings = directory(
            global_sync_enabled=self._global_sync(),
            policies=self._policies(),
            environments=environments,
            persons=self._persons(homes),
            resources=self._resources(homes, locations),
            locations=locations,
        )
        return Imported(settings=settings, faults=tuple(self._faults), notices=tuple(self._notices))

    def _environments(self) -> list[Environment]:
        checked = self._check(
            Kind.ENVIRONMENTS, self._stored.environments, EnvironmentRow, _environment_key
        )
        found = {key: self._stored.environments[key] for key in checked.kept}
        for key, row in checked.good.items():
            double = _shared_domain(row, found)
            if double:
                place = Remark("environment {key}", key=key)
                why = Remark("{domain} belongs to another environment", domain=double)
                self._faults.append(Fault(place, why))
                if key in self._stored.environments:
                    found[key] = self._stored.environments[key]
            else:
                found[key] = row.to_domain()
        return list(found.values())

    def _persons(self, homes: Homes) -> list[SyncedPerson]:
        stored = self._stored.persons
        checked = self._check(Kind.PERSONS, stored, PersonRow, _person_key, PersonRow.saying)
        kept = [
            replace(p, environment=_home(p, homes) if p.has_mailbox else None)
            for p in (stored[key] for key in checked.kept)
        ]
        rows = (_with_aliases(row, stored.get(key)) for key, row in checked.good.items())
        return [*kept, *(row.to_domain(homes) for row in rows)]

    def _resources(self, homes: Homes, locations: list[Location]) -> list[SyncedResource]:
        stored = self._stored.resources
        places = {
            **{r.location_id: r.location for r in stored.values() if r.location_id is not None},
            **{location.id: location.name for location in locations},
        }
        checked = self._check(
            Kind.RESOURCES, stored, ResourceRow, _resource_key, ResourceRow.saying
        )
        kept = [
            replace(
                resource,
                environment=_home(resource, homes),
                location=_place_name(resource, places),
            )
            for resource in (stored[key] for key in checked.kept)
        ]
        rows = (_with_aliases(row, stored.get(key)) for key, row in checked.good.items())
        return [*kept, *(row.to_domain(homes, places) for row in rows)]

    def _locations(self) -> list[Location]:
        stored = self._stored.locations
        checked = self._check(
            Kind.LOCATIONS, stored, LocationRow, _location_key, LocationRow.saying
        )
        found = {key: stored[key] for key in checked.kept}
        found |= {key: row.to_domain() for key, row in checked.good.items()}
        taken_back: set[LocationId] = set()
        while wrong := parent_faults(found.values()):
            for key, why in wrong.items():
                del found[key]
                if key in stored and key not in taken_back:
                    found[key] = stored[key]
                if key not in taken_back:
                    self._faults.append(Fault(Remark("location {key}", key=key), why))
                taken_back.add(key)
        return list(found.values())

    def _policies(self) -> Policies:
        policies = self._stored.policies
        for name, value in self._said.policies.items():
            if name not in PolicyRow.model_fields:
                told = Remark("policies: not known and ignored: {name}", name=repr(name))
                self._notices.append(told)
                continue
            try:
                row = PolicyRow.model_validate({name: value})
            except ValidationError as error:
                self._faults.append(Fault(Remark("policies"), reasons(error)))
            else:
                policies = replace(policies, **{name: getattr(row, name)})
        return policies

    def _global_sync(self) -> bool:
        if GLOBAL_SYNC not in self._said.switches:
            return self._stored.global_sync_enabled
        try:
            return _SWITCH.validate_python(self._said.switches[GLOBAL_SYNC])
        except ValidationError as error:
            self._faults.append(Fault(GLOBAL_SYNC, reasons(error)))
            return self._stored.global_sync_enabled

    def _check[Key, Model: BaseModel](
        self,
        kind: Kind,
        stored: Mapping[Key, Any],
        model: type[Model],
        key_of: KeyOf[Key],
        base: Base | None = None,
    ) -> Checked[Key, Model]:
        section = self._said.sections.get(kind, _NOT_SAID)
        if kind is Kind.PERSONS:
            section = _of_rooms(section)
        unknown = {key for row in section.rows for key in row.values} - model.model_fields.keys()
        if unknown:
            told = Remark(
                "{kind}: keys not known and ignored: {keys}",
                kind=Remark(kind.value),
                keys=", ".join(map(repr, sorted(unknown))),
            )
            self._notices.append(told)
        checked = check_rows(section, stored, model, key_of, base)
        self._faults += checked.faults
        self._notices += checked.notices
        return checked


def _home(owner: SyncedPerson | SyncedResource, homes: Homes) -> EnvironmentId | None:
    return homes.of(owner.address, owner.mode, owner.assigned_environment)


def _place_name(resource: SyncedResource, places: Mapping[LocationId, str]) -> str:
    if resource.location_id is None:
        return resource.location
    return places.get(resource.location_id, resource.location)


def _with_aliases[Model: (PersonRow, ResourceRow)](
    row: Model, stored: SyncedPerson | SyncedResource | None
) -> Model:
    """Return the row with the stored aliases if it does not speak of any.

    Former addresses were learned at earlier imports; no file has them (S36).
    """
    if stored is None or "aliases" in row.model_fields_set:
        return row
    return row.model_copy(update={"aliases": stored.aliases})


def _of_rooms(section: Section) -> Section:
    """Leave out whom only Exchange knows, as a world file says it."""
    rows = tuple(row for row in section.rows if row.values.get("rooms_person") is not False)
    return replace(section, rows=rows)


def _shared_domain(row: EnvironmentRow, others: Mapping[EnvironmentId, Environment]) -> str:
    """Return a domain that another environment of the same kind has, "" without one (R-043)."""
    taken = {
        domain.lower()
        for key, other in others.items()
        if key != row.id and other.kind == row.kind
        for domain in other.domains
    }
    return next((domain for domain in row.domains if domain.lower() in taken), "")


def _number(values: Mapping[str, Any], name: str) -> int | None:
    try:
        return _ID.validate_python(values.get(name))
    except ValidationError:
        return None


def _person_key(values: Mapping[str, Any]) -> PersonId | None:
    number = _number(values, "rooms_id")
    return None if number is None else PersonId(number)


def _resource_key(values: Mapping[str, Any]) -> ResourceId | None:
    number = _number(values, "rooms_id")
    return None if number is None else ResourceId(number)


def _location_key(values: Mapping[str, Any]) -> LocationId | None:
    number = _number(values, "id")
    return None if number is None else LocationId(number)


def _environment_key(values: Mapping[str, Any]) -> EnvironmentId | None:
    name = values.get("id")
    return EnvironmentId(name.strip()) if isinstance(name, str) and name.strip() else None
