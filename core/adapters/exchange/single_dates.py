"""Single dates of a series changed or deleted: one look for their ids, then one write each.

The same with Graph and EWS, which do the reading and writing (`Hands`). What is written to one date
may give all others of its series new versions (graph-calendar 3.3, 5).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from core.adapters.exchange.date_errors import BoundaryCrossedError, NoDateLeftError
from core.adapters.exchange.series_dates import SeriesDates
from core.adapters.exchange.series_parts import as_exception
from core.domain.changes import EventChanges
from core.domain.event import Event, EventKind
from core.domain.event_series import EventSeries
from core.domain.interval import Interval, utc
from core.domain.series import Occurrence
from core.errors import CrossingBoundaryError, NotFoundError, StaleVersionError
from core.ports.exchange import DateChange, DeleteDate

_CLOCK_CHANGE = timedelta(hours=24)
"""How near a date has to be to a change of the clocks for its times to be open to reading."""


class Hands(Protocol):
    """Reads and writes dates of one kind of environment.

    BoundaryCrossedError: a date would pass its neighbour; NoDateLeftError: it is the last one.
    """

    async def instances(self, master: Event, window: Interval) -> list[Event]:
        """Return the dates that a window shows, plain ones and exceptions."""

    async def change(
        self, event: Event, changes: EventChanges, version: str, link: str | None
    ) -> Event:
        """Write changes if the date has this version (empty: whatever it has), return it then.

        `link` is what it is known to carry afterwards.
        """

    def is_change(self, event: Event, changes: EventChanges) -> bool:
        """Tell whether there is anything to write."""

    async def delete(self, event: Event, version: str) -> None:
        """Take a date out of its series."""

    async def delete_series(self, master: Event) -> None:
        """Delete a series without dates."""

    async def read(self, event: Event) -> Event:
        """Return a date as it is now."""


@dataclass(slots=True)
class _Work:
    """A series while its dates are changed; `plain` are those of them that are no exceptions."""

    series: EventSeries
    dates: SeriesDates
    exceptions: dict[datetime, Event]
    cancelled: set[datetime]
    plain: dict[datetime, Event] = field(default_factory=dict)
    has_written: bool = False

    def event(self, start: datetime) -> Event | None:
        return self.exceptions.get(start) or self.plain.get(start)

    def forget(self, start: datetime) -> None:
        """Note that a date is not there any more."""
        self.exceptions.pop(start, None)
        if self.planned(start) is not None:
            self.cancelled.add(start)

    def planned(self, start: datetime) -> Occurrence | None:
        """Return the date that begins exactly then by the rule."""
        found = self.dates.of(start)
        return found if found is not None and found.original_start == start else None

    def stale(self) -> StaleVersionError:
        mailbox = self.series.master.place.mailbox
        return StaleVersionError(f"a date of a series of mailbox {mailbox} is not as it was read")


class DateWriter:
    """Writes to the dates of a series that was read before."""

    def __init__(self, hands: Hands) -> None:
        self._hands = hands

    async def change_dates(
        self, series: EventSeries, changes: Mapping[datetime, DateChange]
    ) -> EventSeries:
        """Change or delete dates; see `ExchangeCalendar.change_dates` for the errors.

        All dates are looked at before anything is written. Deletions come first, then dates move,
        those going later from the end: so none meets another that is about to leave.
        """
        wanted = {utc(start): change for start, change in changes.items()}
        work = _Work(
            series=series,
            dates=SeriesDates(series.master, series.recurrence),
            exceptions=dict(series.exceptions),
            cancelled=set(series.cancelled),
        )
        await self._find(work, wanted)
        for start in sorted(wanted, key=lambda start: _rank(start, wanted[start], work)):
            change, event = wanted[start], work.event(start)
            if isinstance(change, EventChanges) and event is not None:
                await self._change(work, start, event, change)
            elif event is not None:
                await self._delete(work, start, event)
            else:
                work.forget(start)
        return replace(
            series,
            exceptions=dict(sorted(work.exceptions.items())),
            cancelled=frozenset(work.cancelled),
        )

    async def _find(self, work: _Work, wanted: Mapping[datetime, DateChange]) -> None:
        """Read the plain dates concerned; StaleVersionError if one is not as the series says."""
        known = work.exceptions.keys() | work.cancelled
        sought = [o for s in wanted.keys() - known if (o := work.planned(s)) is not None]
        for window in work.dates.windows_around(sought):
            for shown in await self._hands.instances(work.series.master, window):
                start = shown.original_start
                planned = None if start is None else work.dates.of(start)
                if planned not in sought:
                    continue
                if shown.kind is not EventKind.OCCURRENCE or not _is_same_time(
                    shown, planned, work
                ):
                    raise work.stale()
                work.plain[planned.original_start] = shown
        for start, change in wanted.items():
            if isinstance(change, EventChanges) and work.event(start) is None:
                raise work.stale()

    async def _change(
        self, work: _Work, start: datetime, event: Event, changes: EventChanges
    ) -> None:
        if not self._hands.is_change(event, changes):
            return
        own = event.appointment_oid if start in work.exceptions else None
        link = changes.appointment_oid.lower() if changes.appointment_oid else own
        try:
            written = await self._write(
                work, event, lambda version: self._hands.change(event, changes, version, link)
            )
        except BoundaryCrossedError:
            raise CrossingBoundaryError(start) from None
        except NotFoundError:
            raise work.stale() from None
        work.exceptions[start] = as_exception(work.series.master, start, written)

    async def _delete(self, work: _Work, start: datetime, event: Event) -> None:
        try:
            await self._write(work, event, lambda version: self._hands.delete(event, version))
        except NotFoundError:
            pass
        except NoDateLeftError:
            await self._delete_series(work, start)
        work.forget(start)

    async def _delete_series(self, work: _Work, last: datetime) -> None:
        """Delete the master of a series whose last date cannot be deleted alone.

        Only if we know of no other date, either.
        """
        master = work.series.master
        left = work.dates.without(work.cancelled | {last})
        if work.exceptions.keys() - {last} or next(left, None) is not None:
            raise work.stale()
        try:
            await self._hands.delete_series(master)
        except NotFoundError:
            return

    async def _write[Answer](
        self, work: _Work, event: Event, send: Callable[[str], Awaitable[Answer]]
    ) -> Answer:
        """Write to a date if it is as it was read.

        Our own writes to others may have given it a new version: a plain date, which was read just
        now, is not asked for again; an exception is, once.
        """
        is_plain = event.kind is EventKind.OCCURRENCE
        version = "" if is_plain and work.has_written else event.version
        try:
            answer = await send(version)
        except StaleVersionError:
            if is_plain or not work.has_written:
                raise
            answer = await send(await self._new_version(work, event))
        work.has_written = True
        return answer

    async def _new_version(self, work: _Work, event: Event) -> str:
        """Return the version of an exception that has a new one and is the same in all else."""
        shown = await self._hands.read(event)
        start = event.original_start or event.time.start
        now = as_exception(work.series.master, start, shown)
        if replace(now, version=event.version, modified_at=event.modified_at) != event:
            raise work.stale()
        return now.version


def _rank(start: datetime, change: DateChange, work: _Work) -> tuple[int, float]:
    event = work.event(start)
    if isinstance(change, DeleteDate) or event is None:
        return 0, start.timestamp()
    goes_later = change.time is not None and change.time.start > event.time.start
    return (2, -start.timestamp()) if goes_later else (1, start.timestamp())


def _is_same_time(shown: Event, planned: Occurrence, work: _Work) -> bool:
    """Tell whether a plain date shows the time of the rule.

    Where the clocks change the service may read the rule in another way: there its word counts.
    """
    if shown.time == planned.time:
        return True
    zone, time = ZoneInfo(work.series.recurrence.zone), planned.time
    offsets = [
        moment.astimezone(zone).utcoffset()
        for moment in (time.start - _CLOCK_CHANGE, time.start, time.end, time.end + _CLOCK_CHANGE)
    ]
    return len(set(offsets)) > 1
