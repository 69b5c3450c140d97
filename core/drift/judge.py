"""What is to be said of two sides that differ: kind, newer side, probable cause, what to do.

`docs/differences.md` has the tables. Whether something is missing is what the planner would do
about it; which fields differ is `core.drift.differing`.
"""

from datetime import datetime, timedelta

from core.domain.drift import Advice, Cause, DriftKind, FieldDrift, Judgement, NewerSide, Reason
from core.domain.event import Event
from core.domain.ids import is_resource_mailbox
from core.domain.stamps import moment_of
from core.drift.cause import DISABLED, Evidence, cause_of, cause_of_missing
from core.drift.differing import differing
from core.drift.newer import newer_of, together
from core.sync.context import Context
from core.sync.merge import WINNERS
from core.sync.observed import EXCHANGE_SIDE, Observed
from core.sync.plan import plan_sync
from core.sync.sides import pairs_of
from core.sync.steps import Outcome

FRESH = timedelta(minutes=2)
"""What was changed so lately is still being synced: it is no difference yet."""

BY_AGE = {
    NewerSide.EXCHANGE: (Advice.USE_EXCHANGE, Reason.EVENT_LATER),
    NewerSide.ROOMS: (Advice.USE_ROOMS, Reason.BOOKING_LATER),
    NewerSide.UNCLEAR: (Advice.USE_ROOMS, Reason.NOBODY_LATER),
}
"""What is advised because of who is newer, and why."""


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
        FieldDrift(aspect, newer_of(aspect, pairs, context)) for aspect in sorted(aspects)
    )
    newer = together(field.newer for field in fields)
    cause, code = cause_of(evidence, newer)
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
    cause, code = cause_of_missing(evidence, newer)
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
    cause, code = cause_of_missing(evidence, newer)
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
