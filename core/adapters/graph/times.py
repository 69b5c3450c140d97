"""Graph's dateTimeTimeZone read and written: instants inside, wall time and zone outside. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.adapters.exchange.days import zone_of
from core.adapters.exchange.zones import iana_name, zone_named
from core.domain.interval import Interval

_UTC_ZONE = "UTC"

WallTime = dict[str, str]
"""A dateTimeTimeZone as it goes out."""


def iso(moment: datetime) -> str:
    """Write an instant with the `Z` that Graph wants in query parameters and expiries."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def wall_utc(moment: datetime) -> WallTime:
    """Write an instant as a dateTimeTimeZone of UTC."""
    return {"dateTime": iso(moment).removesuffix("Z"), "timeZone": _UTC_ZONE}


def read_instant(text: str, zone_name: str, fallback: ZoneInfo) -> datetime:
    """Return the instant of a dateTimeTimeZone in UTC; an offset in the text wins over the zone.

    `fallback` stands in for a zone that nobody knows. A text that is no date is a ValueError.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_known_zone(zone_name) or fallback)
    return moment.astimezone(UTC)


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
