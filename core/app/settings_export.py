"""The stored settings as a settings file: imported again, it changes nothing."""

from typing import Any

from core.app.imports.json_file import GLOBAL_SYNC
from core.app.imports.location_row import ErrorMailRow, LocationRow
from core.app.imports.rows import EnvironmentRow, PersonRow, PolicyRow, ResourceRow
from core.domain.directory import Directory, Location


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
            _location(place).model_dump(mode="json")
            for place in sorted(settings.locations.values(), key=lambda place: place.id)
        ],
        "resources": [
            ResourceRow.model_validate(ResourceRow.saying(r)).model_dump(mode="json")
            for r in sorted(settings.resources.values(), key=lambda r: r.id)
        ],
    }


def _location(place: Location) -> LocationRow:
    mail = place.error_mail
    return LocationRow(
        id=place.id,
        name=place.name,
        parent=place.parent,
        error_mail=None
        if mail is None
        else ErrorMailRow(enabled=mail.enabled, cc=mail.cc, title=mail.title, body=mail.body),
    )
