"""Whom the doctor asks about: everybody who is to be synced, or some of them."""

from collections.abc import Collection

from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.ids import MailboxKey


def wanted(directory: Directory) -> list[MailboxKey]:
    """Return the mailboxes of all who are to be synced, environment by environment."""
    owners: list[SyncedPerson | SyncedResource] = [
        *directory.persons.values(),
        *directory.resources.values(),
    ]
    asked = [owner for owner in owners if owner.wants_sync]
    return [o.place.mailbox for o in sorted(asked, key=lambda owner: owner.environment or "")]


def only(mailboxes: Collection[MailboxKey], directory: Directory) -> Directory:
    """Return the same settings with the owners of some mailboxes only."""
    chosen = set(mailboxes)
    return directory.with_owners(
        [p for p in directory.persons.values() if p.place.mailbox in chosen],
        [r for r in directory.resources.values() if r.place.mailbox in chosen],
    )


def without(environments: Collection[str], directory: Directory) -> Directory:
    """Return the same settings without those who live in some environments."""
    if not environments:
        return directory
    return directory.with_owners(
        [p for p in directory.persons.values() if p.environment not in environments],
        [r for r in directory.resources.values() if r.environment not in environments],
    )
