"""Who waits for which resource: one partition per resource, one row per link."""

import logging
from collections.abc import AsyncIterator, Sequence

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables import long_text
from core.adapters.tables.forms import is_later
from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.ids import MappingId, ResourceId
from core.domain.waiting import Waiting
from core.errors import InvalidPayloadError

log = logging.getLogger(__name__)

_WAITING = TypeAdapter(Waiting)


class TableWaitingStore:
    """WaitingStore on the table "waiting"."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("waiting")

    async def put(self, waiting: Waiting) -> None:
        """Insert or replace."""
        stored = _WAITING.dump_json(waiting, exclude_defaults=True).decode()
        place = _place(waiting.resource, waiting.mapping_id)
        await self._table.put(Row(*place, long_text.split("waiting", stored)))

    async def remove(self, resource: ResourceId, mapping_id: MappingId) -> None:
        """Remove; gone already is fine."""
        await self._table.delete(*_place(resource, mapping_id))

    async def of(self, resource: ResourceId) -> Sequence[Waiting]:
        """Return who waits for a resource."""
        rows = [row async for row in self._table.query(safe(str(resource)))]
        return [_read(row) for row in rows if not is_later(row)]

    async def all(self) -> AsyncIterator[Waiting]:
        """Yield everybody who waits; a row that cannot be read is left out.

        It is removed, too, unless a later version has written it.
        """
        async for row in self._table.query():
            if is_later(row):
                continue
            try:
                waiting = _read(row)
            except InvalidPayloadError as error:
                log.warning("waiting_unreadable", extra={"why": str(error)})
                await self._table.delete(row.partition, row.key)
                continue
            yield waiting


def _place(resource: ResourceId, mapping_id: MappingId) -> tuple[str, str]:
    return safe(str(resource)), safe(mapping_id)


def _read(row: Row) -> Waiting:
    try:
        return _WAITING.validate_json(long_text.joined(row, "waiting"))
    except ValidationError as error:
        raise InvalidPayloadError(
            f"waiting {row.partition}/{row.key} cannot be read: remove the row, a sweep makes it up"
        ) from error
