"""A series of ROOMS that Exchange has not, or has in another calendar: how it is put there."""

from collections import Counter
from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from core.domain.changes import EventDraft
from core.domain.expansion import occurrences, occurrences_in
from core.domain.interval import Interval
from core.domain.series import Recurrence
from core.sync.context import Context
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import (
    ChangeSeries,
    CreateSeries,
    LeaveCalendar,
    Release,
    SeriesStep,
)
from core.sync.steps import CreateEvent, Plan, UpdateEvent


def create_steps(
    sight: SeriesSight,
    creates: Table[datetime, CreateEvent],
    plans: Table[datetime, Plan],
    context: Context,
) -> tuple[SeriesStep, ...]:
    """Return the steps that show a series, or that bring it to its new organizer (R-103, S09).

    Dates that belong into another calendar than most go their own way.
    """
    rule = sight.rule
    active = {d.original_start: d for d in sight.dates if d.seen.active_bookings}
    place = Counter(step.place for step in creates.values()).most_common(1)[0][0]
    there = {start: step for start, step in creates.items() if step.place == place}
    astray = [d for start, d in active.items() if start in creates and start not in there]
    is_move = next(iter(there.values())).is_move
    if is_move and len(there) < len(active):
        astray = [active[start] for start in there if start in active]
    if rule is None or astray:
        return (_release(astray, next(iter(creates.values())).reason),)
    rule = _beginning_with_its_first(_from_now_on(rule, active, context) if is_move else rule)
    create = _create(rule, there, is_move=is_move)
    if not is_move or sight.event is None:
        return (create,)
    old = sight.event.master
    leave = LeaveCalendar(place=old.place, event_id=old.event_id, reason=create.reason)
    return (create, *leaving_steps(leave, {start: plans[start] for start in there}))


def leaving_steps(leave: LeaveCalendar, plans: Table[datetime, Plan]) -> tuple[SeriesStep, ...]:
    """Return the rest of a move, also of one that a crash has cut in two (S09)."""
    invite = _invitation(plans, leave.reason)
    return (leave,) if invite is None else (leave, invite)


def _invitation(plans: Table[datetime, Plan], reason: str) -> ChangeSeries | None:
    """Return the step that invites the resource once the old series is gone, None without one.

    Dates with other resources get theirs instead afterwards.
    """
    asked = {
        start: step
        for start, plan in plans.items()
        for step in plan.steps
        if isinstance(step, UpdateEvent)
    }
    if not asked:
        return None
    counted = Counter(step.changes for step in asked.values())
    usual = counted.most_common(1)[0][0]
    alike = {start: step for start, step in asked.items() if step.changes == usual}
    return ChangeSeries(
        changes=usual,
        aspects=next(iter(alike.values())).aspects,
        steps=alike,
        others={start: step for start, step in asked.items() if start not in alike},
        reason=reason,
    )


def _create(
    rule: Recurrence, creates: Table[datetime, CreateEvent], *, is_move: bool
) -> CreateSeries:
    usual = Counter(_content(step.draft) for step in creates.values()).most_common(1)[0][0]
    start, model = next((s, step) for s, step in creates.items() if _content(step.draft) == usual)
    first = next(occurrences(rule)).time
    last = max(first.end, *(step.draft.time.end for step in creates.values()))
    times = {o.original_start: o.time for o in occurrences_in(rule, Interval(first.start, last))}
    return CreateSeries(
        place=model.place,
        draft=replace(model.draft, time=first, time_zone=rule.zone, recurrence=rule),
        model=start,
        agreed=frozenset(
            start
            for start, step in creates.items()
            if _content(step.draft) == usual and times.get(start) == step.draft.time
        ),
        reason=model.reason,
        is_move=is_move,
    )


def _content(draft: EventDraft) -> tuple[object, ...]:
    return (
        draft.subject,
        draft.invitees,
        draft.venue,
        draft.private,
        draft.show_as,
        draft.reminder_minutes,
    )


def _from_now_on(
    rule: Recurrence, active: Table[datetime, DateSight], context: Context
) -> Recurrence:
    """Return the rule from its first date still to come on: what is over stays where it was."""
    if rule.range.first >= context.now.date() or not active:
        return rule
    first = min(active).astimezone(ZoneInfo(rule.zone))
    last = max(active).astimezone(ZoneInfo(rule.zone)).date()
    start = first.replace(tzinfo=None)
    bounds = replace(rule.range, first=first.date())
    if not rule.range.is_endless:
        bounds = replace(bounds, last=last, count=None)
    span = replace(rule.span, start=start, end=start + rule.span.length)
    return replace(rule, range=bounds, span=span)


def _beginning_with_its_first(rule: Recurrence) -> Recurrence:
    """Return the same rule as Exchange writes it: it begins on the day of its first date."""
    first = next(occurrences(rule)).time.start.astimezone(ZoneInfo(rule.zone))
    start = first.replace(tzinfo=None)
    span = replace(rule.span, start=start, end=start + rule.span.length)
    return replace(rule, range=replace(rule.range, first=first.date()), span=span)


def _release(dates: list[DateSight], reason: str) -> Release:
    bookings = tuple(b for date in dates for b in date.seen.active_bookings)
    return Release(bookings=bookings, reason=reason)
