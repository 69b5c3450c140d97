"""Whose an address is: nobody shares a mailbox, and a primary address counts before an alias."""

from collections.abc import Collection, Mapping
from typing import Protocol


class Addressed(Protocol):
    """A person or resource, as far as addresses go."""

    @property
    def address(self) -> str:
        """Return the primary address, "" without one."""
        ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """Return all other addresses."""
        ...

    @property
    def wants_sync(self) -> bool:
        """Tell whether its own switches ask for sync."""
        ...


def by_address[Key: int](entries: Mapping[Key, Addressed]) -> dict[str, Key]:
    """Return the owner of each address (lower case); of several who is to be synced, the first."""
    order = sorted(entries, key=lambda key: (not entries[key].wants_sync, key))
    found: dict[str, Key] = {}
    for key in order:
        if entries[key].address:
            found.setdefault(entries[key].address.lower(), key)
    for key in order:
        for alias in entries[key].aliases:
            found.setdefault(alias.lower(), key)
    return found


def doubled[Key: int](
    entries: Mapping[Key, Addressed], owners: Mapping[str, Key], taken: Collection[str] = ()
) -> frozenset[Key]:
    """Return those whose primary address is another's, or one of `taken`."""
    return frozenset(
        key
        for key, entry in entries.items()
        if entry.address
        and (owners[entry.address.lower()] != key or entry.address.lower() in taken)
    )
