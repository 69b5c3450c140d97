"""Three-way merge of two meetings against what was last agreed on, aspect by aspect (design 5).

    changed in Exchange   changed in ROOMS   what happens
    no                    no                 nothing, even if they differ: so it was agreed
    yes                   no                 ROOMS follows
    no                    yes                Exchange follows
    yes                   yes                equal: nothing; else the aspect's winner is followed

Attendees are merged as a set: additions and removals of both sides are all kept. Resources need
more than two values and are decided in `core.sync.resources`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from core.domain.mapping import Baseline
from core.domain.meeting import Aspect, Attendee, Meeting
from core.sync.fingerprint import HashKeys, attendee_hash, canonical_text, fingerprint
from core.sync.groups import Groups, members_now, unfolded
from core.sync.observed import EXCHANGE_SIDE, ROOMS_SIDE

WINNERS: dict[Aspect, str] = {
    Aspect.TIME: ROOMS_SIDE,
    Aspect.RESOURCES: ROOMS_SIDE,
    Aspect.SUBJECT: EXCHANGE_SIDE,
    Aspect.ATTENDEES: EXCHANGE_SIDE,
    Aspect.PRIVATE: EXCHANGE_SIDE,
    Aspect.SHOW_AS: EXCHANGE_SIDE,
    Aspect.REMINDER: EXCHANGE_SIDE,
}
"""Who wins when both sides changed the same aspect (design 5, D10)."""

LINK_WINNERS: dict[Aspect, str] = WINNERS | {Aspect.SUBJECT: ROOMS_SIDE}
"""Who wins when two items are linked that never agreed on anything: ROOMS is master (R-305)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Which aspects differ from the baseline, per side; everything counts when there is none."""

    exchange: frozenset[Aspect]
    rooms: frozenset[Aspect]
    is_first: bool = False

    def found(self) -> tuple[str, ...]:
        """Return the changes as `side:aspect`, for history."""
        exchange = (f"{EXCHANGE_SIDE}:{aspect}" for aspect in sorted(self.exchange))
        rooms = (f"{ROOMS_SIDE}:{aspect}" for aspect in sorted(self.rooms))
        return () if self.is_first else (*exchange, *rooms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What each side should show; `masked`: ROOMS is to hold a neutral title (design 5.2)."""

    to_exchange: Meeting
    to_rooms: Meeting
    masked: bool = False


def changed_aspects(
    exchange: Meeting, rooms: Meeting, baseline: Baseline | None, keys: HashKeys
) -> Changed:
    """Compare both sides with the baseline; a baseline whose key is gone counts as none."""
    if baseline is None or baseline.key_version not in keys.secrets:
        every = frozenset(Aspect)
        return Changed(exchange=every, rooms=every, is_first=True)
    version = baseline.key_version
    sides = []
    for meeting, agreed in ((exchange, baseline.exchange), (rooms, baseline.rooms)):
        now = fingerprint(meeting, keys, version)
        changed = {a for a, value in now.aspects.items() if agreed.aspects.get(a, value) != value}
        if now.attendees != agreed.attendees:
            changed.add(Aspect.ATTENDEES)
        sides.append(frozenset(changed))
    return Changed(exchange=sides[0], rooms=sides[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeRules:
    """What a merge goes by, besides the two meetings.

    `carried` are aspects for which ROOMS has a place that may still be empty (rooms-api 8.4);
    `groups` are who is behind the groups of the event now (R-008).
    """

    baseline: Baseline | None
    keys: HashKeys
    neutral_title: str
    carried: frozenset[Aspect] = frozenset()
    groups: Groups = field(default_factory=dict)
    winners: Mapping[Aspect, str] = field(default_factory=lambda: WINNERS)


def merge(exchange: Meeting, rooms: Meeting, changed: Changed, rules: MergeRules) -> Merge:
    """Return what each side should show; a side that equals its target needs no write."""
    winners = LINK_WINNERS if changed.is_first else rules.winners

    def settle[Value](aspect: Aspect, here: Value, there: Value) -> tuple[Value, Value]:
        if there is None and aspect in rules.carried:
            return here, here
        return _settle(aspect, here, there, changed, winners[aspect])

    subject = settle(Aspect.SUBJECT, exchange.subject, rooms.subject)
    time = settle(Aspect.TIME, exchange.time, rooms.time)
    show_as = settle(Aspect.SHOW_AS, exchange.show_as, rooms.show_as)
    reminder = settle(Aspect.REMINDER, exchange.reminder_minutes, rooms.reminder_minutes)
    people = _attendees(exchange, rooms, changed, rules)
    masked = exchange.private and not rooms.private
    was_masked = rules.baseline is not None and rules.baseline.masked
    if was_masked or (masked and not changed.is_first):
        # What ROOMS shows under the mask is our own placeholder, nobody's wish.
        subject = (exchange.subject, exchange.subject)
    return Merge(
        to_exchange=replace(
            exchange,
            subject=subject[0],
            time=time[0],
            attendees=people[0],
            private=exchange.private or (changed.is_first and rooms.private),
            show_as=show_as[0],
            reminder_minutes=reminder[0],
        ),
        to_rooms=replace(
            rooms,
            subject=rules.neutral_title if masked else subject[1],
            time=time[1],
            attendees=() if masked else people[1],
            show_as=show_as[1],
            reminder_minutes=reminder[1],
        ),
        masked=masked,
    )


def _settle[Value](
    aspect: Aspect, here: Value, there: Value, changed: Changed, winner: str
) -> tuple[Value, Value]:
    """Return (value for Exchange, value for ROOMS) of one aspect; None in ROOMS = not carried."""
    if there is None or is_same(aspect, here, there):
        return here, there
    match aspect in changed.exchange, aspect in changed.rooms:
        case True, False:
            return here, here
        case False, True:
            return there, there
        case True, True:
            return (there, there) if winner == ROOMS_SIDE else (here, here)
        case _:
            return here, there


def is_same(aspect: Aspect, one: object, other: object) -> bool:
    """Tell whether two values mean the same: texts up to white space (S20)."""
    if aspect is Aspect.SUBJECT:
        return canonical_text(str(one)) == canonical_text(str(other))
    return one == other


def _attendees(
    exchange: Meeting, rooms: Meeting, changed: Changed, rules: MergeRules
) -> tuple[tuple[Attendee, ...], tuple[Attendee, ...]]:
    """Merge as a set: what either side added or removed since the baseline holds for both.

    Groups are their members in ROOMS, and nobody behind one is invited singly in Exchange (R-008).
    """
    baseline, groups = rules.baseline, rules.groups
    behind = members_now(groups)
    if changed.is_first or baseline is None:
        alone = tuple(a for a in rooms.attendees if a.identity not in behind)
        there_too = unfolded(exchange.attendees, groups, rooms.attendees)
        united = (*exchange.attendees, *alone)
        return _reachable(united, exchange), (*there_too, *rooms.attendees)
    agreed_here = baseline.exchange.attendees
    agreed_there = agreed_here if baseline.masked else baseline.rooms.attendees

    def hashed(attendee: Attendee) -> str:
        return attendee_hash(attendee, rules.keys, baseline.key_version)

    here = {hashed(a): a for a in exchange.attendees}
    there = {hashed(a): a for a in rooms.attendees}
    removed_there = frozenset() if baseline.masked else agreed_there - there.keys()
    removed_here = agreed_here - here.keys()
    covered = _covered(baseline, here, groups, hashed)
    left = frozenset[str]().union(*(m for g, m in baseline.groups.items() if g not in here))
    gone = (removed_here | left) - covered - here.keys()
    added_there = [a for h, a in there.items() if h not in agreed_there and h not in here]
    added_here = [a for h, a in here.items() if h not in agreed_here and h not in there]
    if baseline.masked:
        added_here = list(here.values())
    for_exchange = [a for h, a in here.items() if h not in removed_there]
    for_exchange += [a for a in added_there if hashed(a) not in covered]
    for_rooms = [a for h, a in there.items() if h not in gone]
    for_rooms += unfolded(added_here, groups, rooms.attendees)
    return _reachable(tuple(for_exchange), exchange), tuple(for_rooms)


def _covered(
    baseline: Baseline,
    here: Mapping[str, Attendee],
    groups: Groups,
    hashed: Callable[[Attendee], str],
) -> frozenset[str]:
    """Return who is invited through a group: then, when it was expanded, or now."""
    then = (members for group, members in baseline.groups.items() if group in here)
    now = (hashed(member) for members in groups.values() for member in members)
    return frozenset[str]().union(*then) | frozenset(now)


def _reachable(people: tuple[Attendee, ...], exchange: Meeting) -> tuple[Attendee, ...]:
    """Leave out whom Exchange cannot invite: ROOMS knows people by name only, Exchange does not."""
    known = {attendee.identity for attendee in exchange.attendees}
    return tuple(a for a in people if a.address or a.identity in known)
