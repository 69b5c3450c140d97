"""How a settings value is stored: a column per field, so that a row can be read and corrected.

Texts, whole numbers and switches are columns as they are; everything else is JSON in a column
"<field>_json".
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.table import Value

JSON = "_json"


class UnreadableError(Exception):
    """A row does not hold what it should; the text names the columns, never their content."""


def columns_of[T](kind: TypeAdapter[T], value: T) -> dict[str, Value]:
    """Return the columns that hold `value`."""
    columns: dict[str, Value] = {}
    for name, field in kind.dump_python(value, mode="json").items():
        if isinstance(field, str | int):
            columns[name] = field
        else:
            columns[f"{name}{JSON}"] = json.dumps(field, ensure_ascii=False)
    return columns


def value_of[T](kind: TypeAdapter[T], columns: Mapping[str, Value]) -> T:
    """Return the value in `columns`; columns that are not known are ignored."""
    try:
        return kind.validate_python(dict(_field(name, held) for name, held in columns.items()))
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise UnreadableError("; ".join(faults)) from error


def _field(name: str, held: Value) -> tuple[str, Any]:
    if not name.endswith(JSON):
        return name, held
    try:
        return name.removesuffix(JSON), json.loads(str(held))
    except json.JSONDecodeError as error:
        raise UnreadableError(f"{name}: not JSON") from error
