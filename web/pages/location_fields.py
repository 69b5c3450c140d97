"""A location in a form: how its error mails are sent is told flat; a file has it nested.

The texts of its mails are changed by a file: several lines, in several languages (docs/mails.md).
"""

from collections.abc import Mapping
from typing import Any

ENABLED, COPIES = "error_mail_enabled", "error_mail_cc"

NOBODYS: Mapping[str, Any] = {"enabled": True, "cc": []}
"""What is said of mails by a location that has said nothing so far."""


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the form has it; a location without mails of its own has them as above it."""
    mail = row["error_mail"]
    return {
        **row,
        ENABLED: "" if mail is None else "true" if mail["enabled"] else "false",
        COPIES: [] if mail is None else mail["cc"],
    }


def nested(changed: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return changed fields of the form as fields of the row."""
    fields = {name: value for name, value in changed.items() if name not in {ENABLED, COPIES}}
    if len(fields) == len(changed):
        return fields
    if changed.get(ENABLED) == "" and not changed.get(COPIES):
        return {**fields, "error_mail": None}
    mail = dict(row["error_mail"] or NOBODYS)
    if changed.get(ENABLED):
        mail["enabled"] = changed[ENABLED] == "true"
    mail["cc"] = changed.get(COPIES, mail["cc"])
    return {**fields, "error_mail": mail}
