"""An address that is only an alias in Exchange is replaced by the primary one (R-023).

Only what an import adds or changes is asked about; the doctor looks at everybody.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.homes import Homes
from core.domain.ids import EnvironmentId
from core.domain.remark import Remark, text_of
from core.errors import RoomSyncError
from core.ports.mailboxes import MailboxDirectory, MailboxFacts

AT_ONCE = 4
"""Questions at the same time."""


async def with_primary_addresses(
    old: Directory, new: Directory, mailboxes: MailboxDirectory
) -> tuple[Directory, tuple[str, ...]]:
    """Return the new settings with primary addresses, and a notice for whatever is to be said."""
    asking = _Asking(mailboxes)
    homes = Homes(new.environments.values())
    persons, resources = await asyncio.gather(
        asking.all((person, old.persons.get(key), homes) for key, person in new.persons.items()),
        asking.all((room, old.resources.get(key), homes) for key, room in new.resources.items()),
    )
    return new.with_owners(persons, resources), tuple(asking.notices)


@dataclass(slots=True)
class _Asking:
    mailboxes: MailboxDirectory
    notices: list[str] = field(default_factory=list)
    silent: set[EnvironmentId] = field(default_factory=set)
    limiter: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def all[Entry: (SyncedPerson, SyncedResource)](
        self, entries: Iterable[tuple[Entry, Entry | None, Homes]]
    ) -> Sequence[Entry]:
        return await asyncio.gather(*(self._one(*each) for each in entries))

    async def _one[Entry: (SyncedPerson, SyncedResource)](
        self, entry: Entry, before: Entry | None, homes: Homes
    ) -> Entry:
        was = None if before is None else (before.address.lower(), before.environment)
        here = entry.environment
        is_new = was != (entry.address.lower(), here)
        if not (is_new and entry.wants_sync and entry.address) or here is None:
            return entry
        async with self.limiter:
            facts = await self._ask(here, entry)
        if facts is None or not facts.address:
            return entry
        if facts.address.lower() != entry.address.lower():
            self.notices.append(
                Remark(
                    "{who}: {address} is an alias in Exchange; its primary address {primary} is"
                    " taken (R-023)",
                    who=_named(entry),
                    address=entry.address,
                    primary=facts.address,
                )
            )
            entry = _with_primary(entry, facts, homes)
        return _knowing_former(entry, before, facts)

    async def _ask(
        self, environment: EnvironmentId, entry: SyncedPerson | SyncedResource
    ) -> MailboxFacts | None:
        if environment in self.silent:
            return None
        try:
            facts = await self.mailboxes.find(environment, entry.address)
        except RoomSyncError as error:
            if environment not in self.silent:
                self.silent.add(environment)
                self.notices.append(
                    Remark(
                        "environment {environment} could not be asked for aliases: {error}."
                        " Addresses are taken as they are",
                        environment=environment,
                        error=text_of(error),
                    )
                )
            return None
        if facts is None:
            told = Remark(
                "{who}: {environment} knows no {address}",
                who=_named(entry),
                environment=environment,
                address=entry.address,
            )
            self.notices.append(told)
        elif facts.is_usable is False:
            told = Remark(
                "{who}: {address} has no usable mailbox", who=_named(entry), address=entry.address
            )
            self.notices.append(told)
        return facts


def _named(entry: SyncedPerson | SyncedResource) -> str:
    if isinstance(entry, SyncedPerson):
        return Remark("person {id} {name}", id=entry.id, name=entry.name)
    return Remark("resource {id} {name}", id=entry.id, name=entry.name)


def _with_primary[Entry: (SyncedPerson, SyncedResource)](
    entry: Entry, facts: MailboxFacts, homes: Homes
) -> Entry:
    given = entry.address
    others = {alias.lower() for alias in entry.aliases} | {facts.address.lower()}
    aliases = entry.aliases if given.lower() in others else (*entry.aliases, given)
    entry = replace(
        entry,
        address=facts.address,
        aliases=tuple(alias for alias in aliases if alias.lower() != facts.address.lower()),
        environment=homes.of(facts.address, entry.mode, entry.assigned_environment),
    )
    if isinstance(entry, SyncedResource):
        theirs = {given.lower(), *(alias.lower() for alias in facts.aliases)}
        if entry.external_identifier.lower() in theirs:
            return replace(entry, external_identifier=facts.address)
    return entry


def _knowing_former[Entry: (SyncedPerson, SyncedResource)](
    entry: Entry, before: Entry | None, facts: MailboxFacts
) -> Entry:
    """Return the entry with its former address if Exchange says it is the same mailbox (S36)."""
    if before is None or not before.address:
        return entry
    was = before.address.lower()
    is_same = was in {alias.lower() for alias in facts.aliases}
    known = {entry.address.lower(), *(alias.lower() for alias in entry.aliases)}
    if not is_same or was in known:
        return entry
    return replace(entry, aliases=(*entry.aliases, before.address))
