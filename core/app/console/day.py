"""Lays out one day: per resource two lanes on one time axis, in the resource's own wall time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.app.console.standing import Frame, Seen, Side, Sight, Standing, compare
from core.app.console.wall import DAY_MINUTES, wall_minutes, zone_named
from core.domain.directory import SyncedResource
from core.domain.ids import ResourceId

FIRST_HOUR, LAST_HOUR = 7, 19
"""Hours that are always shown; what lies outside widens the axis."""

STEP_MINUTES = 5
"""How finely items are placed; their texts say the exact time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One block of a lane. `begins` and `ends` are minutes since midnight, in steps.

    `row` is 0 unless it overlaps others; `is_late` says that there is more room to its left.
    """

    id: str
    sight: Sight
    zone: ZoneInfo
    day: date
    begins: int
    ends: int
    row: int
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One side of one resource; `trouble` says why it could not be read."""

    side: Side
    entries: tuple[Entry, ...]
    rows: int
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceDay:
    """One resource with both lanes; `now` is its wall time in minutes while the day is today."""

    resource: SyncedResource
    lanes: tuple[Lane, Lane]
    now: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """The whole board. `numbers` counts bookings and events by standing, a linked pair as one."""

    day: date
    first_hour: int
    last_hour: int
    resources: tuple[ResourceDay, ...]
    numbers: dict[Standing, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSeen:
    """One resource and what was read of its day; `troubles` by the side that could not be read."""

    resource: SyncedResource
    seen: Seen
    troubles: Mapping[Side, str]


def day_view(day: date, read: Iterable[ResourceSeen], frame: Frame) -> DayView:
    """Return the board of a day."""
    judged = [(each, compare(each.seen, frame)) for each in read]
    hours = _hours(day, judged)
    resources = tuple(_resource_day(day, each, found, frame, hours) for each, found in judged)
    return DayView(
        day=day,
        first_hour=hours[0],
        last_hour=hours[1],
        resources=resources,
        numbers=_numbers(found for _, found in judged),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Where things are placed: a date in a zone, and the hours that are shown."""

    day: date
    zone: ZoneInfo
    first_hour: int
    last_hour: int

    @property
    def middle(self) -> int:
        return (self.first_hour + self.last_hour) * 30


def _resource_day(
    day: date, each: ResourceSeen, found: Iterable[Sight], frame: Frame, hours: tuple[int, int]
) -> ResourceDay:
    zone = zone_named(each.resource.time_zone)
    axis = _Axis(day=day, zone=zone, first_hour=hours[0], last_hour=hours[1])
    placed = sorted(found, key=lambda s: (s.time.start, s.time.end, s.booking_id or 0))
    rooms, exchange = (
        _lane(axis, side, each, [sight for sight in placed if sight.side is side])
        for side in (Side.ROOMS, Side.EXCHANGE)
    )
    return ResourceDay(
        resource=each.resource, lanes=(rooms, exchange), now=_now(day, zone, frame.now)
    )


def _lane(axis: _Axis, side: Side, each: ResourceSeen, sights: list[Sight]) -> Lane:
    """Place a side's items, each in the first row in which it overlaps nothing."""
    ends_of_rows: list[int] = []
    entries = []
    ids = Counter[str]()
    for number, sight in enumerate(sights):
        begins, ends = _place(sight, axis.day, axis.zone)
        row = next((r for r, end in enumerate(ends_of_rows) if end <= begins), len(ends_of_rows))
        ends_of_rows[row : row + 1] = [ends]
        own = _entry_id(each.resource.id, sight, number)
        ids[own] += 1
        entries.append(
            Entry(
                # A series may have two dates on one day.
                id=own if ids[own] == 1 else f"{own}-{ids[own]}",
                sight=sight,
                zone=axis.zone,
                day=axis.day,
                begins=begins,
                ends=ends,
                row=row,
                is_late=begins > axis.middle,
            )
        )
    return Lane(
        side=side,
        entries=tuple(entries),
        rows=max(1, len(ends_of_rows)),
        trouble=each.troubles.get(side, ""),
    )


def _place(sight: Sight, day: date, zone: ZoneInfo) -> tuple[int, int]:
    """Return where a block begins and ends, at least one step long, within the day."""
    begins = wall_minutes(sight.time.start, day, zone) // STEP_MINUTES * STEP_MINUTES
    ends = -(-wall_minutes(sight.time.end, day, zone) // STEP_MINUTES) * STEP_MINUTES
    begins = min(begins, DAY_MINUTES - STEP_MINUTES)
    return begins, min(max(ends, begins + STEP_MINUTES), DAY_MINUTES)


def _hours(day: date, judged: Iterable[tuple[ResourceSeen, tuple[Sight, ...]]]) -> tuple[int, int]:
    first, last = FIRST_HOUR, LAST_HOUR
    for each, found in judged:
        zone = zone_named(each.resource.time_zone)
        for sight in found:
            begins, ends = _place(sight, day, zone)
            first, last = min(first, begins // 60), max(last, -(-ends // 60))
    return first, last


def _now(day: date, zone: ZoneInfo, now: datetime) -> int | None:
    local = now.astimezone(zone)
    if local.date() != day:
        return None
    return (local.hour * 60 + local.minute) // STEP_MINUTES * STEP_MINUTES


def _numbers(found: Iterable[Iterable[Sight]]) -> dict[Standing, int]:
    counted: Counter[Standing] = Counter()
    pairs = set()
    for sight in (each for sights in found for each in sights):
        if sight.is_gap or (sight.mapping_id is not None and sight.mapping_id in pairs):
            continue
        counted[sight.standing] += 1
        if sight.mapping_id is not None:
            pairs.add(sight.mapping_id)
    return {standing: counted[standing] for standing in Standing if counted[standing]}


def _entry_id(resource: ResourceId, sight: Sight, number: int) -> str:
    """Return an id that an entry keeps from one refresh to the next."""
    gap = "-gap" if sight.is_gap else ""
    own = sight.mapping_id or sight.booking_id or f"n{number}"
    part = f"-{sight.buffer}" if sight.buffer else ""
    return f"{sight.side}-{resource}-{own}{part}{gap}"
