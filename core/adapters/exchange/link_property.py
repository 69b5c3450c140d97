"""The named property that links an event to its booking (R-210, graph-calendar 4)."""

import re
from dataclasses import dataclass

DEFAULT_LINK_PROPERTY = "String {00337680-3e6d-4c15-97a0-97c65a1b1a23} Name AppointmentOid"
"""This product's own property set; the add-in's or another installation's can be configured."""

_FORM = re.compile(r"^String \{([0-9A-Fa-f-]{36})\} Name (\S+)$")


@dataclass(frozen=True, slots=True)
class LinkProperty:
    """A single-value extended property of type String; a malformed id is a ValueError."""

    id: str = DEFAULT_LINK_PROPERTY

    def __post_init__(self) -> None:
        if not _FORM.match(self.id):
            raise ValueError(
                f"{self.id!r} is no property id: write 'String {{<guid>}} Name <name>'"
            )

    def is_named(self, other: str) -> bool:
        """Tell whether `other` is the same property: the GUID in any case, the name exactly."""
        return _key(other) is not None and _key(other) == _key(self.id)

    @property
    def expand(self) -> str:
        """Return the `$expand` that brings the property along."""
        return f"singleValueExtendedProperties($filter=id eq '{self.id}')"

    def filter_for(self, value: str) -> str:
        """Return the `$filter` that finds the events that carry `value`."""
        escaped = value.replace("'", "''")
        return (
            "singleValueExtendedProperties/Any("
            f"ep: ep/id eq '{self.id}' and ep/value eq '{escaped}')"
        )


def _key(property_id: str) -> tuple[str, str] | None:
    match = _FORM.match(property_id)
    return None if match is None else (match[1].lower(), match[2])
