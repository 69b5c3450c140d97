"""What was done lately, over all links: one partition, newest first; old lines are dropped."""

import itertools
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.keys import newest_first
from core.adapters.tables.table import TRANSACTION_LIMIT, Delete, Row, Tables
from core.domain.history import Activity
from core.errors import NotFoundError

log = logging.getLogger(__name__)

_PARTITION = "activity"
_ACTIVITY = TypeAdapter(Activity)
_COUNT_DOWN_FROM = 10**9


class TableActivityStore:
    """ActivityStore on the table "activity"."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("activity")
        self._numbers = itertools.count(1)

    async def add(self, activity: Activity) -> None:
        """Append; lines of one moment keep the order in which this process added them."""
        number = next(self._numbers)
        key = f"{newest_first(activity.at)}-{_COUNT_DOWN_FROM - number:09d}-{secrets.token_hex(4)}"
        stored = _ACTIVITY.dump_json(activity).decode()
        await self._table.put(Row(_PARTITION, key, {"activity": stored}))

    async def latest(self, limit: int) -> Sequence[Activity]:
        """Return the newest entries, newest first."""
        found: list[Activity] = []
        if limit < 1:
            return found
        async for row in self._table.query(_PARTITION, limit=limit):
            try:
                found.append(_ACTIVITY.validate_json(row.text("activity")))
            except ValidationError:
                log.warning("activity_unreadable", extra={"row": row.key})
        return found

    async def remove_before(self, moment: datetime) -> None:
        """Remove what is older; several processes may do so at once."""
        rows = [row async for row in self._table.query(_PARTITION, first=newest_first(moment))]
        for old in itertools.batched(rows, TRANSACTION_LIMIT, strict=False):
            try:
                await self._table.transact([Delete(_PARTITION, row.key) for row in old])
            except NotFoundError:
                return  # another process is tidying
