"""What an import would change in the settings, entry by entry and field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from core.domain.directory import Directory, ErrorMail


class Change(StrEnum):
    """What happens to an entry."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """One entry. `part` says what it is; `fields` are (name, before, after) as text."""

    change: Change
    part: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


def settings_changes(old: Directory, new: Directory) -> tuple[SettingsChange, ...]:
    """Return every difference between two settings, in the order in which they are shown."""
    switches = (
        {"global_sync_enabled": old.global_sync_enabled},
        {"global_sync_enabled": new.global_sync_enabled},
    )
    return (
        *_values("switch", *switches),
        *_values("policy", _shown(old.policies), _shown(new.policies)),
        *_entries("environment", old.environments, new.environments),
        *_entries("person", old.persons, new.persons),
        *_entries("resource", old.resources, new.resources),
        *_entries("location", old.locations, new.locations),
    )


def _values(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[SettingsChange]:
    return [
        SettingsChange(
            change=Change.CHANGED,
            part=part,
            name=name,
            fields=((name, as_text(old[name]), as_text(new[name])),),
        )
        for name in old
        if old[name] != new[name]
    ]


def _entries(part: str, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[SettingsChange]:
    found = []
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        change = Change.CHANGED
        if before is None:
            change = Change.ADDED
        elif after is None:
            change = Change.REMOVED
        name = getattr(after or before, "name", "")
        found.append(
            SettingsChange(
                change=change,
                part=part,
                name=f"{key} {name}".strip(),
                fields=_differing(before, after) if change is Change.CHANGED else (),
            )
        )
    return found


def _differing(before: Any, after: Any) -> tuple[tuple[str, str, str], ...]:  # noqa: ANN401 - entries of one kind
    old, new = _shown(before), _shown(after)
    return tuple((n, as_text(old[n]), as_text(new[n])) for n in old if old[n] != new[n])


def _shown(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the settings' dataclasses
    return {field.name: getattr(value, field.name) for field in fields(value)}


def as_text(value: object) -> str:
    """Return a setting as people write it."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case ErrorMail():
            return _mail_as_text(value)
        case tuple():
            return ", ".join(map(str, value)) or "-"
        case _:
            return str(value) or "-"


def _mail_as_text(mail: ErrorMail) -> str:
    """Return what a location says of its mails; the texts themselves are too long to be shown."""
    told = ["on" if mail.enabled else "off"]
    if mail.cc:
        told.append(f"cc {', '.join(mail.cc)}")
    for part, texts in (("title", mail.title), ("body", mail.body)):
        if texts:
            told.append(f"own {part} ({', '.join(sorted(texts))})")
    return "; ".join(told)
