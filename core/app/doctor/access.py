"""Consent and scope: every synced mailbox opens to us, and one that must not, does not."""

import asyncio
from collections.abc import Iterable, Mapping

from core.app.asking import NOBODYS
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import EnvironmentId
from core.errors import MailboxUnavailableError, NotPermittedError, RoomSyncError
from core.sync.checks.owners import about

AT_ONCE = 4


async def shut_out_findings(
    places: Iterable[EventPlace], directory: Directory, services: Services
) -> list[Finding]:
    """Return whose calendar does not open; one read per mailbox."""
    limiter = asyncio.Semaphore(AT_ONCE)

    async def opened(place: EventPlace) -> Finding | None:
        async with limiter:
            return await _shut_out(place, directory, services)

    told = await asyncio.gather(*map(opened, places))
    return [finding for finding in told if finding is not None]


async def scope_findings(
    directory: Directory, probes: Mapping[EnvironmentId, str], services: Services
) -> list[Finding]:
    """Return whether a mailbox opens that must not; one read per environment."""
    used = {place.environment for place in directory.synced_places()}
    asked = [environment for environment in directory.environments if environment in used]
    scopes = [await _scope(each, directory, probes.get(each, ""), services) for each in asked]
    unknown = [
        found(Kind.PROBE_UNKNOWN, Part.ENVIRONMENT, environment)
        for environment in probes
        if environment not in directory.environments
    ]
    return [finding for finding in (*scopes, *unknown) if finding is not None]


async def _shut_out(place: EventPlace, directory: Directory, services: Services) -> Finding | None:
    owner, calendar = directory.owner_of(place.mailbox), services.calendars.get(place.environment)
    if owner is None or calendar is None:
        return None
    try:
        await calendar.find_by_ical_uid(place, NOBODYS)
    except NotPermittedError as error:
        by = directory.environments[place.environment].kind
        return about(owner, Kind.SHUT_OUT, error=error, by=by)
    except RoomSyncError:
        return None  # It does not answer, or has no mailbox: others tell that.
    return None


async def _scope(
    environment: EnvironmentId, directory: Directory, probe: str, services: Services
) -> Finding | None:
    by = directory.environments[environment].kind
    if not probe:
        return found(Kind.SCOPE_UNASKED, Part.ENVIRONMENT, environment, by=by)
    try:
        is_open = await services.mailboxes.opens(environment, probe)
    except MailboxUnavailableError:
        return found(Kind.PROBE_USELESS, Part.ENVIRONMENT, environment)
    except RoomSyncError:
        return None
    return found(Kind.SCOPE_OPEN, Part.ENVIRONMENT, environment, by=by) if is_open else None
