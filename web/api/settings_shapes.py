"""What goes into and comes out of the settings in the JSON API."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from web.api.planned import PlanAnswered, Planned
from web.routing import Shape

Changes = Annotated[
    dict[str, JsonValue],
    Field(min_length=1, max_length=50, description="Fields of a row of the settings file."),
]
Sure = Annotated[bool, Field(description="Also if most are switched off.")]


class EntriesAsked(Shape):
    """Part of a name, an address or a number; which of those that fit."""

    search: Annotated[str, Field(max_length=200)] = ""
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class EntryShape(Shape):
    """One person or resource: its row of the settings file, and whether it is synced."""

    number: int
    name: str
    address: str
    is_synced: bool
    is_misconfigured: bool = False
    row: dict[str, JsonValue]


class EntryList(Shape):
    """Those that fit, by number, and how many there are."""

    entries: tuple[EntryShape, ...]
    total: int


class EnvironmentShape(Shape):
    """One Exchange tenant or installation."""

    id: str
    kind: str
    domains: tuple[str, ...]


class EnvironmentList(Shape):
    """All environments."""

    environments: tuple[EnvironmentShape, ...]


class LocationShape(Shape):
    """One location: its row of the settings file."""

    number: int
    name: str
    row: dict[str, JsonValue]


class LocationList(Shape):
    """All locations, by number."""

    locations: tuple[LocationShape, ...]


class PoliciesShape(Shape):
    """The global switch and the operator's decisions."""

    global_sync_enabled: bool
    policies: dict[str, JsonValue]


class EntryChange(Planned):
    """What to change of one entry; what is not named stays."""

    changes: Changes
    sure: Sure = False


class SettingsFile(Shape):
    """One file: JSON, or CSV of persons or of resources."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    content: str
    kind: Literal["persons", "resources"] | None = None


class ImportAsked(Planned):
    """Files to take over."""

    files: Annotated[tuple[SettingsFile, ...], Field(min_length=1, max_length=10)]
    sure: Sure = False


class ChangeShape(Shape):
    """One entry that changes; `fields` are name, before, after."""

    change: str
    part: str
    name: str
    fields: tuple[tuple[str, str, str], ...]


class PlanShape(Shape):
    """What a change comes to. `plan` names it; `done`: it was carried out."""

    plan: PlanAnswered
    done: bool
    changes: tuple[ChangeShape, ...]
    faults: tuple[str, ...]
    notices: tuple[str, ...]
    consequences: tuple[str, ...]
    findings: tuple[str, ...]
    switches_off: int
    synced_before: int
    ends_most: bool


class ExportShape(Shape):
    """The whole settings as a file; imported again, it changes nothing."""

    global_sync_enabled: bool
    policies: dict[str, JsonValue]
    environments: tuple[dict[str, JsonValue], ...]
    persons: tuple[dict[str, JsonValue], ...]
    locations: tuple[dict[str, JsonValue], ...]
    resources: tuple[dict[str, JsonValue], ...]
