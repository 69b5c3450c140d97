"""A single meeting seen as a series of one date."""

from zoneinfo import ZoneInfo

from core.domain.event import Event
from core.domain.interval import wall_clock
from core.domain.series import Pattern, PatternKind, Recurrence, SeriesRange, WallSpan


def once(event: Event) -> Recurrence:
    """Return a rule of just one date: when the meeting is held."""
    zone = ZoneInfo(event.time_zone)
    start = wall_clock(event.time.start, zone)
    end = wall_clock(event.time.end, zone)
    return Recurrence(
        pattern=Pattern(kind=PatternKind.DAILY),
        range=SeriesRange(first=start.date(), count=1),
        span=WallSpan(start=start, end=max(start, end)),
        zone=event.time_zone,
    )
