"""Values of one kind in one partition, newest first: how trails and measures are kept."""

import itertools
import logging
from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.keys import newest_first
from core.adapters.tables.table import TRANSACTION_LIMIT, Delete, Row, Table
from core.errors import NotFoundError

log = logging.getLogger(__name__)

_COLUMN = "value"
_AFTER_ALL = "~"


class NewestRows[T]:
    """Rows of a partition; a value is one JSON text, what cannot be read is left out."""

    def __init__(self, table: Table, partition: str, kind: TypeAdapter[T]) -> None:
        self._table, self._partition, self._kind = table, partition, kind

    async def put(self, at: datetime, value: T, apart: str = "") -> None:
        """Insert or replace the value of a moment; `apart` tells several of one moment apart."""
        key = newest_first(at) + (f"-{apart}" if apart else "")
        stored = self._kind.dump_json(value).decode()
        await self._table.put(Row(self._partition, key, {_COLUMN: stored}))

    async def latest(self, limit: int) -> Sequence[T]:
        """Return the newest values, newest first."""
        return await self._read(limit=limit)

    async def since(self, moment: datetime) -> Sequence[T]:
        """Return the values that are not older, newest first."""
        return await self._read(before=newest_first(moment) + _AFTER_ALL)

    async def remove_before(self, moment: datetime) -> None:
        """Remove what is older; several processes may do so at once."""
        first = newest_first(moment) + _AFTER_ALL
        rows = [row async for row in self._table.query(self._partition, first=first)]
        for old in itertools.batched(rows, TRANSACTION_LIMIT, strict=False):
            try:
                await self._table.transact([Delete(self._partition, row.key) for row in old])
            except NotFoundError:
                return  # another process is tidying

    async def _read(self, *, before: str = "", limit: int | None = None) -> Sequence[T]:
        found: list[T] = []
        async for row in self._table.query(self._partition, before=before, limit=limit):
            try:
                found.append(self._kind.validate_json(row.text(_COLUMN)))
            except ValidationError:
                extra = {"kind": self._partition, "row": row.key}
                log.warning("row_unreadable", extra=extra)
        return found
