"""What the user of ROOMS' API may do, as far as it can be asked without booking anything."""

from datetime import timedelta

from core.app.services import Services
from core.domain.directory import Directory
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode
from core.errors import NotPermittedError, RoomSyncError

SOON, LENGTH = timedelta(days=1), timedelta(minutes=15)

MOST = 200
"""Lines of what was done lately that are searched for a right that is missing."""


async def rights_findings(directory: Directory, services: Services) -> list[Finding]:
    """Return which rights are missing, and that the others cannot be asked; two calls of ROOMS."""
    try:
        await services.rooms.ping()
    except NotPermittedError as error:
        return [found(Kind.ROOMS_LOGIN, Part.ROOMS, error=error)]
    except RoomSyncError:
        return []  # Silence is told by whoever asks for persons and resources.
    synced = [r for r in directory.resources if directory.is_resource_synced(r)]
    told = [] if not synced else await _blockers(synced[0], services)
    if await _was_refused(services):
        told.append(found(Kind.ROOMS_RIGHT, Part.ROOMS))
    told.append(found(Kind.RIGHTS_UNASKED, Part.ROOMS))
    return told


async def _blockers(resource: ResourceId, services: Services) -> list[Finding]:
    start = services.clock.now() + SOON
    try:
        await services.rooms.blocking(resource, Interval(start, start + LENGTH))
    except NotPermittedError as error:
        return [found(Kind.ROOMS_AVAILABILITY, Part.ROOMS, error=error)]
    except RoomSyncError:
        return []
    return []


async def _was_refused(services: Services) -> bool:
    lately = await services.activity.latest(MOST)
    return any(RefusalCode.NO_RIGHT in each.text for each in lately)
