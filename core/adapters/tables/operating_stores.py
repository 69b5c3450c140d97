"""Measures and deeds on tables of their own."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from core.adapters.tables.keys import safe
from core.adapters.tables.newest_rows import NewestRows
from core.adapters.tables.table import Row, Tables
from core.domain.deed import Deed
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.measure import Measure, joined

_MEASURE = TypeAdapter(Measure)
_DEED = TypeAdapter(Deed)
_FULL_LOOK = "fulllook"


class TableMeasureStore:
    """MeasureStore on the table "measures"; an hour is filed under its beginning."""

    def __init__(self, tables: Tables) -> None:
        self._table = table = tables.table("measures")
        self._fine = NewestRows(table, "fine", _MEASURE)
        self._hourly = NewestRows(table, "hourly", _MEASURE)

    async def add(self, measure: Measure) -> None:
        """Keep a measure, and its hour made anew of all that are in it: twice is the same."""
        await self._fine.put(measure.at, measure)
        hour = measure.at.replace(minute=0, second=0, microsecond=0)
        end = hour + timedelta(hours=1)
        of_hour = [m for m in await self._fine.since(hour) if m.at < end]
        await self._hourly.put(hour, joined(of_hour))

    async def latest(self) -> Measure | None:
        """Return the newest measure of five minutes, None when there is none."""
        found = await self._fine.latest(1)
        return found[0] if found else None

    async def fine(self, since: datetime) -> Sequence[Measure]:
        """Return the measures of five minutes that are not older, oldest first."""
        return list(reversed(await self._fine.since(since)))

    async def hourly(self, since: datetime) -> Sequence[Measure]:
        """Return the measures of whole hours that are not older, oldest first."""
        return list(reversed(await self._hourly.since(since)))

    async def remove_before(self, fine: datetime, hourly: datetime) -> None:
        """Remove what is older, each of its kind."""
        await self._fine.remove_before(fine)
        await self._hourly.remove_before(hourly)

    async def note_full_look(self, place: EventPlace, at: datetime) -> None:
        """Note that a mailbox was looked at as a whole: one row per mailbox."""
        columns = {
            "environment": place.environment,
            "mailbox": place.mailbox,
            "at": at.isoformat(),
        }
        await self._table.put(Row(_FULL_LOOK, safe(place.environment, place.mailbox), columns))

    async def full_looks(self) -> dict[EventPlace, datetime]:
        """Return when each mailbox was."""
        found: dict[EventPlace, datetime] = {}
        async for row in self._table.query(_FULL_LOOK):
            environment, mailbox = row.text("environment"), row.text("mailbox")
            place = EventPlace(EnvironmentId(environment), MailboxKey(mailbox))
            found[place] = datetime.fromisoformat(row.text("at"))
        return found


class TableDeedStore:
    """DeedStore on the table "deeds"."""

    def __init__(self, tables: Tables) -> None:
        self._rows = NewestRows(tables.table("deeds"), "deeds", _DEED)

    async def add(self, deed: Deed) -> None:
        """Append."""
        await self._rows.put(deed.at, deed, secrets.token_hex(4))

    async def latest(self, limit: int) -> Sequence[Deed]:
        """Return the newest deeds, newest first."""
        return await self._rows.latest(limit) if limit > 0 else []

    async def remove_before(self, moment: datetime) -> None:
        """Remove what is older."""
        await self._rows.remove_before(moment)
