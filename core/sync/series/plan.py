"""The plan of a series: each date is decided on by itself, then many are written at once.

round  what is written                              why first
1      what ROOMS may refuse: bookings, changes     a refusal decides what Exchange is shown
2      one mail about all dates, cancellations,     what a mail speaks of comes after it
       one kind of write to Exchange
3      bookings that no date can hold go their own way
"""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime

from core.domain.booking import Booking
from core.domain.mapping import PendingKind
from core.sync.answers import RANK
from core.sync.context import Context
from core.sync.plan import plan_sync
from core.sync.series.exchange_side import exchange_steps
from core.sync.series.owed import paying
from core.sync.series.rooms_side import asking_steps, cancelling_steps, steps_of
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import (
    DropBookings,
    Release,
    SeriesPlan,
    SeriesStep,
    TellOfDates,
)
from core.sync.steps import DeleteEvent, Outcome, Plan, Tell

_RANKS = {kind: rank for rank, kind in enumerate(RANK)}


def plan_series(sight: SeriesSight, context: Context) -> SeriesPlan:
    """Return the steps of one round that bring both sides nearer; none if they agree."""
    plans = {date.original_start: _plan_date(date, context) for date in sight.dates}
    steps = _left_aside(sight, context) or _leaving(sight.released) or asking_steps(sight, plans)
    if not steps:
        steps = (
            *_tell(plans),
            *cancelling_steps(sight, plans, context),
            *exchange_steps(sight, plans, context),
        )
    steps = steps or _leaving(sight.extra)
    outcome = _outcome(plans)
    return SeriesPlan(
        steps=steps,
        outcome=outcome,
        reason=_reason(steps, plans, outcome),
        plans=plans,
        found=tuple(sorted({what for plan in plans.values() for what in plan.found})),
        again_s=min((p.again_s for p in plans.values() if p.again_s is not None), default=None),
    )


def _left_aside(sight: SeriesSight, context: Context) -> tuple[SeriesStep, ...]:
    """Return the step for items without a room that no date knows: refused dates were parked there.

    ROOMS cannot take a date out of a draft; it is cancelled after the confirmation (ADR 0014). Only
    while we book: later on such items are somebody's own.
    """
    is_booking = sight.mapping.is_pending(PendingKind.CREATE_BOOKING)
    parked = tuple(
        booking
        for booking in sight.extra
        if sight.event is not None
        and is_booking
        and booking.appointment_oid == sight.mapping.id
        and context.directory.is_online(booking.resource)
    )
    reason = "a refused date, left aside when its series was booked (R-640)"
    return (DropBookings(bookings=parked, reason=reason),) if parked else ()


def _leaving(bookings: tuple[Booking, ...]) -> tuple[SeriesStep, ...]:
    """Return the step for bookings that no date of the series can stand for."""
    reason = "it is no date of this series any more: it gets a link of its own (R-611)"
    return (Release(bookings=bookings, reason=reason),) if bookings else ()


def _plan_date(date: DateSight, context: Context) -> Plan:
    event = date.seen.event
    if date.is_deleted and event is not None and not date.seen.finished:
        reason = "the date was deleted and is not to come back (S10)"
        step = DeleteEvent(place=event.place, event_id=event.event_id, reason=reason)
        return Plan(steps=(step,), outcome=Outcome.CANCELLED, reason=reason)
    if date.undo is not None and event is not None:
        return Plan(steps=(date.undo,), outcome=Outcome.IN_STEP, reason=date.undo.reason)
    return paying(date, plan_sync(date.seen, context))


def _tell(plans: Table[datetime, Plan]) -> tuple[SeriesStep, ...]:
    """Return one mail for all dates, named by the gravest of what is told (D15)."""
    tells = {start: steps[0] for start, steps in steps_of(plans, Tell).items()}
    if not tells:
        return ()
    ordered = [tells[start] for start in sorted(tells)]
    first = min(ordered, key=lambda tell: _RANKS.get(tell.kind, len(_RANKS)))
    merged = replace(
        first,
        parts=tuple(dict.fromkeys(part for tell in ordered for part in tell.parts)),
        about="|".join(tell.about for tell in ordered),
        refusals=tuple(refusal for tell in ordered for refusal in tell.refusals),
    )
    return (TellOfDates(tell=merged, tells=tells),)


def _outcome(plans: Table[datetime, Plan]) -> Outcome:
    found = {plan.outcome for plan in plans.values()}
    if not found:
        return Outcome.IGNORED
    graded = (Outcome.REFUSED, Outcome.WAITING, Outcome.IN_STEP, Outcome.CANCELLED)
    return next((outcome for outcome in graded if outcome in found), Outcome.IGNORED)


def _reason(steps: tuple[SeriesStep, ...], plans: Table[datetime, Plan], outcome: Outcome) -> str:
    if steps:
        return steps[0].reason
    alike = [plan.reason for plan in plans.values() if plan.outcome is outcome]
    return alike[0] if alike else "it has no date still to come"
