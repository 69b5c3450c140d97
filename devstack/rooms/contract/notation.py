"""The short notation of types in the tables, and what it means as JSON Schema.

`int number bool text time uuid object map` are the plain types; `Name` is a type of the tables;
`X[]` is a list, `none[]` one that is always empty here; `int{0,1}` an enumeration; `map<int>` a
dictionary; a trailing `?` says that an answer may hold null.
"""

import re
from typing import Any

type Properties = dict[str, str]

PLAIN: dict[str, dict[str, Any]] = {
    "int": {"type": "integer", "format": "int32"},
    "number": {"type": "number", "format": "double"},
    "bool": {"type": "boolean"},
    "text": {"type": "string"},
    "time": {"type": "string", "format": "date-time"},
    "uuid": {"type": "string", "format": "uuid"},
    "object": {"type": "object"},
    "map": {"type": "object", "additionalProperties": True},
}
ENUMERATION = re.compile(r"int\{([\d,]+)\}")
DICTIONARY = re.compile(r"map<(\w+)>")


def schema(notation: str) -> dict[str, Any]:
    """Return the JSON Schema of one notation; an unknown one is taken as a type's name."""
    if notation.endswith("?"):
        return _nullable(schema(notation[:-1]))
    if notation.endswith("[]"):
        return _list(notation[:-2])
    if match := ENUMERATION.fullmatch(notation):
        return {**PLAIN["int"], "enum": [int(number) for number in match[1].split(",")]}
    if match := DICTIONARY.fullmatch(notation):
        return {"type": "object", "additionalProperties": schema(match[1])}
    if notation in PLAIN:
        return dict(PLAIN[notation])
    return {"$ref": f"#/components/schemas/{notation}"}


def _list(item: str) -> dict[str, Any]:
    if item == "none":
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "items": schema(item)}


def _nullable(content: dict[str, Any]) -> dict[str, Any]:
    if "type" not in content:
        return {"anyOf": [content, {"type": "null"}]}
    nullable = {**content, "type": [content["type"], "null"]}
    if "enum" in content:
        nullable["enum"] = [*content["enum"], None]
    return nullable
