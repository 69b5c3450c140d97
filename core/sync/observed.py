"""What a worker has seen of both sides: the planner's only input besides settings and time."""

from dataclasses import dataclass, field

from core.domain.booking import Booking, BookingStatus
from core.domain.event import Event
from core.domain.ids import EventVersion
from core.domain.mapping import Mapping, Refusal

ROOMS_SIDE = "rooms"
EXCHANGE_SIDE = "exchange"
LINK = "link"
"""Stands for the `AppointmentOid` among the written aspects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Both sides of one link, or of one that may come to be.

    `event_gone` and `booking_gone` are only set on positive proof (design 5.1); None with neither
    set means "there is none and never was". `keeps_meeting` says that the booking was cancelled
    and the appointment is to survive (R-313).

    What this very pass has done so far: `refusal` is what ROOMS said; `written` are the (side,
    aspect) pairs already written, so that what a server makes of a value is accepted and not
    written again; `made_versions` and `made_stamps` are what our writes made of each side: they
    come back as echoes, one by one; `finished` is set when we ended one side because the other had
    ended, `moved` when the event has reached its new organizer's calendar.
    """

    mapping: Mapping
    event: Event | None = None
    event_gone: bool = False
    booking: Booking | None = None
    booking_gone: bool = False
    keeps_meeting: bool = False
    refusal: Refusal | None = None
    written: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    made_versions: tuple[EventVersion, ...] = ()
    made_stamps: tuple[str, ...] = ()
    finished: bool = False
    moved: bool = False

    @property
    def active_booking(self) -> Booking | None:
        """Return the booking unless it is cancelled or gone."""
        booking = self.booking
        if booking is None or self.booking_gone or booking.status is BookingStatus.CANCELLED:
            return None
        return booking

    @property
    def is_booking_over(self) -> bool:
        """Tell whether ROOMS has positively ended the booking."""
        return self.booking_gone or (
            self.booking is not None and self.booking.status is BookingStatus.CANCELLED
        )

    @property
    def standing_refusal(self) -> Refusal | None:
        """Return what ROOMS refused: in this pass, or earlier and remembered."""
        return self.refusal or self.mapping.refusal
