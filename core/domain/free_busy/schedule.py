"""What Exchange says of somebody's time: spans and how they count, never what they are about."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Weekday

RANK = {
    ShowAs.FREE: 0,
    ShowAs.UNKNOWN: 0,
    ShowAs.WORKING_ELSEWHERE: 1,
    ShowAs.TENTATIVE: 2,
    ShowAs.BUSY: 3,
    ShowAs.OUT_OF_OFFICE: 4,
}
"""Which of several at the same time counts. Working elsewhere is no busy time: Exchange's digit 4
for it would hide a meeting, so it is below (graph-calendar 6; two pages differ on 0 and 4)."""

OCCUPYING = frozenset({ShowAs.TENTATIVE, ShowAs.BUSY, ShowAs.OUT_OF_OFFICE})
"""What keeps others from the time."""


@dataclass(frozen=True, slots=True)
class BusyTime:
    """A span of somebody's calendar; without a subject, whoever asks."""

    time: Interval
    show_as: ShowAs


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """On which days from when until when somebody works, in an IANA zone; "" is not known."""

    days: frozenset[Weekday]
    start: time
    end: time
    zone: str = ""

    def cover(self, span: Interval, zone: ZoneInfo) -> bool:
        """Tell whether a span lies within one working day; `zone` is what `self.zone` stands for.

        An end at or before the start is a shift over midnight, which belongs to its first day.
        """
        starts, ends = span.start.astimezone(zone), span.end.astimezone(zone)
        for day in (starts.date(), starts.date() - timedelta(days=1)):
            opens = datetime.combine(day, self.start, zone)
            last = day if self.start < self.end else day + timedelta(days=1)
            closes = datetime.combine(last, self.end, zone)
            if Weekday(day.weekday()) in self.days and opens <= starts and ends <= closes:
                return True
        return False


USUAL_HOURS = WorkingHours(frozenset(Weekday(day) for day in range(5)), time(8), time(17))
"""Of whoever has none: Exchange's own default."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What Exchange shows of one mailbox within a window."""

    busy: tuple[BusyTime, ...] = ()
    working: WorkingHours | None = None


class Unknown(StrEnum):
    """Why nothing is known of somebody's time."""

    NOBODY = "nobody"
    """Exchange knows no such mailbox: such people simply have none (R-820)."""
    NOT_ALLOWED = "not_allowed"
    TOO_MANY = "too_many"
    """More entries than Exchange hands out (about 1,000): ask for a shorter time."""
    NO_ANSWER = "no_answer"
    """The environment does not answer, or not in time."""
    NOBODY_TO_ASK = "nobody_to_ask"
    """No mailbox of that environment is synced through which it could be asked."""
    OTHER = "other"


type Known = Schedule | Unknown
