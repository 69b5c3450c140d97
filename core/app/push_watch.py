"""Whose notifications are in doubt, kept in memory: one short query in half a minute (S16).

Looks ask this for every notification, so it must cost them nothing: the query is that of the
process, not of the look, and mostly finds nobody.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.event import EventPlace
from core.domain.push import PushRecord
from core.errors import PreconditionFailedError
from core.ports.clock import Clock
from core.ports.stores import PushStore
from core.sync.push_silence import (
    BACKLOG,
    calmed,
    ends_doubt,
    is_doubted,
    silent_with,
    untold,
)

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=30)
"""How long what was read is believed."""


class PushWatch:
    """Counts what was told and what had to be found; one per process."""

    def __init__(self, store: PushStore, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._records: dict[EventPlace | None, PushRecord] = {}
        self._read_at: datetime | None = None
        self._heard: dict[EventPlace | None, datetime] = {}

    async def records(self) -> Mapping[EventPlace | None, PushRecord]:
        """Return what is known of all places that something is known of."""
        now = self._clock.now()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH:
            self._records = {record.place: record for record in await self._store.all()}
            self._read_at = now
            # What this process heard while it did not know of the doubt ends that, too.
            for place, record in list(self._records.items()):
                heard_at = self._heard.get(place)
                if heard_at is not None and ends_doubt(record, heard_at):
                    await self._end_doubt(record, heard_at)
        return self._records

    async def heard(self, place: EventPlace | None, taken_at: datetime) -> None:
        """Note that a notification has come; it is written only where that was in doubt.

        The first one of ROOMS is written, too: from then on its webhook is missed.
        """
        self._heard[place] = max(taken_at, self._heard.get(place, taken_at))
        record = (await self.records()).get(place)
        if record is None and place is None:
            await self.put(PushRecord(place=None, heard_at=taken_at))
        elif record is not None and ends_doubt(record, taken_at):
            await self._end_doubt(record, taken_at)

    async def found_untold(self, place: EventPlace | None, at: datetime) -> bool:
        """Note a change that had to be found; tell whether it is the first one, not told so far."""
        heard_at = self._heard.get(place)
        if heard_at is not None and heard_at >= at - BACKLOG / 2:
            return False
        record = (await self.records()).get(place)
        if record is None and place is None:
            return False
        await self.put(untold(record, place, at))
        return not is_doubted(record)

    async def put(self, record: PushRecord) -> None:
        """Write a record; one that another process has changed meanwhile is left as it is."""
        try:
            self._records[record.place] = await self._store.put(record)
        except PreconditionFailedError:
            self._read_at = None

    async def remove(self, record: PushRecord) -> None:
        """Forget a place."""
        await self._store.remove(record.place)
        self._records.pop(record.place, None)

    def forget(self) -> None:
        """Read again at the next question."""
        self._read_at = None

    async def _end_doubt(self, record: PushRecord, heard_at: datetime) -> None:
        if record.place is None:
            _tell_of(record)
            await self.put(replace(calmed(record), heard_at=heard_at))
            return
        for each in (record, *silent_with(record, self._records.values())):
            _tell_of(each)
            await self.remove(each)


def _tell_of(record: PushRecord) -> None:
    if record.silent_since is not None:
        extra = {"mailbox": _name(record.place), "since": record.silent_since.isoformat()}
        log.warning("push_heard_again", extra=extra)


def _name(place: EventPlace | None) -> str:
    return "rooms" if place is None else f"{place.environment}/{place.mailbox}"
