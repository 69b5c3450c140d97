"""Which settings can be edited on a page, and how their values are read from a form."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from core.app.imports.json_file import GLOBAL_SYNC
from core.app.imports.location_row import LocationRow
from core.app.imports.rows import EnvironmentRow, PersonRow, PolicyRow, ResourceRow, Row
from core.app.settings_export import as_file
from core.domain.directory import ConflictBehaviour, Directory, SyncMode
from core.domain.ids import EnvironmentId, LocationId, PersonId, ResourceId
from core.domain.remark import Remark
from web.api.settings import location_shape, person_shape, resource_shape
from web.pages.location_fields import COPIES, ENABLED, flat, nested
from web.problems import Problem

_NUMBER = re.compile(r"-?\d{1,10}")

PARTS = ("persons", "resources", "locations", "environments", "policies")

FIELDS: Mapping[str, tuple[str, ...]] = {
    "persons": (
        "name",
        "mode",
        "sync_disabled",
        "own_bookings_synced",
        "conflict_behaviour",
        "mail_on_error",
        "resource_types",
        "mail",
        "aliases",
        "environment",
        "sync_url",
        "time_zone",
        "language",
    ),
    "resources": (
        "name",
        "type",
        "mode",
        "active",
        "sync_master",
        "online",
        "mail",
        "external_identifier",
        "aliases",
        "environment",
        "sync_url",
        "location",
        "lead_minutes",
        "follow_up_minutes",
        "time_zone",
    ),
    "locations": ("name", "parent", ENABLED, COPIES),
    "environments": ("kind", "domains"),
    "policies": (GLOBAL_SYNC, *PolicyRow.model_fields),
}
"""What is shown to be edited, in this order; all else is changed by a file."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": tuple(SyncMode),
    "conflict_behaviour": tuple(ConflictBehaviour),
    "kind": ("graph", "ews"),
    "resources_per_event": ("one", "many"),
    "lead_follow_up": ("zero", "holds"),
    "endless_series": ("moving", "bounded"),
    "resource_free_busy": ("operator", "viewer", "admin"),
    ENABLED: ("", "true", "false"),
}

TYPES, NONE = "resource_types", "none"
"""Of types of resources: no type at all, as in a CSV file. Nothing is all of them."""

LISTS = frozenset({"aliases", "domains", COPIES, TYPES})
PLACES = frozenset({"location", "parent"})
"""What names a location."""

_ROWS: Mapping[str, type[Row]] = {
    "persons": PersonRow,
    "resources": ResourceRow,
    "environments": EnvironmentRow,
    "locations": LocationRow,
    "policies": PolicyRow,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; `choices` None: any text. `called`: choices that have names."""

    name: str
    value: str
    choices: tuple[str, ...] | None
    called: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is stored: its row of the settings file."""

    part: str
    key: str
    title: str
    row: Mapping[str, Any]

    def fields(self, directory: Directory) -> list[Field]:
        """Return what can be edited of it."""
        called = {str(place.id): place.name for place in directory.locations.values()}
        return [
            Field(
                name,
                as_text(name, self.row[name]),
                _choices(name, self.row[name], directory, but=self.key),
                called if name in PLACES else {},
            )
            for name in FIELDS[self.part]
        ]

    def changed(self, form: FormData) -> dict[str, Any]:
        """Return the fields that somebody has changed, as JSON values where they are some."""
        given = {n: str(form[f"field-{n}"]) for n in FIELDS[self.part] if f"field-{n}" in form}
        changed = {
            name: self._read(name, text)
            for name, text in given.items()
            if text != as_text(name, self.row[name])
        }
        return nested(changed, self.row) if self.part == "locations" else changed

    def _read(self, name: str, text: str) -> Any:  # noqa: ANN401 - a value of JSON
        before, plain = self.row[name], text.strip()
        if name in LISTS:
            return _list(name, plain)
        if name in PLACES:
            return int(plain) if _NUMBER.fullmatch(plain) else plain or None
        if isinstance(before, bool):
            return plain == "true"
        if isinstance(before, int):
            return int(plain) if _NUMBER.fullmatch(plain) else plain
        model = _ROWS[self.part].model_fields.get(name)
        is_optional = model is not None and model.default is None
        return None if is_optional and not plain else plain


def entry_of(part: str, key: str, directory: Directory) -> Entry:
    """Return an entry, or the policies; a Problem if there is none."""
    if part == "policies":
        return Entry(part, "", "", policies_of(directory))
    number = int(key) if key.isascii() and key.isdecimal() and len(key) <= len("2147483647") else 0
    if part == "persons" and (person := directory.persons.get(PersonId(number))) is not None:
        return Entry(part, key, person.name, person_shape(person).row)
    if part == "resources" and (room := directory.resources.get(ResourceId(number))) is not None:
        return Entry(part, key, room.name, resource_shape(room, directory).row)
    if part == "locations" and (place := directory.locations.get(LocationId(number))) is not None:
        return Entry(part, key, place.name, flat(location_shape(place).row))
    if part == "environments" and EnvironmentId(key) in directory.environments:
        known = directory.environments[EnvironmentId(key)]
        return Entry(part, key, key, {"kind": known.kind, "domains": list(known.domains)})
    raise Problem(404, "not_found", Remark("no such entry in the settings"))


def policies_of(directory: Directory) -> dict[str, Any]:
    """Return the switch and the policies, by name."""
    return {GLOBAL_SYNC: directory.global_sync_enabled, **as_file(directory)["policies"]}


def as_text(name: str, value: object) -> str:
    """Return a value as a form has it."""
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or (NONE if name == TYPES else "")
    return "" if value is None else str(value)


def _list(name: str, text: str) -> list[str] | None:
    if name == TYPES and not text:
        return None
    parts = [part.strip() for part in text.split(",")]
    return [part for part in parts if part and part.lower() != NONE]


def _choices(name: str, value: object, directory: Directory, *, but: str) -> tuple[str, ...] | None:
    if isinstance(value, bool):
        return ("true", "false")
    if name == "environment":
        return ("", *sorted({*directory.environments, str(value or "")} - {""}))
    if name in PLACES:
        numbers = [str(number) for number in sorted(directory.locations)]
        # A file without a list of locations has their names only: any text, then.
        is_known = value is None or str(value) in numbers
        if not (numbers and is_known):
            return None
        return ("", *(each for each in numbers if name == "location" or each != but))
    return CHOICES.get(name)
