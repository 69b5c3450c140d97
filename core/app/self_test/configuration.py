"""The first step: is the mailbox one that can be synced at all, in the settings and in fact?"""

from core.app.doctor.chosen import only
from core.app.doctor.mailboxes import mailbox_findings
from core.app.doctor.rooms import owners_in_rooms
from core.app.services import Services
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.event import EventPlace
from core.domain.finding import Finding, Part, Severity, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import MailboxKey, is_resource_mailbox
from core.domain.scope import ROOMS, scope_of
from core.sync.checks import settings_findings
from core.sync.checks.owners import about

Owner = SyncedPerson | SyncedResource


async def configuration_faults(mailbox: MailboxKey, services: Services) -> list[Finding]:
    """Return what keeps a mailbox from being synced, worst first; two reads of Exchange and one.

    What is wrong elsewhere is the doctor's business, and so is what is only a warning.
    """
    directory = await services.roster.directory()
    owner = directory.owner_of(mailbox)
    if owner is None:
        part = Part.RESOURCE if is_resource_mailbox(mailbox) else Part.PERSON
        return [found(Kind.GONE, part, mailbox[1:])]
    told = [f for f in settings_findings(directory) if _is_about(owner, f)]
    told += _switches(owner, directory)
    if not _errors(told) and not directory.watches(owner.place):
        told.append(about(owner, Kind.UNSYNCED))
    if errors := _errors(told):
        return errors
    told = await _standing(owner.place, owner, services)
    if not told:
        alone = only([mailbox], directory)
        told = [
            *await mailbox_findings(alone, services),
            *await owners_in_rooms(alone, services),
        ]
    return _errors(told)


def _errors(told: list[Finding]) -> list[Finding]:
    return [finding for finding in told if finding.severity is Severity.ERROR]


def _is_about(owner: Owner, finding: Finding) -> bool:
    part = Part.PERSON if isinstance(owner, SyncedPerson) else Part.RESOURCE
    if finding.part is part and finding.who == str(owner.id):
        return True
    return finding.part is Part.ENVIRONMENT and finding.who == owner.environment


def _switches(owner: Owner, directory: Directory) -> list[Finding]:
    if not owner.wants_sync:
        return [about(owner, Kind.OFF)]
    if is_resource_mailbox(owner.place.mailbox) and not directory.global_sync_enabled:
        return [about(owner, Kind.ALL_OFF)]
    return []


async def _standing(place: EventPlace, owner: Owner, services: Services) -> list[Finding]:
    """Return what has been stopped: a look at the entry would wait for that, and so would we."""
    await services.breakers.refresh()
    breaker = await services.breakers.parking([scope_of(place), ROOMS])
    if breaker is not None:
        return [about(owner, Kind.PARKED, scope=breaker.scope.name, error=breaker.why)]
    if (await services.guard.standing(place)).stopped_since is not None:
        return [about(owner, Kind.STOPPED, scope=place.mailbox)]
    return []
