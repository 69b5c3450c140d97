"""Whole days as midnights of their zone, however Exchange tells them. Pure.

All-day events are the hard part (graph-calendar 10): read in UTC they come back either as nominal
midnights or shifted to the instants; both are read as midnights of the event's own zone.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.adapters.exchange.zones import zone_named
from core.domain.interval import Interval
from core.errors import InvalidPayloadError

DAY = timedelta(days=1)
_UTC = ZoneInfo("UTC")


def zone_of(iana: str) -> ZoneInfo:
    """Return the rules of a zone that must be known; InvalidPayloadError names it otherwise."""
    zone = zone_named(iana)
    if zone is None:
        raise InvalidPayloadError(
            f"the time zone {iana!r} is unknown: use an IANA name such as Europe/Zurich"
        )
    return zone


def read_all_day(start: datetime, end: datetime, zone: ZoneInfo) -> Interval:
    """Return the days of an all-day event as midnights of `zone`, whichever way they came.

    Midnights of the zone stay; midnights of UTC are taken as nominal dates; anything else, as from
    a zone that could not be identified, goes to the nearest midnight of the zone.
    """
    first, last = day_of(start, zone), day_of(end, zone)
    last = max(last, first + DAY)
    return Interval(start_of_day(first, zone), start_of_day(last, zone))


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day of a midnight of `zone` or of UTC; else of the nearest midnight of `zone`."""
    local = moment.astimezone(zone)
    if moment == start_of_day(local.date(), zone):
        return local.date()
    if moment == start_of_day(moment.date(), _UTC):
        return moment.date()
    return (local + DAY / 2).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins; where midnight is skipped, the first one after."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def is_whole_days(time: Interval, zone: ZoneInfo) -> bool:
    """Tell whether an interval runs from midnight to a later midnight of `zone`."""
    return time.start < time.end and all(
        moment == start_of_day(moment.astimezone(zone).date(), zone)
        for moment in (time.start, time.end)
    )
