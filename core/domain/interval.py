"""Time spans: half-open, aware, in UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

YEARS = range(2000, 2101)
"""What people may ask about; at the ends of the calendar days cannot be counted any further."""


class NaiveDatetimeError(ValueError):
    """A datetime without a zone reached the domain: whoever built it must say which zone."""


def utc(moment: datetime) -> datetime:
    """Return `moment` in UTC; naive input raises NaiveDatetimeError."""
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise NaiveDatetimeError(f"{moment.isoformat()} has no zone")
    return moment.astimezone(UTC)


def wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return what the clock of a zone shows then, without a zone: of a repeated hour the first."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """`[start, end)` in UTC. An end before the start is a ValueError."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", utc(self.start))
        object.__setattr__(self, "end", utc(self.end))
        if self.end < self.start:
            raise ValueError(f"ends before it starts: {self.start} - {self.end}")

    def overlaps(self, other: "Interval") -> bool:
        """Tell whether the two share a moment."""
        return self.start < other.end and other.start < self.end
