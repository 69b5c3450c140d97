"""A VEVENT that repeats: its rule, its deleted dates, and entries that change single ones."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from devstack.calendars.events import Setting, Translated, transaction_id, translate
from devstack.calendars.rules import read_rule
from devstack.calendars.spans import NotImportableError, Span, is_date, read_date, read_moment
from devstack.calendars.structure import Component, Property
from devstack.calendars.zones import Moment, UnreadableZoneError, ZoneBook, known_zone
from devstack.exchange.graph.recurrences import recurrence_json
from devstack.exchange.model import expansion
from devstack.exchange.model.recurrence import Recurrence
from devstack.exchange.model.values import Content, ZonedTime
from devstack.exchange.model.zones import zone

type Json = dict[str, Any]

_WITHOUT_COUNTERPART = ("RDATE", "EXRULE")
_LOOKED_AHEAD = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Series:
    """A series as Exchange takes it, with the instants at which its deleted dates began."""

    translated: Translated
    content: Content
    deleted: tuple[datetime, ...]

    def last_end(self) -> datetime | None:
        """Return when the last date is over, None when there is no end."""
        rule = self.content.recurrence
        day = None if rule is None else expansion.last_date(rule)
        return None if day is None else expansion.times_on(self.content, day)[1].instant


def is_series(entry: Component) -> bool:
    return any(entry.first(name) is not None for name in ("RRULE", *_WITHOUT_COUNTERPART))


def changes_one_date(entry: Component) -> bool:
    return entry.first("RECURRENCE-ID") is not None


def translate_series(entry: Component, book: ZoneBook, setting: Setting) -> Series:
    """Return the series of an entry with RRULE; raises NotImportableError.

    What Exchange cannot say exactly is not said at all: no date is invented or lost.
    """
    for given in entry.all(*_WITHOUT_COUNTERPART):
        raise NotImportableError(
            f"Exchange has no counterpart of {given.name} in line {given.line}: single dates"
            " beside a rule"
        )
    rules = entry.all("RRULE")
    if len(rules) != 1:
        raise NotImportableError(f"it has {len(rules)} rules (lines {rules[0].line} …)")
    whole = translate(entry, book, setting)
    rule = read_rule(rules[0], whole.span, setting.shift)
    content = _content(whole.span, rule)
    _require_zone(entry, book, content)
    deleted, notes = _deleted(entry, book, setting, content)
    event = whole.event | {"recurrence": recurrence_json(rule, whole.span.start.zone)}
    translated = replace(whole, event=event, notes=(*whole.notes, *notes))
    return Series(translated, content, deleted)


def translate_date(entry: Component, book: ZoneBook, setting: Setting) -> Translated:
    """Return what an entry with RECURRENCE-ID says of its date; raises NotImportableError."""
    given = entry.first("RECURRENCE-ID")
    if given is not None and given.params.get("RANGE", "").upper() == "THISANDFUTURE":
        raise NotImportableError(
            f"RECURRENCE-ID in line {given.line} changes all following dates: in Exchange that is"
            " another series"
        )
    found = translate(entry, book, setting)
    key = transaction_id(entry, setting, also="" if given is None else given.value)
    return replace(found, event=found.event | {"transactionId": key})


def original_start(entry: Component, book: ZoneBook, setting: Setting, series: Series) -> datetime:
    """Return when the date began that an entry changes; raises NotImportableError."""
    given = entry.first("RECURRENCE-ID")
    found = None if given is None else _start_of(given, book, setting, series.content)
    if given is None or found is None:
        line = entry.line if given is None else given.line
        raise NotImportableError(f"RECURRENCE-ID in line {line} is no date of its series")
    return found


def _content(span: Span, rule: Recurrence) -> Content:
    start, end = (ZonedTime(m.instant, zone(m.zone)) for m in (span.start, span.end))
    return Content(start=start, end=end, is_all_day=span.is_all_day, recurrence=rule)


def _deleted(
    entry: Component, book: ZoneBook, setting: Setting, content: Content
) -> tuple[tuple[datetime, ...], tuple[str, ...]]:
    found, notes = [], []
    for given in entry.all("EXDATE"):
        for text in given.value.split(","):
            one = Property(given.name, given.params, text.strip(), given.line)
            start = _start_of(one, book, setting, content)
            if start is None:
                notes.append(f"EXDATE {text.strip()} is no date of the series: left out")
            else:
                found.append(start)
    return tuple(dict.fromkeys(found)), tuple(notes)


def _start_of(
    given: Property, book: ZoneBook, setting: Setting, content: Content
) -> datetime | None:
    """Return when the date of the series began that a property names, None when it names none."""
    rule = content.recurrence
    if rule is None:
        return None
    if is_date(given):
        named: Moment | None = None
        day: date = read_date(given) + setting.shift
    else:
        named, _ = read_moment(given, book, setting.shift)
        day = named.instant.astimezone(expansion.zone_of_series(content).info).date()
    if expansion.dates_between(rule, day, day) != [day]:
        return None
    start = expansion.times_on(content, day)[0].instant
    return start if named is None or named.instant == start else None


def _require_zone(entry: Component, book: ZoneBook, content: Content) -> None:
    """Refuse a series in a zone that means something else to Exchange on one of its dates."""
    start, rule = entry.first("DTSTART"), content.recurrence
    tzid = "" if start is None else start.params.get("TZID", "")
    known = known_zone(tzid)
    if not tzid or rule is None or is_utc(known) or content.is_all_day:
        return
    where = expansion.zone_of_series(content)
    if where.iana == "UTC" or any(_differ(book, tzid, content)):
        raise NotImportableError(
            f"its time zone {tzid!r} is the file's own: Exchange cannot repeat anything in it"
        )


def _differ(book: ZoneBook, tzid: str, content: Content) -> Iterator[bool]:
    rule, first = content.recurrence, content.start.wall()
    if rule is None:
        return
    for day in expansion.dates_between(rule, first.date(), first.date() + _LOOKED_AHEAD):
        wall = datetime.combine(day, first.time())
        try:
            moment, _ = book.resolve(tzid, wall)
        except UnreadableZoneError:
            return
        yield moment.instant != expansion.times_on(content, day)[0].instant


def is_utc(known: object) -> bool:
    return getattr(known, "iana", "") == "UTC"
