"""How a link and its history are stored: readable columns, no subject, no address (D13).

A link is the row "head" of its partition, its parts as JSON in a column each. The history is a ring
of rows "entry-00", "entry-01", ... so that the oldest entry is overwritten, never searched for.
The dates of a series have rows of their own once they are many (date_rows).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables import long_text
from core.adapters.tables.date_rows import (
    COLUMN,
    NONE,
    REPAIR,
    Arranged,
    Generation,
    arranged,
    dates_of,
    first_fault,
)
from core.adapters.tables.table import Row, Value
from core.domain.buffer import Buffer
from core.domain.event import EventPlace
from core.domain.history import HISTORY_CAP, HistoryEntry
from core.domain.ids import EnvironmentId, MailboxKey, MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import (
    Attempt,
    Baseline,
    BookingLink,
    EventLink,
    Mapping,
    MappingState,
    Pending,
    Refusal,
    SeriesLink,
)
from core.domain.waiting import Wake
from core.errors import InvalidPayloadError, LaterFormError

SCHEMA = 1
"""Raised when a stored form is no longer read by the same code; read both until all are rewritten.

A renamed field of a stored value is such a change (tests/contract/stores/test_stored_forms.py).
"""
SERIES_SCHEMA = 2
"""Of a link with a series: a version that knows none must not read it, it would lose the dates."""
HEAD = "head"
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
    "outbox": TypeAdapter(tuple[Wake, ...]),
    "attempts": TypeAdapter(tuple[Attempt, ...]),
    "changed_at": _MOMENT,
}

_SERIES = TypeAdapter(SeriesLink)
"""Column "series": all of it but for its dates."""
_SINGLE_REFUSAL: TypeAdapter[Any] = TypeAdapter(Refusal)
"""Column "refusal": written until a link could be refused several resources."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a link's version stands for: the etag, and what a save has to know without a read.

    `entries` is where the history goes on, `dates` the rows that a series has now.
    """

    entries: int = 0
    etag: str = ""
    dates: Generation = NONE

    @property
    def text(self) -> str:
        """Return it as a mapping carries it."""
        dates = self.dates
        kept = f";{dates.number};{dates.digest};{dates.rows}" if dates.number else ""
        return f"{self.entries}{kept}:{self.etag}"

    @classmethod
    def parsed(cls, text: str) -> "Version":
        """Return what `text` joined; InvalidPayloadError for anything else."""
        found = _VERSION.fullmatch(text)
        if found is None:
            raise InvalidPayloadError(
                "mapping version that is not of this store: read the link anew"
            )
        entries, number, digest, rows, etag = found.groups()
        dates = Generation(int(number), digest, int(rows)) if number else NONE
        return cls(int(entries), etag, dates)


_VERSION = re.compile(r"(\d+)(?:;(\d+);(\w*);(\d+))?:(.*)", re.DOTALL)


def head_row(mapping: Mapping, dates: Arranged, *, entries: int, etag: str) -> Row:
    """Return the row of a link that has had `entries` history entries so far."""
    values: dict[str, Value] = {
        "schema": SCHEMA if mapping.series is None else SERIES_SCHEMA,
        "entries": entries,
        "state": mapping.state.value,
        "environment": mapping.home.environment,
        "mailbox": mapping.home.mailbox,
        "mandator": mapping.mandator,
        "conflicts": mapping.conflicts,
        "occasions": mapping.occasions,
    }
    if mapping.given_up:
        values["given_up"] = mapping.given_up
    for column, adapter in _PARTS.items():
        part = getattr(mapping, column)
        if part:
            values |= long_text.split(column, adapter.dump_json(part).decode())
    if mapping.series is not None:
        rule = replace(mapping.series, dates=())
        values |= long_text.split("series", _SERIES.dump_json(rule, exclude_defaults=True).decode())
    if dates.in_head:
        values |= long_text.split(COLUMN, dates.in_head)
    if dates.generation.number:
        values |= {
            "generation": dates.generation.number,
            "generation_digest": dates.generation.digest,
            "generation_rows": dates.generation.rows,
        }
    return Row(mapping.id, HEAD, values, etag)


def arranged_dates(mapping: Mapping, known: Generation) -> Arranged:
    """Divide the dates of a link between its head and rows of their own."""
    return arranged(() if mapping.series is None else mapping.series.dates, known)


def generation_of(head: Row) -> Generation:
    """Return the rows that a link's dates are in."""
    return Generation(
        head.number("generation"), head.text("generation_digest"), head.number("generation_rows")
    )


def is_of_this_form(head: Row) -> bool:
    """Tell whether a link was stored as this version does it, not by a later one."""
    return head.number("schema") in {SCHEMA, SERIES_SCHEMA}


def mapping_of(row: Row, beside: Iterable[Row] = ()) -> Mapping:
    """Return the link in a head row and those `beside` it that hold the dates of its series.

    InvalidPayloadError names the link and the column or row.
    """
    if not is_of_this_form(row):
        raise LaterFormError(
            f"mapping {row.partition}: stored form {row.number('schema')}, this version reads "
            f"{SCHEMA} and {SERIES_SCHEMA}: deploy the version that wrote it"
        )
    parts = {column: _part(row, column) for column in _PARTS if row.text(column)}
    if (single := _part(row, "refusal", _SINGLE_REFUSAL)) is not None:
        parts.setdefault("refusals", (single,))
    generation = generation_of(row)
    if (series := _part(row, "series", _SERIES)) is not None:
        parts["series"] = replace(series, dates=dates_of(row, generation, beside))
    return Mapping(
        id=MappingId(row.partition),
        state=_state(row),
        home=EventPlace(EnvironmentId(row.text("environment")), MailboxKey(row.text("mailbox"))),
        mandator=row.text("mandator"),
        conflicts=row.number("conflicts"),
        occasions=row.number("occasions"),
        given_up=row.text("given_up"),
        version=Version(row.number("entries"), row.version, generation).text,
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
        raise InvalidPayloadError(
            f"mapping {row.partition}: history {row.key} {first_fault(error)}; it is left out"
        ) from error


def _state(row: Row) -> MappingState:
    try:
        return MappingState(row.text("state"))
    except ValueError as error:
        raise InvalidPayloadError(f"mapping {row.partition}: unknown state; {REPAIR}") from error


def _part(row: Row, column: str, form: TypeAdapter[Any] | None = None) -> Any:  # noqa: ANN401 - the form types it
    stored = long_text.joined(row, column)
    if not stored:
        return None
    try:
        return _read(form or _PARTS[column], stored)
    except ValidationError as error:
        raise _unreadable(row, column, error) from error


@lru_cache(maxsize=1024)
def _read(form: TypeAdapter[Any], stored: str) -> Any:  # noqa: ANN401 - as _part
    """Return a stored part; a link is read many times before one of its parts changes."""
    return form.validate_json(stored)


def _unreadable(row: Row, what: str, error: ValidationError) -> InvalidPayloadError:
    return InvalidPayloadError(f"mapping {row.partition}: {what} {first_fault(error)}; {REPAIR}")
