"""What the dates of a series ask of Exchange, in as few writes and mails as it takes.

    asked for                               written as
    an event, for all dates                 one series; what deviates follows date by date (R-662)
    the end of all that is still to come    the series is deleted, or ends before today (R-624)
    another time, for most dates            another rule, where that is less to write
    the same change, for all plain dates    one change of the master; exceptions keep what is theirs
                                            (of the only plain one among exceptions: date by date)
    anything else                           date by date: each becomes an exception

Only one kind in one round: what Exchange makes of it is looked at before the next is planned.
"""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime

from core.domain.changes import EventChanges
from core.domain.interval import Interval
from core.domain.meeting import Aspect
from core.sync.context import Context
from core.sync.series.bounding import bounding_steps
from core.sync.series.create import create_steps, leaving, leaving_steps
from core.sync.series.restoring import restored, unseen
from core.sync.series.rooms_side import Dated, steps_of
from core.sync.series.rules import Wanted, ended_before, propose
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import (
    ChangeDates,
    ChangeRule,
    ChangeSeries,
    DeleteSeries,
    OnDate,
    ReinviteToSeries,
    SeriesStep,
)
from core.sync.steps import (
    CreateEvent,
    DeclineEvent,
    DeleteEvent,
    Plan,
    ReinviteResource,
    UpdateEvent,
)

MANY = 3
"""From so many dates on a new rule is thought of: it is one mail, each date is another."""


def exchange_steps(
    sight: SeriesSight, plans: Table[datetime, Plan], context: Context
) -> tuple[SeriesStep, ...]:
    """Return the writes of one round."""
    if creates := _one_each(plans, CreateEvent):
        return create_steps(sight, creates, plans, context)
    if declines := _one_each(plans, DeclineEvent):
        return (DeleteSeries(step=next(iter(declines.values()))),)
    deletes = _one_each(plans, DeleteEvent)
    behind = next((s for s in deletes.values() if _is_left_behind(s, sight)), None)
    if behind is not None:
        leave = leaving(sight, behind.place, behind.event_id, behind.reason, context)
        return leaving_steps(leave, plans)
    updates = _one_each(plans, UpdateEvent)
    steps = _ending(sight, deletes, context) or _another_rule(sight, deletes, updates, context)
    steps = steps or _whole(sight, updates)
    if steps:
        return steps
    dated: Dated[UpdateEvent | DeleteEvent] = {**updates, **deletes}
    if dated:
        ordered = {start: dated[start] for start in sorted(dated)}
        return (ChangeDates(steps=ordered, reason=next(iter(ordered.values())).reason),)
    invited = _invited_again(sight, _one_each(plans, ReinviteResource))
    return invited or bounding_steps(sight, context)


def _invited_again(sight: SeriesSight, invited: Dated[ReinviteResource]) -> tuple[SeriesStep, ...]:
    """Invite a resource again: to the series, where that is what it declined, else to each date."""
    plain = {d.original_start for d in sight.dates if d.seen.event is not None}
    plain -= {d.original_start for d in sight.dates if d.is_exception}
    for_all = {start: step for start, step in invited.items() if start in plain}
    if for_all and len(for_all) == len(plain):
        step = next(iter(for_all.values()))
        alike = {start: each for start, each in for_all.items() if each == step}
        return (ReinviteToSeries(step=step, steps=alike),)
    return tuple(OnDate(original_start=start, step=step) for start, step in invited.items())


def _is_left_behind(step: DeleteEvent, sight: SeriesSight) -> bool:
    """Tell whether a step means the series in the calendar that it was moved out of (R-103)."""
    return sight.event is not None and step.place != sight.event.master.place


def _one_each[S: CreateEvent | DeclineEvent | DeleteEvent | UpdateEvent | ReinviteResource](
    plans: Table[datetime, Plan], kind: type[S]
) -> Dated[S]:
    return {start: steps[0] for start, steps in steps_of(plans, kind).items()}


def _ending(
    sight: SeriesSight, deletes: Dated[DeleteEvent], context: Context
) -> tuple[SeriesStep, ...]:
    """End the series where nothing of it is to stay; what is over stays (R-624)."""
    rule, event = sight.rule, sight.event
    present = [date for date in sight.dates if date.seen.event is not None]
    if rule is None or event is None or not deletes or len(deletes) < len(present):
        return ()
    if len(present) == 1 and sight.goes_on_unseen:
        # Its next date alone was cancelled: of those that ROOMS does not take yet, nobody spoke.
        return ()
    step = next(iter(deletes.values()))
    first = min(date.original_start for date in present)
    shorter = ended_before(rule, first) if event.master.time.end <= context.now else None
    if shorter is None:
        return (DeleteSeries(step=replace(step, event_id=event.master.event_id)),)
    return (ChangeRule(rule=shorter, reason=step.reason),)


def _another_rule(
    sight: SeriesSight,
    deletes: Dated[DeleteEvent],
    updates: Dated[UpdateEvent],
    context: Context,
) -> tuple[SeriesStep, ...]:
    """Give the series another rule if that is less to write than each date by itself."""
    rule, event = sight.rule, sight.event
    moves = {start: s for start, s in updates.items() if s.changes.time is not None}
    extra = tuple(sorted(booking.time for booking in sight.extra))
    if rule is None or event is None or not (extra or len(moves) + len(deletes) >= MANY):
        return ()
    if sight.is_rescheduled and not extra:
        # What deviates from a rule that we have just written is an exception of it.
        return ()
    shown = {d.original_start: d for d in sight.dates if d.seen.event is not None}
    if not shown:
        return ()
    times = {
        start: time
        for start, date in shown.items()
        if start not in deletes and (time := _wanted(date, moves)) is not None
    }
    found = propose(
        rule,
        Wanted(
            times=times,
            until=max(shown),
            extra=extra,
            patterns=tuple(
                b.series_pattern
                for b in (*sight.extra, *sight.active)
                if b.series_pattern is not None
            ),
            goes_on=event.master.time.end <= context.now or rule.range.is_endless,
        ),
    )
    if found is None or found.rule == rule:
        return ()
    restores = restored(sight, found, times, context)
    later = unseen(sight, found.rule, context)
    cost = 1 + len(found.surplus) + max(found.moved, len(restores)) + len(later)
    if cost >= len(moves) + len(deletes) + len(extra) + bool(extra):
        return ()
    reasons = [step.reason for step in moves.values()]
    reasons += [step.reason for step in deletes.values()]
    step = ChangeRule(
        rule=found.rule,
        starts=found.starts,
        restores={**restores, **later.restores},
        deletes=found.surplus | later.deletes,
        reason=reasons[0] if reasons else "dates were added in ROOMS (R-308)",
    )
    return (step,)


def _wanted(date: DateSight, moves: Dated[UpdateEvent]) -> Interval | None:
    step = moves.get(date.original_start)
    if step is not None:
        return step.changes.time
    return None if date.seen.event is None else date.seen.event.time


def _whole(sight: SeriesSight, updates: Dated[UpdateEvent]) -> tuple[SeriesStep, ...]:
    """Write into the master what all plain dates ask for; the link is only ever kept there.

    What the only plain date asks for is its own affair, unless all exceptions ask for it, too: what
    is not theirs they have from the master.
    """
    plain = {d.original_start for d in sight.dates if d.seen.event is not None}
    plain -= {d.original_start for d in sight.dates if d.is_exception}
    link = next((oid for s in updates.values() if (oid := s.changes.appointment_oid)), None)
    asked = {start: _for_all(step) for start, step in updates.items() if start in plain}
    usual = EventChanges()
    alike: Dated[UpdateEvent] = {}
    if asked and len(asked) == len(plain):
        changes = next(iter(asked.values()))
        is_alike = all(each == changes for each in asked.values())
        if is_alike and (len(asked) > 1 or _is_everybodys(changes, sight, updates)):
            usual = changes
            alike = {
                start: replace(updates[start], aspects=updates[start].aspects - {Aspect.TIME})
                for start in asked
            }
    if usual == EventChanges() and link is None:
        return ()
    aspects = frozenset[Aspect]().union(*(step.aspects for step in alike.values()))
    step = ChangeSeries(
        changes=replace(usual, appointment_oid=link),
        aspects=aspects if usual != EventChanges() else frozenset(),
        steps=alike if usual != EventChanges() else {},
        reason=next(iter((alike or updates).values())).reason,
    )
    return (step,)


def _is_everybodys(changes: EventChanges, sight: SeriesSight, updates: Dated[UpdateEvent]) -> bool:
    """Tell whether all dates ask for a change, exceptions too."""
    present = (date.original_start for date in sight.dates if date.seen.event is not None)
    return all(s in updates and _for_all(updates[s]) == changes for s in present)


def _for_all(step: UpdateEvent) -> EventChanges:
    """Return what a master can say for its dates: all but when they are, and the link."""
    return replace(step.changes, time=None, appointment_oid=None)
