"""A settings file (JSON) taken over whole or not at all: how a world of the local stack is loaded.

An operator's import goes row by row: `core.app.imports`.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.app.imports.location_row import LocationRow, parent_faults
from core.app.imports.rows import (
    EnvironmentRow,
    PersonRow,
    PolicyRow,
    ResourceRow,
)
from core.domain.directory import Directory, directory
from core.domain.homes import Homes
from core.errors import InvalidPayloadError


class SettingsFile(BaseModel):
    """The whole file; unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore")

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
    environments = [row.to_domain() for row in file.environments]
    homes = Homes(environments)
    locations = [row.to_domain() for row in file.locations]
    places = {location.id: location.name for location in locations}
    if wrong := parent_faults(locations):
        told = "; ".join(f"location {key}: {why}" for key, why in wrong.items())
        raise InvalidPayloadError(f"settings file: {told}")
    return directory(
        global_sync_enabled=file.global_sync_enabled,
        policies=file.policies.to_domain(),
        environments=environments,
        persons=[row.to_domain(homes) for row in file.persons if row.rooms_person],
        resources=[row.to_domain(homes, places) for row in file.resources],
        locations=locations,
    )
