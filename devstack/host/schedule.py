"""When a timer is due: NCRONTAB with six fields or a time span, in UTC."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from croniter import croniter

_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})")


class Schedule(Protocol):
    """Knows the moments at which something is due."""

    def next_after(self, moment: datetime) -> datetime:
        """Return the first due moment later than `moment`."""
        ...

    def latest_until(self, moment: datetime) -> datetime:
        """Return the last due moment that is not later than `moment`."""
        ...


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """Six fields: second minute hour day month weekday."""

    expression: str

    def next_after(self, moment: datetime) -> datetime:
        due: datetime = self._from(moment).get_next(datetime)
        return due

    def latest_until(self, moment: datetime) -> datetime:
        following_second = moment.replace(microsecond=0) + timedelta(seconds=1)
        due: datetime = self._from(following_second).get_prev(datetime)
        return due

    def _from(self, moment: datetime) -> croniter:
        return croniter(self.expression, moment, second_at_beginning=True)


@dataclass(frozen=True, slots=True)
class SpanSchedule:
    """Every so often, counted from the last time."""

    span: timedelta

    def next_after(self, moment: datetime) -> datetime:
        return moment + self.span

    def latest_until(self, moment: datetime) -> datetime:
        return moment


def parse_schedule(text: str) -> Schedule:
    """Read six NCRONTAB fields or a span `[d.]hh:mm:ss`; anything else is a ValueError."""
    if found := _SPAN.fullmatch(text.strip()):
        days, hours, minutes, seconds = (int(group or 0) for group in found.groups())
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if not span:
            raise ValueError(f"schedule {text!r} is an empty time span")
        return SpanSchedule(span)
    fields = text.split()
    if len(fields) == 5:
        fields.insert(0, "0")
    expression = " ".join(fields)
    if len(fields) != 6 or not croniter.is_valid(expression, second_at_beginning=True):
        raise ValueError(
            f"schedule {text!r} is neither six NCRONTAB fields nor a time span hh:mm:ss"
        )
    return CronSchedule(expression)
