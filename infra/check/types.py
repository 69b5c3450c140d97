"""Compares declared resources with the compiler's own types, where a reduction of them is at hand.

The folder is found by `ROOMSYNC_AZURE_TYPES`, or as `shared/contracts/azure` beside the project or
above it. It is no part of the project: its README says what a node looks like.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.check.values import Reference, Resource, Unknown, Value, variants

PLACE = "ROOMSYNC_AZURE_TYPES"
_BESIDE = Path("shared", "contracts", "azure", "types.json")
_NOT_PROPERTIES = frozenset({"parent", "scope", "dependsOn"})
_PYTHON = {"string": str, "int": int, "bool": bool, "array": list, "object": dict}

type Node = Mapping[str, Any]


def find_types(project: Path) -> Path | None:
    """Return where the types are, None if they are not at hand."""
    if named := os.environ.get(PLACE):
        return Path(named)
    places = (place / _BESIDE for place in (project, *project.parents))
    return next((place for place in places if place.is_file()), None)


def load_types(path: Path) -> dict[str, Node]:
    """Return the types by name and version, names in lower case."""
    found = json.loads(path.read_text("utf-8"))
    return {name.lower(): node for name, node in found.items()}


def type_faults(resource: Resource, types: Mapping[str, Node]) -> Iterator[str]:
    """Yield what the compiler would say of a resource."""
    node = types.get(f"{resource.type}@{resource.version}".lower())
    if node is None:
        known = sorted(name for name in types if name.startswith(f"{resource.type.lower()}@"))
        yield f"{resource.at}: {resource.type}@{resource.version} is unknown; known: {known}"
        return
    if resource.is_existing:
        return
    body = {name: value for name, value in resource.body.items() if name not in _NOT_PROPERTIES}
    yield from (f"{resource.at}: {fault}" for fault in _faults(body, node, ""))


def _faults(value: Value, node: Node, path: str) -> Iterator[str]:
    for each in variants(value):
        if each is None:  # left out
            continue
        if isinstance(each, Unknown):
            yield from _kind_faults(each.kind, node, path)
        elif isinstance(each, Reference):
            yield f"{path}: a resource stands where a value is wanted; its id?"
        elif "discriminator" in node:
            yield from _variant_faults(each, node, path)
        elif "object" in node:
            yield from _object_faults(each, node, path)
        elif "array" in node:
            yield from _array_faults(each, node, path)
        else:
            yield from _simple_faults(each, node, path)


def _kind_faults(kind: str, node: Node, path: str) -> Iterator[str]:
    wanted = _wanted_kind(node)
    if kind and wanted and kind != wanted:
        yield f"{path}: a {kind} stands where a {wanted} is wanted"


def kind_of(value: Value) -> str:
    """Return what Bicep calls the type of a value, empty where that is not known."""
    if isinstance(value, Unknown):
        return value.kind
    return next((name for name, kind in _PYTHON.items() if type(value) is kind), "")


def _wanted_kind(node: Node) -> str:
    if "object" in node or "discriminator" in node:
        return "object"
    if "array" in node:
        return "array"
    if "enum" in node or "const" in node:
        return "string"
    return "" if node.get("type") == "any" else str(node.get("type", ""))


def _variant_faults(value: Value, node: Node, path: str) -> Iterator[str]:
    which = value.get(node["discriminator"]) if isinstance(value, dict) else None
    if not isinstance(which, str) or which not in node["variants"]:
        yield f"{path}.{node['discriminator']}: {which!r} is none of {sorted(node['variants'])}"
        return
    chosen = node["variants"][which]
    yield from _faults(value, {**chosen, "object": {**node["object"], **chosen["object"]}}, path)


def _object_faults(value: Value, node: Node, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {value!r} stands where an object is wanted"
        return
    for name, inner in node["object"].items():
        if inner.get("required") and value.get(name) is None:
            yield f"{path}.{name}: is missing"
    for name, item in value.items():
        if name in node["object"]:
            yield from _faults(item, node["object"][name], f"{path}.{name}")
        elif "additional" in node:
            yield from _faults(item, node["additional"], f"{path}.{name}")
        elif node["object"]:
            yield f"{path}.{name}: there is no such property"


def _array_faults(value: Value, node: Node, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: {value!r} stands where a list is wanted"
        return
    for number, item in enumerate(value):
        yield from _faults(item, node["array"], f"{path}[{number}]")


def _simple_faults(value: Value, node: Node, path: str) -> Iterator[str]:
    if "const" in node:
        if value != node["const"]:
            yield f"{path}: {value!r} is not {node['const']!r}"
        return
    if "enum" in node:
        if value not in node["enum"]:
            yield f"{path}: {value!r} is none of {node['enum']}"
        return
    kind = node.get("type")
    if kind in _PYTHON and type(value) is not _PYTHON[kind]:
        yield f"{path}: {value!r} is not a {kind}"
    elif isinstance(value, str):
        yield from _text_faults(value, node, path)
    elif isinstance(value, int) and not (
        node.get("minValue", value) <= value <= node.get("maxValue", value)
    ):
        yield f"{path}: {value} is out of range"


def _text_faults(value: str, node: Node, path: str) -> Iterator[str]:
    if not node.get("minLength", 0) <= len(value) <= node.get("maxLength", len(value)):
        yield f"{path}: {value!r} is too short or too long"
    if "pattern" in node and not re.search(node["pattern"], value):
        yield f"{path}: {value!r} does not fit {node['pattern']}"
