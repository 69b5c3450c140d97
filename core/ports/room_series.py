"""ROOMS: series, as far as they are more than bookings one by one (design D14, D15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.domain.booking import Booking
from core.domain.changes import BookingChanges
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.series_draft import BookedSeries, DateRefusal, SeriesDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSeries:
    """A series that ROOMS holds for us in a draft; `context` is None when no date can be had.

    `refusals` and `leftover` name dates by their original start: those that ROOMS refuses, and
    those that this series cannot hold. `roomless` is where refused ones are parked, `replacing` the
    item in whose place the series comes.
    """

    draft: SeriesDraft
    context: int | None
    refusals: Mapping[datetime, DateRefusal] = field(default_factory=dict)
    leftover: frozenset[datetime] = frozenset()
    roomless: ResourceId | None = None
    replacing: Booking | None = None


class RoomSeriesSystem(Protocol):
    """Series of one mandator. Single dates are changed and cancelled as any other booking.

    Edit locks and drafts of others are LockedError, as in RoomBookingSystem.
    """

    async def read_series(self, sample: Booking, span: Interval | None = None) -> Sequence[Booking]:
        """Return the bookings of the series that `sample` is of, by time.

        All active ones; cancelled ones as far as they are the sample's organizer's and between the
        active ones or in `span`. Two reads.
        """
        ...

    async def open_series(self, draft: SeriesDraft, replacing: Booking | None = None) -> OpenSeries:
        """Draw up a series and let ROOMS say of each date whether it can be had.

        With `replacing`, a single booking or the first item still to come of a series, the new
        series takes its place and that of what follows it: another pattern, length or time (R-610).
        SeriesNotTakenError: ROOMS takes these dates only one by one.
        """
        ...

    async def confirm_series(self, opened: OpenSeries) -> BookedSeries:
        """Book what was drawn up, and return the answer to each date.

        Without a context nothing is written, and what was to be replaced stays.
        """
        ...

    async def abort_series(self, opened: OpenSeries) -> None:
        """Drop a series that was drawn up; unknown and expired drafts are fine."""
        ...

    async def update_following(self, item: Booking, changes: BookingChanges) -> Sequence[Booking]:
        """Change an item and all that follow it; return the series that it is of afterwards.

        All or nothing, unless ROOMS does otherwise: what is returned is what it stored. Named by
        its first item still to come, a whole series. ROOMS may split it (R-611).
        """
        ...

    async def cancel_series(self, item: Booking) -> Sequence[Booking]:
        """Cancel all that is still to come of the item's series; return the series (R-624)."""
        ...

    async def remove_rooms(self, item: Booking) -> Sequence[Booking]:
        """Move all that is still to come of the item's series to an online resource (R-115)."""
        ...
