"""The stored settings as a settings file: imported again, it changes nothing."""

from typing import Any

from core.app.imports.json_file import GLOBAL_SYNC
from core.app.imports.location_row import LocationRow
from core.app.imports.rows import EnvironmentRow, PersonRow, PolicyRow, ResourceRow
from core.domain.directory import Directory


def as_file(settings: Directory) -> dict[str, Any]:
    """Return everything as JSON has it; a list is the whole list."""
    policies = settings.policies
    return {
        GLOBAL_SYNC: settings.global_sync_enabled,
        "policies": PolicyRow(
            **{name: getattr(policies, name) for name in PolicyRow.model_fields}
        ).model_dump(mode="json"),
        "environments": [
            EnvironmentRow(id=e.id, kind=e.kind, domains=e.domains).model_dump(mode="json")
            for e in sorted(settings.environments.values(), key=lambda e: e.id)
        ],
        "persons": [
            PersonRow.model_validate(PersonRow.saying(p)).model_dump(mode="json")
            for p in sorted(settings.persons.values(), key=lambda p: p.id)
        ],
        "locations": [
            LocationRow.model_validate(LocationRow.saying(place)).model_dump(mode="json")
            for place in sorted(settings.locations.values(), key=lambda place: place.id)
        ],
        "resources": [
            ResourceRow.model_validate(ResourceRow.saying(r)).model_dump(mode="json")
            for r in sorted(settings.resources.values(), key=lambda r: r.id)
        ],
    }
