"""What a series of ROOMS looks like as a rule with exceptions: ROOMS tells neither start nor zone.

A pattern and its items are all there is (rooms-api 8, 9.): what deviates is found by comparing the
items with the dates that the pattern would give in the organizer's zone. Local times that differ
are exceptions, the rule is not shifted (R-662).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.expansion import occurrences
from core.domain.interval import Interval, wall_clock
from core.domain.series import (
    Occurrence,
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
)

_ANCHORS = 4
"""How many of the first items are tried as the one that the pattern counts from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesShape:
    """A rule, and how the items deviate from it; dates are named by their original start.

    `held` says for each date that has an item when that is; `missing` have none. `stray` are items
    that no date of the rule can stand for.
    """

    recurrence: Recurrence
    held: Mapping[datetime, Interval]
    missing: tuple[datetime, ...] = ()
    stray: tuple[Interval, ...] = ()
    moved: tuple[datetime, ...] = ()

    @property
    def deviations(self) -> int:
        """Return how many writes it takes beside the rule itself."""
        return len(self.moved) + len(self.missing) + len(self.stray)


def shape_of(pattern: Pattern, times: Sequence[Interval], zone: str) -> SeriesShape:
    """Return the shape with the fewest deviations; `times` are the items', at least one, each once.

    The rule has the first item's time of day, unless no other item shares it. Where ROOMS' weeks
    begin is not documented: Monday and Sunday are tried.
    """
    ordered = sorted(times)
    found = [
        _compared(recurrence, ordered)
        for anchor in ordered[:_ANCHORS]
        for recurrence in _candidates(pattern, ordered, anchor, zone)
    ]
    return min(found, key=lambda shape: shape.deviations)


def _candidates(
    pattern: Pattern, ordered: Sequence[Interval], anchor: Interval, zone: str
) -> Iterator[Recurrence]:
    local = ZoneInfo(zone)
    span = _span(ordered, local)
    last = max(wall_clock(time.start, local).date() for time in ordered)
    first = wall_clock(anchor.start, local).date()
    starts = [pattern.first_weekday]
    if pattern.kind is PatternKind.WEEKLY and pattern.interval > 1:
        starts = [Weekday.MONDAY, Weekday.SUNDAY]
    for start in starts:
        yield Recurrence(
            pattern=replace(pattern, first_weekday=start),
            range=SeriesRange(first=first, last=last),
            span=span,
            zone=zone,
        )


def _span(ordered: Sequence[Interval], zone: ZoneInfo) -> WallSpan:
    """Return the time of day and the length on the clock that the rule has."""
    spans = [
        WallSpan(start=wall_clock(time.start, zone), end=wall_clock(time.end, zone))
        if wall_clock(time.end, zone) >= wall_clock(time.start, zone)
        else WallSpan(start=wall_clock(time.start, zone), end=wall_clock(time.start, zone))
        for time in ordered
    ]
    counted = Counter((span.start.time(), span.length) for span in spans)
    first = (spans[0].start.time(), spans[0].length)
    chosen = first if counted[first] > 1 else counted.most_common(1)[0][0]
    return next(span for span in spans if (span.start.time(), span.length) == chosen)


def _compared(recurrence: Recurrence, ordered: Sequence[Interval]) -> SeriesShape:
    """Pair dates and items: first those at their time, then those between their neighbours."""
    dates = list(occurrences(recurrence))
    held = _at_their_time(dates, ordered)
    taken = set(held.values())
    rest = [time for time in ordered if time not in taken]
    stray = []
    for time in rest:
        at = _place_for(dates, held, time)
        if at is None:
            stray.append(time)
        else:
            held[dates[at].original_start] = time
    by_name = {date.original_start: date.time for date in dates}
    return SeriesShape(
        recurrence=recurrence,
        held=held,
        missing=tuple(name for name in by_name if name not in held),
        stray=tuple(stray),
        moved=tuple(name for name, time in sorted(held.items()) if by_name[name] != time),
    )


def _at_their_time(
    dates: Sequence[Occurrence], ordered: Sequence[Interval]
) -> dict[datetime, Interval]:
    starts: dict[datetime, Interval] = {}
    for time in ordered:
        starts.setdefault(time.start, time)
    return {
        date.original_start: starts[date.time.start] for date in dates if date.time.start in starts
    }


def _place_for(
    dates: Sequence[Occurrence], held: Mapping[datetime, Interval], time: Interval
) -> int | None:
    """Return the nearest date without an item that this one may be; None if there is none.

    An occurrence may not be moved to or past the day of its neighbours (graph-calendar 3.3).
    """
    near = [
        (abs(date.time.start - time.start), at)
        for at, date in enumerate(dates)
        if date.original_start not in held and _between_neighbours(dates, at, time)
    ]
    return min(near)[1] if near else None


def _between_neighbours(dates: Sequence[Occurrence], at: int, time: Interval) -> bool:
    day = timedelta(days=1)
    before = dates[at - 1].time.start if at else time.start - day
    after = dates[at + 1].time.start if at + 1 < len(dates) else time.start + day
    return before < time.start < after
