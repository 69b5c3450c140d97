"""Checks open drifts again that a look has dealt with since: the list closes them by itself.

A scan comes once a day, the sync repairs within minutes. Only what has moved on is read from both
sides, some at a time; of the rest only the link is read.
"""

import logging

from core.app.drift.check import check, key_of
from core.app.drift.standing import has_moved_on
from core.app.find_link import find_link
from core.app.services import Services
from core.domain.drift import Drift, DriftState
from core.errors import RoomSyncError

log = logging.getLogger(__name__)

LOOKED_AT = 100
"""Open drifts whose links one run reads; the next run goes on with the next ones."""

CHECKED = 20
"""Drifts that one run checks: each takes one or two calls to both systems."""

EVERY_S = 300


async def recheck(services: Services) -> int:
    """Check what has moved on; return how many drifts that were."""
    found = [drift for drift in await services.drifts.all() if drift.state is DriftState.OPEN]
    found.sort(key=lambda drift: drift.id)
    turn = int(services.clock.now().timestamp()) // EVERY_S
    first = turn * LOOKED_AT % len(found) if len(found) > LOOKED_AT else 0
    moved = [
        drift for drift in found[first : first + LOOKED_AT] if await _is_moved(drift, services)
    ]
    for drift in moved[:CHECKED]:
        try:
            await check([drift], services)
        except RoomSyncError as error:
            # One that cannot be read keeps no other waiting; the next run tries it again.
            log.info("recheck_failed", extra={"drift": drift.id, "error": type(error).__name__})
    return len(moved[:CHECKED])


async def _is_moved(drift: Drift, services: Services) -> bool:
    link = await find_link(key_of(drift), services)
    if link is None:
        return drift.mapping_id is not None
    return drift.mapping_id is None or has_moved_on(link, drift)
