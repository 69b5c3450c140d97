"""Cells in words: what a line of the table says, run by run instead of quarter by quarter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from core.app.console.wall import zone_named
from core.app.free_busy.answer import PersonLine, ResourceLine
from core.domain.free_busy.deviations import DeviationKind
from core.domain.free_busy.schedule import WorkingHours
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from web.words import Words

FREE, OFF = "free", "off"
"""Free, and free outside somebody's working hours."""

SHORTEST_LABEL = 3
"""Cells that a run needs for its word to be readable in it; all have it for a screen reader."""

NONE: frozenset[DeviationKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Cell:
    """What one quarter of an hour says; `differs`: which side alone has something then."""

    state: str
    differs: frozenset[DeviationKind] = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighbouring cells that say the same. `text` is all of it in words, `label` what fits in."""

    span: int
    state: str
    text: str
    label: str
    differs: bool
    is_shown: bool


def person_cells(line: PersonLine, cells: Sequence[Interval], reader: ZoneInfo) -> list[Cell]:
    """Return what somebody's cells say; time that is free outside working hours says so."""
    if line.cells is None:
        return []
    is_off = _outside(line.working, reader)
    return [
        Cell(OFF if state == FREE and is_off(cell) else state)
        for state, cell in zip(map(_exchange, line.cells), cells, strict=True)
    ]


def side_cells(line: ResourceLine) -> tuple[list[Cell], list[Cell]]:
    """Return what both sides of a resource say, ROOMS first; an unknown side has no cells."""
    exchange, rooms = line.exchange or (), line.rooms or ()
    differs = line.differs or (NONE,) * max(len(exchange), len(rooms))
    return (
        [Cell(state or FREE, d) for state, d in zip(rooms, differs, strict=False)],
        [Cell(_exchange(state), d) for state, d in zip(exchange, differs, strict=False)],
    )


def runs(
    cells: Sequence[Cell],
    spans: Sequence[Interval],
    shown: Interval | None,
    zone: ZoneInfo,
    words: Words,
) -> tuple[Run, ...]:
    """Return cells as runs; one ends where the suggestion that is shown begins or ends."""

    def kind(number: int) -> tuple[Cell, bool]:
        return cells[number], shown is not None and spans[number].overlaps(shown)

    return tuple(
        _run(found, list(numbers), spans, zone, words)
        for found, numbers in groupby(range(len(cells)), kind)
    )


def _run(
    found: tuple[Cell, bool],
    numbers: Sequence[int],
    spans: Sequence[Interval],
    zone: ZoneInfo,
    words: Words,
) -> Run:
    cell, is_shown = found
    state = words(f"free_busy.state.{cell.state}")
    text = words(
        "free_busy.run",
        time=clock_span(Interval(spans[numbers[0]].start, spans[numbers[-1]].end), zone),
        state=state,
    )
    for each in sorted(cell.differs):
        text = f"{text}, {words(f'free_busy.{each}')}"
    is_quiet = cell.state in {FREE, OFF} or len(numbers) < SHORTEST_LABEL
    return Run(
        span=len(numbers),
        state=cell.state,
        text=text,
        label="" if is_quiet else state,
        differs=bool(cell.differs),
        is_shown=is_shown,
    )


def clock_span(time: Interval, zone: ZoneInfo) -> str:
    """Return a time of one day on the wall clock; midnight at its end is 24:00."""
    start, end = time.start.astimezone(zone), time.end.astimezone(zone)
    until = f"{end:%H:%M}"
    return (
        f"{start:%H:%M}\u2013{'24:00' if end.date() > start.date() and until == '00:00' else until}"
    )


def _exchange(state: ShowAs) -> str:
    return FREE if state is ShowAs.UNKNOWN else state.value


def _outside(working: WorkingHours | None, reader: ZoneInfo) -> Callable[[Interval], bool]:
    """Return whether a cell lies outside; who has no hours is never outside."""
    if working is None:
        return lambda _: False
    hours, zone = working, zone_named(working.zone) if working.zone else reader
    return lambda cell: not hours.cover(cell, zone)


def hour_of(moment: datetime, zone: ZoneInfo) -> tuple[int, str]:
    """Return the hour of the wall clock; that which is there twice is told apart by its offset."""
    local = moment.astimezone(zone)
    return local.hour, f"{local:%z}"
