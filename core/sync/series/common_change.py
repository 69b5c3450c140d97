"""What of many changes to the items of a ROOMS series can be said once for all of them (R-612)."""

from collections import Counter
from collections.abc import Mapping as Table
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.booking import Booking
from core.domain.changes import BookingChanges
from core.domain.interval import Interval
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
        start = _wall(time.start, local) + self.by
        return Interval(start.replace(tzinfo=local), (start + self.length).replace(tzinfo=local))


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonChange:
    """The parts that most items ask for: field by field, with those that ask and those that do not.

    `others` get a part without having asked for it; `shift` stands for the time.
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
    items: Table[datetime, Booking], steps: Table[datetime, UpdateBooking], zone: str
) -> CommonChange | None:
    """Return what is worth one write for all, None if nothing is."""
    parts: dict[str, Any] = {}
    asked: dict[datetime, frozenset[Aspect]] = {}
    others: dict[datetime, frozenset[str]] = {}
    for field in fields(BookingChanges):
        wishes = _wishes(field.name, items, steps, zone)
        if not wishes:
            continue
        value = Counter(wishes.values()).most_common(1)[0][0]
        asking = {start for start, wish in wishes.items() if wish == value}
        rest = {s for s, b in items.items() if s not in asking and not _shows(b, field.name, value)}
        is_fine = not rest or (field.name in CAN_BE_PUT_RIGHT and len(rest) + 1 < len(asking))
        if len(asking) < MANY or not is_fine:
            continue
        parts[field.name] = value
        for start in asking:
            asked[start] = asked.get(start, frozenset()) | ASPECTS[field.name]
        for start in rest:
            others[start] = others.get(start, frozenset()) | {field.name}
    return CommonChange(parts=parts, asked=asked, others=others) if parts else None


def written_over(
    booking: Booking, change: CommonChange, start: datetime, zone: str
) -> BookingChanges:
    """Return what a date gets without having asked for it."""
    own = {name: change.parts[name] for name in change.others.get(start, ())}
    if (shift := own.pop("time", None)) is not None:
        own["time"] = shift.applied_to(booking.time, zone)
    return BookingChanges(**own)


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
            _wall(new.start, local) - _wall(items[start].time.start, local),
            _wall(new.end, local) - _wall(new.start, local),
        )
        for start, new in found.items()
    }


def _shows(booking: Booking, name: str, value: Any) -> bool:  # noqa: ANN401 - any part of a booking
    """Tell whether an item has already what all are to have."""
    shown = {
        "title": booking.title,
        "resource": booking.resource,
        "organizer": booking.organizer,
        "appointment_oid": booking.appointment_oid,
    }
    return name in shown and shown[name] == value


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
