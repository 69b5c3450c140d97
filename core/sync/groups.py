"""Groups among an event's attendees: in ROOMS they are their members, once (R-008, S08).

A group is expanded when it is added in Exchange. Who it was then is remembered as keyed hashes, so
that members who change later change nothing, and those who are in ROOMS only because of the group
leave with it. In Exchange the group stays one attendee: its members were invited through it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.domain.mapping import Baseline
from core.domain.meeting import Attendee, Meeting
from core.sync.fingerprint import HashKeys, attendee_hash

type Groups = Mapping[str, tuple[Attendee, ...]]
"""The members that groups have now, by the group's address, as far as groups were asked about."""


def unfolded(
    people: Iterable[Attendee], groups: Groups, present: Iterable[Attendee] = ()
) -> tuple[Attendee, ...]:
    """Return people with groups replaced by their members.

    A group that is `present` in ROOMS itself was put there by somebody, or before groups were
    expanded: it stays one participant.
    """
    there = {attendee.identity for attendee in present}
    found: list[Attendee] = []
    for each in people:
        members = None if each.identity in there else groups.get(each.identity)
        found.extend((each,) if members is None else members)
    return tuple(found)


def as_booked(meeting: Meeting, groups: Groups) -> Meeting:
    """Return an event's meeting with the people that its booking gets."""
    return replace(meeting, attendees=unfolded(meeting.attendees, groups))


def members_now(groups: Groups) -> frozenset[str]:
    """Return the identities of everybody who is behind the groups that were asked."""
    return frozenset(member.identity for members in groups.values() for member in members)


def remembered(
    event: Meeting,
    participants: Iterable[Attendee],
    groups: Groups,
    old: Baseline | None,
    keys: HashKeys,
) -> dict[str, frozenset[str]]:
    """Return which groups of an event are expanded in ROOMS, and to whom, under the current key.

    Of a group expanded earlier only `participants` are carried over to a new key. Somebody whom
    ROOMS has added by hand and who is behind the group anyway leaves with it, too.
    """
    people = tuple(participants)
    known = {} if old is None or old.key_version not in keys.secrets else old.groups
    there = {attendee.identity for attendee in people}
    found: dict[str, frozenset[str]] = {}
    for each in event.attendees:
        now = groups.get(each.identity)
        earlier = known.get(attendee_hash(each, keys, old.key_version)) if known and old else None
        if earlier is None and (now is None or each.identity in there):
            continue
        behind = {member.identity for member in now or ()}
        if earlier is None:
            kept = {attendee_hash(member, keys, keys.current) for member in now or ()}
        else:
            kept = _under_current_key(earlier, people, old, keys)
        kept |= {attendee_hash(a, keys, keys.current) for a in people if a.identity in behind}
        found[attendee_hash(each, keys, keys.current)] = frozenset(kept)
    return found


def _under_current_key(
    members: frozenset[str], people: Iterable[Attendee], old: Baseline | None, keys: HashKeys
) -> set[str]:
    if old is None or old.key_version == keys.current:
        return set(members)
    return {
        attendee_hash(a, keys, keys.current)
        for a in people
        if attendee_hash(a, keys, old.key_version) in members
    }
