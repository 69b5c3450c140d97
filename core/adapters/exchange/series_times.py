"""Where and when a series repeats, as both faces of Exchange tell it."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.adapters.exchange.zones import iana_name, is_custom, zone_named
from core.domain.event import Event
from core.domain.expansion import occurrences
from core.domain.interval import wall_clock
from core.domain.series import MalformedRecurrenceError, Recurrence, WallSpan
from core.errors import MalformedSeriesError


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


def first_day(recurrence: Recurrence) -> date:
    """Return the day of the first date, with which Exchange wants a range to begin.

    A rule without a date and an unknown zone are MalformedSeriesErrors.
    """
    try:
        first = next(occurrences(recurrence), None)
    except MalformedRecurrenceError as error:
        raise MalformedSeriesError(f"a series cannot be written: {error}") from None
    if first is None:
        raise MalformedSeriesError("a series cannot be written: its range has no date")
    return first.original_start.astimezone(ZoneInfo(recurrence.zone)).date()


def spans_whole_days(span: WallSpan) -> bool:
    """Tell whether a span goes from one midnight to a later one."""
    return span.length > timedelta(0) and {span.start.time(), span.end.time()} == {time()}
