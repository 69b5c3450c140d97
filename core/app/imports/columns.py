"""The columns of a CSV file: by which names they go, and how their cells are read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.app.imports.said import Kind
from core.domain.directory import ConflictBehaviour, SyncMode

Read = Callable[[str], Any]

YES = frozenset({"ja", "yes", "true", "wahr", "oui", "si", "1", "x"})
NO = frozenset({"nein", "no", "false", "falsch", "non", "0"})
NOTHING = frozenset({"none", "keine", "-"})
BETWEEN = "|"
"""What stands between the parts of a cell that we write; at its end, nothing else parts it."""
MARK, FORMULAS = "'", ("=", "+", "-", "@")
"""A spreadsheet takes a text that begins so for a formula, unless the mark stands before it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how its cell is read, and the names it also goes by (normalised)."""

    read: Read
    names: tuple[str, ...] = ()
    empty_is_said: bool = False
    """Whether an empty cell empties the setting; else it says nothing and the setting stays."""


def normalised(header: str) -> str:
    """Return a column's name without case, blanks and punctuation: "E-Mail" is `e_mail`."""
    return re.sub(r"\W+", "_", header.strip().casefold()).strip("_")


def _text(cell: str) -> str:
    return cell


def _switch(cell: str) -> object:
    word = cell.casefold()
    return True if word in YES else False if word in NO else cell


def _list(cell: str) -> tuple[str, ...]:
    parts = cell.split(BETWEEN) if cell.endswith(BETWEEN) else re.split(r"[|,;\n]", cell)
    return tuple(part.strip() for part in parts if part.strip())


def _addresses(cell: str) -> tuple[str, ...]:
    return tuple(re.split(r"[|,;\s]+", cell)) if cell else ()


def _types(cell: str) -> tuple[str, ...] | None:
    if not cell:
        return None
    return () if cell.casefold() in NOTHING else _list(cell)


def _word_of(kind: type[StrEnum]) -> Read:
    words = {word.value.casefold(): word.value for word in kind}
    return lambda cell: words.get(cell.casefold(), cell)


def _place(cell: str) -> int | str | None:
    return int(cell) if cell.isdecimal() and len(cell) < len(str(2**31)) else cell or None


def as_cell(name: str, value: object) -> str:
    """Return a value of a row as the cell that is read as it; `value` is as in JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if name == "resource_types":
            return "".join(f"{part}{BETWEEN}" for part in value) or "none"
        return BETWEEN.join(value)
    return str(value)


def marked(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return MARK + cell if _is_formula(cell) else cell


def unmarked(cell: str) -> str:
    """Return what a cell said before it was marked."""
    return cell[1:] if cell.startswith(MARK) and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    return cell.lstrip(MARK).startswith(FORMULAS)


BOTH = {
    "rooms_id": Column(_text, ("id", "person_id", "resource_id", "rooms_nummer")),
    "name": Column(_text, ("bezeichnung",)),
    "mail": Column(_text, ("e_mail", "email", "mailadresse"), empty_is_said=True),
    "aliases": Column(_addresses, ("alias", "aliase"), empty_is_said=True),
    "mode": Column(_word_of(SyncMode), ("sync_mode", "sync_modus", "modus")),
    "sync_url": Column(_text, ("url",), empty_is_said=True),
    "environment": Column(_text, ("umgebung",), empty_is_said=True),
    "time_zone": Column(_text, ("zeitzone",)),
    "synced_since": Column(_text, ("synchronisiert_seit",)),
}

PERSONS = {
    "sync_disabled": Column(_switch, ("sync_deaktiviert",)),
    "own_bookings_synced": Column(
        _switch,
        ("eigene_buchungen_mit_kalender_synchronisieren", "synchronize_own_bookings_with_calendar"),
    ),
    "rematch_on_change": Column(
        _switch,
        ("buchungen_beim_anpassen_der_synchronisationseinstellungen_neu_abgleichen",),
    ),
    "conflict_behaviour": Column(
        _word_of(ConflictBehaviour), ("sync_conflict_behaviour", "konfliktverhalten")
    ),
    "mail_on_error": Column(_switch, ("mail_bei_synchronisationsfehler",)),
    "resource_types": Column(_types, ("ressourcentypen", "outlook_sync"), empty_is_said=True),
    "language": Column(_text, ("sprache",)),
}

RESOURCES = {
    "external_identifier": Column(_text, (), empty_is_said=True),
    "type": Column(_text, ("typ", "ressourcentyp")),
    "lead_minutes": Column(_text, ("vorlaufzeit", "vorlauf")),
    "follow_up_minutes": Column(_text, ("nachlaufzeit", "nachlauf")),
    "active": Column(_switch, ("aktiv",)),
    "online": Column(_switch, ("online_ressource",)),
    "sync_master": Column(_switch, ("ist_sync_master",)),
    "location": Column(_place, ("standort",), empty_is_said=True),
}

OWN = {Kind.PERSONS: PERSONS, Kind.RESOURCES: RESOURCES}
"""The columns by which a file of persons and one of resources are told apart."""

BY_NAME = {
    name: canonical
    for columns in (BOTH, PERSONS, RESOURCES)
    for canonical, column in columns.items()
    for name in (canonical, *column.names)
}
