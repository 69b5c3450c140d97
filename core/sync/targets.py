"""What the event and each of its bookings should show: every side's changes, merged one by one.

The booking that was changed in ROOMS speaks for all; the others follow it as they follow Exchange.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.domain.ids import PersonId, ResourceId
from core.domain.meeting import Aspect, Meeting
from core.sync.compose import carried_aspects
from core.sync.context import Context
from core.sync.extension import stays_in_rooms
from core.sync.merge import Changed, MergeRules, merge
from core.sync.sides import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The event, and every booking in the order of the pairs; `masked` as in the baseline."""

    exchange: Meeting
    rooms: tuple[Meeting, ...]
    masked: bool


def lead_of(pairs: Sequence[Pair]) -> Pair:
    """Return the booking that speaks for all: the first that changed in ROOMS, else the first."""
    changed = (p for p in pairs if p.changed.rooms - {Aspect.RESOURCES} and not p.changed.is_first)
    return next(changed, pairs[0])


def targets_of(
    pairs: Sequence[Pair],
    context: Context,
    *,
    blocked: frozenset[Aspect] = frozenset(),
    undoes: frozenset[Aspect] = frozenset(),
    late: Mapping[ResourceId, frozenset[Aspect]] | None = None,
) -> Targets:
    """Merge the event with all its bookings.

    `blocked` aspects of the event are not followed, `undoes` go back to what ROOMS has; `late` is
    what the bookings of single resources cannot follow.
    """
    lead = lead_of(pairs)
    ordered = [lead, *(pair for pair in pairs if pair is not lead)]
    exchange, spoken = lead.exchange, frozenset[Aspect]()
    shown: dict[int, Meeting] = {}
    masked = False
    for pair in ordered:
        deaf = blocked | undoes | (late or {}).get(pair.held, frozenset())
        changed = Changed(
            exchange=(pair.changed.exchange - deaf) | spoken,
            rooms=(pair.changed.rooms | undoes) - spoken,
            is_first=pair.changed.is_first,
        )
        merged = merge(exchange, pair.rooms, changed, _rules(pair, context))
        shows, masked = merged.to_exchange, masked or merged.masked
        is_silent = stays_in_rooms(pair, context)
        exchange = replace(shows, time=exchange.time) if is_silent else shows
        shown[pair.booking.booking_id] = replace(merged.to_rooms, organizer=_organizer(pair, lead))
        if not pair.changed.is_first:
            spoken |= pair.changed.rooms - {Aspect.RESOURCES}
    rooms = tuple(shown[pair.booking.booking_id] for pair in pairs)
    return Targets(exchange=exchange, rooms=rooms, masked=masked)


def _organizer(pair: Pair, lead: Pair) -> PersonId | None:
    """Return who organizes: whoever ROOMS says, once for all bookings of a meeting."""
    is_new = Aspect.ORGANIZER in lead.changed.rooms and not lead.changed.is_first
    return lead.rooms.organizer if is_new else pair.rooms.organizer


def _rules(pair: Pair, context: Context) -> MergeRules:
    policies = context.directory.policies
    return MergeRules(
        baseline=pair.baseline,
        keys=context.keys,
        neutral_title=policies.neutral_title,
        carried=carried_aspects(policies),
        groups=pair.seen.groups,
    )
