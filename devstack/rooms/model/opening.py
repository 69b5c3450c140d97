"""Opening hours of a resource: local wall times in, UTC intervals out. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
RANGE = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")

type Interval = tuple[datetime, datetime]
type Minutes = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Per weekday (Monday first) the open minutes of the local day; None means always open."""

    week: tuple[tuple[Minutes, ...], ...] | None = None

    def on(self, day: date) -> tuple[Minutes, ...]:
        """Return the open minutes of one local day."""
        return ((0, DAY_MINUTES),) if self.week is None else self.week[day.weekday()]


ALWAYS_OPEN = OpeningHours()


def parse_opening_hours(rules: Mapping[str, str]) -> OpeningHours:
    """Read `{"mon-fri": "07:00-19:00", "sat": "08:00-12:00,13:00-16:00"}`; no rules: always open.

    A day that no rule names is closed. Anything else is a ValueError that names the bad part.
    """
    if not rules:
        return ALWAYS_OPEN
    week: list[tuple[Minutes, ...]] = [()] * 7
    for days, hours in rules.items():
        ranges = _ranges(hours)
        for day in _days(days):
            week[day] = ranges
    return OpeningHours(tuple(week))


def open_intervals(
    hours: OpeningHours, zone: ZoneInfo, start: datetime, end: datetime
) -> list[Interval]:
    """Return when it is open between `start` and `end`, merged, in UTC, not clipped."""
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = end.astimezone(zone).date() + timedelta(days=1)
    merged: list[Interval] = []
    while day <= last:
        for first_minute, last_minute in hours.on(day):
            opens, closes = (
                local_minute(day, first_minute, zone),
                local_minute(day, last_minute, zone),
            )
            if merged and merged[-1][1] >= opens:
                merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
            else:
                merged.append((opens, closes))
        day += timedelta(days=1)
    return merged


def closed_intervals(
    hours: OpeningHours, zone: ZoneInfo, start: datetime, end: datetime
) -> list[Interval]:
    """Return when it is closed between `start` and `end`, clipped to that window, in UTC."""
    closed: list[Interval] = []
    at = start
    for opens, closes in open_intervals(hours, zone, start, end):
        if at < opens:
            closed.append((at, min(opens, end)))
        at = max(at, closes)
        if at >= end:
            return closed
    closed.append((at, end))
    return closed


def local_minute(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return a minute of a local day (1440 = midnight after it) as a UTC moment."""
    day += timedelta(days=minute // DAY_MINUTES)
    wall = time(minute % DAY_MINUTES // 60, minute % 60)
    return datetime.combine(day, wall, zone).astimezone(UTC)


def local_day(day: date, zone: ZoneInfo) -> Interval:
    """Return one local day as a UTC interval."""
    return local_minute(day, 0, zone), local_minute(day, DAY_MINUTES, zone)


def _days(text: str) -> list[int]:
    numbers: list[int] = []
    for part in text.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise ValueError(f"opening hours: {text!r} is no day or range of days (mon-fri, sat)")
        at, until = DAYS.index(first), DAYS.index(last or first)
        numbers += [(at + step) % 7 for step in range((until - at) % 7 + 1)]
    return numbers


def _ranges(text: str) -> tuple[Minutes, ...]:
    if text.strip().lower() in ("", "closed"):
        return ()
    ranges = []
    for part in text.split(","):
        match = RANGE.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"opening hours: {part!r} is no range of times (07:00-19:00)")
        hours_from, minutes_from, hours_to, minutes_to = map(int, match.groups())
        opens, closes = hours_from * 60 + minutes_from, hours_to * 60 + minutes_to
        if max(minutes_from, minutes_to) > 59 or not opens < closes <= DAY_MINUTES:
            raise ValueError(
                f"opening hours: {part!r} must lie within one day and not run backwards"
            )
        ranges.append((opens, closes))
    return tuple(sorted(ranges))
