"""All tables as rows, for export and import."""

import itertools
from collections.abc import AsyncIterator, Sequence

from core.adapters.tables.provision import TABLE_NAMES
from core.adapters.tables.table import Operation, Put, Row, Tables, check_row, fits
from core.ports.state import StoredRow


class TableStateStore:
    """StateStore on the tables that an installation is provisioned with."""

    tables: Sequence[str] = TABLE_NAMES

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def rows(self, table: str) -> AsyncIterator[StoredRow]:
        """Yield all rows of a table by their keys."""
        async for row in self._tables.table(table).query():
            yield StoredRow(table, row.partition, row.key, dict(row.values))

    def check(self, row: StoredRow) -> None:
        """Raise InvalidPayloadError if a row could not be stored."""
        check_row(_row(row))

    async def put(self, rows: Sequence[StoredRow]) -> None:
        """Insert or replace rows, those of one partition all or nothing as far as they fit."""
        for (table, _), group in itertools.groupby(rows, key=lambda row: row.place[:2]):
            part: list[Operation] = []
            for row in group:
                operation = Put(_row(row))
                if part and not fits([*part, operation]):
                    await self._tables.table(table).transact(part)
                    part = []
                part.append(operation)
            await self._tables.table(table).transact(part)

    async def remove(self, row: StoredRow) -> None:
        """Remove a row; gone already is fine."""
        await self._tables.table(row.table).delete(row.partition, row.key)


def _row(row: StoredRow) -> Row:
    return Row(row.partition, row.key, row.values)
