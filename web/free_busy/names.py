"""Who is asked about: those who are chosen, and those whom somebody may mean while typing."""

import re
from dataclasses import dataclass

from core.app.free_busy.finding import Candidate, candidates, known
from core.app.free_busy.naming import meant
from core.app.free_busy.question import QuestionRefusedError
from core.domain.directory import Directory
from core.domain.ids import ResourceId, person_mailbox, resource_mailbox
from core.errors import RoomSyncError
from web.free_busy.asked import PageAsked
from web.words import Words

MOST_FOUND = 12

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of those who are, or may be, asked about: `value` names them in the page's address."""

    value: str
    name: str
    address: str
    is_resource: bool


@dataclass(frozen=True, slots=True)
class Names:
    """Who is chosen, who else may be meant (`total` in all), what is said of who is nobody."""

    chosen: tuple[Chosen, ...]
    found: tuple[Chosen, ...]
    total: int
    people: tuple[str, ...]
    resources: tuple[ResourceId, ...]
    refused: tuple[str, ...]


def names_of(asked: PageAsked, directory: Directory, words: Words) -> Names:
    """Return who is asked about; what is looked for is chosen at once if it is one alone."""
    wanted, refused = list(asked.who), []
    found, total = sought(asked.find, directory)
    if total == 1:
        wanted.append(found[0].value)
    elif asked.find and not total:
        refused.append(words("free_busy.refused.unknown_name", name=asked.find))
    chosen: dict[str, Chosen] = {}
    people: dict[str, None] = {}
    resources: dict[ResourceId, None] = {}
    for word in wanted:
        try:
            persons, rooms = meant([word], directory)
        except QuestionRefusedError as error:
            refused.append(refusal(error, words))
            continue
        people |= dict.fromkeys(persons)
        resources |= dict.fromkeys(rooms)
        one = _chosen(persons, rooms, directory)
        chosen[one.value] = one
    others = tuple(each for each in found if each.value not in chosen)
    return Names(
        tuple(chosen.values()), others, total, tuple(people), tuple(resources), tuple(refused)
    )


def sought(text: str, directory: Directory) -> tuple[tuple[Chosen, ...], int]:
    """Return whom somebody may mean, and how many there are; an address of nobody is itself."""
    found, total = candidates(text, directory, MOST_FOUND)
    if not total and _ADDRESS.fullmatch(text.strip()):
        return (Chosen(text.strip(), text.strip(), "", is_resource=False),), 1
    return tuple(map(_candidate, found)), total


def refusal(error: RoomSyncError, words: Words) -> str:
    """Say in the reader's language why something is not answered."""
    if isinstance(error, QuestionRefusedError):
        values = {name: str(value) for name, value in error.values.items()}
        return words(f"free_busy.refused.{error.kind}", **values)
    return words("free_busy.rooms_silent")


def _chosen(people: tuple[str, ...], rooms: tuple[ResourceId, ...], directory: Directory) -> Chosen:
    person = directory.person_at(people[0]) if people else None
    if people and person is None:
        return Chosen(people[0], people[0], "", is_resource=False)
    key = resource_mailbox(rooms[0]) if person is None else person_mailbox(person.id)
    one = known(key, directory)
    return Chosen(key, key, "", is_resource=person is None) if one is None else _candidate(one)


def _candidate(one: Candidate) -> Chosen:
    return Chosen(one.key, one.name, one.address, one.is_resource)
