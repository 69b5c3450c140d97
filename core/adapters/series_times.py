"""Where and when a series repeats, as both faces of Exchange tell it."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from core.adapters.graph.zones import iana_name, is_custom, zone_named
from core.domain.event import Event
from core.domain.interval import wall_clock
from core.domain.series import WallSpan


def series_zone(name: str, master: Event) -> ZoneInfo:
    """Return the zone in which a series repeats; the days of an all-day one are its master's.

    A ValueError says that nobody knows the zone.
    """
    known = iana_name(name)
    if known is None and name and not is_custom(name):
        raise ValueError("its time zone is unknown")
    zone = zone_named(master.time_zone if known is None or master.is_all_day else known)
    if zone is None:
        raise ValueError("its time zone is unknown")
    return zone


def wall_span(master: Event, zone: ZoneInfo) -> WallSpan:
    """Return what the clock shows at the first date; over an hour that repeats it may go back."""
    starts, ends = master.time.start, master.time.end
    start, end = wall_clock(starts, zone), wall_clock(ends, zone)
    if master.is_all_day:
        # Where a day begins at one o'clock, the next one still begins at midnight.
        start, end = (datetime.combine(wall.date(), time()) for wall in (start, end))
    return WallSpan(start=start, end=end if end >= start else start + (ends - starts))
