"""When outboxes are to be looked after: one partition, one row per link that has just sent."""

from contextlib import suppress
from datetime import datetime

from core.adapters.tables.keys import safe
from core.adapters.tables.table import Delete, Row, Tables
from core.domain.ids import MappingId
from core.errors import PreconditionFailedError

_PARTITION = "due"


class TableOutboxIndex:
    """OutboxIndex on the table "outbox": mostly empty, so that one query reads all of it."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("outbox")

    async def note(self, mapping_id: MappingId, due: datetime) -> str:
        """Insert or replace; return the row's version."""
        values = {"mapping": str(mapping_id), "due": due.isoformat()}
        return await self._table.put(Row(_PARTITION, safe(mapping_id), values))

    async def remove(self, mapping_id: MappingId, version: str) -> None:
        """Remove what has that version; gone already, or noted anew since, is fine: that stays."""
        with suppress(PreconditionFailedError):
            await self._table.transact([Delete(_PARTITION, safe(mapping_id), version)])

    async def due(self, now: datetime) -> dict[MappingId, str]:
        """Return the links whose time has come; a row that nobody understands is one."""
        return {
            MappingId(row.text("mapping")): row.version
            async for row in self._table.query(_PARTITION)
            if _moment(row.text("due"), now) <= now
        }


def _moment(text: str, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return now
