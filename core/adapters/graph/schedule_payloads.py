"""What `getSchedule` answers; subjects and places are not even read."""

from datetime import time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from core.adapters.exchange.free_busy import schedule_of, unknown_for
from core.adapters.exchange.zones import iana_name
from core.adapters.graph.payloads import Moment, Payload
from core.adapters.graph.times import read_instant
from core.domain.free_busy.schedule import BusyTime, Known, Schedule, WorkingHours
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Weekday

_UTC = ZoneInfo("UTC")
_SHOWN = {each.value.lower(): each for each in ShowAs if each is not ShowAs.UNKNOWN}
_DAYS = {day.name.lower(): day for day in Weekday}


def _time_or_nothing(value: object) -> time | None:
    """Return a time of day; hours that cannot be read only add to a schedule."""
    try:
        return time.fromisoformat(str(value)[: len("HH:MM:SS")])
    except ValueError:
        return None


TimeOfDay = Annotated[time | None, BeforeValidator(_time_or_nothing)]


class EntryPayload(Payload):
    """One span."""

    status: str = ""
    start: Moment
    end: Moment

    def to_domain(self) -> BusyTime:
        """Return the span; how it counts is busy where nobody knows the word. ValueError: a time.

        An end before the start is no length.
        """
        start = read_instant(self.start.date_time, self.start.time_zone, _UTC)
        end = read_instant(self.end.date_time, self.end.time_zone, _UTC)
        show_as = _SHOWN.get(self.status.strip().lower(), ShowAs.BUSY)
        return BusyTime(Interval(start, max(start, end)), show_as)


class ZonePayload(Payload):
    """A zone by its Windows or IANA name."""

    name: str = ""


class WorkingHoursPayload(Payload):
    """From when until when somebody works."""

    days_of_week: tuple[str, ...] = ()
    start_time: TimeOfDay = None
    end_time: TimeOfDay = None
    time_zone: ZonePayload = ZonePayload()

    def to_domain(self) -> WorkingHours | None:
        """Return the hours, None where nothing is said."""
        days = frozenset(_DAYS[d.lower()] for d in self.days_of_week if d.lower() in _DAYS)
        if self.start_time is None or self.end_time is None or not days:
            return None
        zone = iana_name(self.time_zone.name) or ""
        return WorkingHours(days, self.start_time, self.end_time, zone)


class ErrorPayload(Payload):
    """Why nothing is said of an address."""

    response_code: str = ""


class SchedulePayload(Payload):
    """The answer about one address."""

    schedule_items: tuple[EntryPayload, ...] = ()
    working_hours: WorkingHoursPayload | None = None
    error: ErrorPayload | None = None

    def to_domain(self) -> Known:
        """Return what is known; a time that is none is a ValueError."""
        if self.error is not None:
            return unknown_for(self.error.response_code)
        hours = None if self.working_hours is None else self.working_hours.to_domain()
        entries = [item.to_domain() for item in self.schedule_items]
        return schedule_of(entries, Schedule((), hours))


class SchedulesPayload(Payload):
    """The whole answer; each address is read by itself, so that one harms no other."""

    value: tuple[dict[str, Any], ...] = ()
