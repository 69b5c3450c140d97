"""Which scopes are parked: all breakers in one partition, one row each."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.scope import Scope
from core.sync.breaker import Breaker

log = logging.getLogger(__name__)

_PARTITION = "breaker"
_BREAKER = TypeAdapter(Breaker)


class TableBreakerStore:
    """BreakerStore on the table "breakers"."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("breakers")

    async def all(self) -> Sequence[Breaker]:
        """Return every breaker; one that cannot be read is logged and counts as none."""
        found: list[Breaker] = []
        async for row in self._table.query(_PARTITION):
            try:
                stored = _BREAKER.validate_json(row.text("breaker"))
            except ValidationError:
                log.warning("breaker_unreadable", extra={"row": row.key})
                continue
            found.append(replace(stored, version=row.version))
        return found

    async def save(self, breaker: Breaker) -> Breaker:
        """Insert (version "") or replace if unchanged; else a PreconditionFailedError."""
        stored = _BREAKER.dump_json(breaker, exclude={"version"}).decode()
        row = Row(_PARTITION, row_key(breaker.scope), {"breaker": stored}, breaker.version)
        version = await (self._table.replace(row) if row.version else self._table.insert(row))
        return replace(breaker, version=version)


def row_key(scope: Scope) -> str:
    """Return the key of a scope."""
    return safe(*scope.name.split("/"))
