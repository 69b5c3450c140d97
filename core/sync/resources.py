"""Which resource a linked meeting has, and which side must follow (R-402, R-500 ... R-505, D7)."""

from dataclasses import dataclass

from core.domain.ids import ResourceId
from core.domain.meeting import Aspect
from core.sync.merge import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceChoice:
    """What becomes of the resource.

    `book` is what ROOMS should switch to, `release` that ROOMS should free it altogether, `invite`
    the complete set of synced resources that Exchange should show; None leaves a side alone.
    `ambiguous` means that several new resources came at once: nothing is switched.
    """

    book: ResourceId | None = None
    release: bool = False
    invite: frozenset[ResourceId] | None = None
    ambiguous: bool = False


def choose_resource(
    invited: tuple[ResourceId, ...],
    booked: ResourceId,
    syncable: frozenset[ResourceId],
    changed: Changed,
) -> ResourceChoice:
    """Decide from what Exchange invites and what ROOMS has booked.

    `syncable` are the resources that may be booked or invited by us right now; the others are left
    as they stand on both sides. ROOMS wins if both changed (D10).
    """
    here = frozenset(invited) & syncable
    there = frozenset({booked}) & syncable
    if here == there:
        return ResourceChoice()
    if Aspect.RESOURCES in changed.rooms:
        return ResourceChoice(invite=there)
    if Aspect.RESOURCES not in changed.exchange:
        return ResourceChoice()
    new = [resource for resource in invited if resource in here - there]
    if not new:
        return ResourceChoice(release=True) if booked in syncable else ResourceChoice()
    if len(new) > 1:
        return ResourceChoice(ambiguous=True)
    replaces = booked in here
    return ResourceChoice(book=new[0], invite=frozenset(new) if replaces else None)
