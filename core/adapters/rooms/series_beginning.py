"""How the draft of a series begins: as a new booking, or in the place of a series that is there."""

from typing import Protocol

from core.adapters.rooms import requests
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.drafts import Drafts
from core.domain.booking import Booking
from core.domain.changes import BookingChanges, BookingDraft
from core.domain.interval import Interval
from core.domain.series_draft import SeriesDraft


class Beginning(Protocol):
    """Opens a draft whose first date is at a given time."""

    async def at(self, time: Interval) -> int:
        """Return the context of the draft; SaidNoError when ROOMS does not take the time."""
        ...

    async def give_up(self) -> None:
        """Leave nothing open when no time was taken."""
        ...


class AsNew:
    """A booking is made for the first date."""

    def __init__(self, drafts: Drafts, draft: SeriesDraft, person_at: requests.PersonAt) -> None:
        self._drafts, self._draft, self._person_at = drafts, draft, person_at

    async def at(self, time: Interval) -> int:
        """Open a draft there; a refused one holds nothing."""
        body = requests.create_body(single(self._draft, time), self._person_at)
        return await self._drafts.create(body)

    async def give_up(self) -> None:
        """Do nothing: there is nothing open."""


class InPlaceOf:
    """An item that is there is opened for editing and becomes the first date (R-610)."""

    def __init__(
        self, connection: RoomsConnection, drafts: Drafts, draft: SeriesDraft, item: Booking
    ) -> None:
        self._connection, self._drafts = connection, drafts
        self._draft, self._item = draft, item
        self._context: int | None = None

    async def at(self, time: Interval) -> int:
        """Open the item once, and move it there inside its draft."""
        if self._context is None:
            self._context = await self._drafts.edit(self._item.booking_id)
        place = BookingChanges(time=time, resource=self._draft.resource)
        body = requests.update_body(place) | {"useTempdataContext": True}
        path = f"v2.0/bookings/{self._item.booking_id}/update"
        await self._connection.put(path, "moving a booking inside its draft", body)
        return self._context

    async def give_up(self) -> None:
        """Close the item again: it stays as it is."""
        if self._context is not None:
            await self._drafts.abort_quietly(self._context)


def single(draft: SeriesDraft, time: Interval) -> BookingDraft:
    """Return the draft of the first date: all that the others share."""
    return BookingDraft(
        appointment_oid=draft.appointment_oid,
        title=draft.title,
        time=time,
        resource=draft.resource,
        organizer=draft.organizer,
        attendees=draft.attendees,
        private=draft.private,
        custom_fields=draft.custom_fields,
    )


def shared_changes(draft: SeriesDraft) -> BookingChanges:
    """Return what an item gets with its new series; whether it is private cannot be changed."""
    return BookingChanges(
        title=draft.title,
        organizer=draft.organizer,
        attendees=draft.attendees,
        appointment_oid=draft.appointment_oid,
        custom_fields=draft.custom_fields,
    )
