"""Consent and scope: every synced mailbox opens to us, and one that must not, does not."""

import asyncio
from collections.abc import Mapping

from core.app.asking import NOBODYS
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.finding import ADDRESS, Finding, Part, Severity
from core.domain.ids import EnvironmentId
from core.errors import MailboxUnavailableError, NotPermittedError, RoomSyncError
from core.sync.checks.owners import about

AT_ONCE = 4

SHOW_SCOPE = {
    "graph": f"Test-ServicePrincipalAuthorization -Identity <application id> -Resource {ADDRESS}",
    "ews": "Get-ManagementRoleAssignment -Role ApplicationImpersonation"
    " | Format-List RoleAssigneeName,CustomRecipientWriteScope,RecipientWriteScope",
}
"""How to see whom we may open, in the shell of Exchange."""

LIMIT_SCOPE = {
    "graph": "New-ManagementScope -Name RoomSync -RecipientRestrictionFilter"
    " \"MemberOfGroup -eq '<distinguished name of the group of synced mailboxes>'\";"
    " New-ManagementRoleAssignment -App <application id> -Role 'Application Calendars.ReadWrite'"
    " -CustomResourceScope RoomSync",
    "ews": "New-ManagementScope -Name RoomSync -RecipientRestrictionFilter"
    " \"MemberOfGroup -eq '<distinguished name of the group of synced mailboxes>'\";"
    " New-ManagementRoleAssignment -Role ApplicationImpersonation -User <account>"
    " -CustomRecipientWriteScope RoomSync",
}
"""How to keep all others out of reach."""


async def access_findings(
    directory: Directory, probes: Mapping[EnvironmentId, str], services: Services
) -> list[Finding]:
    """Return who cannot be opened and who can though he must not; one read per mailbox."""
    limiter = asyncio.Semaphore(AT_ONCE)

    async def opened(place: EventPlace) -> Finding | None:
        async with limiter:
            return await _shut_out(place, directory, services)

    places = directory.synced_places()
    found = await asyncio.gather(*(opened(place) for place in places))
    used = {place.environment for place in places}
    asked = [environment for environment in directory.environments if environment in used]
    scopes = [await _scope(each, directory, probes.get(each, ""), services) for each in asked]
    unknown = [
        Finding(
            severity=Severity.WARNING,
            code="probe_unknown",
            part=Part.ENVIRONMENT,
            who=environment,
            what="is named in ROOMSYNC_PROBE_ADDRESSES and is no environment of the settings",
            advice="correct its name there",
        )
        for environment in probes
        if environment not in directory.environments
    ]
    return [finding for finding in (*found, *scopes, *unknown) if finding is not None]


async def _shut_out(place: EventPlace, directory: Directory, services: Services) -> Finding | None:
    owner, calendar = directory.owner_of(place.mailbox), services.calendars.get(place.environment)
    if owner is None or calendar is None:
        return None
    try:
        await calendar.find_by_ical_uid(place, NOBODYS)
    except NotPermittedError as error:
        kind = directory.environments[place.environment].kind
        return about(
            owner,
            Severity.ERROR,
            "shut_out",
            f"its calendar does not open to us: {error}",
            "take it into the scope of the application; of Graph see that Calendars.ReadWrite is"
            " consented to",
            command=SHOW_SCOPE.get(kind, ""),
        )
    except RoomSyncError:
        return None  # It does not answer, or has no mailbox: others tell that.
    return None


async def _scope(
    environment: EnvironmentId, directory: Directory, probe: str, services: Services
) -> Finding | None:
    kind = directory.environments[environment].kind

    def finding(severity: Severity, code: str, what: str, advice: str, command: str) -> Finding:
        return Finding(
            severity=severity,
            code=code,
            part=Part.ENVIRONMENT,
            who=environment,
            what=what,
            advice=advice,
            command=command,
        )

    if not probe:
        return finding(
            Severity.NOTE,
            "scope_unasked",
            "whether other mailboxes are out of our reach was not asked",
            "name one that must be in ROOMSYNC_PROBE_ADDRESSES, or look at the scope yourself",
            SHOW_SCOPE.get(kind, ""),
        )
    try:
        is_open = await services.mailboxes.opens(environment, probe)
    except MailboxUnavailableError:
        return finding(
            Severity.WARNING,
            "probe_useless",
            "the mailbox of ROOMSYNC_PROBE_ADDRESSES does not exist: it proves nothing",
            "name a mailbox that exists and must be out of reach",
            "",
        )
    except RoomSyncError:
        return None
    if not is_open:
        return None
    return finding(
        Severity.ERROR,
        "scope_open",
        "a mailbox that must be out of reach opens to us: we may read and write calendars that are"
        " none of our business",
        "limit the scope to the synced mailboxes; it takes effect within two hours",
        LIMIT_SCOPE.get(kind, ""),
    )
