"""Links with their history: one partition each, written in one transaction (design 5)."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from core.adapters.tables.mapping_rows import (
    HEAD,
    HISTORY_BEFORE,
    HISTORY_CAP,
    HISTORY_FIRST,
    entry_of,
    head_row,
    history_row,
    mapping_of,
    parsed_version,
    version_of,
)
from core.adapters.tables.table import Insert, Operation, Put, Replace, Tables
from core.domain.history import HistoryEntry
from core.domain.ids import MappingId
from core.domain.mapping import Mapping
from core.errors import InvalidPayloadError, PreconditionFailedError, StaleVersionError

log = logging.getLogger(__name__)


class TableMappingStore:
    """MappingStore on the table "mappings"; the newest 60 entries of each history are kept."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("mappings")

    async def get(self, mapping_id: MappingId) -> Mapping | None:
        """Return a link; a stored form that cannot be read is an InvalidPayloadError."""
        row = await self._table.get(mapping_id, HEAD)
        return None if row is None else mapping_of(row)

    async def save(self, mapping: Mapping, *entries: HistoryEntry) -> Mapping:
        """Insert or replace with history, all or nothing; StaleVersionError when overtaken."""
        had, etag = (0, "") if mapping.version is None else parsed_version(mapping.version)
        count = had + len(entries)
        head = head_row(mapping, entries=count, etag=etag)
        operations: list[Operation] = [Insert(head) if mapping.version is None else Replace(head)]
        numbered = list(enumerate(entries, start=had))[-HISTORY_CAP:]
        operations += [Put(history_row(mapping.id, number, entry)) for number, entry in numbered]
        try:
            versions = await self._table.transact(operations)
        except PreconditionFailedError as error:
            raise StaleVersionError(f"mapping {mapping.id}: changed since it was read") from error
        return replace(mapping, version=version_of(count, versions[0]))

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
                log.warning("history_entry_unreadable: %s", error)
        return entries

    async def all(self) -> AsyncIterator[Mapping]:
        """Yield every link; one that cannot be read is logged and left out, not fatal."""
        async for row in self._table.query(first=HEAD):
            try:
                yield mapping_of(row)
            except InvalidPayloadError as error:
                log.error("mapping_unreadable: %s", error)  # noqa: TRY400 - the text says it all
