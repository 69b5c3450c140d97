"""What of many changes to the items of a ROOMS series can be said once for all of them (R-612)."""

from collections import Counter
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from core.domain.booking import Booking
from core.domain.changes import BookingChanges
from core.domain.interval import Interval, wall_clock
from core.domain.meeting import Aspect
from core.sync.steps import UpdateBooking

MANY = 2
"""So many dates are worth one write for all."""

ASPECTS: dict[str, frozenset[Aspect]] = {
    "title": frozenset({Aspect.SUBJECT}),
    "time": frozenset({Aspect.TIME}),
    "resource": frozenset({Aspect.RESOURCES}),
    "organizer": frozenset({Aspect.ORGANIZER}),
    "attendees": frozenset({Aspect.ATTENDEES}),
    "custom_fields": frozenset({Aspect.SHOW_AS, Aspect.REMINDER}),
    "appointment_oid": frozenset(),
}
CAN_BE_PUT_RIGHT = frozenset({"title", "time", "attendees", "custom_fields"})
"""What may be written to dates that do not ask for it, and is taken back again afterwards."""


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a date is moved on the clock, and how long it is then."""

    by: timedelta
    length: timedelta

    def applied_to(self, time: Interval, zone: str) -> Interval:
        """Return where it puts a span, by the clock of a zone."""
        local = ZoneInfo(zone)
        start = wall_clock(time.start, local) + self.by
        return Interval(start.replace(tzinfo=local), (start + self.length).replace(tzinfo=local))


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonChange:
    """The parts that most items ask for: field by field, with those that ask and those that do not.

    `others` get a part without having asked for it; a Shift stands for the time.
    """

    parts: Table[str, Any]
    asked: Table[datetime, frozenset[Aspect]]
    others: Table[datetime, frozenset[str]]

    def changes(self, first: Booking, zone: str) -> BookingChanges:
        """Return what is written to the first item, and by it to all that follow."""
        parts = dict(self.parts)
        if (shift := parts.pop("time", None)) is not None:
            parts["time"] = shift.applied_to(first.time, zone)
        return BookingChanges(**parts)


def common_change(
    first: Booking,
    items: Table[datetime, Booking],
    steps: Table[datetime, UpdateBooking],
    zone: str,
) -> CommonChange | None:
    """Return what is worth one write for all, None if nothing is.

    ROOMS hands on what is changed in the `first` item of a series (from a later one on it would be
    another series): what that shows already cannot be said for all.
    """
    found = (_part(field.name, items, steps, zone) for field in fields(BookingChanges))
    worth = [part for part in found if part and not _shows(first, part.name, part.value)]
    if not worth:
        return None
    return CommonChange(
        parts={part.name: part.value for part in worth},
        asked={
            start: frozenset[Aspect]().union(*(ASPECTS[name] for name in names))
            for start, names in _by_date(worth, "asking").items()
        },
        others=_by_date(worth, "rest"),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One field that many dates are to have alike; `rest` have not asked for it and lack it."""

    name: str
    value: Any
    asking: frozenset[datetime]
    rest: frozenset[datetime]


def _part(
    name: str, items: Table[datetime, Booking], steps: Table[datetime, UpdateBooking], zone: str
) -> _Part | None:
    wishes = _wishes(name, items, steps, zone)
    if not wishes:
        return None
    value = Counter(wishes.values()).most_common(1)[0][0]
    asking = frozenset(start for start, wish in wishes.items() if wish == value)
    rest = frozenset(
        s for s, booking in items.items() if s not in asking and not _shows(booking, name, value)
    )
    is_fine = not rest or (name in CAN_BE_PUT_RIGHT and len(rest) + 1 < len(asking))
    return _Part(name, value, asking, rest) if len(asking) >= MANY and is_fine else None


def written_over(
    booking: Booking, change: CommonChange, start: datetime, zone: str
) -> BookingChanges:
    """Return what a date gets without having asked for it."""
    own = {name: change.parts[name] for name in change.others.get(start, ())}
    if (shift := own.pop("time", None)) is not None:
        own["time"] = shift.applied_to(booking.time, zone)
    return BookingChanges(**own)


def _by_date(
    parts: Sequence[_Part], whose: Literal["asking", "rest"]
) -> dict[datetime, frozenset[str]]:
    found: dict[datetime, frozenset[str]] = {}
    for part in parts:
        for start in getattr(part, whose):
            found[start] = found.get(start, frozenset()) | {part.name}
    return found


def _wishes(
    name: str, items: Table[datetime, Booking], steps: Table[datetime, UpdateBooking], zone: str
) -> dict[datetime, Any]:
    nothing = getattr(BookingChanges(), name)
    found = {start: getattr(step.changes, name) for start, step in steps.items()}
    found = {start: value for start, value in found.items() if value != nothing}
    if name != "time":
        return found
    local = ZoneInfo(zone)
    return {
        start: Shift(
            wall_clock(new.start, local) - wall_clock(items[start].time.start, local),
            wall_clock(new.end, local) - wall_clock(new.start, local),
        )
        for start, new in found.items()
    }


def _shows(booking: Booking, name: str, value: Any) -> bool:  # noqa: ANN401 - any part of a booking
    """Tell whether an item has already what all are to have."""
    match name:
        case "attendees":
            organizer = booking.organizer_address.lower()
            shown = {(p.address or p.name).lower() for p in booking.participants} - {organizer}
            return shown == {(a.address or a.name).lower() for a in value} - {organizer}
        case "custom_fields":
            return all(booking.custom_fields.get(field) == text for field, text in value)
        case "time":
            return False
        case _:
            return bool(getattr(booking, name) == value)
