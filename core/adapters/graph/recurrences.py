"""Graph's `recurrence` read as a rule: strictly, for a rule misread is wrong on all its dates.

Members that a type does not use are not looked at: Graph fills them in (graph-calendar 3.2).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.adapters.exchange.series_times import series_zone, wall_span
from core.domain.event import Event
from core.domain.expansion import occurrences
from core.domain.series import (
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    Weekday,
    WeekIndex,
)
from core.errors import MalformedSeriesError

_WEEKDAYS = {day.name.lower(): day for day in Weekday}
_INDEXES = {index.name.lower(): index for index in WeekIndex}
_NO_DATE = date(1, 1, 1)
_LAST_YEAR = 4500
"""The last that Exchange can hold."""


class _RangeKind(StrEnum):
    END_DATE = "endDate"
    NO_END = "noEnd"
    NUMBERED = "numbered"


class _UnreadableError(ValueError):
    """Says which member is wrong and how, never with its value."""


def read_recurrence(content: object, master: Event, entered_in: str) -> Recurrence:
    """Return the rule of a series; one that means nothing is a MalformedSeriesError.

    `entered_in` is the zone in which the master was entered, as Exchange names it: it counts where
    the range names none. A custom one gives way to `master.time_zone`, as for single events.
    """
    try:
        members = _Members(content, "recurrence")
        bounds = members.part("range")
        zone = series_zone(bounds.text("recurrenceTimeZone") or entered_in, master)
        recurrence = Recurrence(
            pattern=_pattern(members.part("pattern")),
            range=_range(bounds),
            span=wall_span(master, zone),
            zone=zone.key,
        )
        _require_fitting_start(recurrence)
    except (ValueError, OverflowError) as error:
        raise MalformedSeriesError(
            f"a series of mailbox {master.place.mailbox} cannot be read: {error}"
        ) from None
    return recurrence


class _Members:
    """The members of one JSON object; a wrong one is an _UnreadableError that names it."""

    def __init__(self, content: object, name: str) -> None:
        if not isinstance(content, Mapping):
            raise _UnreadableError(f"{name} is missing or no object")
        self._content, self._name = content, name

    def part(self, member: str) -> "_Members":
        return _Members(self._content.get(member), f"{self._name}.{member}")

    def text(self, member: str) -> str:
        """Return a text, empty when it is not said."""
        value = self._content.get(member)
        if value is not None and not isinstance(value, str):
            raise self._wrong(member, "is no text")
        return value or ""

    def number(self, member: str) -> int:
        value = self._content.get(member)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(member, "is missing or no whole number")
        return value

    def day(self, member: str) -> date:
        try:
            found = date.fromisoformat(self.text(member))
        except ValueError:
            raise self._wrong(member, "is missing or no date") from None
        if found == _NO_DATE:
            raise self._wrong(member, "is not said")
        return found

    def word[Word](self, member: str, words: Mapping[str, Word], default: str = "") -> Word:
        return self._known(self.text(member) or default, member, words)

    def words[Word](self, member: str, words: Mapping[str, Word]) -> frozenset[Word]:
        values = self._content.get(member)
        if not isinstance(values, list):
            raise self._wrong(member, "is missing or no list")
        return frozenset(self._known(value, member, words) for value in values)

    def _known[Word](self, value: object, member: str, words: Mapping[str, Word]) -> Word:
        found = words.get(value.lower()) if isinstance(value, str) else None
        if found is None:
            raise self._wrong(member, "is none of the known words")
        return found

    def _wrong(self, member: str, why: str) -> _UnreadableError:
        return _UnreadableError(f"{self._name}.{member} {why}")


def _pattern(members: _Members) -> Pattern:
    kind = members.word("type", _by_name(PatternKind))
    interval = members.number("interval")
    match kind:
        case PatternKind.DAILY:
            return Pattern(kind=kind, interval=interval)
        case PatternKind.WEEKLY:
            return Pattern(
                kind=kind,
                interval=interval,
                weekdays=members.words("daysOfWeek", _WEEKDAYS),
                first_weekday=members.word("firstDayOfWeek", _WEEKDAYS, "sunday"),
            )
        case PatternKind.ABSOLUTE_MONTHLY | PatternKind.ABSOLUTE_YEARLY:
            is_yearly = kind is PatternKind.ABSOLUTE_YEARLY
            return Pattern(
                kind=kind,
                interval=interval,
                day_of_month=members.number("dayOfMonth"),
                month=members.number("month") if is_yearly else None,
            )
        case PatternKind.RELATIVE_MONTHLY | PatternKind.RELATIVE_YEARLY:
            is_yearly = kind is PatternKind.RELATIVE_YEARLY
            return Pattern(
                kind=kind,
                interval=interval,
                weekdays=members.words("daysOfWeek", _WEEKDAYS),
                index=members.word("index", _INDEXES, "first"),
                month=members.number("month") if is_yearly else None,
            )


def _range(members: _Members) -> SeriesRange:
    first = members.day("startDate")
    match members.word("type", _by_name(_RangeKind)):
        case _RangeKind.END_DATE:
            return SeriesRange(first=first, last=members.day("endDate"))
        case _RangeKind.NUMBERED:
            return SeriesRange(first=first, count=members.number("numberOfOccurrences"))
        case _RangeKind.NO_END:
            return SeriesRange(first=first)


def _by_name[Word: StrEnum](words: type[Word]) -> dict[str, Word]:
    return {word.value.lower(): word for word in words}


def _require_fitting_start(recurrence: Recurrence) -> None:
    """Refuse a rule without a date, and one that begins on another day than its master.

    The range may begin before the first day that fits the pattern (graph-calendar 3.2).
    """
    first = next(occurrences(recurrence), None)
    if first is None or first.original_start.year > _LAST_YEAR:
        raise _UnreadableError("its range has no date")
    day = first.original_start.astimezone(ZoneInfo(recurrence.zone)).date()
    if recurrence.span.start.date() not in {recurrence.range.first, day}:
        raise _UnreadableError("its range begins on another day than its first date")
