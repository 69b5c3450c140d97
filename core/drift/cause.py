"""Why both sides differ, probably: the first reason that fits (docs/differences.md)."""

from dataclasses import dataclass

from core.domain.drift import Cause, NewerSide
from core.domain.ids import is_resource_mailbox
from core.domain.mapping import MappingState
from core.domain.refusal import DECLINES, RefusalCode
from core.sync.observed import Observed

BY_POLICY = frozenset(
    {
        RefusalCode.NOT_SYNCED,
        RefusalCode.DIRECT_ITEM,
        RefusalCode.SECOND_RESOURCE,
        RefusalCode.BEFORE_SYNC,
        RefusalCode.UNPAIRED,
        RefusalCode.WOULD_DECLINE,
        *DECLINES,
    }
)
"""What is as it is because settings, or the resource mailbox's own rules, say so."""

DISABLED = "sync_disabled"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is seen of a meeting, or one date; `is_parked`: something waits for a parked scope."""

    seen: Observed
    is_parked: bool = False


def cause_of(evidence: Evidence, newer: NewerSide) -> tuple[Cause, str]:
    """Return the cause, and the code of a refusal where one is."""
    seen = evidence.seen
    if seen.mapping.state is MappingState.SYNC_DISABLED:
        return Cause.REFUSED, DISABLED
    refusal = seen.mapping.open_refusal
    if refusal is None:
        refusal = next((r for r in seen.mapping.refusals if r.code in DECLINES), None)
    if refusal is not None:
        return (Cause.POLICY if refusal.code in BY_POLICY else Cause.REFUSED), refusal.code
    if evidence.is_parked:
        return Cause.WHILE_PARKED, ""
    if is_resource_mailbox(seen.mapping.home.mailbox) and newer is not NewerSide.ROOMS:
        return Cause.DIRECT_EDIT, ""
    return (Cause.LOST_NOTIFICATION if _is_unseen(seen, newer) else Cause.UNKNOWN), ""


def _is_unseen(seen: Observed, newer: NewerSide) -> bool:
    """Tell whether the side that was changed shows a version that no look has dealt with."""
    link = seen.mapping.event
    is_event_new = (
        seen.event is not None and link is not None and seen.event.version not in link.settled
    )
    is_booking_new = any(
        (known := seen.mapping.link_of(booking.booking_id)) is not None
        and booking.modified_on not in known.settled
        for booking in seen.active_bookings
    )
    match newer:
        case NewerSide.EXCHANGE:
            return is_event_new
        case NewerSide.ROOMS:
            return is_booking_new
        case _:
            return is_event_new or is_booking_new


def cause_of_missing(evidence: Evidence, newer: NewerSide) -> tuple[Cause, str]:
    """Return why one side has nothing: if no reason is known, nobody told us."""
    cause, code = cause_of(evidence, newer)
    return (Cause.LOST_NOTIFICATION if cause is Cause.UNKNOWN else cause), code
