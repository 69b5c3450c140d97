"""Whose sync an import switches on or off, or moves to another mailbox, and since when it is on.

What is older than `synced_since` was there before the sync: it is linked, never removed (D11).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.event import EventPlace
from core.domain.ids import PersonId, ResourceId


class Turn(StrEnum):
    """What happens to the sync of a person or resource."""

    ON = "on"
    OFF = "off"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """One person or resource whose sync changes; `before` and `after` are the synced mailboxes."""

    turn: Turn
    who: PersonId | ResourceId
    part: str
    name: str
    before: EventPlace | None
    after: EventPlace | None


def switched(old: Directory, new: Directory) -> tuple[Switched, ...]:
    """Return everybody whose sync changes; the global switch switches all resources (R-001)."""
    persons = _switched("person", _side_of_persons(old), _side_of_persons(new))
    resources = _switched("resource", _side_of_resources(old), _side_of_resources(new))
    return (*persons, *resources)


def with_synced_since(old: Directory, new: Directory, now: datetime) -> Directory:
    """Return the new settings with the moment since which each is synced.

    Kept while sync stays on; `now` when it is switched on or moves to another mailbox; nothing
    while it is off. A file may say another moment when it switches on, as after a restore.
    """
    before, after = _side_of_persons(old), _side_of_persons(new)
    was, becomes = _side_of_resources(old), _side_of_resources(new)
    return new.with_owners(
        [
            replace(person, synced_since=_since(before.of(key), after.of(key), now))
            for key, person in new.persons.items()
        ],
        [
            replace(resource, synced_since=_since(was.of(key), becomes.of(key), now))
            for key, resource in new.resources.items()
        ],
    )


type Entry = SyncedPerson | SyncedResource


@dataclass(frozen=True, slots=True)
class _Synced:
    """An entry whose sync is on, and where."""

    entry: Entry
    place: EventPlace


class _Side[Key: PersonId | ResourceId, Kind: SyncedPerson | SyncedResource]:
    """The persons or resources of one state of the settings."""

    def __init__(
        self, entries: Mapping[Key, Kind], place_of: Callable[[Kind], EventPlace | None]
    ) -> None:
        self.entries: Mapping[Key, Kind] = entries
        self._place_of: Callable[[Kind], EventPlace | None] = place_of

    def of(self, key: Key) -> _Synced | None:
        """Return an entry whose sync is on."""
        entry = self.entries.get(key)
        place = None if entry is None else self._place_of(entry)
        return None if entry is None or place is None else _Synced(entry, place)


def _person_place(person: SyncedPerson) -> EventPlace | None:
    return person.place if person.is_synced else None


def _side_of_persons(settings: Directory) -> _Side[PersonId, SyncedPerson]:
    return _Side(settings.persons, _person_place)


def _side_of_resources(settings: Directory) -> _Side[ResourceId, SyncedResource]:
    def place(resource: SyncedResource) -> EventPlace | None:
        return resource.place if settings.is_resource_synced(resource.id) else None

    return _Side(settings.resources, place)


def _switched[Key: PersonId | ResourceId, Kind: SyncedPerson | SyncedResource](
    part: str, old: _Side[Key, Kind], new: _Side[Key, Kind]
) -> Iterable[Switched]:
    for key in sorted({*old.entries, *new.entries}):
        before, after = old.of(key), new.of(key)
        turn = _turn(before, after)
        if turn is not None:
            entry = new.entries[key] if key in new.entries else old.entries[key]
            yield Switched(
                turn=turn,
                who=key,
                part=part,
                name=entry.name,
                before=before.place if before else None,
                after=after.place if after else None,
            )


def _turn(before: _Synced | None, after: _Synced | None) -> Turn | None:
    match before, after:
        case None, None:
            return None
        case None, _:
            return Turn.ON
        case _, None:
            return Turn.OFF
        case _Synced(), _Synced():
            return None if _is_same_mailbox(before, after) else Turn.MOVED


def _is_same_mailbox(before: _Synced, after: _Synced) -> bool:
    """Tell a mailbox that was renamed, which keeps its old address as alias, from another one."""
    was = before.entry.address.lower()
    known = {address.lower() for address in (after.entry.address, *after.entry.aliases)}
    return before.place == after.place and was in known


def _since(before: _Synced | None, after: _Synced | None, now: datetime) -> datetime | None:
    if after is None:
        return None
    match _turn(before, after):
        case Turn.ON:
            return after.entry.synced_since or now
        case Turn.MOVED:
            return now
        case _:
            return after.entry.synced_since or (before.entry.synced_since if before else None)
