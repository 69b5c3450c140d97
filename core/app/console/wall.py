"""A resource's day on its own wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.interval import Interval

DAY_MINUTES = 24 * 60


def zone_named(name: str) -> ZoneInfo:
    """Return an IANA zone, UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def day_span(day: date, zone: ZoneInfo) -> Interval:
    """Return the day from midnight to midnight; 23 or 25 hours when the clocks change."""
    start = datetime.combine(day, time.min, zone)
    return Interval(start, datetime.combine(day + timedelta(days=1), time.min, zone))


def wall_minutes(moment: datetime, day: date, zone: ZoneInfo) -> int:
    """Return the minutes since midnight on the wall clock, held within `day`."""
    local = moment.astimezone(zone)
    if local.date() != day:
        return 0 if local.date() < day else DAY_MINUTES
    return local.hour * 60 + local.minute


def today(now: datetime, zone: ZoneInfo) -> date:
    """Return the date that it is in a zone."""
    return now.astimezone(UTC).astimezone(zone).date()
