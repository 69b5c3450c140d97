"""Checks JSON against Graph's own metadata, where that is at hand (it never lies in the project).

Metadata says what may exist, not what the service does: names, types, enumerations, collections.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

TYPES_FILE = Path(__file__).parents[4] / "shared" / "contracts" / "graph" / "types.json"
MISSING = f"Graph's metadata is not at hand ({TYPES_FILE.name}): answers are not checked against it"
# Open types take any further member; these are the ones the simulator really adds.
KNOWN_EXTRAS = frozenset(["parentFolderId"])
_FORMS = {
    "Edm.DateTimeOffset": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "Edm.Date": re.compile(r"\d{4}-\d\d-\d\d"),
    "Edm.TimeOfDay": re.compile(r"\d\d:\d\d:\d\d(\.\d{1,7})?"),
    "Edm.Guid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "Edm.String": re.compile(r"(?s).*"),
    "Edm.Binary": re.compile(r"[A-Za-z0-9+/_=-]*"),
}
_KINDS = {"Edm.Boolean": (bool,), "Edm.Int32": (int,), "Edm.Double": (int, float)}


class MetadataMismatchError(AssertionError):
    """Something is not as Graph's metadata has it; the text says where."""


class GraphTypes:
    """The types of the metadata, and the check of a value against one of them."""

    def __init__(self, metadata: dict[str, Any]) -> None:
        self._types = metadata["types"]
        self._operations = metadata["operations"]

    def check(self, kind: str, value: Any, place: str = "") -> None:
        """Raise MetadataMismatchError unless `value` may be a `kind`."""
        if kind in _FORMS:
            _require(isinstance(value, str) and _FORMS[kind].fullmatch(value), place, kind, value)
        elif kind in _KINDS:
            is_bool = isinstance(value, bool)
            fits = isinstance(value, _KINDS[kind]) and is_bool == (kind == "Edm.Boolean")
            _require(fits, place, kind, value)
        elif kind not in self._types:
            return  # left out of the reduced metadata
        elif "enum" in self._types[kind]:
            _require(value in self._types[kind]["enum"], place, kind, value)
        else:
            _require(isinstance(value, dict), place, kind, value)
            self._check_members(kind, value, place)

    def check_parameters(self, operation: str, value: dict[str, Any]) -> None:
        """Check the parameters of an action; their names are case-insensitive."""
        found = next(o for o in self._operations if o["name"] == operation)
        known = {name.lower(): definition for name, definition in found["parameters"].items()}
        for name, content in value.items():
            if "@" not in name:
                _require(name.lower() in known, name, operation, name)
                self._check_member(known[name.lower()], content, f"{operation}.{name}")

    def _check_members(self, kind: str, value: dict[str, Any], place: str) -> None:
        known = self._members(kind)
        if self._types[kind].get("open") and not known:
            return
        for name, content in value.items():
            if "@" in name or name in KNOWN_EXTRAS:
                continue
            _require(name in known, f"{place}.{name}", kind, "a name that does not exist")
            self._check_member(known[name], content, f"{place}.{name}")

    def _check_member(self, definition: dict[str, Any], content: Any, place: str) -> None:
        if definition.get("collection"):
            _require(isinstance(content, list), place, "a collection", content)
            for number, entry in enumerate(content):
                self.check(definition["type"], entry, f"{place}[{number}]")
        elif content is None:
            _require(definition.get("nullable", True), place, "never null", content)
        else:
            self.check(definition["type"], content, place)

    @cache  # noqa: B019 - one instance lives as long as the session
    def _members(self, kind: str) -> dict[str, Any]:
        definition = self._types[kind]
        own = {**definition["properties"], **definition["navigation"]}
        base = definition.get("base")
        return own if base is None else {**self._members(base), **own}


def graph_types() -> GraphTypes | None:
    """Return the types, None where the metadata is not at hand."""
    if not TYPES_FILE.exists():
        return None
    return GraphTypes(json.loads(TYPES_FILE.read_text(encoding="utf-8")))


def _require(fits: object, place: str, kind: str, value: Any) -> None:
    if not fits:
        raise MetadataMismatchError(f"{place or 'the body'}: {value!r} is not {kind}")
