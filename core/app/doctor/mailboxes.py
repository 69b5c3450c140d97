"""Asks Exchange for every mailbox that is to be synced: is it there, usable, and the right one?"""

import asyncio
from collections.abc import Sequence

from core.app.mailbox_identity import is_anew, known_identity
from core.app.services import Services
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.finding import Finding, Part, Severity
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
    found = await asyncio.gather(*(asking.examine(each) for each in asked))
    return [*asking.silent.values(), *asking.blind.values(), *(f for some in found for f in some)]


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
                self.silent[environment] = _silent(environment, error)
                return ()
        if facts is None:
            return (_missing(owner),)
        if facts.is_usable is None:
            self.blind[environment] = _blind(environment)
        known = await known_identity(owner.place, self._services)
        if known is not None and is_anew(owner, facts, known):
            return (*judge(owner, facts), _made_anew(owner))
        return tuple(judge(owner, facts))


def judge(owner: Owner, facts: MailboxFacts) -> list[Finding]:
    """Return what is wrong with a mailbox that exists."""
    found = []
    if facts.is_usable is False:
        found.append(
            about(
                owner,
                Severity.ERROR,
                "unusable_mailbox",
                "the mailbox has no licence, is deleted or lies elsewhere",
                "license it in Exchange, or set the mode to None",
                detail=owner.address,
            )
        )
    if facts.address.lower() != owner.address.lower():
        found.append(
            about(
                owner,
                Severity.ERROR,
                "alias",
                "the address is only an alias in Exchange (R-023)",
                "write the primary address, in ROOMS and here",
                detail=f"{owner.address} is {facts.address}",
            )
        )
    wrong = MailboxKind.RESOURCE if isinstance(owner, SyncedPerson) else MailboxKind.PERSON
    if facts.kind is wrong:
        found.append(
            about(
                owner,
                Severity.WARNING,
                "wrong_kind",
                f"the mailbox is one of a {wrong}",
                "check the address",
                detail=owner.address,
            )
        )
    return found


def _missing(owner: Owner) -> Finding:
    return about(
        owner,
        Severity.ERROR,
        "unknown_mailbox",
        "Exchange does not know the address",
        "correct the address, or set the mode to None",
        detail=owner.address,
    )


def _made_anew(owner: Owner) -> Finding:
    return about(
        owner,
        Severity.ERROR,
        "made_anew",
        "the mailbox was deleted and made anew: the events of its links are gone (S36)",
        "import it with synced_since of now, so that nothing is cancelled; then `roomsync release`",
        detail=owner.address,
    )


def _silent(environment: EnvironmentId, error: RoomSyncError) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="exchange_silent",
        part=Part.ENVIRONMENT,
        who=environment,
        what=f"Exchange could not be asked about mailboxes: {error}",
        advice="check its credentials (of Graph also consent and User.Read.All), then run the"
        " doctor again",
    )


def _blind(environment: EnvironmentId) -> Finding:
    return Finding(
        severity=Severity.NOTE,
        code="settings_unreadable",
        part=Part.ENVIRONMENT,
        who=environment,
        what="whether mailboxes are licensed cannot be told: mailbox settings may not be read",
        advice="consent to MailboxSettings.Read; on premises: let the account impersonate them",
    )
