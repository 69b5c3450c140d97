"""`recurrence` of an event: read, checked as Exchange does, shown with all members filled (3.2)."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from devstack.exchange.graph.errors import GraphError, invalid_property, unreadable_body
from devstack.exchange.graph.event_parts import members
from devstack.exchange.graph.prefer import zone_of
from devstack.exchange.model import expansion
from devstack.exchange.model.recurrence import (
    INDEXES,
    WEEKDAYS,
    Pattern,
    PatternKind,
    Range,
    RangeKind,
    Recurrence,
)
from devstack.exchange.model.values import Content

type Json = dict[str, Any]

NO_DATE = date(1, 1, 1)
MOST = 999
DAYS_OF_MONTH, MONTHS = range(32), range(13)
_RELATIVE = (PatternKind.RELATIVE_MONTHLY, PatternKind.RELATIVE_YEARLY)
_ABSOLUTE = (PatternKind.ABSOLUTE_MONTHLY, PatternKind.ABSOLUTE_YEARLY)
_YEARLY = (PatternKind.ABSOLUTE_YEARLY, PatternKind.RELATIVE_YEARLY)


def read_recurrence(value: Any, name: str) -> Recurrence | None:  # noqa: ANN401 - JSON
    """Read a recurrence; null is none. Members that the kind does not use are checked, then lost.

    Whether it fits its event is for `fitted` to say.
    """
    if value is None:
        return None
    content = members(value, name, {"pattern", "range"})
    return Recurrence(
        _pattern(content.get("pattern"), f"{name}.pattern"),
        _range(content.get("range"), f"{name}.range"),
    )


def fitted(before: Content | None, after: Content) -> Content:
    """Return the content as Exchange stores it, the start being that of the first occurrence.

    A new start takes the range along when nobody names another one. Refused are a range that begins
    on another day than the event, ends before its first date, and dates that overlap.
    """
    rule = after.recurrence
    if rule is None:
        return after
    limits = rule.range
    if limits.zone is not None and limits.zone.iana == after.start.zone.iana:
        limits = replace(limits, zone=None)
    after = replace(after, recurrence=replace(rule, range=limits))
    day = expansion.day_of(after.start, expansion.zone_of_series(after))
    if before is not None and before.recurrence == rule:
        limits = replace(limits, start=day)
    if limits.start != day:
        raise invalid_property(
            f"The recurrence range's startDate {limits.start} must be the date of the event's"
            f" start, {day}."
        )
    after = replace(after, recurrence=replace(rule, range=limits))
    return _begun(after)


def recurrence_json(rule: Recurrence, zone_name: str) -> Json:
    """Return a recurrence with every member; `zone_name` is what its time zone is called."""
    pattern, limits = rule.pattern, rule.range
    return {
        "pattern": {
            "type": pattern.kind.value,
            "interval": pattern.interval,
            "month": pattern.month,
            "dayOfMonth": pattern.day_of_month,
            "daysOfWeek": list(pattern.days_of_week),
            "firstDayOfWeek": pattern.first_day_of_week,
            "index": pattern.index,
        },
        "range": {
            "type": limits.kind.value,
            "startDate": limits.start.isoformat(),
            "endDate": (limits.end or NO_DATE).isoformat(),
            "recurrenceTimeZone": zone_name,
            "numberOfOccurrences": limits.occurrences,
        },
    }


def _begun(content: Content) -> Content:
    """Let the event begin with the first date that the pattern has (graph-calendar 2, 3.2)."""
    rule = content.recurrence
    first = None if rule is None else expansion.first_date(rule)
    if rule is None or first is None:
        raise GraphError(
            400, "ErrorRecurrenceHasNoOccurrence", "The recurrence has no occurrence in its range."
        )
    if first != rule.range.start:
        start, end = expansion.times_on(content, first)
        limits = replace(rule.range, start=first)
        content = replace(content, start=start, end=end, recurrence=replace(rule, range=limits))
    if expansion.overlaps_itself(content):
        raise GraphError(
            400,
            "ErrorOccurrenceTimeSpanTooBig",
            "The duration of the occurrences is longer than the time between them.",
        )
    return content


def _pattern(value: Any, name: str) -> Pattern:  # noqa: ANN401 - JSON
    given = members(
        value, name,
        {"type", "interval", "month", "dayOfMonth", "daysOfWeek", "firstDayOfWeek", "index"},
    )  # fmt: skip
    kind = _word(given, name, "type", PatternKind)
    if given.get("interval") is None:
        raise invalid_property(f"'{name}.interval' is required.")
    interval = _number(given, name, "interval", range(1, MOST + 1))
    days = _days(given.get("daysOfWeek"), f"{name}.daysOfWeek")
    first = _named(given.get("firstDayOfWeek"), f"{name}.firstDayOfWeek", WEEKDAYS, "sunday")
    index = _named(given.get("index"), f"{name}.index", tuple(INDEXES), "first")
    month = _number(given, name, "month", MONTHS)
    day = _number(given, name, "dayOfMonth", DAYS_OF_MONTH)
    needs_days = kind is PatternKind.WEEKLY or kind in _RELATIVE
    for is_missing, what in (
        (needs_days and not days, "daysOfWeek"),
        (kind in _ABSOLUTE and not day, "dayOfMonth"),
        (kind in _YEARLY and not month, "month"),
    ):
        if is_missing:
            raise invalid_property(f"'{name}.{what}' is required for the pattern '{kind}'.")
    pattern = Pattern(
        kind=kind,
        interval=interval,
        days_of_week=days if needs_days else (),
        first_day_of_week=first if kind is PatternKind.WEEKLY else "sunday",
        day_of_month=day if kind in _ABSOLUTE else 0,
        month=month if kind in _YEARLY else 0,
        index=index if kind in _RELATIVE else "first",
    )
    if kind is PatternKind.ABSOLUTE_YEARLY and day > _longest(month):
        raise invalid_property(f"'{name}.dayOfMonth': month {month} has no day {day}.")
    return pattern


def _range(value: Any, name: str) -> Range:  # noqa: ANN401 - JSON
    given = members(
        value, name,
        {"type", "startDate", "endDate", "numberOfOccurrences", "recurrenceTimeZone"},
    )  # fmt: skip
    kind = _word(given, name, "type", RangeKind)
    start = _date(given.get("startDate"), f"{name}.startDate")
    end = _date(given.get("endDate"), f"{name}.endDate")
    number = _number(given, name, "numberOfOccurrences", range(MOST + 1))
    zone_name = given.get("recurrenceTimeZone")
    if zone_name is not None and not isinstance(zone_name, str):
        raise unreadable_body(f"'{name}.recurrenceTimeZone' must be a string.")
    for is_missing, what in (
        (start is None, "startDate"),
        (kind is RangeKind.END_DATE and end is None, "endDate"),
        (kind is RangeKind.NUMBERED and not number, "numberOfOccurrences"),
    ):
        if is_missing:
            raise invalid_property(f"'{name}.{what}' is required for the range '{kind}'.")
    if start is None:
        raise invalid_property(f"'{name}.startDate' is required.")
    if kind is RangeKind.END_DATE and end is not None and end < start:
        raise GraphError(
            400,
            "ErrorRecurrenceEndDateTooEarly",
            "The end date of the recurrence is before its start date.",
        )
    return Range(
        kind=kind,
        start=start,
        end=end if kind is RangeKind.END_DATE else None,
        occurrences=number if kind is RangeKind.NUMBERED else 0,
        zone=zone_of(zone_name) if zone_name else None,
    )


def _word[E: StrEnum](given: Json, name: str, member: str, kind: type[E]) -> E:
    value = given.get(member)
    known = {entry.value.lower(): entry for entry in kind}
    if not isinstance(value, str) or value.lower() not in known:
        raise unreadable_body(f"'{name}.{member}': requested value '{value}' was not found.")
    return known[value.lower()]


def _named(value: Any, name: str, known: tuple[str, ...], default: str) -> str:  # noqa: ANN401 - JSON
    if value is None:
        return default
    if not isinstance(value, str) or value.lower() not in known:
        raise unreadable_body(f"'{name}': requested value '{value}' was not found.")
    return value.lower()


def _days(value: Any, name: str) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    if value is None:
        return ()
    if not isinstance(value, list):
        raise unreadable_body(f"'{name}' must be a collection.")
    found = {_named(entry, name, WEEKDAYS, "") for entry in value}
    if "" in found:
        raise unreadable_body(f"'{name}' must not hold null.")
    # Exchange keeps a set of days and shows it from Sunday on.
    return tuple(day for day in ("sunday", *WEEKDAYS[:-1]) if day in found)


def _number(given: Json, name: str, member: str, allowed: range) -> int:
    """Read a whole number; what is not said is 0."""
    value = given.get(member)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int):
        raise unreadable_body(f"'{name}.{member}' must be a whole number.")
    if value not in allowed:
        raise invalid_property(
            f"'{name}.{member}': {value} is not between {allowed[0]} and {allowed[-1]}."
        )
    return value


def _date(value: Any, name: str) -> date | None:  # noqa: ANN401 - JSON
    """Read a date; the first day of all stands for none (graph-calendar 3.2)."""
    if value is None:
        return None
    try:
        found = date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise unreadable_body(f"'{name}': '{value}' is not a date.") from error
    return None if found == NO_DATE else found


def _longest(month: int) -> int:
    return 29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
