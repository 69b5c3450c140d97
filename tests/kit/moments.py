"""Points in time as people say them: "tomorrow 09:00-10:00", in the company's own zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Zurich")
_PHRASE = re.compile(
    r"(?P<day>.+?) (?P<start>\d{2}:\d{2}(?::\d{2})?)-(?P<end>\d{2}:\d{2}(?::\d{2})?)"
)
_IN_DAYS = re.compile(r"in (-?\d+) days?")
_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class Slot:
    """A span of time, both ends aware and in UTC."""

    start: datetime
    end: datetime

    def __str__(self) -> str:
        """Say it as people would, for messages of failed assertions."""
        start, end = self.start.astimezone(ZONE), self.end.astimezone(ZONE)
        return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}"

    def is_past(self, now: datetime) -> bool:
        return self.end <= now


def slot(phrase: str, now: datetime) -> Slot:
    """Read `<day> HH:MM-HH:MM`; a day is today, tomorrow, "in 3 days" or 2026-03-29."""
    found = _PHRASE.fullmatch(phrase)
    if found is None:
        raise ValueError(f"{phrase!r} is no time: write e.g. 'tomorrow 09:00-10:00'")
    day = _day(found["day"], now)
    start, end = (
        datetime.combine(day, datetime.strptime(t, _form(t)).time(), ZONE).astimezone(UTC)  # noqa: DTZ007 - a wall time; its zone follows
        for t in (found["start"], found["end"])
    )
    return Slot(start, end if end > start else end + timedelta(days=1))


def _form(time: str) -> str:
    return "%H:%M:%S" if time.count(":") > 1 else "%H:%M"


def _day(name: str, now: datetime) -> date:
    today = now.astimezone(ZONE).date()
    if name in _NAMED:
        return today + timedelta(days=_NAMED[name])
    if found := _IN_DAYS.fullmatch(name):
        return today + timedelta(days=int(found[1]))
    return date.fromisoformat(name)
