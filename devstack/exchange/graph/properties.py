"""Single-value extended properties: their ids and values (graph-calendar 4)."""

import re
from collections.abc import Mapping
from typing import Any

from devstack.exchange.graph.errors import invalid_request, unreadable_body
from devstack.exchange.model.values import ExtendedProperty, PropertyId

KINDS = (
    "String",
    "Integer",
    "Boolean",
    "Double",
    "Float",
    "Long",
    "Short",
    "SystemTime",
    "Binary",
    "CLSID",
    "Currency",
)
_KINDS = {kind.lower(): kind for kind in KINDS}
_NAMED = re.compile(
    r"(?P<kind>\w+) (?P<set>\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\})"
    r" (?:Name (?P<name>.+)|Id (?P<tag>0x[0-9a-fA-F]+))"
)
_TAGGED = re.compile(r"(?P<kind>\w+) (?P<tag>0x[0-9a-fA-F]+)")

type Properties = Mapping[tuple[str, str, str], ExtendedProperty]


def read_property_id(text: str) -> PropertyId:
    """Read `String {guid} Name X` or `String 0x…`."""
    found = _NAMED.fullmatch(text) or _TAGGED.fullmatch(text)
    kind = _KINDS.get(found["kind"].lower()) if found else None
    if found is None or kind is None:
        raise invalid_request(f"The extended property id '{text}' is not valid.")
    parts = found.groupdict()
    name = parts.get("name") or parts["tag"].lower()
    return PropertyId(kind=kind, property_set=parts.get("set"), name=name)


def property_id_text(wanted: PropertyId, *, lower_guid: bool) -> str:
    """Write an id; whether Graph lowers the GUID is a switch."""
    if wanted.property_set is None:
        return f"{wanted.kind} {wanted.name}"
    guid = wanted.property_set.lower() if lower_guid else wanted.property_set
    word = "Id" if wanted.name.startswith("0x") else "Name"
    return f"{wanted.kind} {guid} {word} {wanted.name}"


def read_properties(value: Any) -> Properties:  # noqa: ANN401 - JSON
    """Read the collection of a body."""
    if not isinstance(value, list):
        raise unreadable_body("'singleValueExtendedProperties' must be a collection.")
    found = {}
    for entry in value:
        content = {k: v for k, v in entry.items() if not k.startswith("@odata.")} if (
            isinstance(entry, dict)
        ) else {}  # fmt: skip
        if set(content) != {"id", "value"} or not all(isinstance(v, str) for v in content.values()):
            raise unreadable_body(
                "An entry of 'singleValueExtendedProperties' needs 'id' and 'value', both strings."
            )
        property_id = read_property_id(content["id"])
        found[property_id.key] = ExtendedProperty(property_id, content["value"])
    return found
