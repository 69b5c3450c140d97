"""When an entry begins and ends, with all that clients leave out or mix (RFC 5545, 3.6.1)."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from devstack.calendars import values
from devstack.calendars.structure import Component, Property
from devstack.calendars.zones import Moment, UnreadableZoneError, ZoneBook, in_utc, later

EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
_DATE = re.compile(r"\d{8}")
_MIDNIGHT = time(0)
_DAY = timedelta(days=1)


class NotImportableError(Exception):
    """An entry cannot be imported; the text is the reason that a person reads."""


@dataclass(frozen=True, slots=True)
class Span:
    """Start and (exclusive) end of an entry; all-day: midnights of one zone (graph-calendar 10)."""

    start: Moment
    end: Moment
    is_all_day: bool = False
    notes: tuple[str, ...] = ()


def read_span(entry: Component, book: ZoneBook, shift: timedelta = timedelta(0)) -> Span:
    """Return when an entry is, moved by `shift` (whole days); raises NotImportableError."""
    start = _only(entry, "DTSTART")
    if start is None:
        raise NotImportableError("it has no DTSTART")
    end, length = _only(entry, "DTEND"), _only(entry, "DURATION")
    if is_date(start):
        span = _days(start, end, length, book, shift)
    else:
        span = _hours(start, end, length, book, shift)
    if span.end.instant < span.start.instant:
        raise NotImportableError(
            f"it ends ({span.end.wall:%Y-%m-%d %H:%M}) before it begins"
            f" ({span.start.wall:%Y-%m-%d %H:%M})"
        )
    if end is not None and length is not None:
        span = replace(span, notes=(*span.notes, "DTEND and DURATION are both given: DTEND counts"))
    return _as_whole_days(span, book) if _says_all_day(entry) else span


def _days(
    start: Property, end: Property | None, length: Property | None, book: ZoneBook, shift: timedelta
) -> Span:
    first = read_date(start)
    notes: tuple[str, ...] = ()
    if end is not None:
        if not is_date(end):
            raise NotImportableError(f"DTSTART is a date, DTEND in line {end.line} a time")
        last = read_date(end)
    else:
        last = first + (_DAY if length is None else _whole_days(length))
    if last == first:
        last, notes = first + _DAY, ("an all-day entry that ends on its first day lasts that day",)
    begins, ends = (book.at_home(datetime.combine(day, _MIDNIGHT) + shift) for day in (first, last))
    return Span(begins, ends, is_all_day=True, notes=notes)


def _hours(
    start: Property, end: Property | None, length: Property | None, book: ZoneBook, shift: timedelta
) -> Span:
    begins, notes = read_moment(start, book, shift)
    if end is not None:
        if is_date(end):
            raise NotImportableError(f"DTSTART is a time, DTEND in line {end.line} a date")
        ends, more = read_moment(end, book, shift)
        return Span(begins, ends, notes=tuple(dict.fromkeys((*notes, *more))))
    if length is None:
        return Span(begins, begins, notes=(*notes, "it has no end: it ends when it begins"))
    lasts = _duration(length)
    if lasts < timedelta(0):
        raise NotImportableError(f"DURATION in line {length.line} is negative: {length.value!r}")
    if lasts % _DAY == timedelta(0):
        # Days are nominal: the same time on a later day, also over a change of the clocks.
        ends, more = read_moment(start, book, shift + lasts)
        return Span(begins, ends, notes=tuple(dict.fromkeys((*notes, *more))))
    return Span(begins, later(begins, lasts), notes=notes)


def read_moment(
    given: Property, book: ZoneBook, shift: timedelta
) -> tuple[Moment, tuple[str, ...]]:
    """Return the moment that a property holds and what is to be said; NotImportableError."""
    # Some clients do not quote a zone's name with a colon in it: "TZID=(UTC+01:00) Bern:2026…".
    rest, colon, text = given.value.strip().rpartition(":")
    tzid = given.params.get("TZID", "") + colon + rest
    try:
        parsed = values.date_time(text.strip())
    except ValueError as error:
        raise _unreadable(given) from error
    _check_year(parsed, given)
    wall = parsed.replace(tzinfo=None) + shift
    if parsed.tzinfo is not None:
        return in_utc(wall.replace(tzinfo=UTC)), ()
    if not tzid:
        return book.at_home(wall), ()
    try:
        return book.resolve(tzid, wall)
    except UnreadableZoneError as error:
        raise NotImportableError(f"{given.name} in line {given.line}: {error}") from error


def read_date(given: Property) -> date:
    """Return the date that a property holds; raises NotImportableError."""
    try:
        day = values.day(given.value.strip()[:8])
    except ValueError as error:
        raise _unreadable(given) from error
    _check_year(day, given)
    return day


def _duration(given: Property) -> timedelta:
    try:
        lasts = values.duration(given.value.strip())
    except ValueError as error:
        raise _unreadable(given) from error
    if abs(lasts) > timedelta(days=3660):
        raise NotImportableError(f"DURATION in line {given.line} is absurd: {given.value!r}")
    return lasts


def _whole_days(length: Property) -> timedelta:
    lasts = _duration(length)
    if lasts % _DAY != timedelta(0) or lasts < timedelta(0):
        raise NotImportableError(
            f"an all-day entry lasts whole days, DURATION in line {length.line} is {length.value!r}"
        )
    return lasts


def _only(entry: Component, name: str) -> Property | None:
    found = entry.all(name)
    if len(found) > 1:
        raise NotImportableError(f"{name} is given twice (lines {found[0].line}, {found[1].line})")
    return found[0] if found and found[0].value.strip() else None


def is_date(given: Property) -> bool:
    """Tell whether a property holds a date without a time."""
    is_named = given.params.get("VALUE", "").upper() == "DATE"
    return is_named or _DATE.fullmatch(given.value.strip()) is not None


def _check_year(day: date, given: Property) -> None:
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise NotImportableError(
            f"{given.name} in line {given.line} is in the year {day.year}: calendars reach from"
            f" {EARLIEST_YEAR} to {LATEST_YEAR}"
        )


def _unreadable(given: Property) -> NotImportableError:
    kind = {"DURATION": "duration"}.get(given.name, "date or time")
    return NotImportableError(
        f"{given.name} in line {given.line} is no {kind}: {given.value[:60]!r}"
    )


def _says_all_day(entry: Component) -> bool:
    return entry.word("X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE"


def _as_whole_days(span: Span, book: ZoneBook) -> Span:
    """Return an all-day entry that Outlook wrote from midnight to midnight."""
    walls = (span.start.wall, span.end.wall)
    if span.is_all_day or any(w.time() != _MIDNIGHT for w in walls) or walls[0] == walls[1]:
        return span
    begins, ends = (book.at_home(wall) for wall in walls)
    return Span(begins, ends, is_all_day=True, notes=span.notes)
