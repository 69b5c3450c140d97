"""A table per day: hours across, a line per person, two per resource, what was suggested on top."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from core.app.free_busy.answer import Answer, PersonLine, ResourceLine
from core.domain.interval import Interval
from web.free_busy.runs import (
    FREE,
    OFF,
    Cell,
    Run,
    clock_span,
    hour_of,
    person_cells,
    runs,
    side_cells,
)
from web.words import Words

FIRST_HOUR, LAST_HOUR = 7, 20
"""What is shown of a day, unless something begins earlier or ends later."""

HOUSE = frozenset({FREE, OFF, "closed", "holiday", "blocking_time"})
"""What is no reason to show more of a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One line of the table: its runs, or why there are none. `name` "": a person's."""

    name: str
    runs: tuple[Run, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One person or resource; `note` stands below the name."""

    name: str
    note: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTable:
    """One day. `hours` are names with the cells that they span, `shown` is the suggestion."""

    day: date
    title: str
    hours: tuple[tuple[str, int], ...]
    width: int
    groups: tuple[Group, ...]
    shown: tuple[int, int, int, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    name: str
    note: str
    sides: tuple[tuple[str, list[Cell], str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Makes the tables of an answer; `whole_days`: with the nights."""

    answer: Answer
    words: Words
    shown: Interval | None = None
    whole_days: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Return the reader's zone: days and hours are its clock's."""
        return self.answer.zone

    def days(self) -> tuple[DayTable, ...]:
        """Return a table per day, all with the same hours."""
        lines = [
            *map(self._person, self.answer.people),
            *map(self._resource, self.answer.resources),
        ]
        days = [
            (day, list(numbers))
            for day, numbers in groupby(range(len(self.answer.cells)), key=self._day_of)
        ]
        first, last = self._hours(lines, [numbers for _, numbers in days])
        return tuple(
            self._table(day, [n for n in numbers if first <= self._hour_of(n) < last], lines)
            for day, numbers in days
        )

    def states(self) -> tuple[str, ...]:
        """Return what the cells say, each once, as the legend has it."""
        lines = [
            *map(self._person, self.answer.people),
            *map(self._resource, self.answer.resources),
        ]
        seen = {cell.state for line in lines for _, cells, _ in line.sides for cell in cells}
        return tuple(state for state in ORDER if state in seen)

    def _table(self, day: date, numbers: Sequence[int], lines: Iterable[_Line]) -> DayTable:
        spans = [self.answer.cells[n] for n in numbers]
        hours = groupby(spans, key=lambda span: hour_of(span.start, self.zone))
        return DayTable(
            day=day,
            title=self.words.long_date(day),
            hours=tuple((f"{hour:02}", len(list(group))) for (hour, _), group in hours),
            width=len(spans),
            groups=tuple(self._group(line, numbers, spans) for line in lines),
            shown=self._shown(spans),
        )

    def _group(self, line: _Line, numbers: Sequence[int], spans: Sequence[Interval]) -> Group:
        return Group(
            name=line.name,
            note=line.note,
            sides=tuple(
                Side(
                    name=name,
                    runs=runs([cells[n] for n in numbers], spans, self.shown, self.zone, self.words)
                    if cells
                    else (),
                    why=why,
                )
                for name, cells, why in line.sides
            ),
        )

    def _shown(self, spans: Sequence[Interval]) -> tuple[int, int, int, str] | None:
        """Return the cells before, during and after the suggestion, and its time."""
        if self.shown is None:
            return None
        during = [n for n, span in enumerate(spans) if span.overlaps(self.shown)]
        if not during:
            return None
        before, length = during[0], len(during)
        return before, length, len(spans) - before - length, clock_span(self.shown, self.zone)

    def _hours(self, lines: Sequence[_Line], days: Sequence[Sequence[int]]) -> tuple[int, int]:
        """Return the hours to show: the usual ones, and those in which anything begins or ends.

        What lasts over midnight shows itself anyway.
        """
        if self.whole_days:
            return 0, 24
        first, last = FIRST_HOUR, LAST_HOUR
        for numbers in days:
            busy = [
                any(
                    cells and cells[n].state not in HOUSE
                    for line in lines
                    for _, cells, _ in line.sides
                )
                or (self.shown is not None and self.answer.cells[n].overlaps(self.shown))
                for n in numbers
            ]
            for is_busy, found in groupby(range(len(numbers)), key=busy.__getitem__):
                run = list(found)
                if not is_busy:
                    continue
                if run[0] > 0:
                    first = min(first, self._hour_of(numbers[run[0]]))
                if run[-1] < len(numbers) - 1:
                    last = max(last, self._hour_of(numbers[run[-1]]) + 1)
        return first, last

    def _day_of(self, number: int) -> date:
        return self.answer.cells[number].start.astimezone(self.zone).date()

    def _hour_of(self, number: int) -> int:
        return hour_of(self.answer.cells[number].start, self.zone)[0]

    def _person(self, line: PersonLine) -> _Line:
        cells = person_cells(line, self.answer.cells, self.zone)
        why = "" if line.cells is not None else self.words(f"free_busy.unknown.{line.unknown}")
        return _Line(
            name=line.name or line.address,
            note=line.address if line.name else "",
            sides=(("", cells, why),),
        )

    def _resource(self, line: ResourceLine) -> _Line:
        rooms, exchange = side_cells(line)
        silent = "" if line.rooms is not None else self.words("free_busy.rooms_silent")
        why = ""
        if line.not_shown is not None:
            why = self.words(f"free_busy.not_shown.{line.not_shown}")
        elif line.exchange is None:
            why = self.words(f"free_busy.unknown.{line.unknown}")
        return _Line(
            name=line.name,
            note="",
            sides=(("ROOMS", rooms, silent), ("Exchange", exchange, why)),
        )


ORDER = (
    FREE,
    OFF,
    "busy",
    "booking",
    "tentative",
    "oof",
    "workingElsewhere",
    "pending",
    "buffer",
    "blocking_time",
    "holiday",
    "closed",
    "other",
)
"""What cells say, in the order of the legend."""
