"""Who is meant by a participant entry: a person of ROOMS by id or mail, else somebody external."""

from collections.abc import Iterable

from devstack.rooms.model.booking import Participant, ParticipantEntry
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import Reason, refuse
from devstack.rooms.model.store import Store


def resolve(store: Store, entries: Iterable[ParticipantEntry]) -> tuple[Participant, ...]:
    """Return the participants, each once, in the given order (R-218).

    An id that is nobody's and has no mail or name beside it is refused.
    """
    found: dict[tuple[int, str], Participant] = {}
    for entry in entries:
        participant = _one(store, entry)
        key = (participant.person_id, (participant.mail or participant.name).lower())
        found.setdefault(key, participant)
    return tuple(found.values())


def _one(store: Store, entry: ParticipantEntry) -> Participant:
    person = _known(store, entry)
    if person is not None:
        return Participant(name=person.name, mail=person.mail, person_id=person.id)
    mail = (entry.mail or "").strip() or None
    name = (entry.name or "").strip() or mail
    if name is None:
        raise refuse(Reason.UNKNOWN_PERSON, "participants")
    return Participant(name=name, mail=mail)


def _known(store: Store, entry: ParticipantEntry) -> Person | None:
    if entry.id and entry.id in store.persons:
        return store.persons[entry.id]
    return store.person_by_mail(entry.mail) if entry.mail else None
