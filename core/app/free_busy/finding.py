"""Whom somebody may mean by a part of a name, an address or a number, the likeliest first."""

from dataclasses import dataclass

from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.ids import MailboxKey, person_mailbox, resource_mailbox

SHORTEST = 2
"""Letters that are looked for: with one alone nearly everybody fits. Numbers are taken whole."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be asked about; `key` is what they are named by from then on."""

    key: MailboxKey
    name: str
    address: str
    is_resource: bool


def candidates(text: str, directory: Directory, most: int) -> tuple[tuple[Candidate, ...], int]:
    """Return who fits, at most so many, and how many there are.

    Names that begin so come first, then those with a word that does, then all others. People
    without an address are left out: nobody could ask about them.
    """
    word = text.casefold().strip()
    if len(word) < SHORTEST and not word.isdecimal():
        return (), 0
    found = [
        (rank, each) for each in _everybody(directory) if (rank := _rank(word, each)) is not None
    ]
    found.sort(key=lambda each: (each[0], each[1].name.casefold(), each[1].key))
    return tuple(each for _, each in found[:most]), len(found)


def known(key: str, directory: Directory) -> Candidate | None:
    """Return who a key of ours names."""
    if key[:1] not in {"p", "r"} or not key[1:].isdecimal() or not key.isascii():
        return None
    owner = directory.owner_of(MailboxKey(key))
    return None if owner is None else _of(owner)


def _everybody(directory: Directory) -> list[Candidate]:
    people = [_of(each) for each in directory.persons.values() if each.address]
    return [*map(_of, directory.resources.values()), *people]


def _of(owner: SyncedPerson | SyncedResource) -> Candidate:
    if isinstance(owner, SyncedResource):
        return Candidate(resource_mailbox(owner.id), owner.name, owner.address, is_resource=True)
    return Candidate(person_mailbox(owner.id), owner.name, owner.address, is_resource=False)


def _rank(word: str, each: Candidate) -> int | None:
    """Return how well somebody fits, the least is the best; None for who does not."""
    name = each.name.casefold()
    if word in {each.key, each.key[1:]} or name.startswith(word):
        return 0
    if any(part.startswith(word) for part in name.split()):
        return 1
    return 2 if word in name or word in each.address.casefold() else None
