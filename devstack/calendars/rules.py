"""RRULE as a pattern and range of Exchange: the exact same dates, or a reason (graph-calendar 3.2).

Every translation is expanded beside the rule itself (RFC 5545, 3.3.10) before it counts.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from dateutil.rrule import rrulestr

from devstack.calendars import values
from devstack.calendars.spans import NotImportableError, Span
from devstack.calendars.structure import Property
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
from devstack.exchange.model.zones import zone

type Words = Mapping[str, list[Any]]

MOST_TIMES = 999
_COMPARED = 60
_DAYS = {name[:2].upper(): name for name in WEEKDAYS}
_POSITIONS = {number: name for name, number in INDEXES.items()}
_UNDERSTOOD = frozenset(
    ["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"]
)
_WHOLE_DAY = timedelta(days=1)


def read_rule(given: Property, span: Span, shift: timedelta) -> Recurrence:
    """Return the recurrence of a series; raises NotImportableError with a reason.

    `span` is the first date, already moved by `shift`, which is whole weeks.
    """
    try:
        words: Words = {name.upper(): value for name, value in values.rule(given.value).items()}
        pattern = _pattern(words, span.start.wall.date(), given)
    except (ValueError, TypeError) as error:
        raise _unsayable(given, "it cannot be read") from error
    if shift and pattern.kind not in (PatternKind.DAILY, PatternKind.WEEKLY):
        raise _unsayable(given, "a monthly or yearly series cannot be moved by weeks")
    first = span.start.wall.date()
    endless = Recurrence(pattern, Range(kind=RangeKind.NO_END, start=first))
    _require_the_same_dates(endless, given, first)
    return replace(endless, range=_range(words, span, given, shift))


def _pattern(words: Words, first: date, given: Property) -> Pattern:
    unknown = sorted(set(words) - _UNDERSTOOD)
    if unknown:
        raise _unsayable(given, f"Exchange has nothing like {', '.join(unknown)}")
    interval = _one(words, "INTERVAL", 1, given)
    if not 0 < interval <= MOST_TIMES:
        raise _unsayable(given, f"its INTERVAL is not between 1 and {MOST_TIMES}")
    match _one(words, "FREQ", "", given):
        case "DAILY":
            return _daily(words, interval, given)
        case "WEEKLY":
            return _weekly(words, interval, first, given)
        case "MONTHLY" if "BYMONTH" not in words:
            return _in_a_month(words, interval, first, given)
        case "YEARLY" if "BYMONTH" in words or "BYDAY" not in words:
            month = _one(words, "BYMONTH", first.month, given)
            found = _in_a_month(words, interval, first, given)
            is_relative = found.kind is PatternKind.RELATIVE_MONTHLY
            kind = PatternKind.RELATIVE_YEARLY if is_relative else PatternKind.ABSOLUTE_YEARLY
            return replace(found, kind=kind, month=int(month))
        case frequency:
            raise _unsayable(given, f"Exchange has nothing like its {frequency} rule")


def _daily(words: Words, interval: int, given: Property) -> Pattern:
    if not _has(words, "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"):
        return Pattern(kind=PatternKind.DAILY, interval=interval)
    if interval != 1 or _has(words, "BYMONTHDAY", "BYMONTH", "BYSETPOS"):
        raise _unsayable(given, "a daily pattern of Exchange names no days")
    return Pattern(kind=PatternKind.WEEKLY, days_of_week=_days(words, given))


def _weekly(words: Words, interval: int, first: date, given: Property) -> Pattern:
    if _has(words, "BYMONTHDAY", "BYMONTH", "BYSETPOS"):
        raise _unsayable(given, "a weekly pattern of Exchange names weekdays only")
    begins = _DAYS.get(str(_one(words, "WKST", "MO", given)), "")
    if not begins:
        raise _unsayable(given, "its WKST is no day")
    days = _days(words, given) if "BYDAY" in words else (WEEKDAYS[first.weekday()],)
    return Pattern(
        kind=PatternKind.WEEKLY, interval=interval, days_of_week=days, first_day_of_week=begins
    )


def _in_a_month(words: Words, interval: int, first: date, given: Property) -> Pattern:
    if "BYDAY" not in words:
        day = _day_of_month(words, first, given)
        return Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, interval=interval, day_of_month=day)
    if "BYMONTHDAY" in words:
        raise _unsayable(given, "Exchange does not combine weekdays and days of the month")
    position = words.get("BYSETPOS")
    named = [str(word) for word in words["BYDAY"]]
    if position is None and len(named) == 1 and len(named[0]) > len("MO"):
        position, named = [named[0][:-2]], [named[0][-2:]]
    index = _POSITIONS.get(_whole(position[0])) if position and len(position) == 1 else None
    if index is None:
        raise _unsayable(given, "Exchange knows the first to the fourth and the last of some days")
    days = _days({"BYDAY": named}, given)
    return Pattern(
        kind=PatternKind.RELATIVE_MONTHLY, interval=interval, days_of_week=days, index=index
    )


def _day_of_month(words: Words, first: date, given: Property) -> int:
    """Return the day; one that is missing in short months is the last one in Exchange."""
    days = sorted(_whole(day) for day in words.get("BYMONTHDAY", [first.day]))
    positions = [_whole(word) for word in words.get("BYSETPOS", [])]
    is_last_of_some = positions == [-1] and days == list(range(days[0], days[-1] + 1))
    if is_last_of_some and days[0] <= expansion.SHORTEST_MONTH:
        return days[-1]
    if positions or len(days) != 1 or not -1 <= days[0] <= 31 or not days[0]:
        raise _unsayable(given, "Exchange takes one day of a month")
    return days[0] if days[0] > 0 else 31


def _days(words: Words, given: Property) -> tuple[str, ...]:
    found = [_DAYS.get(str(word)) for word in words["BYDAY"]]
    days = tuple(day for day in found if day is not None)
    if not days or len(days) != len(found):
        raise _unsayable(given, "Exchange has no pattern with these days")
    return days


def _require_the_same_dates(rule: Recurrence, given: Property, first: date) -> None:
    """Compare with the rule itself, without its end: what differs is not approximated."""
    words = [w for w in given.value.split(";") if w.split("=")[0].upper() not in ("COUNT", "UNTIL")]
    start = datetime.combine(first, time(0))
    try:
        theirs = [found.date() for found in islice(rrulestr(";".join(words), dtstart=start),
                                                   _COMPARED)]  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise _unsayable(given, "it cannot be read") from error
    if theirs[:1] != [first]:
        raise _unsayable(given, "its first date is none that its rule names")
    ours = expansion.dates_between(rule, first, theirs[-1])
    if ours != theirs:
        raise _unsayable(given, "Exchange takes the last day of months that are too short")


def _range(words: Words, span: Span, given: Property, shift: timedelta) -> Range:
    first = span.start.wall.date()
    if "COUNT" in words:
        number = _one(words, "COUNT", 0, given)
        if not 0 < number <= MOST_TIMES:
            raise _unsayable(given, f"Exchange repeats 1 to {MOST_TIMES} times")
        return Range(kind=RangeKind.NUMBERED, start=first, occurrences=number)
    if "UNTIL" not in words:
        return Range(kind=RangeKind.NO_END, start=first)
    until = _one(words, "UNTIL", first, given)
    if isinstance(until, datetime):
        where = zone(span.start.zone).info
        local = until.astimezone(where).replace(tzinfo=None) if until.tzinfo else until
        is_reached = span.is_all_day or local.time() >= span.start.wall.time()
        end = local.date() if is_reached else local.date() - _WHOLE_DAY
    else:
        end = until
    end += shift
    if end < first:
        raise _unsayable(given, "it ends before it begins")
    return Range(kind=RangeKind.END_DATE, start=first, end=end)


def _one(words: Words, name: str, default: Any, given: Property) -> Any:  # noqa: ANN401 - vRecur
    found = words.get(name, [default])
    if len(found) != 1:
        raise _unsayable(given, f"{name} has {len(found)} values")
    return found[0]


def _has(words: Words, *names: str) -> bool:
    return any(name in words for name in names)


def _whole(word: object) -> int:
    try:
        return int(str(word))
    except ValueError:
        return 0


def _unsayable(given: Property, why: str) -> NotImportableError:
    return NotImportableError(f"RRULE in line {given.line} ({given.value[:60]}): {why}")
