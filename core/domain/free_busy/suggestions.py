"""When everybody is free and where there is room for them, the best first; always the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.free_busy.cells import start_of_cells
from core.domain.free_busy.schedule import USUAL_HOURS, BusyTime, WorkingHours
from core.domain.free_busy.spans import Busy
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs

_NO = frozenset({ShowAs.BUSY, ShowAs.OUT_OF_OFFICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """For how long, within what time; starts lie on a grid of `step_minutes` of `zone`'s clock."""

    window: Interval
    duration: timedelta
    zone: ZoneInfo
    step_minutes: int = 30
    in_working_hours: bool = True
    most: int = 8


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who is to be there, `key` as the asker named them; `zone` is their own."""

    key: str
    busy: tuple[BusyTime, ...]
    working: WorkingHours | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A resource that may do; `blocked` is what either system says against a time.

    Lead and follow-up time are what ROOMS would keep free around a new booking. `spare` is how much
    larger it is than needed; the smallest that does comes first.
    """

    id: ResourceId
    name: str
    blocked: tuple[Interval, ...]
    lead: timedelta = timedelta(0)
    follow_up: timedelta = timedelta(0)
    spare: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A time at which all can come; the resource that fits best, then the others that do.

    `tentative` are those who have something tentative then.
    """

    time: Interval
    resources: tuple[ResourceId, ...] = ()
    tentative: tuple[str, ...] = ()


def suggestions(
    wish: Wish, people: Sequence[Participant], places: Sequence[Place] | None
) -> tuple[Suggestion, ...]:
    """Return at most `wish.most` times that do not overlap: first those that trouble nobody.

    `places` None: no resource is wanted; an empty sequence: one is, and none does.
    """
    calendars = [_Calendar(person) for person in people]
    free = None if places is None else [(place, Busy(place.blocked)) for place in places]
    chosen: list[Suggestion] = []
    for tentative, time in sorted(_possible(wish, calendars), key=lambda e: (len(e[0]), e[1])):
        if len(chosen) == wish.most:
            break
        if any(time.overlaps(other.time) for other in chosen):
            continue
        fitting = () if free is None else _fitting(time, free)
        if free is None or fitting:
            chosen.append(Suggestion(time, fitting, tentative))
    return tuple(chosen)


class _Calendar:
    def __init__(self, person: Participant) -> None:
        self._person = person
        self.key = person.key
        self._no = Busy(each.time for each in person.busy if each.show_as in _NO)
        self._maybe = Busy(e.time for e in person.busy if e.show_as is ShowAs.TENTATIVE)

    def can_come(self, time: Interval, *, in_working_hours: bool) -> bool:
        if not self._no.is_free(time.start, time.end):
            return False
        hours = self._person.working or USUAL_HOURS
        return not in_working_hours or hours.cover(time, self._person.zone)

    def is_tentative(self, time: Interval) -> bool:
        return not self._maybe.is_free(time.start, time.end)


def _possible(
    wish: Wish, calendars: Sequence[_Calendar]
) -> Iterator[tuple[tuple[str, ...], Interval]]:
    """Yield the times at which all can come, with those who are tentative then."""
    for time in _starts(wish):
        if all(c.can_come(time, in_working_hours=wish.in_working_hours) for c in calendars):
            yield tuple(sorted(c.key for c in calendars if c.is_tentative(time))), time


def _starts(wish: Wish) -> Iterator[Interval]:
    at: datetime = start_of_cells(wish.window.start.astimezone(wish.zone), wish.step_minutes)
    start, step = at.astimezone(UTC), timedelta(minutes=wish.step_minutes)
    while start < wish.window.start:  # an hour that the clock shows twice
        start += step
    while start + wish.duration <= wish.window.end:
        yield Interval(start, start + wish.duration)
        start += step


def _fitting(time: Interval, free: Sequence[tuple[Place, Busy]]) -> tuple[ResourceId, ...]:
    """Return the resources that are free then, the one that fits best first."""
    found = [
        place
        for place, busy in free
        if busy.is_free(time.start - place.lead, time.end + place.follow_up)
    ]
    found.sort(key=lambda place: (place.spare, place.name.casefold(), place.id))
    return tuple(place.id for place in found)
