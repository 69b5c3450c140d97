"""Counts deeds per mailbox and time, in one row each that all processes share."""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables, Value
from core.domain.event import EventPlace
from core.errors import PreconditionFailedError, ServiceUnavailableError
from core.ports.stores import GuardReading, GuardStanding

TRIES = 12
REMEMBERED = 1000
"""Deeds that a row remembers; a count never exceeds it, far above every sensible limit."""

ROW = "guard"
STOPPED = "stopped"
RELEASED = "released"

Values = Mapping[str, Value]


class TableGuardStore:
    """GuardStore on the table "guard": one row per mailbox, one column per deed."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("guard")

    async def count(
        self, place: EventPlace, deed: str, now: datetime, window_s: float
    ) -> GuardReading:
        """Note one more deed; say how many there were in the window, and whether to stop.

        Deeds of the future (a clock that was corrected) count too: doubt stops rather than lets go.
        """
        at = round(now.timestamp(), 3)

        def noted(values: Values) -> Values:
            recent = [t for t in _moments(values, deed) if t > at - window_s]
            return {**values, deed: json.dumps([*recent, at][-REMEMBERED:])}

        values = await self._change(place, noted)
        return GuardReading(count=len(_moments(values, deed)), stopped_since=_stopped(values))

    async def take_back(self, place: EventPlace, deed: str, at: datetime) -> None:
        """Forget a deed that was counted at this moment, as it was not done."""

        def without(values: Values) -> Values:
            moments = _moments(values, deed)
            if (counted := round(at.timestamp(), 3)) in moments:
                moments.remove(counted)
            return {**values, deed: json.dumps(moments)}

        await self._change(place, without)

    async def stop(self, place: EventPlace, now: datetime) -> None:
        """Stop a mailbox until a person releases it; stopped already is fine."""
        await self._change(place, lambda values: {STOPPED: now.isoformat(), **values})

    async def standing(self, place: EventPlace) -> GuardStanding:
        """Return whether a mailbox is stopped, without counting anything."""
        row = await self._table.get(safe(place.environment, place.mailbox), ROW)
        if row is None:
            return GuardStanding()
        return GuardStanding(
            stopped_since=_stopped(row.values), released_at=_moment(row.values, RELEASED)
        )

    async def stopped(self, places: Collection[EventPlace]) -> frozenset[EventPlace]:
        """Return which of these mailboxes are stopped, in one read of all."""
        stopped = {row.partition async for row in self._table.query() if _stopped(row.values)}
        return frozenset(p for p in places if safe(p.environment, p.mailbox) in stopped)

    async def release(self, place: EventPlace, now: datetime) -> None:
        """Let a mailbox go on, with its counts at zero, and remember that somebody said so."""
        await self._change(place, lambda _: {RELEASED: now.isoformat()})

    async def remove_before(self, moment: datetime) -> int:
        """Remove counts of mailboxes that did nothing since and are not stopped; say how many."""
        old = [
            row
            async for row in self._table.query()
            if _stopped(row.values) is None and _latest(row.values) < moment.timestamp()
        ]
        for row in old:
            await self._table.delete(row.partition, row.key)
        return len(old)

    async def _change(self, place: EventPlace, change: Callable[[Values], Values]) -> Values:
        partition = safe(place.environment, place.mailbox)
        for _ in range(TRIES):
            row = await self._table.get(partition, ROW)
            values = change({} if row is None else row.values)
            try:
                if row is None:
                    await self._table.insert(Row(partition, ROW, values))
                else:
                    await self._table.replace(Row(partition, ROW, values, row.version))
            except PreconditionFailedError:
                continue
            return values
        raise ServiceUnavailableError(f"guard of {partition}: too many writers, try again")


def _moments(values: Values, deed: str) -> list[float]:
    """Return when a deed was done; a column that holds no moments is a later version's."""
    try:
        return [float(moment) for moment in json.loads(str(values.get(deed) or "[]"))]
    except (ValueError, TypeError):
        return []


def _latest(values: Values) -> float:
    """Return when a mailbox last did something that is counted, or was released."""
    counted = (name for name in values if name not in {STOPPED, RELEASED})
    released = _moment(values, RELEASED)
    moments = [at for name in counted for at in _moments(values, name)]
    return max([*moments, 0.0 if released is None else released.timestamp()])


def _stopped(values: Values) -> datetime | None:
    return _moment(values, STOPPED)


def _moment(values: Values, column: str) -> datetime | None:
    moment = values.get(column)
    return datetime.fromisoformat(str(moment)) if moment else None
