"""A series in words, for the console and the command line: its rule, and how its dates stand.

English in this version, as `wording`. No subject and no people: a series has none here (D13).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.app import wording
from core.app.console.wall import zone_named
from core.domain.interval import wall_clock
from core.domain.mapping import DateLink, MappingState, SeriesLink
from core.domain.series import (
    WORKING_DAYS,
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)

_INDEXES = {
    WeekIndex.FIRST: "first",
    WeekIndex.SECOND: "second",
    WeekIndex.THIRD: "third",
    WeekIndex.FOURTH: "fourth",
    WeekIndex.LAST: "last",
}
_UNITS = {
    PatternKind.DAILY: ("daily", "days"),
    PatternKind.WEEKLY: ("weekly", "weeks"),
    PatternKind.ABSOLUTE_MONTHLY: ("monthly", "months"),
    PatternKind.RELATIVE_MONTHLY: ("monthly", "months"),
    PatternKind.ABSOLUTE_YEARLY: ("yearly", "years"),
    PatternKind.RELATIVE_YEARLY: ("yearly", "years"),
}
_WEEKEND = frozenset({Weekday.SATURDAY, Weekday.SUNDAY})
_ORDINALS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_REFUSED, _CANCELLED, _OFF, _WAITING = "refused", "cancelled", "no longer followed", "to be booked"
_MOVED, _ELSEWHERE = "moved", "on another resource"
_NOTES = (_REFUSED, _CANCELLED, _MOVED, _ELSEWHERE, _OFF, _WAITING)


def summary(series: SeriesLink) -> str:
    """Return a series in one line: "weekly on Tuesday until 5 Jan 2027, 10 dates, 2 refused".

    The number is of the dates that were dealt with: of an endless series those up to its horizon.
    """
    noted = Counter(note for _, notes in _noted(series) for note in notes)
    number = len(series.dates)
    parts = [rule(series.recurrence), f"{number} date{'' if number == 1 else 's'}"]
    return ", ".join([*parts, *(f"{noted[note]} {note}" for note in _NOTES if noted[note])])


def special_dates(series: SeriesLink) -> tuple[tuple[str, str], ...]:
    """Return the dates that are not as the rule says, with what is special: (date, what)."""
    zone = zone_named(series.recurrence.zone)
    return tuple(
        (_day_and_time(link.original_start.astimezone(zone)), _told(link, notes, zone))
        for link, notes in _noted(series)
        if notes and notes != (_WAITING,)
    )


def rule(recurrence: Recurrence) -> str:
    """Return pattern and range, such as "monthly on the last working day without an end"."""
    return f"{pattern(recurrence.pattern)}{_ending(recurrence.range)}"


def times(recurrence: Recurrence) -> str:
    """Return the time of day of each date, such as "09:00 to 10:00" with its zone."""
    return f"{_clock(recurrence.span)} ({recurrence.zone.replace('_', ' ')})"


def pattern(each: Pattern) -> str:
    """Return which days a pattern means."""
    if each.is_every_working_day:
        return "every working day"
    if each.kind is PatternKind.DAILY:
        return _often(each)
    return f"{_often(each)} on {_days(each)}"


def _often(each: Pattern) -> str:
    usual, units = _UNITS[each.kind]
    return usual if each.interval == 1 else f"every {each.interval} {units}"


def _days(each: Pattern) -> str:
    month = "" if each.month is None else wording.MONTHS[each.month - 1]
    if each.kind is PatternKind.ABSOLUTE_YEARLY:
        return f"{each.day_of_month} {month}"
    if each.day_of_month is not None:
        return f"the {each.day_of_month}{_ORDINALS.get(each.day_of_month, 'th')}"
    if each.index is None:
        return _listed(_weekdays(each), "and")
    of_month = f" of {month}" if month else ""
    return f"the {_INDEXES[each.index]} {_kind_of_day(each)}{of_month}"


def _kind_of_day(each: Pattern) -> str:
    if len(each.weekdays) == len(Weekday):
        return "day"
    if each.weekdays == WORKING_DAYS:
        return "working day"
    return "weekend day" if each.weekdays == _WEEKEND else _listed(_weekdays(each), "or")


def _weekdays(each: Pattern) -> list[str]:
    return [day.name.capitalize() for day in sorted(each.weekdays)]


def _listed(words: list[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _ending(bounds: SeriesRange) -> str:
    if bounds.last is not None:
        return f" until {_date(bounds.last)}"
    if bounds.count is not None:
        return ", once" if bounds.count == 1 else f", {bounds.count} times"
    return " without an end"


def _clock(span: WallSpan) -> str:
    days = (span.end.date() - span.start.date()).days
    later = "" if not days else f" {days} day{'' if days == 1 else 's'} later"
    return f"{span.start:%H:%M}\u2013{span.end:%H:%M}{later}"


def _date(day: date) -> str:
    return f"{day.day} {wording.MONTHS[day.month - 1][:3]} {day.year}"


def _day_and_time(moment: datetime) -> str:
    return f"{Weekday(moment.weekday()).name.capitalize()[:3]} {_date(moment)} {moment:%H:%M}"


def _noted(series: SeriesLink) -> Iterable[tuple[DateLink, tuple[str, ...]]]:
    zone, usual = zone_named(series.recurrence.zone), _usual_resources(series)
    for link in series.dates:
        yield link, tuple(_notes(link, series.recurrence, usual, zone))


def _notes(
    link: DateLink, recurrence: Recurrence, usual: frozenset[int], zone: ZoneInfo
) -> Iterable[str]:
    """Yield what is special; of a date that has ended only that."""
    if link.state is MappingState.CANCELLED:
        yield _CANCELLED
        return
    if link.state is MappingState.REJECTED or any(refusal.is_open for refusal in link.refusals):
        yield _REFUSED
    if link.state is MappingState.SYNC_DISABLED:
        yield _OFF
    if link.state is MappingState.CREATING:
        yield _WAITING
    if _is_moved(link, recurrence, zone):
        yield _MOVED
    if link.bookings and _resources(link) != usual:
        yield _ELSEWHERE


def _is_moved(link: DateLink, recurrence: Recurrence, zone: ZoneInfo) -> bool:
    if link.time is None:
        return False
    start, end = (wall_clock(moment, zone) for moment in (link.time.start, link.time.end))
    return link.time.start != link.original_start or end - start != recurrence.span.length


def _usual_resources(series: SeriesLink) -> frozenset[int]:
    booked = Counter(_resources(link) for link in series.dates if link.bookings)
    return max(booked, key=lambda each: booked[each], default=frozenset())


def _resources(link: DateLink) -> frozenset[int]:
    return frozenset(booking.resource for booking in link.bookings)


def _told(link: DateLink, notes: tuple[str, ...], zone: ZoneInfo) -> str:
    return "; ".join(_one_told(link, note, zone) for note in notes if note != _WAITING)


def _one_told(link: DateLink, note: str, zone: ZoneInfo) -> str:
    if note == _REFUSED:
        codes = dict.fromkeys(wording.refusal(refusal.code) for refusal in link.refusals)
        return ": ".join(filter(None, (note, ", ".join(codes))))
    if note == _MOVED and link.time is not None:
        start, end = (moment.astimezone(zone) for moment in (link.time.start, link.time.end))
        return f"moved to {_day_and_time(start)}\u2013{end:%H:%M}"
    return note
