"""Links with their history and the dates of their series: one partition each (design 4, 5).

A link is written in one transaction. Only where that is too small for the dates they go first, as
rows that nobody reads yet, and the head last: a crash in between leaves the link as it was.
"""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.date_rows import FIRST, Generation, is_complete
from core.adapters.tables.forms import require_known
from core.adapters.tables.mapping_rows import (
    HEAD,
    HISTORY_BEFORE,
    HISTORY_FIRST,
    Version,
    arranged_dates,
    entry_of,
    generation_of,
    head_row,
    history_row,
    is_of_this_form,
    mapping_of,
)
from core.adapters.tables.table import Delete, Insert, Operation, Put, Replace, Row, Tables, fits
from core.domain.history import HISTORY_CAP, HistoryEntry
from core.domain.ids import MappingId
from core.domain.link_table import TableCondition
from core.domain.mapping import Mapping
from core.errors import (
    InvalidPayloadError,
    PreconditionFailedError,
    RoomSyncError,
    StaleVersionError,
)

log = logging.getLogger(__name__)

_CONDITION = ("table", "condition")
"""Where the table speaks of itself: a row before every "head", so that `all` never meets it."""
_CONDITION_FORM = TypeAdapter(TableCondition)

READS = 3
"""How often a link is read that others write meanwhile."""


class TableMappingStore:
    """MappingStore on the table "mappings"; the newest 60 entries of each history are kept."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("mappings")

    async def get(self, mapping_id: MappingId) -> Mapping | None:
        """Return a link; a stored form that cannot be read is an InvalidPayloadError."""
        row = await self._table.get(mapping_id, HEAD)
        for _ in range(READS):
            if row is None:
                return None
            rows = await self._rows(mapping_id, generation_of(row))
            if is_complete(generation_of(row), rows):
                return mapping_of(row, rows)
            again = await self._table.get(mapping_id, HEAD)
            if again is not None and again.version == row.version:
                return mapping_of(row, rows)  # says what is missing
            row = again
        raise StaleVersionError(f"mapping {mapping_id}: changed whenever it was read; try again")

    async def save(self, mapping: Mapping, *entries: HistoryEntry) -> Mapping:
        """Insert or replace with history, all or nothing; StaleVersionError when overtaken."""
        known = Version() if mapping.version is None else Version.parsed(mapping.version)
        count = known.entries + len(entries)
        dates = arranged_dates(mapping, known.dates)
        head = head_row(mapping, dates, entries=count, etag=known.etag)
        operations: list[Operation] = [Insert(head) if mapping.version is None else Replace(head)]
        numbered = list(enumerate(entries, start=known.entries))[-HISTORY_CAP:]
        operations += [Put(history_row(mapping.id, number, entry)) for number, entry in numbered]
        is_same = dates.generation == known.dates
        rows = [] if is_same else [Put(row) for row in dates.rows(mapping.id)]
        dead = [] if is_same else [Delete(mapping.id, key) for key in known.dates.keys]
        try:
            if fits([*operations, *rows, *dead]):
                versions = await self._table.transact([*operations, *rows, *dead])
            else:
                versions = await self._transact_apart(operations, rows)
                await self._tidy(mapping.id, dates.generation)
        except PreconditionFailedError as error:
            raise StaleVersionError(f"mapping {mapping.id}: changed since it was read") from error
        return replace(mapping, version=Version(count, versions[0], dates.generation).text)

    async def history(self, mapping_id: MappingId) -> Sequence[HistoryEntry]:
        """Return the history of a link, newest first; unreadable entries are left out."""
        query = self._table.query(mapping_id, first=HISTORY_FIRST, before=HISTORY_BEFORE)
        rows = [row async for row in query]
        rows.sort(key=lambda row: row.number("number"), reverse=True)
        entries: list[HistoryEntry] = []
        for row in rows[:HISTORY_CAP]:
            try:
                entries.append(entry_of(row))
            except InvalidPayloadError as error:
                log.warning("history_entry_unreadable", extra={"why": str(error)})
        return entries

    async def all(self, first: str = "", before: str = "") -> AsyncIterator[Mapping]:
        """Yield links, by their ids; one that cannot be read is logged and left out, not fatal."""
        async for head, rows in self._links((first, before)):
            try:
                if is_complete(generation_of(head), rows):
                    yield mapping_of(head, rows)
                elif (found := await self.get(MappingId(head.partition))) is not None:
                    yield found  # it was written while the table was read
            except (InvalidPayloadError, StaleVersionError) as error:
                log.error("mapping_unreadable", extra={"why": str(error)})  # noqa: TRY400 - text says it all

    async def remove(self, mapping: Mapping) -> None:
        """Remove a link with its history, if unchanged; the head goes last, with what fits."""
        if mapping.version is None:
            return
        etag = Version.parsed(mapping.version).etag
        rows = [row async for row in self._table.query(mapping.id) if row.key != HEAD]
        parts = list(_transactions([Delete(mapping.id, row.key) for row in rows]))
        gone = Delete(mapping.id, HEAD, etag)
        last = parts.pop() if parts and fits([*parts[-1], gone]) else []
        try:
            head = await self._table.get(mapping.id, HEAD)
            if head is None or head.version != etag:
                raise StaleVersionError(f"mapping {mapping.id}: changed since it was read")
            for part in parts:
                await self._table.transact(part)
            await self._table.transact([*last, gone])
        except PreconditionFailedError as error:
            raise StaleVersionError(f"mapping {mapping.id}: changed since it was read") from error

    async def version_of_broken(self, mapping_id: MappingId) -> str | None:
        """Return the version of a link that cannot be read, None where that is not so."""
        head = await self._table.get(mapping_id, HEAD)
        if head is None or not is_of_this_form(head):
            return None
        try:
            await self.get(mapping_id)
        except InvalidPayloadError:
            return Version(head.number("entries"), head.version, generation_of(head)).text
        return None

    async def condition(self) -> TableCondition | None:
        """Return what the table says of itself, None when it is new or was wiped."""
        row = await self._table.get(*_CONDITION)
        if row is None:
            return None
        require_known(row, "table mappings, what it says of itself")
        try:
            return _CONDITION_FORM.validate_json(row.text("condition"))
        except ValidationError as error:
            raise InvalidPayloadError(
                "table mappings: what it says of itself cannot be read: run `roomsync rebuild`"
            ) from error

    async def declare(self, condition: TableCondition) -> None:
        """Write down what the table says of itself from now on."""
        stored = _CONDITION_FORM.dump_json(condition, exclude_defaults=True).decode()
        await self._table.put(Row(*_CONDITION, {"condition": stored}))

    async def _rows(self, mapping_id: MappingId, generation: Generation) -> list[Row]:
        if not generation.rows:
            return []
        first, before = generation.prefix, generation.key(generation.rows)
        return [row async for row in self._table.query(mapping_id, first=first, before=before)]

    async def _transact_apart(
        self, operations: Sequence[Operation], rows: Sequence[Operation]
    ) -> Sequence[str]:
        for part in _transactions(rows):
            await self._table.transact(part)
        return await self._table.transact(operations)

    async def _tidy(self, mapping_id: MappingId, generation: Generation) -> None:
        """Remove what no head will name again: the link is written, so this never fails it."""
        try:
            query = self._table.query(mapping_id, first=FIRST, before=generation.before)
            dead = [Delete(mapping_id, row.key) async for row in query]
            for part in _transactions(dead):
                await self._table.transact(part)
        except RoomSyncError as error:
            extra = {"link": mapping_id, "why": str(error)}
            log.warning("dates_left_behind", extra=extra)

    async def _links(self, ids: tuple[str, str]) -> AsyncIterator[tuple[Row, list[Row]]]:
        """Yield each head with what follows it in its partition."""
        head: Row | None = None
        rows: list[Row] = []
        async for row in self._table.query(first=HEAD, partitions=ids):
            if row.key == HEAD:
                if head is not None:
                    yield head, rows
                head, rows = row, []
            elif head is not None and row.partition == head.partition:
                rows.append(row)
        if head is not None:
            yield head, rows


def _transactions(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    part: list[Operation] = []
    for operation in operations:
        if part and not fits([*part, operation]):
            yield part
            part = []
        part.append(operation)
    if part:
        yield part
