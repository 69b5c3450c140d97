"""What goes into and comes out of free/busy in the JSON API."""

from datetime import datetime, time
from typing import Annotated

from pydantic import Field

from web.routing import Shape

Who = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=320)], ...],
    Field(
        max_length=100, description="An address, a whole name, p<person> or r<resource>; several."
    ),
]
Moment = Annotated[
    str, Field(max_length=40, description="A day (the end's is part of it) or a moment.")
]
Zone = Annotated[str, Field(max_length=60, description="IANA zone of days and of moments.")]


class FreeBusyAsked(Shape):
    """Whom, from when to when; without a start today, without an end one day."""

    who: Who
    starts: Moment = ""
    ends: Moment = ""
    zone: Zone = "UTC"
    interval_minutes: Annotated[int, Field(ge=5, le=1440)] = 15


class WorkingShape(Shape):
    """When somebody works; days count from Monday, 0. `zone` "" is not known."""

    days: tuple[int, ...]
    start: time
    end: time
    zone: str


class PersonShape(Shape):
    """One person, a word per cell; `cells` None where nothing is known, `unknown` says why."""

    address: str
    name: str
    environment: str | None
    cells: tuple[str, ...] | None
    unknown: str | None
    working: WorkingShape | None


class DeviationShape(Shape):
    """A span that only one side has; `booking` where only ROOMS has it."""

    start: datetime
    end: datetime
    kind: str
    booking: int | None


class ResourceShape(Shape):
    """One resource on both sides, a word per cell; None where a side is not known or not shown."""

    number: int
    name: str
    rooms: tuple[str, ...] | None
    exchange: tuple[str, ...] | None
    not_shown: str | None
    unknown: str | None
    deviations: tuple[DeviationShape, ...]


class FreeBusyShape(Shape):
    """The cells begin at `starts`, the last one ends at `ends`; `troubles` is for operators."""

    zone: str
    interval_minutes: int
    starts: tuple[datetime, ...]
    ends: datetime
    people: tuple[PersonShape, ...]
    resources: tuple[ResourceShape, ...]
    troubles: dict[str, str]
    read_at: datetime


class SuggestionsAsked(Shape):
    """Whom, for how long, where; resources that are named are the only ones that are looked at."""

    who: Who
    starts: Moment = ""
    ends: Moment = ""
    zone: Zone = "UTC"
    minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    step_minutes: Annotated[int, Field(ge=5, le=1440)] = 30
    seats: Annotated[int, Field(ge=1, le=100_000)] | None = None
    type: Annotated[str, Field(max_length=200)] = ""
    place: Annotated[str, Field(max_length=200)] = ""
    people_only: bool = False
    anytime: bool = False
    most: Annotated[int, Field(ge=1, le=50)] = 8


class SuggestedResourceShape(Shape):
    """A resource that is free then."""

    number: int
    name: str


class SuggestionShape(Shape):
    """A time at which all can come; the resource that fits best is the first."""

    start: datetime
    end: datetime
    resources: tuple[SuggestedResourceShape, ...]
    tentative: tuple[str, ...]


class SuggestionList(Shape):
    """The best first. `not_considered`: of whom nothing is known, and why."""

    suggestions: tuple[SuggestionShape, ...]
    not_considered: dict[str, str]
    resources_looked_at: int
    troubles: dict[str, str]


class WhoAsked(Shape):
    """Part of a name or of an address, two letters at least; or a number."""

    search: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 12


class CandidateShape(Shape):
    """Somebody who can be asked about: by `key`."""

    key: str
    name: str
    address: str
    is_resource: bool


class CandidateList(Shape):
    """Those that fit, the likeliest first, and how many there are."""

    candidates: tuple[CandidateShape, ...]
    total: int
