"""What a date of a series is put together from."""

from dataclasses import dataclass, field
from datetime import datetime

from core.domain.booking import Booking
from core.domain.event_series import EventSeries
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import DateLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Both sides of a series as they were read; `gone` and `kept` as in Observed.

    `shared` are series of ROOMS that have items with links of their own.
    """

    event: EventSeries | None = None
    event_gone: bool = False
    bookings: tuple[Booking, ...] = ()
    gone: frozenset[BookingId] = frozenset()
    kept: frozenset[BookingId] = frozenset()
    shared: frozenset[int] = frozenset()


@dataclass(slots=True)
class DateDraft:
    """One date while it is put together: its link, when the rule puts it, what is booked for it."""

    start: datetime
    link: DateLink
    time: Interval | None = None
    bookings: list[Booking] = field(default_factory=list)
