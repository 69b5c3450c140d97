"""The rule of a series in EWS: a pattern element and a range element.

EWS has no interval of years and one day at most in a relative pattern; sets of days that have a
word of their own (`Weekday`) are written with it.
"""

import calendar
from datetime import date, datetime

from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.soap import Element, named, t, text_of
from devstack.exchange.model.recurrence import (
    INDEXES,
    WEEKDAYS,
    Pattern,
    PatternKind,
    Range,
    RangeKind,
    Recurrence,
)
from devstack.exchange.model.zones import Zone

MONTHS = tuple(calendar.month_name)
_SETS = {
    "Day": WEEKDAYS,
    "Weekday": WEEKDAYS[:5],
    "WeekendDay": WEEKDAYS[5:],
} | {day.capitalize(): (day,) for day in WEEKDAYS}
_KINDS = {
    "RelativeYearlyRecurrence": PatternKind.RELATIVE_YEARLY,
    "AbsoluteYearlyRecurrence": PatternKind.ABSOLUTE_YEARLY,
    "RelativeMonthlyRecurrence": PatternKind.RELATIVE_MONTHLY,
    "AbsoluteMonthlyRecurrence": PatternKind.ABSOLUTE_MONTHLY,
    "WeeklyRecurrence": PatternKind.WEEKLY,
    "DailyRecurrence": PatternKind.DAILY,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def recurrence_element(rule: Recurrence, where: Zone) -> Element:
    """Return the rule; dates carry the offset that `where` has on them."""
    return t("Recurrence", _pattern_element(rule.pattern), _range_element(rule.range, where))


def read_recurrence(element: Element) -> Recurrence:
    """Read a rule; what Exchange cannot keep is an EwsError."""
    parts = list(element)
    if len(parts) != 2 or named(parts[0].tag) not in _KINDS:
        raise _invalid("A recurrence has a pattern and a range.")
    try:
        return Recurrence(_read_pattern(parts[0]), _read_range(parts[1]))
    except (ValueError, KeyError) as error:
        raise _invalid(f"The recurrence cannot be read: {error}") from error


def _pattern_element(pattern: Pattern) -> Element:
    kind, members = pattern.kind, []
    is_yearly = kind in (PatternKind.RELATIVE_YEARLY, PatternKind.ABSOLUTE_YEARLY)
    if not is_yearly:
        members.append(t("Interval", str(pattern.interval)))
    if kind is PatternKind.WEEKLY:
        members.append(t("DaysOfWeek", " ".join(d.capitalize() for d in pattern.days_of_week)))
        members.append(t("FirstDayOfWeek", pattern.first_day_of_week.capitalize()))
    if kind in (PatternKind.RELATIVE_MONTHLY, PatternKind.RELATIVE_YEARLY):
        members.append(t("DaysOfWeek", _day_word(pattern.days_of_week)))
        members.append(t("DayOfWeekIndex", pattern.index.capitalize()))
    if kind in (PatternKind.ABSOLUTE_MONTHLY, PatternKind.ABSOLUTE_YEARLY):
        members.append(t("DayOfMonth", str(pattern.day_of_month)))
    if is_yearly:
        members.append(t("Month", MONTHS[pattern.month]))
    return t(_NAMES[kind], *members)


def _range_element(limits: Range, where: Zone) -> Element:
    start = t("StartDate", _date_text(limits.start, where))
    if limits.kind is RangeKind.NO_END:
        return t("NoEndRecurrence", start)
    if limits.kind is RangeKind.NUMBERED:
        return t("NumberedRecurrence", start, t("NumberOfOccurrences", str(limits.occurrences)))
    return t(
        "EndDateRecurrence", start, t("EndDate", _date_text(limits.end or limits.start, where))
    )


def _read_pattern(element: Element) -> Pattern:
    kind = _KINDS[named(element.tag)]
    index = (text_of(element, "DayOfWeekIndex") or "First").lower()
    days = text_of(element, "DaysOfWeek") or ""
    month = text_of(element, "Month")
    interval = int(text_of(element, "Interval") or "1")
    if index not in INDEXES or interval < 1:
        raise ValueError(f"interval {interval}, index {index}")
    return Pattern(
        kind=kind,
        interval=interval,
        days_of_week=tuple(day for word in days.split() for day in _SETS[word]),
        first_day_of_week=(text_of(element, "FirstDayOfWeek") or "Sunday").lower(),
        day_of_month=int(text_of(element, "DayOfMonth") or "0"),
        month=MONTHS.index(month) if month else 0,
        index=index,
    )


def _read_range(element: Element) -> Range:
    start = _read_date(text_of(element, "StartDate"))
    match named(element.tag):
        case "NoEndRecurrence":
            return Range(kind=RangeKind.NO_END, start=start)
        case "EndDateRecurrence":
            end = _read_date(text_of(element, "EndDate"))
            if end < start:
                raise EwsError(
                    "ErrorCalendarEndDateIsEarlierThanStartDate",
                    "The end of the recurrence is before its start.",
                )
            return Range(kind=RangeKind.END_DATE, start=start, end=end)
        case "NumberedRecurrence":
            number = int(text_of(element, "NumberOfOccurrences") or "0")
            return Range(kind=RangeKind.NUMBERED, start=start, occurrences=number)
        case other:
            raise ValueError(other)


def _day_word(days: tuple[str, ...]) -> str:
    return next((word for word, known in _SETS.items() if set(known) == set(days)), "Day")


def _date_text(day: date, where: Zone) -> str:
    offset = f"{datetime(day.year, day.month, day.day, tzinfo=where.info):%:z}"
    return f"{day.isoformat()}{'Z' if offset == '+00:00' else offset}"


def _read_date(text: str | None) -> date:
    """Read a date, whatever offset it carries."""
    if not text:
        raise ValueError("a date is missing")
    return date.fromisoformat(text.strip()[:10])


def _invalid(message: str) -> EwsError:
    return EwsError("ErrorCalendarInvalidRecurrence", message)
