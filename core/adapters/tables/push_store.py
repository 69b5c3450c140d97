"""Whose notifications are in doubt: one row per mailbox in one short partition, mostly empty."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.forms import is_later
from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.event import EventPlace
from core.domain.push import PushRecord

log = logging.getLogger(__name__)

_PARTITION = "push"
_RECORD = TypeAdapter(PushRecord)


class TablePushStore:
    """PushStore on the table "push"."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("push")

    async def all(self) -> Sequence[PushRecord]:
        """Return all records; one that cannot be read is removed: it is found anew."""
        found, unreadable = [], []
        async for row in self._table.query(_PARTITION):
            if is_later(row):
                continue
            try:
                record = _RECORD.validate_json(row.text("record"))
            except ValidationError:
                unreadable.append(row.key)
                continue
            found.append(replace(record, version=row.version))
        for key in unreadable:
            log.warning("push_record_unreadable")
            await self._table.delete(_PARTITION, key)
        return found

    async def put(self, record: PushRecord) -> PushRecord:
        """Insert a new record or replace an unchanged one; else a PreconditionFailedError."""
        stored = _RECORD.dump_json(record, exclude={"version"}).decode()
        row = Row(_PARTITION, _key(record.place), {"record": stored}, record.version or "")
        write = self._table.insert if record.version is None else self._table.replace
        return replace(record, version=await write(row))

    async def remove(self, place: EventPlace | None) -> None:
        """Remove; gone already is fine."""
        await self._table.delete(_PARTITION, _key(place))


def _key(place: EventPlace | None) -> str:
    return "rooms" if place is None else safe(f"mailbox/{place.environment}", place.mailbox)
