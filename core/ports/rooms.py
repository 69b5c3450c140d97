"""ROOMS: bookings, and the drafts that lead to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.domain.booking import Booking
from core.domain.changes import BookingChanges, BookingDraft
from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingQuery:
    """Which bookings to find; None leaves a condition out. `modified_since` is ROOMS' own stamp."""

    window: Interval | None = None
    resource: ResourceId | None = None
    organizer: PersonId | None = None
    modified_since: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft:
    """A draft that ROOMS holds for us: it blocks the slot until confirmed, aborted or expired."""

    context: int
    draft: BookingDraft


class RoomBookingSystem(Protocol):
    """One mandator of ROOMS (design 8). Edit locks and drafts of others are LockedError."""

    mandator: str

    async def ping(self) -> None:
        """Return when ROOMS answers and takes our credentials."""
        ...

    async def get_booking(self, booking_id: BookingId) -> Booking:
        """Return a booking; NotFoundError when ROOMS does not know the id."""
        ...

    async def find_bookings(self, query: BookingQuery) -> Sequence[Booking]:
        """Return the bookings that match, in all statuses that ROOMS is willing to list."""
        ...

    async def open_draft(self, draft: BookingDraft) -> OpenDraft:
        """Begin a booking: ROOMS blocks the slot. BookingRefusedError when it says no."""
        ...

    async def confirm_draft(self, opened: OpenDraft) -> Booking:
        """Make a draft a booking, with its link and participants, and return what ROOMS stored."""
        ...

    async def abort_draft(self, context: int) -> None:
        """Drop a draft; unknown and expired ones are fine."""
        ...

    async def update_booking(self, booking: Booking, changes: BookingChanges) -> Booking:
        """Write only `changes`, return what ROOMS stored; BookingRefusedError if it says no."""
        ...

    async def cancel_booking(self, booking_id: BookingId) -> Booking:
        """Cancel without mails of ROOMS' own and without touching Exchange."""
        ...

    async def remove_room(self, booking_id: BookingId) -> Booking:
        """Move a booking to an online resource (R-115); BookingRefusedError if it says no.

        A later `update_booking` with a resource brings it into a room again.
        """
        ...

    async def blocking(
        self, resource: ResourceId, time: Interval, ignore: BookingId | None = None
    ) -> RefusalCode | None:
        """Return what stands against a slot now, None when it is free; one read.

        `ignore` is the booking that may be there. LockedError: only drafts hold it, ask later.
        Rights, lengths and the like are not seen here: ROOMS tells them when it is asked to book.
        """
        ...
