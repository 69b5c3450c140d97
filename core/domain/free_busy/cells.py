"""Time in cells of equal length, as Exchange shows it: the strongest of what is in a cell."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from core.domain.free_busy.deviations import Deviation, DeviationKind
from core.domain.free_busy.occupation import STRENGTH, Occupation, Occupied
from core.domain.free_busy.schedule import RANK, BusyTime
from core.domain.interval import Interval
from core.domain.meeting import ShowAs


class Grid:
    """A window cut into cells; the last one may be shorter. Lengths are real time, not the clock's.

    So the cells of a day are 23 or 25 hours of them when the clocks change.
    """

    def __init__(self, window: Interval, minutes: int) -> None:
        self.window, self.step = window, timedelta(minutes=minutes)

    def __len__(self) -> int:
        whole, rest = divmod(self.window.end - self.window.start, self.step)
        return whole + bool(rest)

    def cells(self) -> tuple[Interval, ...]:
        """Return the span of every cell."""
        starts = (self.window.start + number * self.step for number in range(len(self)))
        return tuple(Interval(at, min(at + self.step, self.window.end)) for at in starts)

    def covered(self, time: Interval) -> range:
        """Return which cells a span touches; one without length is in the cell it begins in."""
        if time.end < self.window.start or time.start >= self.window.end:
            return range(0)
        first = max(0, (time.start - self.window.start) // self.step)
        last = -((self.window.start - time.end) // self.step)
        if time.start == time.end:
            last = first + 1
        return range(first, min(last, len(self)))


def exchange_cells(busy: Iterable[BusyTime], grid: Grid) -> tuple[ShowAs, ...]:
    """Return what Exchange's view shows per cell."""
    entries = ((each.time, each.show_as) for each in busy)
    free: list[ShowAs] = [ShowAs.FREE] * len(grid)
    return tuple(_filled(free, entries, grid, lambda show_as: RANK[show_as]))


def rooms_cells(occupied: Iterable[Occupied], grid: Grid) -> tuple[Occupation | None, ...]:
    """Return what ROOMS has per cell, None where it is free."""
    entries = ((each.time, each.kind) for each in occupied)
    free: list[Occupation | None] = [None] * len(grid)
    return tuple(_filled(free, entries, grid, _strength))


def deviation_cells(
    deviations: Iterable[Deviation], grid: Grid
) -> tuple[frozenset[DeviationKind], ...]:
    """Return in which way the two sides differ per cell."""
    found: list[set[DeviationKind]] = [set() for _ in range(len(grid))]
    for each in deviations:
        for number in grid.covered(each.time):
            found[number].add(each.kind)
    return tuple(map(frozenset, found))


def start_of_cells(moment: datetime, minutes: int) -> datetime:
    """Return the first moment from `moment` on at which a cell of the wall clock begins.

    `moment` is in the zone whose clock counts.
    """
    since_midnight = timedelta(
        hours=moment.hour, minutes=moment.minute, seconds=moment.second
    ) + timedelta(microseconds=moment.microsecond)
    late = since_midnight % timedelta(minutes=minutes)
    return moment if not late else moment + (timedelta(minutes=minutes) - late)


def _filled[Mark](
    marks: list[Mark],
    entries: Iterable[tuple[Interval, Mark]],
    grid: Grid,
    rank: Callable[[Mark], int],
) -> list[Mark]:
    for time, mark in entries:
        for number in grid.covered(time):
            if rank(mark) > rank(marks[number]):
                marks[number] = mark
    return marks


def _strength(kind: Occupation | None) -> int:
    return -len(STRENGTH) if kind is None else STRENGTH[kind]
