"""Drafts of ROOMS: opened, confirmed, aborted (rooms-api 4).

`reservation/edit` doubles as the question whether a booking is locked: it takes the lock.
"""

import logging
from typing import Any

from core.adapters.rooms.client import Query, RoomsConnection, SaidNoError
from core.adapters.rooms.payloads import OpenedDraft
from core.adapters.rooms.requests import Body
from core.domain.ids import BookingId
from core.errors import (
    InvalidPayloadError,
    LockedError,
    NotFoundError,
    RoomSyncError,
    ServiceUnavailableError,
)

log = logging.getLogger(__name__)


class Drafts:
    """Handles tempdataContexts by number."""

    def __init__(self, connection: RoomsConnection) -> None:
        self._connection = connection

    async def create(self, body: Body) -> int:
        """Open the draft of a new booking; SaidNoError when ROOMS does not take it."""
        doing = "opening a booking"
        try:
            content = await self._connection.post("v1.0/reservation/create", doing, body)
        except NotFoundError as error:
            raise InvalidPayloadError(
                f"{error}: ROOMS knows the resource, the organizer or the mandator not"
            ) from None
        except SaidNoError as no:
            await self._drop_leftover(no)
            raise
        return _context(content, doing)

    async def edit(self, booking_id: BookingId) -> int:
        """Open a booking for editing; LockedError when somebody else has it open.

        SaidNoError only for a no whose code names another reason: a right that is missing.
        """
        doing = f"opening booking {booking_id} for editing"
        try:
            content = await self._connection.post(f"v1.0/reservation/edit/{booking_id}", doing)
        except SaidNoError as no:
            await self._drop_leftover(no)
            if no.reason is not None:
                raise
            raise LockedError(f"booking {booking_id} is open in somebody's editor") from None
        return _context(content, doing)

    async def confirm(self, body: Body, doing: str) -> Any:  # noqa: ANN401 - JSON
        """Commit a draft and return what ROOMS answered; whatever fails, the draft is dropped."""
        try:
            return await self._connection.put("v1.0/reservation/confirm", doing, body)
        except RoomSyncError:
            await self.abort_quietly(body["tempdataContextId"])
            raise

    async def abort(self, context: int) -> None:
        """Drop a draft; unknown and expired ones are fine."""
        query: Query = [("tempdataContextId", str(context))]
        try:
            await self._connection.put("v1.0/reservation/abort", "dropping a draft", query=query)
        except (NotFoundError, SaidNoError):
            return

    async def abort_quietly(self, context: int) -> None:
        """Drop a draft after a failure that matters more; ROOMS lets it expire otherwise."""
        try:
            await self.abort(context)
        except RoomSyncError as error:
            log.warning("draft_not_dropped", extra={"why": str(error)})

    async def require_unlocked(self, booking_id: BookingId) -> None:
        """Raise LockedError if a booking is open in somebody's editor."""
        try:
            context = await self.edit(booking_id)
        except SaidNoError:
            return
        await self.abort_quietly(context)

    async def _drop_leftover(self, no: SaidNoError) -> None:
        """Drop a draft that ROOMS opened although it said no: it would hold the slot."""
        try:
            context = OpenedDraft.read(no.content, "draft").tempdata_context_id
        except InvalidPayloadError:
            return
        await self.abort_quietly(context)


def _context(content: object, doing: str) -> int:
    try:
        return OpenedDraft.read(content, "draft").tempdata_context_id
    except InvalidPayloadError:
        raise ServiceUnavailableError(f"ROOMS gave no draft and no reason while {doing}") from None
