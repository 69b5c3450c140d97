"""What a worker has seen of both sides: the planner's only input besides settings and time."""

from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from enum import StrEnum

from core.domain.booking import Booking, BookingStatus
from core.domain.buffer import Buffer
from core.domain.event import Event
from core.domain.ids import BookingId, EventVersion, ResourceId
from core.domain.mapping import Mapping, Refusal
from core.domain.meeting import Attendee
from core.domain.refusal import RefusalCode
from core.domain.work import ItemKey

ROOMS_SIDE = "rooms"
EXCHANGE_SIDE = "exchange"
LINK = "link"
"""Stands for the `AppointmentOid` among the written aspects."""


def rooms_side(booking_id: BookingId) -> str:
    """Return the name of one booking among the written sides."""
    return f"{ROOMS_SIDE}:{booking_id}"


class RoomSlot(StrEnum):
    """What lies in a resource mailbox at the time of a meeting that it has declined."""

    FREE = "free"
    HELD = "held"
    HELD_UNBOOKED = "held_unbooked"
    """By an event of somebody synced that has no booking: ROOMS will refuse it (design 5)."""
    KEPT_FREE = "kept_free"
    """By a buffer of another meeting: lead or follow-up time (D8)."""
    LEAVING = "leaving"
    """By a buffer whose meeting has moved or ended: it follows in a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Both sides of one link, or of one that may come to be.

    `event_gone` and `bookings_gone` are only set on positive proof (design 5.1); nothing seen with
    neither set means "there is none and never was". `bookings_kept` were cancelled while their
    appointment is to survive (R-313).

    Asked for only when the decision needs it: `room_slots` of resources that declined (`holders`
    are the meetings without a booking that are in the way there), `blocked` what ROOMS says there,
    `free_again` of resources that were refused and can be had now, `would_decline` why the
    mailboxes of resources would decline by their own policy, `kept_free` those that keep the time
    free around another meeting. `buffers` are the own ones (D8), as far as they are known.
    `is_booked_apart`: the unsynced organizer of a meeting in a resource mailbox has booked the same
    in ROOMS, without us. `groups` are who is behind the event's groups now, by their address.

    What this very pass has done so far: `refusals` are all that are known, earlier ones included;
    `written` are the (side, aspect) pairs already written, so that what a server makes of a value
    is accepted and not written again; `made_versions` and `made_stamps` are what our writes made of
    each side: they come back as echoes, one by one; `created` and `freed` are the bookings made and
    cancelled; `taken_off` and `reinvited` are resources of the event; `told` says that a mail is on
    its way, `disabled` that it tells the end of this item's sync; `finished` is set when we ended
    one side because the other had ended, `moved` when the event has reached its new calendar;
    `buffers_rest`: no more of them in this pass, but again in `buffers_again_s`.
    """

    mapping: Mapping
    event: Event | None = None
    event_gone: bool = False
    bookings: tuple[Booking, ...] = ()
    bookings_gone: frozenset[BookingId] = frozenset()
    bookings_kept: frozenset[BookingId] = frozenset()
    room_slots: Table[ResourceId, RoomSlot] = field(default_factory=dict)
    holders: tuple[ItemKey, ...] = ()
    blocked: Table[ResourceId, RefusalCode] = field(default_factory=dict)
    free_again: frozenset[ResourceId] = frozenset()
    would_decline: Table[ResourceId, str] = field(default_factory=dict)
    kept_free: frozenset[ResourceId] = frozenset()
    buffers: tuple[Buffer, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    refused_now: frozenset[ResourceId | None] = frozenset()
    written: frozenset[tuple[str, str]] = frozenset()
    made_versions: tuple[EventVersion, ...] = ()
    made_stamps: tuple[str, ...] = ()
    created: frozenset[BookingId] = frozenset()
    freed: frozenset[BookingId] = frozenset()
    taken_off: frozenset[ResourceId] = frozenset()
    reinvited: frozenset[ResourceId] = frozenset()
    told: bool = False
    disabled: bool = False
    finished: bool = False
    is_booked_apart: bool = False
    groups: Table[str, tuple[Attendee, ...]] = field(default_factory=dict)
    moved: bool = False
    buffers_rest: bool = False
    buffers_again_s: float | None = None

    @property
    def active_bookings(self) -> tuple[Booking, ...]:
        """Return the bookings that are neither cancelled nor gone."""
        ended = self.bookings_gone | self.freed
        return tuple(
            booking
            for booking in self.bookings
            if booking.status is not BookingStatus.CANCELLED and booking.booking_id not in ended
        )

    @property
    def is_private(self) -> bool:
        """Tell whether either side is private, or was when both last agreed."""
        baseline = self.mapping.baseline
        was_masked = baseline is not None and baseline.masked
        is_event_private = self.event is not None and self.event.sensitive
        return was_masked or is_event_private or any(b.is_private for b in self.bookings)

    @property
    def ended_bookings(self) -> frozenset[BookingId]:
        """Return the bookings that have positively ended in ROOMS, other than by ourselves."""
        cancelled = {b.booking_id for b in self.bookings if b.status is BookingStatus.CANCELLED}
        return (self.bookings_gone | cancelled) - self.freed

    @property
    def is_booking_over(self) -> bool:
        """Tell whether there were bookings and ROOMS has positively ended all of them."""
        return bool(self.ended_bookings) and not self.active_bookings

    @property
    def keeps_meeting(self) -> bool:
        """Tell whether only rooms were cancelled and the appointment is to stay (R-313)."""
        return bool(self.bookings_kept)

    def booking_of(self, booking_id: BookingId) -> Booking | None:
        """Return one booking as it was read last, None when it was not read."""
        return next((b for b in self.bookings if b.booking_id == booking_id), None)

    def with_booking(self, booking: Booking) -> "Observed":
        """Return what is seen with a booking as it is now; a new one comes last."""
        if self.booking_of(booking.booking_id) is None:
            return replace(self, bookings=(*self.bookings, booking))
        updated = (booking if b.booking_id == booking.booking_id else b for b in self.bookings)
        return replace(self, bookings=tuple(updated))
