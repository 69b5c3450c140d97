"""What can be asked, and how much of it at once."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.domain.ids import LocationId, ResourceId
from core.domain.interval import Interval
from core.errors import RoomSyncError

LONGEST = timedelta(days=62)
MOST_NAMES = 100
MOST_CELLS = 6000
"""Cells per line: 62 days at 15 minutes."""
INTERVALS = range(5, 1441)
"""Minutes of a cell, as Exchange takes them."""
LONGEST_MEETING_MINUTES = 1440
MOST_STARTS = 3000
"""Times that are looked at for a suggestion: 31 days at 15 minutes."""


class Refused(StrEnum):
    """Why a question is not answered, for pages that say it in the reader's language."""

    NOBODY_NAMED = "nobody_named"
    TOO_MANY_NAMES = "too_many_names"
    UNKNOWN_NAME = "unknown_name"
    SEVERAL = "several"
    UNKNOWN_ZONE = "unknown_zone"
    UNKNOWN_TIME = "unknown_time"
    BACKWARDS = "backwards"
    TOO_LONG = "too_long"
    TOO_FINE = "too_fine"
    OVER = "over"
    NO_RESOURCE = "no_resource"
    TOO_MANY_RESOURCES = "too_many_resources"
    TOO_SMALL = "too_small"


class QuestionRefusedError(RoomSyncError):
    """A question that cannot be answered as it is asked; the text says what would do."""

    def __init__(self, text: str, kind: Refused, **values: object) -> None:
        super().__init__(text)
        self.kind, self.values = kind, values


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Who and what, within what time; cells begin at `window.start`, `zone` is the reader's.

    People are addresses, of anybody. QuestionRefusedError where it asks too much or nothing.
    """

    people: tuple[str, ...] = ()
    resources: tuple[ResourceId, ...] = ()
    window: Interval
    zone: ZoneInfo
    interval_minutes: int = 30

    def __post_init__(self) -> None:
        _require_time(self.window)
        _require_names(len(self.people) + len(self.resources))
        if self.interval_minutes not in INTERVALS:
            raise QuestionRefusedError(
                "the interval must be from 5 to 1440 minutes", Refused.TOO_FINE
            )
        if (self.window.end - self.window.start) / timedelta(
            minutes=self.interval_minutes
        ) > MOST_CELLS:
            raise QuestionRefusedError(
                f"that would be more than {MOST_CELLS} cells: ask for less time or longer ones",
                Refused.TOO_FINE,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceNeed:
    """Which resources do; what is left out is not asked for. `seats` None: for those who come.

    `location` and all that lies in it; `place` is a part of a location's name.
    """

    only: tuple[ResourceId, ...] = ()
    type: str = ""
    location: LocationId | None = None
    place: str = ""
    seats: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionQuestion:
    """When these people could meet; `need` None: without a resource."""

    people: tuple[str, ...] = ()
    window: Interval
    zone: ZoneInfo
    minutes: int = 60
    step_minutes: int = 30
    need: ResourceNeed | None = ResourceNeed()
    in_working_hours: bool = True
    most: int = 8

    def __post_init__(self) -> None:
        _require_time(self.window)
        _require_names(len(self.people) + (self.need is not None))
        if not 1 <= self.minutes <= LONGEST_MEETING_MINUTES:
            raise QuestionRefusedError(
                "the meeting must last from 1 to 1440 minutes", Refused.TOO_LONG
            )
        if self.step_minutes not in INTERVALS:
            raise QuestionRefusedError("the step must be from 5 to 1440 minutes", Refused.TOO_FINE)
        step = timedelta(minutes=self.step_minutes)
        if (self.window.end - self.window.start) / step > MOST_STARTS:
            raise QuestionRefusedError(
                f"that would be more than {MOST_STARTS} times: ask for fewer days or longer steps",
                Refused.TOO_FINE,
            )


def _require_time(window: Interval) -> None:
    if window.end <= window.start:
        raise QuestionRefusedError("the time must end after it begins", Refused.BACKWARDS)
    if window.end - window.start > LONGEST:
        raise QuestionRefusedError(f"ask for {LONGEST.days} days at most", Refused.TOO_LONG)


def _require_names(number: int) -> None:
    if not number:
        raise QuestionRefusedError("name somebody, or a resource", Refused.NOBODY_NAMED)
    if number > MOST_NAMES:
        raise QuestionRefusedError(
            f"name {MOST_NAMES} people and resources at most", Refused.TOO_MANY_NAMES
        )
