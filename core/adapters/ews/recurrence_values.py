"""A rule as it goes out to EWS: what it cannot say is a MalformedSeriesError."""

from calendar import month_name
from datetime import date

from core.adapters.ews.xml import Element, t
from core.domain.series import Pattern, PatternKind, Recurrence, SeriesRange, Weekday
from core.errors import MalformedSeriesError

_NAMES = {
    PatternKind.DAILY: "DailyRecurrence",
    PatternKind.WEEKLY: "WeeklyRecurrence",
    PatternKind.ABSOLUTE_MONTHLY: "AbsoluteMonthlyRecurrence",
    PatternKind.RELATIVE_MONTHLY: "RelativeMonthlyRecurrence",
    PatternKind.ABSOLUTE_YEARLY: "AbsoluteYearlyRecurrence",
    PatternKind.RELATIVE_YEARLY: "RelativeYearlyRecurrence",
}
_YEARLY = frozenset({PatternKind.ABSOLUTE_YEARLY, PatternKind.RELATIVE_YEARLY})
_WORKING = frozenset(day for day in Weekday if day < Weekday.SATURDAY)
_SETS = {
    frozenset(Weekday): "Day",
    _WORKING: "Weekday",
    frozenset({Weekday.SATURDAY, Weekday.SUNDAY}): "WeekendDay",
} | {frozenset({day}): day.name.capitalize() for day in Weekday}


def recurrence_element(recurrence: Recurrence, first: date) -> Element:
    """Return the rule, its range beginning on `first`."""
    return t("Recurrence", _pattern(recurrence.pattern), _range(recurrence.range, first))


def _pattern(pattern: Pattern) -> Element:
    members = []
    if pattern.kind not in _YEARLY:
        members.append(t("Interval", str(pattern.interval)))
    elif pattern.interval != 1:
        raise MalformedSeriesError("EWS has no series of every other year")
    if pattern.kind is PatternKind.WEEKLY:
        days = " ".join(day.name.capitalize() for day in sorted(pattern.weekdays))
        members.append(t("DaysOfWeek", days))
        members.append(t("FirstDayOfWeek", pattern.first_weekday.name.capitalize()))
    if pattern.index is not None:
        word = _SETS.get(pattern.weekdays)
        if word is None:
            raise MalformedSeriesError("EWS has no word for this set of weekdays")
        members.append(t("DaysOfWeek", word))
        members.append(t("DayOfWeekIndex", pattern.index.name.capitalize()))
    if pattern.day_of_month is not None:
        members.append(t("DayOfMonth", str(pattern.day_of_month)))
    if pattern.month is not None:
        members.append(t("Month", month_name[pattern.month]))
    return t(_NAMES[pattern.kind], *members)


def _range(bounds: SeriesRange, first: date) -> Element:
    start = t("StartDate", first.isoformat())
    if bounds.last is not None:
        return t("EndDateRecurrence", start, t("EndDate", bounds.last.isoformat()))
    if bounds.count is not None:
        number = t("NumberOfOccurrences", str(bounds.count))
        return t("NumberedRecurrence", start, number)
    return t("NoEndRecurrence", start)
