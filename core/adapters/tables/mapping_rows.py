"""How a link and its history are stored: readable columns, no subject, no address (D13).

A link is the row "head" of its partition, its parts as JSON in a column each. The history is a ring
of rows "entry-00", "entry-01", ... so that the oldest entry is overwritten, never searched for.
"""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables import long_text
from core.adapters.tables.table import Row, Value
from core.domain.buffer import Buffer
from core.domain.event import EventPlace
from core.domain.history import HistoryEntry
from core.domain.ids import EnvironmentId, MailboxKey, MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import (
    Baseline,
    BookingLink,
    EventLink,
    Mapping,
    MappingState,
    Pending,
    Refusal,
)
from core.errors import InvalidPayloadError

SCHEMA = 1
"""Raised when a stored form is no longer read by the same code; read both until all are rewritten.

A renamed field of a stored value is such a change (tests/contract/stores/test_stored_forms.py).
"""
HEAD = "head"
HISTORY_CAP = 60
HISTORY_FIRST, HISTORY_BEFORE = "entry-", "entry."

_TIME = TypeAdapter(Interval)
_MOMENT = TypeAdapter(datetime)
_ENTRY = TypeAdapter(HistoryEntry)
_PARTS: dict[str, TypeAdapter[Any]] = {
    "event": TypeAdapter(EventLink),
    "bookings": TypeAdapter(tuple[BookingLink, ...]),
    "time": _TIME,
    "baseline": TypeAdapter(Baseline),
    "pending": TypeAdapter(Pending),
    "refusals": TypeAdapter(tuple[Refusal, ...]),
    "reinvited": TypeAdapter(tuple[ResourceId, ...]),
    "buffers": TypeAdapter(tuple[Buffer, ...]),
    "changed_at": _MOMENT,
}

_SINGLE_REFUSAL: TypeAdapter[Any] = TypeAdapter(Refusal)
"""Column "refusal": written until a link could be refused several resources."""


def head_row(mapping: Mapping, *, entries: int, etag: str) -> Row:
    """Return the row of a link that has had `entries` history entries so far."""
    values: dict[str, Value] = {
        "schema": SCHEMA,
        "entries": entries,
        "state": mapping.state.value,
        "environment": mapping.home.environment,
        "mailbox": mapping.home.mailbox,
        "mandator": mapping.mandator,
        "conflicts": mapping.conflicts,
        "occasions": mapping.occasions,
    }
    for column, adapter in _PARTS.items():
        part = getattr(mapping, column)
        if part:
            values |= long_text.split(column, adapter.dump_json(part).decode())
    return Row(mapping.id, HEAD, values, etag)


def mapping_of(row: Row) -> Mapping:
    """Return the link in a row; InvalidPayloadError names the link and the column."""
    if row.number("schema") != SCHEMA:
        raise InvalidPayloadError(
            f"mapping {row.partition}: stored form {row.number('schema')}, this version reads "
            f"{SCHEMA}: deploy the version that wrote it, or rebuild the link"
        )
    parts = {column: part for column in _PARTS if (part := _part(row, column)) is not None}
    if (single := _part(row, "refusal", _SINGLE_REFUSAL)) is not None:
        parts.setdefault("refusals", (single,))
    return Mapping(
        id=MappingId(row.partition),
        state=_state(row),
        home=EventPlace(EnvironmentId(row.text("environment")), MailboxKey(row.text("mailbox"))),
        mandator=row.text("mandator"),
        conflicts=row.number("conflicts"),
        occasions=row.number("occasions"),
        version=version_of(row.number("entries"), row.version),
        **parts,
    )


def history_row(mapping_id: MappingId, number: int, entry: HistoryEntry) -> Row:
    """Return the row of the `number`th entry of a link's history, in its place of the ring."""
    values: dict[str, Value] = {"number": number}
    values |= long_text.split("entry", _ENTRY.dump_json(entry, exclude_defaults=True).decode())
    return Row(mapping_id, f"{HISTORY_FIRST}{number % HISTORY_CAP:02d}", values)


def entry_of(row: Row) -> HistoryEntry:
    """Return the history entry in a row; InvalidPayloadError when it cannot be read."""
    try:
        return _ENTRY.validate_json(long_text.joined(row, "entry"))
    except ValidationError as error:
        raise _unreadable(row, f"history {row.key}", error) from error


def version_of(entries: int, etag: str) -> str:
    """Return a link's version: the etag, and where its history goes on (saves a read per save)."""
    return f"{entries}:{etag}"


def parsed_version(version: str) -> tuple[int, str]:
    """Return what `version_of` joined; InvalidPayloadError for anything else."""
    entries, colon, etag = version.partition(":")
    if not colon or not entries.isdigit():
        raise InvalidPayloadError("mapping version that is not of this store: read the link anew")
    return int(entries), etag


def _state(row: Row) -> MappingState:
    try:
        return MappingState(row.text("state"))
    except ValueError as error:
        raise InvalidPayloadError(f"mapping {row.partition}: unknown state; rebuild it") from error


def _part(row: Row, column: str, form: TypeAdapter[Any] | None = None) -> Any:  # noqa: ANN401 - the form types it
    stored = long_text.joined(row, column)
    if not stored:
        return None
    try:
        return (form or _PARTS[column]).validate_json(stored)
    except ValidationError as error:
        raise _unreadable(row, column, error) from error


def _unreadable(row: Row, what: str, error: ValidationError) -> InvalidPayloadError:
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(step) for step in first["loc"])
    return InvalidPayloadError(
        f"mapping {row.partition}: {what} {place}: {first['msg']}; rebuild the link"
    )
