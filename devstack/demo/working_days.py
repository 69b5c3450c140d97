"""Moments of a script: working days counted from today, wall time in Zurich."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Zurich")
_PHRASE = re.compile(r"(-?[1-9]\d*) (\d\d:\d\d)-(\d\d:\d\d)")
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A span of time, aware, in UTC."""

    start: datetime
    end: datetime


class WorkingDays:
    """Turns "<working day> <from>-<to>" into a Slot; day 1 follows today, day -1 precedes it."""

    def __init__(self, today: date, holidays: frozenset[date] = frozenset()) -> None:
        self._today, self._holidays = today, holidays

    def slot(self, phrase: str) -> Slot:
        """Return the slot; a phrase of another form is a ValueError."""
        found = _PHRASE.fullmatch(phrase)
        if found is None:
            raise ValueError(f'{phrase!r} is not "<working day> <from>-<to>", as "1 09:00-10:00"')
        day = self.day(int(found[1]))
        start, end = (time.fromisoformat(text) for text in found.group(2, 3))
        return Slot(*(datetime.combine(day, at, ZONE).astimezone(UTC) for at in (start, end)))

    def day(self, number: int) -> date:
        """Return the date of a working day."""
        step, day = (1 if number > 0 else -1), self._today
        for _ in range(abs(number)):
            day += timedelta(days=step)
            while day.weekday() >= _SATURDAY or day in self._holidays:
                day += timedelta(days=step)
        return day
