"""Graph's dateTimeTimeZone read and written: instants inside, wall time and zone outside.

Pure. All-day events are the hard part (graph-calendar 10): read in UTC they come back either as
nominal midnights or shifted to the instants; both are read as midnights of the event's own zone.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.adapters.graph.zones import iana_name, zone_named
from core.domain.interval import Interval
from core.errors import InvalidPayloadError

DAY = timedelta(days=1)
_UTC_ZONE = "UTC"

WallTime = dict[str, str]
"""A dateTimeTimeZone as it goes out."""


def iso(moment: datetime) -> str:
    """Write an instant with the `Z` that Graph wants in query parameters and expiries."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def wall_utc(moment: datetime) -> WallTime:
    """Write an instant as a dateTimeTimeZone of UTC."""
    return {"dateTime": iso(moment).removesuffix("Z"), "timeZone": _UTC_ZONE}


def zone_of(iana: str) -> ZoneInfo:
    """Return the rules of a zone that must be known; InvalidPayloadError names it otherwise."""
    zone = zone_named(iana)
    if zone is None:
        raise InvalidPayloadError(
            f"the time zone {iana!r} is unknown: use an IANA name such as Europe/Zurich"
        )
    return zone


def read_instant(text: str, zone_name: str, fallback: ZoneInfo) -> datetime:
    """Return the instant of a dateTimeTimeZone in UTC; an offset in the text wins over the zone.

    `fallback` stands in for a zone that nobody knows. A text that is no date is a ValueError.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_known_zone(zone_name) or fallback)
    return moment.astimezone(UTC)


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
    if moment == start_of_day(moment.date(), ZoneInfo(_UTC_ZONE)):
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


def write_interval(time: Interval, zone_name: str, *, whole_days: bool) -> dict[str, WallTime]:
    """Return `start` and `end` as wall time and zone, without offset.

    An hour that the clock shows twice cannot be said in wall time, and which of the two Exchange
    takes is not known: such an interval goes out in UTC. Whole days are always wall dates.
    """
    zone = zone_of(zone_name)
    if whole_days:
        midnights = (time.start.astimezone(zone).date(), time.end.astimezone(zone).date())
        start, end = (f"{day.isoformat()}T00:00:00" for day in midnights)
        return _pair(start, end, zone_name)
    if _is_shown_twice(time.start, zone) or _is_shown_twice(time.end, zone):
        zone, zone_name = zone_of(_UTC_ZONE), _UTC_ZONE
    return _pair(_wall(time.start, zone), _wall(time.end, zone), zone_name)


def write_wall(start: datetime, end: datetime, zone_name: str) -> dict[str, WallTime]:
    """Return `start` and `end` of a series, which hang on the clock: never in UTC instead."""
    return _pair(start.isoformat(), end.isoformat(), zone_name)


def _pair(start: str, end: str, zone_name: str) -> dict[str, WallTime]:
    return {
        "start": {"dateTime": start, "timeZone": zone_name},
        "end": {"dateTime": end, "timeZone": zone_name},
    }


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).replace(tzinfo=None).isoformat()


def _is_shown_twice(moment: datetime, zone: ZoneInfo) -> bool:
    local = moment.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _known_zone(name: str) -> ZoneInfo | None:
    iana = iana_name(name)
    return None if iana is None else zone_named(iana)
