"""Asks Exchange for every mailbox that is to be synced: is it there, usable, and the right one?"""

import asyncio
from collections.abc import Sequence

from core.app.mailbox_identity import is_anew, known_identity
from core.app.services import Services
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import EnvironmentId
from core.errors import RoomSyncError
from core.ports.mailboxes import MailboxFacts, MailboxKind
from core.sync.checks.owners import about

AT_ONCE = 4

Owner = SyncedPerson | SyncedResource


async def mailbox_findings(directory: Directory, services: Services) -> list[Finding]:
    """Return what is wrong with the mailboxes; two reads each. Silence is one finding."""
    owners: list[Owner] = [*directory.persons.values(), *directory.resources.values()]
    asked = [each for each in owners if each.wants_sync and each.address and each.environment]
    asking = _Asking(services)
    told = await asyncio.gather(*(asking.examine(each) for each in asked))
    return [*asking.silent.values(), *asking.blind.values(), *(f for some in told for f in some)]


class _Asking:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._limiter = asyncio.Semaphore(AT_ONCE)
        self.silent: dict[EnvironmentId, Finding] = {}
        self.blind: dict[EnvironmentId, Finding] = {}

    async def examine(self, owner: Owner) -> Sequence[Finding]:
        environment = owner.environment or EnvironmentId("")
        async with self._limiter:
            if environment in self.silent:
                return ()
            try:
                facts = await self._services.mailboxes.find(environment, owner.address)
            except RoomSyncError as error:
                self.silent[environment] = found(
                    Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, environment, error=error
                )
                return ()
        if facts is None:
            return (about(owner, Kind.UNKNOWN_MAILBOX, detail=owner.address),)
        if facts.is_usable is None:
            self.blind[environment] = found(Kind.SETTINGS_UNREADABLE, Part.ENVIRONMENT, environment)
        known = await known_identity(owner.place, self._services)
        if known is not None and is_anew(owner, facts, known):
            return (*judge(owner, facts), about(owner, Kind.MADE_ANEW, detail=owner.address))
        return tuple(judge(owner, facts))


def judge(owner: Owner, facts: MailboxFacts) -> list[Finding]:
    """Return what is wrong with a mailbox that exists."""
    judged = []
    if facts.is_usable is False:
        judged.append(about(owner, Kind.UNUSABLE_MAILBOX, detail=owner.address))
    if facts.address.lower() != owner.address.lower():
        judged.append(about(owner, Kind.ALIAS, detail=f"{owner.address} is {facts.address}"))
    if isinstance(owner, SyncedPerson) and facts.kind is MailboxKind.RESOURCE:
        judged.append(about(owner, Kind.MAILBOX_OF_RESOURCE, detail=owner.address))
    if isinstance(owner, SyncedResource) and facts.kind is MailboxKind.PERSON:
        judged.append(about(owner, Kind.MAILBOX_OF_PERSON, detail=owner.address))
    return judged
