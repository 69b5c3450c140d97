"""The hand of the sweep: once an hour it goes round a dial, and what it passes is looked at.

Each mailbox, link and span of ROOMS has its own place on the dial, always the same one (`share`).
What is kept is only how far the hand has come, so how often somebody moves it does not matter:

    it is moved ...                    then it passes
    every two minutes                  what lies in these two minutes
    late, or after runs that are lost  all that lies between, `STEP` by `STEP`
    twice                              nothing the second time
    after an hour or more, or never    everything, once
    by a clock that was set back far   everything, once
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.interval import utc

LAP = timedelta(hours=1)
STEP = timedelta(minutes=5)
"""What one run does at most: a twelfth of everything."""

_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Arc:
    """What the hand passes in one step: `[start, end)`, within one lap."""

    start: datetime
    end: datetime

    def passes(self, share: float) -> bool:
        """Tell whether a place on the dial, from 0 up to 1, is passed."""
        return _place(self.start, self.lap) <= share < _place(self.end, self.lap)

    def moment(self, share: float) -> datetime:
        """Return when the hand is at a place in this lap."""
        return self.lap + LAP * share

    @property
    def lap(self) -> datetime:
        """Return when this lap began."""
        return _lap_of(self.start)

    @property
    def is_last(self) -> bool:
        """Tell whether the lap ends with it."""
        return self.end == self.lap + LAP

    @property
    def ids(self) -> tuple[str, str]:
        """Return the ids of links that are passed: `first <= id < before`, "" for no bound.

        A link's place is that of its id among all texts: most begin with random hexadecimal
        digits, and all others have a place, too. So a part of the table is read, not all of it.
        """
        first = "" if self.start == self.lap else _digits(_place(self.start, self.lap))
        return first, "" if self.is_last else _digits(_place(self.end, self.lap))


def next_arc(until: datetime | None, now: datetime) -> Arc | None:
    """Return what the hand passes next, None when it is where it should be.

    `until` is how far it has come, None if it was never moved. The clocks of two instances may be
    a little apart: a hand that is slightly ahead is waited for.
    """
    now = utc(now)
    begun = now - LAP if until is None else utc(until)
    if begun > now + STEP or begun < now - LAP:
        begun = now - LAP
    end = min(begun + STEP, now, _lap_of(begun) + LAP)
    return Arc(begun, end) if end > begun else None


def _lap_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _place(moment: datetime, lap: datetime) -> float:
    return (moment - lap) / LAP


def _digits(place: float) -> str:
    return f"{int(place * 16**_DIGITS):0{_DIGITS}x}"
