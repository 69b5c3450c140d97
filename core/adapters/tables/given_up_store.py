"""What was given up and is not made good yet: one partition, one row per entry."""

import logging
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables import long_text
from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.given_up import GivenUpEntry

log = logging.getLogger(__name__)

_PARTITION = "entries"
_ENTRY = TypeAdapter(GivenUpEntry)
_LONGEST_TEXT = 2000


class TableGivenUpStore:
    """GivenUpStore on the table "givenup"; a row that cannot be read is left out and logged."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("givenup")

    async def get(self, entry_id: str) -> GivenUpEntry | None:
        """Return an entry, None when there is none."""
        row = await self._table.get(_PARTITION, safe(entry_id))
        return None if row is None else _read(row)

    async def put(self, entry: GivenUpEntry) -> None:
        """Insert or replace."""
        stored = _ENTRY.dump_json(entry, exclude_defaults=True).decode()
        values = long_text.split("entry", stored)
        readable = {"reason": entry.reason[:_LONGEST_TEXT], "mapping": entry.mapping_id or ""}
        await self._table.put(Row(_PARTITION, safe(entry.id), {**readable, **values}))

    async def remove(self, entry_id: str) -> None:
        """Remove; gone already is fine."""
        await self._table.delete(_PARTITION, safe(entry_id))

    async def all(self) -> Sequence[GivenUpEntry]:
        """Return all entries."""
        read = [_read(row) async for row in self._table.query(_PARTITION)]
        return [entry for entry in read if entry is not None]


def _read(row: Row) -> GivenUpEntry | None:
    try:
        return _ENTRY.validate_json(long_text.joined(row, "entry"))
    except ValidationError:
        log.warning("given_up_unreadable", extra={"row": row.key})
        return None
