"""Counts what is created and cancelled in a mailbox; one too many stops it (design 6, S22)."""

import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime

from core.app.services import Services
from core.domain.event import EventPlace
from core.errors import (
    BookingRefusedError,
    GuardTrippedError,
    LockedError,
    PreconditionFailedError,
    ThrottledError,
)
from core.sync.guard import Deed
from core.telemetry.metrics import count
from core.telemetry.vocabulary import GUARD_TRIPS

log = logging.getLogger(__name__)

NOT_DONE = (BookingRefusedError, LockedError, PreconditionFailedError, ThrottledError)
"""Errors that say that nothing was done; after all others it may have been."""


@asynccontextmanager
async def guarded(
    place: EventPlace, deeds: Collection[Deed], services: Services
) -> AsyncIterator[None]:
    """Count these deeds while they are done, GuardTrippedError if one is too many.

    What turns out not to be done is taken back: what waits for an editor is tried often.
    """
    now = services.clock.now()
    for deed in sorted(deeds):
        await _ask(place, deed, now, services)
    try:
        yield
    except NOT_DONE:
        for deed in sorted(deeds):
            await services.guard.take_back(place, deed, now)
        raise


async def _ask(place: EventPlace, deed: Deed, now: datetime, services: Services) -> None:
    """Count a deed; one too many stops the mailbox until a person releases it."""
    limits = services.guard_limits
    reading = await services.guard.count(place, deed, now, limits.window_s)
    if reading.stopped_since is None and limits.allows(deed, reading.count):
        return
    if reading.stopped_since is None:
        await services.guard.stop(place, now)
        count(GUARD_TRIPS, deed=deed)
        name = f"{place.environment}/{place.mailbox}"
        log.error("guard_tripped", extra={"reason": deed.value, "mailbox": name})
    raise GuardTrippedError(
        f"too many {deed}s in {place.environment}/{place.mailbox}: it is stopped. Find out what"
        " creates or cancels so much, then release the mailbox and replay what was given up"
    )
