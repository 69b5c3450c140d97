"""What the user of ROOMS' API may do, as far as it can be asked without booking anything."""

from datetime import timedelta

from core.app.services import Services
from core.domain.directory import Directory
from core.domain.finding import Finding, Part, Severity
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode
from core.errors import LockedError, NotPermittedError, RoomSyncError

SOON, LENGTH = timedelta(days=1), timedelta(minutes=15)

MOST = 200
"""Lines of what was done lately that are searched for a right that is missing."""


async def rights_findings(directory: Directory, services: Services) -> list[Finding]:
    """Return which rights are missing, and that the others cannot be asked; two calls of ROOMS."""
    try:
        await services.rooms.ping()
    except NotPermittedError as error:
        return [
            _finding(
                Severity.ERROR,
                "rooms_login",
                f"does not let us in: {error}",
                "check ROOMSYNC_ROOMS_API_KEY and, where there is one, the login before it",
            )
        ]
    except RoomSyncError:
        return []  # Silence is told by whoever asks for persons and resources.
    synced = [r for r in directory.resources if directory.is_resource_synced(r)]
    found = [] if not synced else await _blockers(synced[0], services)
    if await _was_refused(services):
        found.append(
            _finding(
                Severity.WARNING,
                "rooms_right",
                "has lately refused something because our user lacks the right",
                "give the API user that right; the console's list says which booking it was",
            )
        )
    found.append(
        _finding(
            Severity.NOTE,
            "rights_unasked",
            "its API does not tell the rights of our user, and nothing is booked to find out",
            "in ROOMS, look at the user's role, for every location with synced resources: book for"
            " others, book definitively, quick bookings, private bookings, edit and cancel those of"
            " others",
        )
    )
    return found


async def _blockers(resource: ResourceId, services: Services) -> list[Finding]:
    start = services.clock.now() + SOON
    try:
        await services.rooms.blocking(resource, Interval(start, start + LENGTH))
    except LockedError:
        return []
    except NotPermittedError as error:
        return [
            _finding(
                Severity.ERROR,
                "rooms_availability",
                f"does not tell us whether a resource is free: {error}",
                "give the API user the right to see the resources' bookings",
            )
        ]
    except RoomSyncError:
        return []
    return []


async def _was_refused(services: Services) -> bool:
    lately = await services.activity.latest(MOST)
    return any(RefusalCode.NO_RIGHT in each.text for each in lately)


def _finding(severity: Severity, code: str, what: str, advice: str) -> Finding:
    return Finding(severity=severity, code=code, part=Part.ROOMS, who="", what=what, advice=advice)
