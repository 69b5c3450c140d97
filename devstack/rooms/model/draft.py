"""A tempdataContext: a new booking not yet confirmed, or an edit under way (rooms-api 4)."""

from dataclasses import dataclass
from datetime import datetime

from devstack.rooms.model.booking import Booking
from devstack.rooms.model.series import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One open context; its owner alone can confirm or abort it before it expires.

    A new booking is stored with the status «Besetzt (System)» and `proposal` is None: the stored
    booking is the draft. An edit keeps its changes in `proposal`; the stored booking stays as it is
    until the confirmation, and the slot of the proposal is held as well.

    With a series drawn up in it, `items` are the dates after the booking's own: bookings not yet
    stored. Those in `held` are free for it and hold their slots. `to_series` passes the changes on
    to all that follows in the booking's series, `ends_series` makes it a single booking.
    """

    id: int
    booking_id: int
    owner_id: int
    expires: datetime
    proposal: Booking | None = None
    sends_mail: bool = True
    wanted_status_id: int | None = None
    checks_in: bool = False
    series: Series | None = None
    items: tuple[Booking, ...] = ()
    held: frozenset[int] = frozenset()
    to_series: bool = False
    ends_series: bool = False

    @property
    def is_new(self) -> bool:
        return self.proposal is None
