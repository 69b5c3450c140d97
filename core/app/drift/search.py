"""Finds differences by a piece of text: what is known of them and of those they concern.

No title is kept, so none is searched (D13). Whoever may not be told of people does not find them by
their names and addresses either.
"""

from collections.abc import Iterable

from core.domain.directory import Directory
from core.domain.drift import Drift
from core.domain.ids import PersonId, ResourceId
from core.domain.work import mailbox_session


def that_say(
    text: str, drifts: Iterable[Drift], directory: Directory, *, is_entitled: bool
) -> list[Drift]:
    """Return the drifts in which every word of a text occurs, in whatever case."""
    words = text.casefold().split()
    return [
        drift
        for drift in drifts
        if all(
            any(word in told for told in _told(drift, directory, is_entitled=is_entitled))
            for word in words
        )
    ]


def _told(drift: Drift, directory: Directory, *, is_entitled: bool) -> list[str]:
    resource = directory.resources.get(drift.resource or ResourceId(0))
    told = [
        drift.id,
        mailbox_session(drift.place),
        drift.mapping_id or "",
        drift.event_id or "",
        str(drift.booking_id or ""),
        str(drift.series_id or ""),
        *(() if resource is None else (resource.name, resource.location)),
    ]
    if is_entitled:
        person = directory.persons.get(drift.organizer or PersonId(0))
        owner = directory.owner_of(drift.place.mailbox)
        told += () if person is None else (person.name, person.address)
        told += () if owner is None else (owner.name, owner.address)
    return [each.casefold() for each in told]
