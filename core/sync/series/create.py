"""A series of ROOMS that Exchange has not, or has in another calendar: how it is put there."""

from collections import Counter
from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from core.domain.changes import EventDraft
from core.domain.event import EventPlace
from core.domain.expansion import occurrences, occurrences_in
from core.domain.ids import EventId
from core.domain.interval import Interval, wall_clock
from core.domain.mapping import PendingKind
from core.domain.series import Recurrence
from core.sync.context import Context
from core.sync.eligibility import home_of_booking
from core.sync.series.rules import ended_before
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
        staying = [date for start, date in active.items() if start not in there]
        # ROOMS hands over what has not begun: what is running does not hold back the rest.
        is_rest = all(date.original_start <= context.now for date in staying)
        astray = staying if is_rest else [active[start] for start in there if start in active]
    elif is_move and _is_of_dates_only(sight, place, active, context):
        astray = [active[start] for start in there if start in active]
    if rule is None or astray:
        return (_release(astray, next(iter(creates.values())).reason),)
    rule = _beginning_with_its_first(_from_now_on(rule, sight, context) if is_move else rule)
    create = _create(rule, there, is_move=is_move)
    if not is_move or sight.event is None:
        return (create,)
    old = sight.event.master
    leave = leaving(sight, old.place, old.event_id, create.reason, context)
    return (create, *leaving_steps(leave, {start: plans[start] for start in there}))


def _is_of_dates_only(
    sight: SeriesSight,
    place: EventPlace,
    active: Table[datetime, DateSight],
    context: Context,
) -> bool:
    """Tell whether dates were handed over, and not the series, although no other date is booked.

    A redrawn series has few dates left: items that no date holds yet are still their organizer's.
    Of a series with one date in the window, ROOMS has just that booking: of those that wait nobody
    spoke, as with a cancellation.
    """
    if sight.mapping.is_pending(PendingKind.MOVE_EVENT):
        return False
    if len(active) == 1 and sight.goes_on_unseen:
        return True
    new = (b for b in sight.extra if b.series_id in sight.own_series)
    return any(home_of_booking(booking, context.directory) != place for booking in new)


def leaving(
    sight: SeriesSight, place: EventPlace, event_id: EventId, reason: str, context: Context
) -> LeaveCalendar:
    """Return the step that takes a series out of a calendar; what was held stays in it."""
    remembered = sight.mapping.series
    starts = [date.original_start for date in sight.dates]
    remainder = None
    if remembered is not None and starts:
        rule = remembered.recurrence
        has_been_held = next(occurrences(rule)).time.end <= context.now
        remainder = ended_before(rule, min(starts)) if has_been_held else None
    return LeaveCalendar(place=place, event_id=event_id, reason=reason, remainder=remainder)


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


def _from_now_on(rule: Recurrence, sight: SeriesSight, context: Context) -> Recurrence:
    """Return the rule from its first date still to come on: what has begun stays where it was."""
    coming = [d.original_start for d in sight.dates if d.original_start > context.now]
    if next(occurrences(rule)).original_start > context.now or not coming:
        return rule
    first = min(coming)
    bounds = replace(rule.range, first=wall_clock(first, ZoneInfo(rule.zone)).date())
    if rule.range.count is not None:
        before = takewhile(lambda o: o.original_start < first, occurrences(rule))
        bounds = replace(bounds, count=rule.range.count - sum(1 for _ in before))
    return replace(rule, range=bounds)


def _beginning_with_its_first(rule: Recurrence) -> Recurrence:
    """Return the same rule as Exchange writes it: it begins on the day of its first date."""
    start = wall_clock(next(occurrences(rule)).time.start, ZoneInfo(rule.zone))
    span = replace(rule.span, start=start, end=start + rule.span.length)
    return replace(rule, range=replace(rule.range, first=start.date()), span=span)


def _release(dates: list[DateSight], reason: str) -> Release:
    bookings = tuple(b for date in dates for b in date.seen.active_bookings)
    return Release(bookings=bookings, reason=reason)
