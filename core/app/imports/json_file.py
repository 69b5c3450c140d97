"""A JSON settings file, taken apart into rows; nothing is checked here but the shape."""

import json
from typing import Any

from core.app.imports.said import Fault, Kind, RawRow, Said, Section
from core.domain.remark import Remark
from core.errors import InvalidPayloadError

GLOBAL_SYNC = "global_sync_enabled"

OTHERS = frozenset({"mandator", "start", "groups", "events", "bookings"})
"""What a world file of the local stack has besides."""


def read_json(data: bytes, name: str) -> Said:
    """Return what a file says; InvalidPayloadError when it is no JSON object.

    A list of rows is the whole list: what is stored and not in it will be removed.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidPayloadError(
            Remark("{file} is not JSON: {why}", file=name, why=_why(error))
        ) from None
    if not isinstance(content, dict):
        told = Remark("{file} is no settings file: it must be one JSON object", file=name)
        raise InvalidPayloadError(told)
    return _said(content, name)


def _said(content: dict[str, Any], name: str) -> Said:
    faults: list[Fault] = []
    sections: dict[Kind, Section] = {}
    for kind in Kind:
        if kind not in content:
            continue
        rows = content[kind]
        if not isinstance(rows, list):
            faults.append(Fault(f"{name} {kind}", Remark("must be a list")))
            continue
        faults += [
            Fault(f"{name} {kind}.{number}", Remark("must be an object"))
            for number, row in enumerate(rows)
            if not isinstance(row, dict)
        ]
        sections[kind] = Section(
            rows=tuple(
                RawRow(f"{name} {kind}.{number}", row)
                if isinstance(row, dict)
                else RawRow(f"{name} {kind}.{number}", {}, is_wrong=True)
                for number, row in enumerate(rows)
            )
        )
    policies = content.get("policies", {})
    if not isinstance(policies, dict):
        faults.append(Fault(f"{name} policies", Remark("must be an object")))
        policies = {}
    switches = {GLOBAL_SYNC: content[GLOBAL_SYNC]} if GLOBAL_SYNC in content else {}
    return Said(
        sections=sections,
        switches=switches,
        policies=policies,
        faults=tuple(faults),
        notices=_unknown(content, name),
    )


def _unknown(content: dict[str, Any], name: str) -> tuple[str, ...]:
    known = {GLOBAL_SYNC, "policies", *Kind, *OTHERS}
    unknown = sorted(key for key in content if key not in known)
    if not unknown:
        return ()
    names = ", ".join(map(repr, unknown))
    return (Remark("{file}: not known and ignored: {names}", file=name, names=names),)


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return Remark(
            "{problem} in line {line}, column {column}",
            problem=error.msg,
            line=error.lineno,
            column=error.colno,
        )
    if isinstance(error, UnicodeError):
        return Remark("its text is not UTF-8")
    return Remark("it is nested too deep")
