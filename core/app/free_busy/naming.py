"""Whom somebody means by an address, a name or our own key: a person or a resource."""

import re
from collections.abc import Iterable

from core.app.free_busy.question import QuestionRefusedError, Refused
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.ids import MailboxKey, ResourceId

_KEY = re.compile(r"[pr]\d{1,9}")


def meant(
    texts: Iterable[str], directory: Directory
) -> tuple[tuple[str, ...], tuple[ResourceId, ...]]:
    """Return the addresses of people and the resources that are meant, each once, in order.

    QuestionRefusedError for what means nobody, or several.
    """
    people: dict[str, None] = {}
    resources: dict[ResourceId, None] = {}
    for text in texts:
        found = _meant(text.strip(), directory)
        if isinstance(found, str):
            people[found] = None
        else:
            resources[found] = None
    return tuple(people), tuple(resources)


def _meant(text: str, directory: Directory) -> str | ResourceId:
    if _KEY.fullmatch(text):
        owner = directory.owner_of(MailboxKey(text))
        if owner is None:
            raise QuestionRefusedError(
                f"{text} is not in the settings", Refused.UNKNOWN_NAME, name=text
            )
        return _of(owner)
    if "@" in text:
        resource = directory.resource_at(text)
        return _address_of(text, directory) if resource is None else resource.id
    return _of(_named(text, directory))


def _address_of(text: str, directory: Directory) -> str:
    """Return the primary address of somebody we know, the address itself of everybody else."""
    person = directory.person_at(text)
    return text.lower() if person is None else person.address.lower()


def _named(text: str, directory: Directory) -> SyncedPerson | SyncedResource:
    """Return who is called so: by the whole name, else by its beginning, if that is one alone."""
    wanted = text.casefold()
    owners: list[SyncedPerson | SyncedResource] = [
        *directory.resources.values(),
        *directory.persons.values(),
    ]
    for is_so in (str.__eq__, str.startswith):
        found = [each for each in owners if wanted and is_so(each.name.casefold(), wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise QuestionRefusedError(
                f"{text!r} is several: write the address, p<person> or r<resource>",
                Refused.SEVERAL,
                name=text,
            )
    raise QuestionRefusedError(
        f"{text!r} is nobody in the settings: write an address, a name, p<person> or r<resource>",
        Refused.UNKNOWN_NAME,
        name=text,
    )


def _of(owner: SyncedPerson | SyncedResource) -> str | ResourceId:
    if isinstance(owner, SyncedResource):
        return owner.id
    if not owner.address:
        raise QuestionRefusedError(
            f"{owner.name} has no address in the settings", Refused.UNKNOWN_NAME, name=owner.name
        )
    return owner.address.lower()
