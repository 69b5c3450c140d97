"""The first step: is the mailbox one that can be synced at all, in the settings and in fact?"""

from dataclasses import replace

from core.app.doctor.mailboxes import mailbox_findings
from core.app.doctor.rooms import rooms_findings
from core.app.services import Services
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.event import EventPlace
from core.domain.finding import Finding, Part, Severity
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
        return [_gone(mailbox)]
    found = [f for f in settings_findings(directory) if _is_about(owner, f)]
    found += _switches(owner, directory)
    if errors := _errors(found):
        return errors
    found = await _standing(owner.place, owner, services)
    if not found:
        alone = _only(owner, directory)
        found = [
            *await mailbox_findings(alone, services),
            *await rooms_findings(alone, services),
        ]
    return _errors(found)


def _errors(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity is Severity.ERROR]


def _is_about(owner: Owner, finding: Finding) -> bool:
    part = Part.PERSON if isinstance(owner, SyncedPerson) else Part.RESOURCE
    if finding.part is part and finding.who == str(owner.id):
        return True
    return finding.part is Part.ENVIRONMENT and finding.who == owner.environment


def _switches(owner: Owner, directory: Directory) -> list[Finding]:
    if not owner.wants_sync:
        what = "is not to be synced: its mode is None, or its sync is switched off (R-036)"
        return [about(owner, Severity.ERROR, "off", what, "switch it on in the settings")]
    if is_resource_mailbox(owner.place.mailbox) and not directory.global_sync_enabled:
        what = "resources are not synced: the global switch is off (R-001)"
        return [about(owner, Severity.ERROR, "all_off", what, "set global_sync_enabled")]
    if not directory.watches(owner.place):
        what = "is not synced as the settings are"
        return [about(owner, Severity.ERROR, "unsynced", what, "`roomsync doctor` says why")]
    return []


async def _standing(place: EventPlace, owner: Owner, services: Services) -> list[Finding]:
    """Return what has been stopped: a look at the entry would wait for that, and so would we."""
    await services.breakers.refresh()
    breaker = await services.breakers.parking([scope_of(place), ROOMS])
    if breaker is not None:
        what = f"{breaker.scope.name} is parked, as it does not answer: {breaker.why}"
        advice = "it is asked again by itself; `roomsync release` lets it go on at once"
        return [about(owner, Severity.ERROR, "parked", what, advice)]
    if (await services.guard.standing(place)).stopped_since is not None:
        what = "the mailbox was stopped: too much was created, cancelled or lost in it"
        advice = "find out why, then `roomsync release`"
        return [about(owner, Severity.ERROR, "stopped", what, advice)]
    return []


def _only(owner: Owner, directory: Directory) -> Directory:
    persons = [owner] if isinstance(owner, SyncedPerson) else []
    resources = [owner] if isinstance(owner, SyncedResource) else []
    # A lead time is no reason not to be synced: no search for it.
    policies = replace(directory.policies, lead_follow_up="holds")
    return replace(directory.with_owners(persons, resources), policies=policies)


def _gone(mailbox: MailboxKey) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="gone",
        part=Part.RESOURCE if is_resource_mailbox(mailbox) else Part.PERSON,
        who=mailbox[1:],
        what="is not in the settings",
        advice="import it: `roomsync settings import`",
    )
