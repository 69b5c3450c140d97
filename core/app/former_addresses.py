"""A mailbox that gets another address is still the same: links must not end by that (S36)."""

from collections.abc import Mapping
from dataclasses import replace

from core.domain.directory import Directory, SyncedPerson, SyncedResource, directory


def keeping_former_addresses(old: Directory, new: Directory) -> Directory:
    """Return the new settings with the old address of everybody whose address changed as alias.

    Events go on naming the old address until somebody edits them; without the alias a resource
    would look as if it had been taken off all of them.
    """
    return directory(
        global_sync_enabled=new.global_sync_enabled,
        policies=new.policies,
        environments=new.environments.values(),
        persons=_kept(old.persons, new.persons),
        resources=_kept(old.resources, new.resources),
    )


def _kept[Key, Entry: (SyncedPerson, SyncedResource)](
    old: Mapping[Key, Entry], new: Mapping[Key, Entry]
) -> list[Entry]:
    in_use = {other.address.lower() for other in new.values()}
    kept: list[Entry] = []
    for key, entry in new.items():
        former = old.get(key)
        known = {address.lower() for address in (entry.address, *entry.aliases)}
        was = "" if former is None else former.address
        if was and was.lower() not in known | in_use:
            kept.append(replace(entry, aliases=(*entry.aliases, was)))
        else:
            kept.append(entry)
    return kept
