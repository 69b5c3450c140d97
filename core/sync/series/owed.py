"""What one plan gives to both sides: ROOMS gets it first, Exchange is owed it until its round.

A date on which both sides changed the people, or the resource, has something to write to each. Once
ROOMS has its part, the aspect counts as carried over (P7), so the other part is kept until then.
"""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime

from core.domain.changes import EventChanges
from core.domain.meeting import Aspect
from core.sync.observed import EXCHANGE_SIDE
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.steps import Plan, UpdateBooking, UpdateEvent

_SHARED = frozenset({Aspect.ATTENDEES, Aspect.RESOURCES})
"""Aspects that both sides can be given in one plan; of all others one side has the last word."""


def owing(sight: SeriesSight, plans: Table[datetime, Plan]) -> SeriesSight:
    """Return what is seen after a round of these plans, with what Exchange is owed from it."""
    return sight.mapped(lambda date: replace(date, owed=_owed(date, plans)))


def paying(date: DateSight, plan: Plan) -> Plan:
    """Return the plan of a date with what Exchange is owed."""
    owed = date.owed
    if owed is None or date.seen.event is None:
        return plan
    step = next((s for s in plan.steps if isinstance(s, UpdateEvent)), None)
    if step is None:
        return replace(plan, steps=(*plan.steps, owed))
    if step.aspects & _SHARED:
        return plan
    merged = replace(step, changes=_with_people(step, owed), aspects=step.aspects | owed.aspects)
    return replace(plan, steps=tuple(merged if s is step else s for s in plan.steps))


def _owed(date: DateSight, plans: Table[datetime, Plan]) -> UpdateEvent | None:
    plan, written = plans.get(date.original_start), date.seen.written
    if plan is None or any((EXCHANGE_SIDE, aspect) in written for aspect in _SHARED):
        return None
    of_rooms = frozenset[Aspect]().union(
        *(step.aspects for step in plan.steps if isinstance(step, UpdateBooking))
    )
    step = next((s for s in plan.steps if isinstance(s, UpdateEvent)), None)
    both = _SHARED & of_rooms & (step.aspects if step is not None else frozenset())
    granted = {what for side, what in written if side != EXCHANGE_SIDE}
    if step is None or not both or not both <= granted:
        return date.owed
    return replace(step, changes=_with_people(None, step), aspects=step.aspects & _SHARED)


def _with_people(base: UpdateEvent | None, owed: UpdateEvent) -> EventChanges:
    changes = EventChanges() if base is None else base.changes
    people = owed.changes
    return replace(
        changes, invitees=people.invitees, venue=people.venue, clear_venue=people.clear_venue
    )
