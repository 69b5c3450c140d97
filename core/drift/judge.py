"""What is to be said of two sides that differ: kind, newer side, probable cause, what to do.

`docs/differences.md` has the tables. Whether something is missing is what the planner would do
about it; which fields differ is `core.drift.differing`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.booking import Booking
from core.domain.drift import Advice, Cause, DriftKind, FieldDrift, Judgement, NewerSide, Reason
from core.domain.event import Event
from core.domain.ids import is_resource_mailbox
from core.domain.mapping import MappingState
from core.domain.meeting import Aspect
from core.domain.refusal import DECLINES, RefusalCode
from core.domain.stamps import moment_of
from core.drift.differing import differing
from core.sync.context import Context
from core.sync.merge import WINNERS, changed_aspects
from core.sync.observed import EXCHANGE_SIDE, Observed
from core.sync.plan import plan_sync
from core.sync.sides import Pair, pairs_of
from core.sync.steps import Outcome

APART = timedelta(minutes=1)
"""Stamps that are nearer than this say nothing: one is often the echo of the other."""

FRESH = timedelta(minutes=2)
"""What was changed so lately is still being synced: it is no difference yet."""

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

BY_AGE = {
    NewerSide.EXCHANGE: (Advice.USE_EXCHANGE, Reason.EVENT_LATER),
    NewerSide.ROOMS: (Advice.USE_ROOMS, Reason.BOOKING_LATER),
    NewerSide.UNCLEAR: (Advice.USE_ROOMS, Reason.NOBODY_LATER),
}
"""What is advised because of who is newer, and why."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is seen of a meeting, or one date; `is_parked`: something waits for a parked scope."""

    seen: Observed
    is_parked: bool = False


def is_fresh(seen: Observed, now: datetime) -> bool:
    """Tell whether either side was changed just now, or the sync is at it."""
    if seen.mapping.pending is not None:
        return True
    stamps = [] if seen.event is None else [seen.event.modified_at]
    stamps += [moment_of(booking.modified_on) for booking in seen.bookings]
    return any(stamp is not None and now - FRESH < stamp <= now + FRESH for stamp in stamps)


def judge(evidence: Evidence, context: Context) -> Judgement | None:
    """Return what is to be said of a meeting or a date, None if both sides say the same."""
    seen = evidence.seen
    event, bookings = seen.event, seen.active_bookings
    if event is not None and event.is_cancelled:
        event = None
    if event is not None and bookings:
        return _differing(evidence, event, context)
    if event is None and not bookings:
        return None
    plan = plan_sync(seen, context)
    if not plan.steps and plan.outcome is not Outcome.REFUSED:
        return None
    return _missing_in_rooms(evidence, event) if event is not None else _not_shown(evidence)


def _differing(evidence: Evidence, event: Event, context: Context) -> Judgement | None:
    seen = evidence.seen
    baseline = seen.mapping.baseline
    aspects = differing(event, seen.active_bookings, context, baseline)
    if not aspects:
        return None
    pairs = pairs_of(seen, event, context)
    fields = tuple(
        FieldDrift(aspect, _newer_of(aspect, pairs, context)) for aspect in sorted(aspects)
    )
    newer = _together(field.newer for field in fields)
    cause, code = _cause(evidence, newer)
    advice, reason = _advice(fields, newer, cause, code)
    return Judgement(
        kind=DriftKind.DIFFERS,
        fields=fields,
        newer=newer,
        cause=cause,
        code=code,
        advice=advice,
        reason=reason,
    )


def _newer_of(aspect: Aspect, pairs: tuple[Pair, ...], context: Context) -> NewerSide:
    """Return who changed an aspect since both agreed; where nobody did, the later stamp tells."""
    found: set[NewerSide] = set()
    for pair in pairs:
        changed = changed_aspects(pair.exchange, pair.rooms, pair.baseline, context.keys)
        here, there = aspect in changed.exchange, aspect in changed.rooms
        if changed.is_first or here == there:
            found.add(
                NewerSide.MIXED
                if here and there and not changed.is_first
                else _by_stamps(pair.event, pair.booking)
            )
        else:
            found.add(NewerSide.EXCHANGE if here else NewerSide.ROOMS)
    return _together(found)


def _by_stamps(event: Event, booking: Booking) -> NewerSide:
    here, there = event.modified_at, moment_of(booking.modified_on)
    if here is None or there is None or abs(here - there) < APART:
        return NewerSide.UNCLEAR
    return NewerSide.EXCHANGE if here > there else NewerSide.ROOMS


def _together(sides: Iterable[NewerSide]) -> NewerSide:
    found = set(sides) - {NewerSide.UNCLEAR}
    if not found:
        return NewerSide.UNCLEAR
    return found.pop() if len(found) == 1 else NewerSide.MIXED


def _cause(evidence: Evidence, newer: NewerSide) -> tuple[Cause, str]:
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


def _advice(
    fields: tuple[FieldDrift, ...], newer: NewerSide, cause: Cause, code: str
) -> tuple[Advice, Reason]:
    match cause, newer:
        case Cause.REFUSED, _:
            return Advice.USE_ROOMS, Reason.SYNC_ENDED if code == DISABLED else Reason.NOT_TAKEN
        case Cause.POLICY, _:
            return Advice.IGNORE, Reason.SETTINGS
        case Cause.DIRECT_EDIT, NewerSide.EXCHANGE:
            return Advice.USE_ROOMS, Reason.HOLD_EDITED
        case _, NewerSide.MIXED:
            return _by_winner(fields)
        case _:
            return BY_AGE[newer]


def _cause_of_missing(evidence: Evidence, newer: NewerSide) -> tuple[Cause, str]:
    """Return why one side has nothing: if no reason is known, nobody told us."""
    cause, code = _cause(evidence, newer)
    return (Cause.LOST_NOTIFICATION if cause is Cause.UNKNOWN else cause), code


def _by_winner(fields: tuple[FieldDrift, ...]) -> tuple[Advice, Reason]:
    winners = {WINNERS[field.aspect] for field in fields if field.aspect in WINNERS}
    if winners == {EXCHANGE_SIDE}:
        return Advice.USE_EXCHANGE, Reason.EXCHANGE_WINS
    if len(winners) == 1:
        return Advice.USE_ROOMS, Reason.ROOMS_WINS
    return Advice.CHECK, Reason.NEITHER_WINS


def _missing_in_rooms(evidence: Evidence, event: Event) -> Judgement:
    seen = evidence.seen
    is_ended = seen.is_booking_over
    newer = NewerSide.ROOMS if is_ended else NewerSide.EXCHANGE
    cause, code = _cause_of_missing(evidence, newer)
    if cause is Cause.POLICY:
        advice, reason = Advice.IGNORE, Reason.NOT_BOOKED_BY_SETTINGS
    elif cause is Cause.REFUSED:
        advice, reason = Advice.IGNORE, Reason.NOT_BOOKED
    elif is_ended:
        advice, reason = Advice.USE_ROOMS, Reason.BOOKING_ENDED
    else:
        advice, reason = Advice.USE_EXCHANGE, Reason.NEVER_BOOKED
    if is_resource_mailbox(event.place.mailbox) and cause is Cause.DIRECT_EDIT:
        advice, reason = Advice.CHECK, Reason.DIRECT_ITEM
    return Judgement(
        kind=DriftKind.MISSING_IN_ROOMS,
        fields=(),
        newer=newer,
        cause=cause,
        code=code,
        advice=advice,
        reason=reason,
    )


def _not_shown(evidence: Evidence) -> Judgement:
    seen = evidence.seen
    newer = NewerSide.EXCHANGE if seen.event_gone else NewerSide.ROOMS
    cause, code = _cause_of_missing(evidence, newer)
    if cause is Cause.REFUSED:
        advice, reason = Advice.USE_ROOMS, Reason.NOT_CANCELLED
    elif cause is Cause.POLICY:
        advice, reason = Advice.USE_ROOMS, Reason.NOT_SHOWN_BY_SETTINGS
    elif is_resource_mailbox(seen.mapping.home.mailbox):
        advice, reason = Advice.USE_ROOMS, Reason.TO_BE_HELD
    elif seen.event_gone:
        advice, reason = Advice.USE_EXCHANGE, Reason.EVENT_DELETED
    else:
        advice, reason = Advice.USE_ROOMS, Reason.NEVER_SHOWN
    return Judgement(
        kind=DriftKind.MISSING_IN_EXCHANGE,
        fields=(),
        newer=newer,
        cause=cause,
        code=code,
        advice=advice,
        reason=reason,
    )
