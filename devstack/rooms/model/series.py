"""A series: the pattern its bookings came from (rooms-api 2, `SeriesDto`; R-600..R-602).

The items are bookings of their own that share the series' id; a series has no list of exceptions.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

WEEKDAYS = (1, 2, 3, 4, 5)
LAST_WEEK = 5


class Kind(StrEnum):
    """`recurrenceType`; the strings are this project's (contract 4), the vendor's are unknown."""

    DAILY = "Daily"
    WEEKLY = "Weekly"
    MONTHLY = "Monthly"
    MONTHLY_NTH = "MonthlyNth"
    YEARLY = "Yearly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which days. `days` are 0 (Sunday) to 6; `week_number` 1 to 5 is the k-th of the month.

    `every_week_day` is ROOMS' own daily pattern «Monday to Friday»; requests cannot say it, nor
    `month_of_year` (rooms-api 4).
    """

    kind: Kind
    interval: int = 1
    days: tuple[int, ...] = ()
    day_in_month: int | None = None
    week_number: int | None = None
    month_of_year: int | None = None
    every_week_day: bool = False

    @property
    def means_every_week_day(self) -> bool:
        """Whether it is Monday to Friday in each week, however it was entered (R-642)."""
        weekly = self.kind is Kind.WEEKLY and self.interval == 1 and self.days == WEEKDAYS
        return self.every_week_day or weekly


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series. `zone` is where its wall-clock times count; `predecessor_id` what it came from.

    `predecessor_id` is ROOMS' internal link of the two parts of a split or recreated series
    (R-610, R-611); the API does not show it, the control API does.
    """

    id: int
    pattern: Pattern
    zone: str
    last_day: date
    occurrences: int
    by_date: bool = False
    predecessor_id: int | None = None
