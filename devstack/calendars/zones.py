"""Local times of a file as instants: by the file's own VTIMEZONE, else by the zone's name.

The file's own definition counts (RFC 5545, 3.6.5). Exchange is told the zone's name where it means
the same moment, else UTC (graph-calendar 10).
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice

from dateutil.rrule import rrulestr
from icalendar import vRecur

from devstack.calendars import values
from devstack.calendars.structure import Component, Property
from devstack.exchange.model.zones import UnknownTimeZoneError, Zone, zone

_EARLIEST_YEAR = 1900
_LATEST = datetime(2200, 12, 31)  # noqa: DTZ001 - a local time
_MOST_ONSETS = 400
_MOST_RULES = 100
_UTC = Zone("UTC", "UTC")


class UnreadableZoneError(ValueError):
    """A zone without a meaning: neither defined in the file nor a name that is known."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall-clock time, the name of its zone as Exchange takes it, and the instant (UTC)."""

    wall: datetime
    zone: str
    instant: datetime


@dataclass(frozen=True, slots=True, order=True)
class _Onset:
    """The local time from which an offset is in force, in the offset before."""

    at: datetime
    before: timedelta
    after: timedelta


class OwnZone:
    """What a VTIMEZONE defines; raises UnreadableZoneError when that is nothing."""

    def __init__(self, component: Component) -> None:
        if sum(len(part.all("RRULE")) for part in component.parts) > _MOST_RULES:
            raise UnreadableZoneError(f"it has more than {_MOST_RULES} rules")
        self._onsets = sorted(
            onset
            for part in component.parts
            if part.name in ("STANDARD", "DAYLIGHT")
            for onset in _onsets(part)
        )
        if not self._onsets:
            raise UnreadableZoneError("it has neither STANDARD nor DAYLIGHT")
        self._times = [onset.at for onset in self._onsets]

    def instant(self, wall: datetime) -> datetime:
        """Return the instant; a time that a change leaves out counts by the offset before it."""
        place = bisect_right(self._times, wall) - 1
        onset = self._onsets[max(place, 0)]
        is_left_out = wall - onset.at < onset.after - onset.before
        offset = onset.before if place < 0 or is_left_out else onset.after
        return (wall - offset).replace(tzinfo=UTC)


class ZoneBook:
    """The zones of one VCALENDAR; `home` is where a time without a zone belongs."""

    def __init__(self, calendar: Component, home: Zone) -> None:
        self.home = home
        self._own: dict[str, OwnZone] = {}
        self._unreadable: dict[str, str] = {}
        self._places: dict[str, str] = {}
        for component in calendar.parts:
            if component.name == "VTIMEZONE":
                self._add(component)

    def at_home(self, wall: datetime) -> Moment:
        """Return a floating time, which is meant wherever its reader is."""
        return in_zone(wall, self.home)

    def resolve(self, tzid: str, wall: datetime) -> tuple[Moment, tuple[str, ...]]:
        """Return the moment and what is to be said about it; raises UnreadableZoneError."""
        name = _folded(tzid)
        known = known_zone(tzid) or known_zone(self._places.get(name, ""))
        own = self._own.get(name)
        if own is not None:
            return _by_definition(own, known, tzid, wall)
        broken = self._unreadable.get(name)
        if known is None:
            why = f"its definition in the file cannot be used: {broken}" if broken else (
                "it is neither defined in the file nor a Windows or IANA name"
            )  # fmt: skip
            raise UnreadableZoneError(f"the time zone {tzid!r} is unknown: {why}")
        note = f"the file's definition of {tzid!r} is unusable ({broken}): taken by its name"
        return in_zone(wall, known), (note,) if broken else ()

    def _add(self, component: Component) -> None:
        name = _folded(component.text("TZID"))
        if name in self._own:
            return
        self._places[name] = component.text("X-LIC-LOCATION")
        try:
            self._own[name] = OwnZone(component)
        except ValueError as error:
            self._unreadable[name] = str(error)


def in_zone(wall: datetime, where: Zone) -> Moment:
    """Return a wall-clock time of a zone that Exchange knows."""
    return Moment(wall, where.name, wall.replace(tzinfo=where.info).astimezone(UTC))


def in_utc(instant: datetime) -> Moment:
    utc = instant.astimezone(UTC)
    return Moment(utc.replace(tzinfo=None), _UTC.name, utc)


def later(moment: Moment, by: timedelta) -> Moment:
    """Return the moment so much later, in the same zone where that says it unmistakably."""
    instant = moment.instant + by
    where = zone(moment.zone)
    found = in_zone(instant.astimezone(where.info).replace(tzinfo=None), where)
    return found if found.instant == instant else in_utc(instant)


@cache
def known_zone(tzid: str) -> Zone | None:
    """Return the zone of a Windows or IANA name, also at the end of a path.

    Older Thunderbird and Evolution write "/mozilla.org/20070129_1/Europe/Berlin".
    """
    segments = tzid.strip().strip('"').split("/")
    for start in range(len(segments)):
        try:
            found = zone("/".join(segments[start:]))
        except UnknownTimeZoneError:
            continue
        return _UTC if found.iana == "UTC" else found
    return None


def _by_definition(
    own: OwnZone, known: Zone | None, tzid: str, wall: datetime
) -> tuple[Moment, tuple[str, ...]]:
    instant = own.instant(wall)
    if known is None:
        return in_utc(instant), (f"the zone {tzid!r} is the file's own: written as UTC",)
    named = in_zone(wall, known)
    if named.instant == instant:
        return named, ()
    return in_utc(instant), (f"the file defines {tzid!r} otherwise than its name: written as UTC",)


def _onsets(part: Component) -> Iterable[_Onset]:
    before, after = _offset(part, "TZOFFSETFROM"), _offset(part, "TZOFFSETTO")
    start = part.first("DTSTART")
    if start is None:
        raise UnreadableZoneError(f"{part.name} in line {part.line} has no DTSTART")
    first = _local(start.value)
    rules = part.all("RRULE")
    times = {first, *(_local(text) for p in part.all("RDATE") for text in p.value.split(","))}
    for rule in rules:
        times.update(_repeated(rule, first, before))
    return [_Onset(at, before, after) for at in times]


def _repeated(rule: Property, first: datetime, before: timedelta) -> Iterable[datetime]:
    """Expand a rule; only yearly ones occur, and nothing finer is walked through."""
    parsed = values.rule(rule.value)
    if parsed.get("FREQ") != ["YEARLY"]:
        raise UnreadableZoneError(f"the rule in line {rule.line} is not yearly")
    words = [w for w in rule.value.split(";") if not w.upper().startswith("UNTIL=")]
    if "COUNT" not in parsed:
        words.append(f"UNTIL={_until(parsed, before):%Y%m%dT%H%M%S}")
    start = first
    if first.year < _EARLIEST_YEAR and not {"COUNT", "INTERVAL"} & set(parsed):
        # Outlook begins in 1601.
        start = first.replace(year=_EARLIEST_YEAR, day=1 if first.month == 2 else first.day)
    return islice(rrulestr(";".join(words), dtstart=start), _MOST_ONSETS)


def _until(parsed: vRecur, before: timedelta) -> datetime:
    """Return the end of a rule as a local time; it is written in UTC."""
    last = next(iter(parsed.get("UNTIL", ())), _LATEST)
    if not isinstance(last, datetime):
        return datetime(last.year, last.month, last.day, 23, 59, 59)  # noqa: DTZ001 - local
    return last if last.tzinfo is None else last.astimezone(UTC).replace(tzinfo=None) + before


def _offset(part: Component, name: str) -> timedelta:
    found = part.first(name)
    if found is None:
        raise UnreadableZoneError(f"{part.name} in line {part.line} has no {name}")
    return values.utc_offset(found.value.strip())


def _local(text: str) -> datetime:
    return values.date_time(text.strip()).replace(tzinfo=None)


def _folded(tzid: str) -> str:
    return tzid.strip().strip('"').casefold()
