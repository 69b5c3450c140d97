"""Counts deeds per mailbox and time, in one row each that all processes share."""

import json
from datetime import datetime

from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.event import EventPlace
from core.errors import PreconditionFailedError, ServiceUnavailableError

TRIES = 12
REMEMBERED = 1000
"""Deeds that a row remembers; a count never exceeds it, far above every sensible limit."""


class TableGuardStore:
    """GuardStore on the table "guard"."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("guard")

    async def count(self, place: EventPlace, deed: str, now: datetime, window_s: float) -> int:
        """Note one more deed and return how many there were in the last `window_s` seconds.

        Deeds of the future (a clock that was corrected) count too: doubt stops rather than lets go.
        """
        partition, key = safe(place.environment, place.mailbox), safe(deed)
        at = round(now.timestamp(), 3)
        for _ in range(TRIES):
            row = await self._table.get(partition, key)
            recent = [t for t in _moments(row) if t > at - window_s]
            recent = [*recent, at][-REMEMBERED:]
            version = "" if row is None else row.version
            changed = Row(partition, key, {"moments": json.dumps(recent)}, version)
            try:
                if row is None:
                    await self._table.insert(changed)
                else:
                    await self._table.replace(changed)
            except PreconditionFailedError:
                continue
            return len(recent)
        raise ServiceUnavailableError(f"guard of {partition}: too many writers, try again")


def _moments(row: Row | None) -> list[float]:
    return [] if row is None else [float(t) for t in json.loads(row.text("moments") or "[]")]
