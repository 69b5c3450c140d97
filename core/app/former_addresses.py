"""A mailbox that gets another address is still the same: links must not end by that (S36)."""

from collections.abc import Mapping
from dataclasses import replace

from core.domain.directory import Directory, SyncedPerson, SyncedResource


def keeping_former_addresses(old: Directory, new: Directory) -> Directory:
    """Return the new settings with the old address of everybody whose address changed as alias.

    Events go on naming the old address until somebody edits them; without the alias a resource
    would look as if it had been taken off all of them.
    """
    return new.with_owners(_kept(old.persons, new.persons), _kept(old.resources, new.resources))


def _kept[Key, Entry: (SyncedPerson, SyncedResource)](
    old: Mapping[Key, Entry], new: Mapping[Key, Entry]
) -> list[Entry]:
    in_use = {other.address.lower() for other in new.values()}
    return [_with_former(old[key], new[key], in_use) if key in old else new[key] for key in new]


def _with_former[Entry: (SyncedPerson, SyncedResource)](
    old: Entry, new: Entry, in_use: set[str]
) -> Entry:
    known = {address.lower() for address in (new.address, *new.aliases)}
    was = old.address
    if not was or was.lower() in known | in_use:
        return new
    return replace(new, aliases=(*new.aliases, was))
