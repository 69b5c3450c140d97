"""Which rule a series in Exchange is to have so that its dates are where ROOMS has them.

A new rule is one write and one mail, but Exchange forgets exceptions and deleted dates by it. So it
is chosen only where it costs less than writing date by date.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.domain.expansion import occurrences_in
from core.domain.interval import Interval, wall_clock
from core.domain.series import (
    MalformedRecurrenceError,
    Pattern,
    PatternKind,
    Recurrence,
    WallSpan,
    Weekday,
)
from core.domain.series_shape import shape_of

DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """When dates are to be, by their original start under the present rule.

    Dates that are not to be there are left out: up to `until` all were looked at. `extra` are times
    that are no date of the rule yet, `patterns` what ROOMS has its items under. `goes_on`: the rule
    has dates that were not looked at (yet), or that are over: they keep their place in it.
    """

    times: Mapping[datetime, Interval]
    until: datetime
    extra: tuple[Interval, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A rule, and what it takes beside it.

    `starts` are the original starts that the dates have then, `times` when the rule puts each of
    them, `surplus` its dates that are not wanted.
    """

    rule: Recurrence
    starts: Mapping[datetime, datetime] = field(default_factory=dict)
    times: Mapping[datetime, Interval] = field(default_factory=dict)
    surplus: frozenset[datetime] = frozenset()
    moved: int = 0

    @property
    def deviations(self) -> int:
        """Return how many dates are to be written or deleted by themselves."""
        return self.moved + len(self.surplus)


def propose(rule: Recurrence, wanted: Wanted) -> Proposal | None:
    """Return the rule with the fewest deviations from what is wanted, None if none can hold it."""
    found = [
        proposal
        for candidate in _candidates(rule, wanted)
        if (proposal := _fitted(candidate, wanted)) is not None
    ]
    return min(found, key=lambda proposal: proposal.deviations) if found else None


def ended_before(rule: Recurrence, moment: datetime) -> Recurrence | None:
    """Return the rule without the dates that begin at `moment` or later, None if none is left."""
    zone = ZoneInfo(rule.zone)
    last = moment.astimezone(zone).date() - timedelta(days=1)
    if last < rule.range.first:
        return None
    return replace(rule, range=replace(rule.range, last=last, count=None))


def _candidates(rule: Recurrence, wanted: Wanted) -> Iterator[Recurrence]:
    shift = _common_shift(rule, wanted)
    if shift is not None and not wanted.extra:
        yield from _shifted(rule, *shift)
    if wanted.goes_on:
        return
    times = sorted({*wanted.times.values(), *wanted.extra})
    if not times:
        return
    for pattern in dict.fromkeys((*wanted.patterns, rule.pattern)):
        yield shape_of(pattern, times, rule.zone).recurrence


def _common_shift(rule: Recurrence, wanted: Wanted) -> tuple[timedelta, timedelta] | None:
    """Return how far most dates are moved on the clock, and how long they are to be."""
    zone = ZoneInfo(rule.zone)
    counted: dict[tuple[timedelta, timedelta], int] = {}
    for start, time in wanted.times.items():
        by = wall_clock(time.start, zone) - wall_clock(start, zone)
        length = wall_clock(time.end, zone) - wall_clock(time.start, zone)
        counted[by, length] = counted.get((by, length), 0) + 1
    return max(counted, key=lambda each: counted[each]) if counted else None


def _shifted(rule: Recurrence, by: timedelta, length: timedelta) -> Iterator[Recurrence]:
    """Yield the rule moved on the clock, if its pattern can say so and its length is one."""
    start = rule.span.start + by
    days = start.date() - rule.span.start.date()
    try:
        yield replace(
            rule,
            pattern=_turned(rule.pattern, days.days),
            range=replace(
                rule.range,
                first=rule.range.first + days,
                last=None if rule.range.last is None else rule.range.last + days,
            ),
            span=WallSpan(start=start, end=start + length),
        )
    except MalformedRecurrenceError:
        return


def _turned(pattern: Pattern, days: int) -> Pattern:
    """Return the pattern some days later: other weekdays, the same days of the month or none."""
    if days == 0 or pattern.kind is PatternKind.DAILY:
        return pattern
    if pattern.kind is PatternKind.WEEKLY:
        turned = frozenset(Weekday((day + days) % DAYS_OF_WEEK) for day in pattern.weekdays)
        return replace(pattern, weekdays=turned)
    if pattern.kind is PatternKind.ABSOLUTE_MONTHLY and pattern.day_of_month is not None:
        return replace(pattern, day_of_month=pattern.day_of_month + days)
    raise MalformedRecurrenceError("only its single dates can be moved to other days")


def _fitted(candidate: Recurrence, wanted: Wanted) -> Proposal | None:
    """Compare a rule with what is wanted; None where a date would have to pass its neighbours."""
    held = sorted(wanted.times, key=lambda start: wanted.times[start].start)
    if not held:
        return None
    times = [*wanted.times.values(), *wanted.extra]
    margin = timedelta(days=1)
    until = max(wanted.until, *(t.end for t in times))
    window = Interval(min(t.start for t in times) - margin, until + margin)
    dates = [o.original_start for o in occurrences_in(candidate, window)]
    spans = {o.original_start: o.time for o in occurrences_in(candidate, window)}
    by_start = {wanted.times[start].start: start for start in held}
    starts = {by_start[new]: new for new in dates if new in by_start}
    extra = {time.start for time in wanted.extra}
    free = [new for new in dates if new not in starts.values() and new not in extra]
    for old in held:
        if old not in starts and (new := _nearest(wanted.times[old].start, free)) is not None:
            starts[old] = new
            free.remove(new)
    if len(starts) < len(held) or not extra <= set(dates) or not _is_in_order(starts, wanted):
        return None
    first = min(t.start for t in times)
    return Proposal(
        rule=candidate,
        starts=starts,
        times=spans,
        surplus=frozenset(new for new in free if first <= new <= until),
        moved=sum(spans[new] != wanted.times[old] for old, new in starts.items()),
    )


def _nearest(moment: datetime, free: Iterable[datetime]) -> datetime | None:
    return min(free, key=lambda new: abs(new - moment), default=None)


def _is_in_order(starts: Mapping[datetime, datetime], wanted: Wanted) -> bool:
    """Tell whether no date would have to be moved past its neighbours (graph-calendar 3.3)."""
    ordered = sorted(starts, key=lambda old: starts[old])
    return all(
        wanted.times[one].start < wanted.times[other].start for one, other in pairwise(ordered)
    )
