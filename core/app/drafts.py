"""An open draft holds its slot in ROOMS: what opened it writes down which one it is, or drops it.

Nobody else would know whose it is, and the slot would be taken until it expires.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from core.app.services import Services
from core.errors import RoomSyncError


@asynccontextmanager
async def named_or_dropped(context: int | None, services: Services) -> AsyncIterator[None]:
    """Drop a draft if its name cannot be stored, mostly as another worker has dealt with the link.

    Where it was stored all the same, and only the answer got lost, the next look drops it again.
    """
    try:
        yield
    except RoomSyncError:
        if context is not None:
            with suppress(RoomSyncError):
                await services.rooms.abort_draft(context)
        raise
