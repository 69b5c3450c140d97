"""When outboxes are to be looked after: one partition, one row per link that has just sent."""

from collections.abc import Sequence
from datetime import datetime

from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.ids import MappingId

_PARTITION = "due"


class TableOutboxIndex:
    """OutboxIndex on the table "outbox": mostly empty, so that one query reads all of it."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("outbox")

    async def note(self, mapping_id: MappingId, due: datetime) -> None:
        """Insert or replace."""
        values = {"mapping": str(mapping_id), "due": due.isoformat()}
        await self._table.put(Row(_PARTITION, safe(mapping_id), values))

    async def remove(self, mapping_id: MappingId) -> None:
        """Remove; gone already is fine."""
        await self._table.delete(_PARTITION, safe(mapping_id))

    async def due(self, now: datetime) -> Sequence[MappingId]:
        """Return the links whose time has come; a row that nobody understands is one."""
        return [
            MappingId(row.text("mapping"))
            async for row in self._table.query(_PARTITION)
            if _moment(row.text("due"), now) <= now
        ]


def _moment(text: str, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return now
