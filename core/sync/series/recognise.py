"""Which date is which: after a new rule, and for bookings that are not linked to any date yet.

Exchange gives dates new ids and original starts when a series is rescheduled (S01).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.booking import Booking
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.mapping import DateLink

FARTHEST = timedelta(days=8)
"""How far a date may be moved with its series and still be the same: a week, and its hours."""


def rekeyed(
    links: Sequence[DateLink], starts: Collection[datetime], zone: str
) -> tuple[DateLink, ...]:
    """Return the links under the original starts that their dates have now.

    The same start is the same date; else the same day of the series' zone, else the nearest one,
    in order. What has no date any more keeps its old start. Deleted dates are not looked for: with
    a new rule they are back.
    """
    local, wanted = ZoneInfo(zone), set(starts)
    free = wanted - {link.original_start for link in links}
    by_day = {start.astimezone(local).date(): start for start in sorted(free)}
    found: dict[datetime, datetime] = {}
    lost = sorted(
        link.original_start
        for link in links
        if link.original_start not in wanted and not link.is_deleted
    )
    for old in lost:
        if (new := by_day.pop(old.astimezone(local).date(), None)) is not None:
            found[old] = new
    found |= _in_order(
        [old for old in lost if old not in found], sorted(free - set(found.values()))
    )
    return tuple(
        replace(link, original_start=found.get(link.original_start, link.original_start))
        for link in links
    )


def _in_order(lost: Sequence[datetime], free: Sequence[datetime]) -> dict[datetime, datetime]:
    """Pair what is left, each with the nearest one after its predecessor's."""
    if len(lost) == len(free):
        pairs = zip(lost, free, strict=True)
        return {old: new for old, new in pairs if abs(new - old) <= FARTHEST}
    found: dict[datetime, datetime] = {}
    rest = list(free)
    for old in lost:
        near = [new for new in rest if abs(new - old) <= FARTHEST]
        if near:
            found[old] = min(near, key=lambda new: abs(new - old))
            rest = [new for new in rest if new > found[old]]
    return found


def placed(
    bookings: Iterable[Booking],
    open_dates: Mapping[datetime, tuple[Interval, frozenset[ResourceId]]],
    zone: str,
) -> tuple[dict[datetime, list[Booking]], tuple[Booking, ...]]:
    """Return which date each booking without one is of, and those that are of none.

    `open_dates` say when each date is held and for which resources it has no booking yet. The same
    time counts first, then the same day.
    """
    local = ZoneInfo(zone)
    left = {start: set(resources) for start, (_, resources) in open_dates.items()}
    found: dict[datetime, list[Booking]] = {}
    rest: list[Booking] = []
    ordered = sorted(bookings, key=lambda b: (b.time, b.booking_id))
    by_time: dict[Interval, list[datetime]] = {}
    by_day: dict[object, list[datetime]] = {}
    for start, (time, _) in open_dates.items():
        by_time.setdefault(time, []).append(start)
        by_day.setdefault(time.start.astimezone(local).date(), []).append(start)
    waiting = [b for b in ordered if not _take(b, by_time.get(b.time, ()), left, found)]
    for booking in waiting:
        day = booking.time.start.astimezone(local).date()
        if not _take(booking, by_day.get(day, ()), left, found):
            rest.append(booking)
    return found, tuple(rest)


def _take(
    booking: Booking,
    starts: Iterable[datetime],
    left: dict[datetime, set[ResourceId]],
    found: dict[datetime, list[Booking]],
) -> bool:
    for start in starts:
        if booking.resource in left[start]:
            left[start].discard(booking.resource)
            found.setdefault(start, []).append(booking)
            return True
    return False
