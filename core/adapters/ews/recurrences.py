"""EWS's `Recurrence` read as a rule: strictly, for a rule misread is wrong on all its dates."""

from calendar import month_name
from datetime import date

from core.adapters.ews.item_reader import zone_name
from core.adapters.ews.xml import Element, child, name_of, text
from core.adapters.exchange.series_times import series_zone, wall_span
from core.domain.event import Event
from core.domain.series import (
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    Weekday,
    WeekIndex,
)
from core.errors import MalformedSeriesError

_KINDS = {
    "DailyRecurrence": PatternKind.DAILY,
    "WeeklyRecurrence": PatternKind.WEEKLY,
    "AbsoluteMonthlyRecurrence": PatternKind.ABSOLUTE_MONTHLY,
    "RelativeMonthlyRecurrence": PatternKind.RELATIVE_MONTHLY,
    "AbsoluteYearlyRecurrence": PatternKind.ABSOLUTE_YEARLY,
    "RelativeYearlyRecurrence": PatternKind.RELATIVE_YEARLY,
}
_WEEKDAYS = {day.name.capitalize(): frozenset({day}) for day in Weekday}
_SETS = _WEEKDAYS | {
    "Day": frozenset(Weekday),
    "Weekday": frozenset(day for day in Weekday if day < Weekday.SATURDAY),
    "WeekendDay": frozenset({Weekday.SATURDAY, Weekday.SUNDAY}),
}
_INDEXES = {index.name.capitalize(): index for index in WeekIndex}
_MONTHS = {name: number for number, name in enumerate(month_name) if name}
_PARTS = 2


def read_recurrence(item: Element, master: Event) -> Recurrence:
    """Return the rule of a series; one that means nothing is a MalformedSeriesError."""
    try:
        return _recurrence(item, master)
    except (ValueError, KeyError, OverflowError) as error:
        kind = type(error).__name__
        raise MalformedSeriesError(
            f"a series of mailbox {master.place.mailbox} cannot be read: its rule ({kind})"
        ) from None


def _recurrence(item: Element, master: Event) -> Recurrence:
    rule = child(item, "Recurrence")
    if rule is None or len(rule) != _PARTS:
        raise ValueError("no pattern and range")
    zone = series_zone(zone_name(item), master)
    return Recurrence(
        pattern=_pattern(rule[0]),
        range=_range(rule[1]),
        span=wall_span(master, zone),
        zone=zone.key,
    )


def _pattern(part: Element) -> Pattern:
    kind = _KINDS[name_of(part)]
    interval = int(text(part, "Interval") or "1")
    days = frozenset(day for word in text(part, "DaysOfWeek").split() for day in _SETS[word])
    match kind:
        case PatternKind.DAILY:
            return Pattern(kind=kind, interval=interval)
        case PatternKind.WEEKLY:
            (first,) = _WEEKDAYS[text(part, "FirstDayOfWeek") or "Sunday"]
            return Pattern(kind=kind, interval=interval, weekdays=days, first_weekday=first)
    month = _MONTHS[text(part, "Month")] if text(part, "Month") else None
    if kind in {PatternKind.ABSOLUTE_MONTHLY, PatternKind.ABSOLUTE_YEARLY}:
        day = int(text(part, "DayOfMonth"))
        return Pattern(kind=kind, interval=interval, day_of_month=day, month=month)
    index = _INDEXES[text(part, "DayOfWeekIndex")]
    return Pattern(kind=kind, interval=interval, weekdays=days, index=index, month=month)


def _range(part: Element) -> SeriesRange:
    first = _day(text(part, "StartDate"))
    match name_of(part):
        case "NoEndRecurrence":
            return SeriesRange(first=first)
        case "EndDateRecurrence":
            return SeriesRange(first=first, last=_day(text(part, "EndDate")))
        case "NumberedRecurrence":
            return SeriesRange(first=first, count=int(text(part, "NumberOfOccurrences")))
        case _:
            raise ValueError("an unknown kind of range")


def _day(told: str) -> date:
    """Read a date; servers put an offset behind it, which says nothing."""
    return date.fromisoformat(told.strip()[:10])
