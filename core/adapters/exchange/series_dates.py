"""The dates of a rule by the local day on which they begin: how Exchange tells them apart."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from core.adapters.exchange.days import day_of
from core.domain.event import Event
from core.domain.expansion import occurrences
from core.domain.interval import Interval
from core.domain.series import Occurrence, Recurrence

LONGEST_WINDOW = timedelta(days=1820)
"""Of a calendar view, hence of a series' instances: 1,825 days at most (graph-calendar 2)."""
MOST_INSTANCES = 999
"""What one page holds (graph-calendar 3.3); more are not read."""
_BEHIND = timedelta(days=200)
"""How far back a series is looked at that is too long to be looked at as a whole."""
_DATE_MAY_MOVE = timedelta(days=31)
"""How far from its day a date is looked for."""
_MOST_DRAWN = 40_000
"""A hundred years, day by day: what lies beyond is no date."""


class SeriesDates:
    """The dates of one series as its rule has them, drawn up as far as they are asked for."""

    def __init__(self, master: Event, recurrence: Recurrence) -> None:
        self._recurrence, self._is_all_day = recurrence, master.is_all_day
        self._zone = ZoneInfo(recurrence.zone)
        self._known: dict[date, Occurrence] = {}
        self._rest = occurrences(recurrence)
        self._last = date.min

    def day_of(self, original_start: datetime) -> date:
        """Return the local day of an original start, as Exchange or as the rule tells it."""
        if self._is_all_day:
            return day_of(original_start, self._zone)
        return original_start.astimezone(self._zone).date()

    def on(self, day: date) -> Occurrence | None:
        """Return the date that the rule has on a day, whatever became of it."""
        while self._last < day and len(self._known) < _MOST_DRAWN:
            following = next(self._rest, None)
            if following is None:
                break
            self._last = self.day_of(following.original_start)
            self._known[self._last] = following
        return self._known.get(day)

    def of(self, original_start: datetime) -> Occurrence | None:
        """Return the date that an original start names."""
        return self.on(self.day_of(original_start))

    def without(self, gone: Iterable[datetime]) -> Iterator[Occurrence]:
        """Yield the dates but for those gone, endlessly if nothing ends them."""
        known = frozenset(gone)
        return (o for o in occurrences(self._recurrence) if o.original_start not in known)

    def window(self, now: datetime) -> Interval:
        """Return the window in which the dates are looked at: all, or those around `now`."""
        dates = list(islice(occurrences(self._recurrence), MOST_INSTANCES + 1))
        if len(dates) <= MOST_INSTANCES:
            begins, ends = dates[0].time.start, dates[-1].time.end
            spare = (LONGEST_WINDOW - (ends - begins)) / 2
            if spare > _DATE_MAY_MOVE:
                return Interval(begins - spare, ends + spare)
        begins = now - _BEHIND
        ends = begins + LONGEST_WINDOW
        coming = (o for o in occurrences(self._recurrence) if o.time.end > begins)
        last = next(islice(coming, MOST_INSTANCES, None), None)
        return Interval(begins, ends if last is None else min(ends, last.time.start))

    def certain_in(self, window: Interval) -> list[Occurrence]:
        """Return the dates that a window would show if they were not deleted.

        A date lies between its neighbours, wherever it was moved to (graph-calendar 3.3): so both
        of them have to be in the window.
        """
        certain, rule = [], occurrences(self._recurrence)
        before, here = None, next(rule, None)
        while here is not None and here.time.start < window.end:
            after = next(rule, None)
            concerned = [o for o in (before, here, after) if o is not None]
            if all(_is_within(o, window) for o in concerned):
                certain.append(here)
            before, here = here, after
        return certain

    def windows_around(self, dates: Iterable[Occurrence]) -> list[Interval]:
        """Return where to look for dates: one window, unless they are years apart."""
        found: list[Interval] = []
        for occurrence in sorted(dates):
            start = occurrence.time.start - _DATE_MAY_MOVE
            end = occurrence.time.end + _DATE_MAY_MOVE
            if found and end - found[-1].start <= LONGEST_WINDOW:
                found[-1] = Interval(found[-1].start, max(end, found[-1].end))
            else:
                found.append(Interval(start, end))
        return found


def _is_within(occurrence: Occurrence, window: Interval) -> bool:
    return window.start <= occurrence.time.start and occurrence.time.end <= window.end
