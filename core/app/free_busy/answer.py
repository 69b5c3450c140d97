"""What is answered: a line per person and resource, a cell per interval; no subject anywhere."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.domain.free_busy.deviations import Deviation, DeviationKind
from core.domain.free_busy.occupation import Occupation
from core.domain.free_busy.schedule import Unknown, WorkingHours
from core.domain.free_busy.suggestions import Suggestion
from core.domain.ids import EnvironmentId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs


class NotShown(StrEnum):
    """Why the Exchange side of a resource is left out."""

    NO_RIGHT = "no_right"
    """The reader's role may not see it (R-821)."""
    NOT_SYNCED = "not_synced"
    """The resource is not synced, or not configured as it must be (R-020, R-821)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One person; `cells` is None where nothing is known, `unknown` then says why.

    `name` is "" for people who are not in the settings.
    """

    address: str
    name: str = ""
    environment: EnvironmentId | None = None
    cells: tuple[ShowAs, ...] | None = None
    unknown: Unknown | None = None
    working: WorkingHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLine:
    """One resource as both sides have it.

    `rooms` is None where ROOMS did not answer; of its cells None is free. `exchange` is None where
    it is `not_shown` or `unknown`. `deviations` are to the minute, `differs` marks their cells.
    """

    id: ResourceId
    name: str
    rooms: tuple[Occupation | None, ...] | None = None
    exchange: tuple[ShowAs, ...] | None = None
    not_shown: NotShown | None = None
    unknown: Unknown | None = None
    deviations: tuple[Deviation, ...] = ()
    differs: tuple[frozenset[DeviationKind], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Who and what is free when. `cells` are the spans of all lines.

    `troubles`: what an operator should know, by environment or "ROOMS"; nobody else gets it.
    """

    zone: ZoneInfo
    interval_minutes: int
    cells: tuple[Interval, ...]
    people: tuple[PersonLine, ...] = ()
    resources: tuple[ResourceLine, ...] = ()
    troubles: dict[str, str] = field(default_factory=dict)
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionAnswer:
    """When they could meet, the best first.

    `not_considered`: people of whom nothing is known, and why; `candidates`: how many resources
    would do, whether free or not.
    """

    zone: ZoneInfo
    suggestions: tuple[Suggestion, ...]
    names: dict[ResourceId, str] = field(default_factory=dict)
    not_considered: dict[str, Unknown] = field(default_factory=dict)
    candidates: int = 0
    troubles: dict[str, str] = field(default_factory=dict)
