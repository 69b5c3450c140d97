"""How each booking and each event of a resource stands towards the other side, for one day.

    booking or event       its link               then
    present                none, ours to sync     missing on the other side
    present                none, not ours         not synced, with the reason
    present                refused by ROOMS       refused
    present                being created          working
    present                of a mailbox that is   not synced, with the reason
                           not synced any more
    present on both sides  linked                 linked, or differing in time
    present on one side    linked                 missing on the other side

Where the other side could not be read, nothing is called missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.app.console.links import Links
from core.domain.booking import Booking, BookingStatus
from core.domain.buffer_mark import BufferKind
from core.domain.directory import Directory
from core.domain.event import Event
from core.domain.ids import BookingId, MappingId
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState, Refusal
from core.domain.refusal import RefusalCode
from core.domain.remaining import date_at
from core.sync.eligibility import why_booking_not_synced


class Side(StrEnum):
    """One of the two systems."""

    ROOMS = "rooms"
    EXCHANGE = "exchange"

    @property
    def other(self) -> "Side":
        """Return the opposite side."""
        return Side.EXCHANGE if self is Side.ROOMS else Side.ROOMS


class Standing(StrEnum):
    """What there is to say of one item."""

    LINKED = "linked"
    DIFFERS = "differs"
    MISSING = "missing"
    REFUSED = "refused"
    WORKING = "working"
    NOT_SYNCED = "not_synced"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One item of one side, or the gap where the other side's item should be.

    `state` is a booking's status or an event's free/busy; `reason` is a refusal's code, or why an
    item is not synced; a `buffer` is no meeting (D8). No title, no people.
    """

    side: Side
    time: Interval
    standing: Standing
    state: str = ""
    reason: str = ""
    booking_id: BookingId | None = None
    mapping_id: MappingId | None = None
    is_gap: bool = False
    buffer: BufferKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was read of one resource's day; None for a side that could not be read."""

    bookings: tuple[Booking, ...] | None
    events: tuple[Event, ...] | None

    @property
    def living(self) -> "Seen":
        """Return the same without what was cancelled."""
        bookings, events = self.bookings, self.events
        if bookings is not None:
            bookings = tuple(b for b in bookings if b.status is not BookingStatus.CANCELLED)
        if events is not None:
            events = tuple(event for event in events if not event.is_cancelled)
        return Seen(bookings=bookings, events=events)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every judgement may look at: the links of the day, the settings, the moment."""

    links: Links
    directory: Directory
    now: datetime


def compare(seen: Seen, frame: Frame) -> tuple[Sight, ...]:
    """Return all items of both sides with their standing, and the gaps."""
    seen = seen.living
    sights = [_booking_sight(booking, seen, frame) for booking in seen.bookings or ()]
    sights += [_event_sight(event, seen, frame) for event in seen.events or ()]
    return (*sights, *_gaps(sights))


def _booking_sight(booking: Booking, seen: Seen, frame: Frame) -> Sight:
    mapping = _living(frame.links.of_booking(booking))
    sight = Sight(
        side=Side.ROOMS,
        time=booking.time,
        standing=Standing.UNKNOWN,
        state=booking.status,
        booking_id=booking.booking_id,
    )
    if mapping is None:
        why_not = why_booking_not_synced(booking, frame.directory, frame.now)
        return _unlinked(sight, why_not, is_other_read=seen.events is not None)
    partners = [
        event.time for event in seen.events or () if _is_same(mapping, frame.links.of_event(event))
    ]
    return _linked(sight, mapping, partners, frame, is_other_read=seen.events is not None)


KEPT_FREE = {
    BufferKind.LEAD: "kept free before the meeting",
    BufferKind.FOLLOW_UP: "kept free after the meeting",
}


def _event_sight(event: Event, seen: Seen, frame: Frame) -> Sight:
    if event.buffer is not None and event.is_buffer:
        return Sight(
            side=Side.EXCHANGE,
            time=event.time,
            standing=Standing.LINKED,
            state=event.show_as,
            reason=KEPT_FREE[event.buffer.kind],
            mapping_id=event.buffer.mapping_id,
            buffer=event.buffer.kind,
        )
    mapping = _living(frame.links.of_event(event))
    sight = Sight(
        side=Side.EXCHANGE, time=event.time, standing=Standing.UNKNOWN, state=event.show_as
    )
    if mapping is None:
        why_not = why_copy_not_synced(event, frame.directory, frame.now)
        return _unlinked(sight, why_not, is_other_read=seen.bookings is not None)
    partners = [
        booking.time
        for booking in seen.bookings or ()
        if _is_same(mapping, frame.links.of_booking(booking))
    ]
    return _linked(sight, mapping, partners, frame, is_other_read=seen.bookings is not None)


def _refused(sight: Sight, refusal: Refusal) -> Sight:
    why_not = {str(code): words for code, words in NOT_OURS.items()}.get(refusal.code)
    if why_not is not None:
        return replace(sight, standing=Standing.NOT_SYNCED, reason=why_not)
    return replace(sight, standing=Standing.REFUSED, reason=refusal.code)


NOT_OURS = {
    RefusalCode.NOT_SYNCED: "its organizer is not synced (R-110)",
    RefusalCode.DIRECT_ITEM: "made in the resource mailbox (R-430)",
    RefusalCode.BEFORE_SYNC: "booked before its sync began (D11)",
    RefusalCode.UNPAIRED: "its other side was not found when links were rebuilt (S05)",
}
"""What is listed as a difference and was refused by nobody: it did not come the allowed way."""


def why_copy_not_synced(event: Event, directory: Directory, now: datetime) -> str | None:
    """Return why an event in a resource mailbox has no booking to wait for, None if it has one."""
    organizer = directory.person_at(event.organizer_address)
    reasons = (
        (event.is_organizer, "made in the resource mailbox (R-430)"),
        (event.time.end <= now, "in the past (R-106)"),
        (organizer is None or not organizer.is_synced, "its organizer is not synced (R-110)"),
    )
    return next((reason for is_so, reason in reasons if is_so), None)


def _unlinked(sight: Sight, why_not: str | None, *, is_other_read: bool) -> Sight:
    if why_not is not None:
        return replace(sight, standing=Standing.NOT_SYNCED, reason=why_not)
    return replace(sight, standing=Standing.MISSING) if is_other_read else sight


def _linked(
    sight: Sight,
    mapping: Mapping,
    partners: list[Interval],
    frame: Frame,
    *,
    is_other_read: bool,
) -> Sight:
    sight = replace(sight, mapping_id=mapping.id)
    mapping = _on_its_date(mapping, sight.time)
    if mapping.open_refusal is not None:
        return _refused(sight, mapping.open_refusal)
    why_off = _why_off(mapping, frame)
    if why_off is not None:
        return replace(sight, standing=Standing.NOT_SYNCED, reason=why_off)
    if mapping.pending is not None:
        return replace(sight, standing=Standing.WORKING)
    if not is_other_read:
        return sight
    if not partners:
        return replace(sight, standing=Standing.MISSING)
    is_same = any(_is_same_time(sight, partner, frame.now) for partner in partners)
    return replace(sight, standing=Standing.LINKED if is_same else Standing.DIFFERS)


def _on_its_date(mapping: Mapping, time: Interval) -> Mapping:
    """Return a link as it stands on one date: of a series, what was said of that date counts."""
    date = None if mapping.series is None else date_at(mapping.series, time)
    if date is None:
        return mapping
    is_off = MappingState.SYNC_DISABLED in {mapping.state, date.state}
    state = MappingState.SYNC_DISABLED if is_off else date.state
    return replace(mapping, state=state, refusals=(*mapping.refusals, *date.refusals))


def _is_same_time(sight: Sight, partner: Interval, now: datetime) -> bool:
    """Tell whether both show the same time; a booking that has begun may end later (R-112)."""
    rooms, exchange = sight.time, partner
    if sight.side is Side.EXCHANGE:
        rooms, exchange = exchange, rooms
    return rooms == exchange or (rooms.start == exchange.start <= now and rooms.end > exchange.end)


def _why_off(mapping: Mapping, frame: Frame) -> str | None:
    if not frame.directory.watches(mapping.home):
        return "sync is off for its mailbox (D12)"
    is_disabled = mapping.state is MappingState.SYNC_DISABLED
    return "sync was switched off for it" if is_disabled else None


def _gaps(sights: Iterable[Sight]) -> list[Sight]:
    """Return a gap on the other side for everything that is missing there."""
    return [
        replace(sight, side=sight.side.other, is_gap=True, state="")
        for sight in sights
        if sight.standing is Standing.MISSING
    ]


def _living(mapping: Mapping | None) -> Mapping | None:
    return None if mapping is None or mapping.state is MappingState.CANCELLED else mapping


def _is_same(mapping: Mapping, other: Mapping | None) -> bool:
    return other is not None and other.id == mapping.id
