"""What the dates of a series ask of ROOMS, in as few writes as it takes.

asked for                              written as
a booking, for several dates           one draft of a series (R-640)
the same change, for all items of      one change of its first item and all that follow (R-612)
  a ROOMS series still to come
the same title, for most of them       the same; the few others are put right afterwards
their end, for all of them             one cancellation of the series (R-624)
anything else                          date by date
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Table
from datetime import datetime

from core.domain.booking import Booking
from core.domain.changes import BookingDraft
from core.domain.ids import BookingId
from core.domain.series import Recurrence
from core.domain.series_draft import SeriesDraft, WantedDate
from core.sync.context import Context
from core.sync.series.common_change import MANY, common_change
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import (
    BookSeries,
    CancelBookings,
    ChangeBookings,
    OnDate,
    SeriesStep,
)
from core.sync.steps import CancelBooking, CreateBooking, Plan, Step, UpdateBooking

type Dated[S] = dict[datetime, S]


def asking_steps(sight: SeriesSight, plans: Table[datetime, Plan]) -> tuple[SeriesStep, ...]:
    """Return the writes that ROOMS may refuse: bookings and changes of bookings."""
    return (*_changes(sight, plans), *_bookings(sight, plans))


def cancelling_steps(
    sight: SeriesSight, plans: Table[datetime, Plan], context: Context
) -> tuple[SeriesStep, ...]:
    """Return the cancellations, those of whole ROOMS series as one."""
    wanted = steps_of(plans, CancelBooking)
    found: list[SeriesStep] = []
    for series_id, items in _items(sight).items():
        coming = {s: b for s, b in items.items() if b.time.start > context.now}
        steps = {
            start: step
            for start, booking in coming.items()
            for step in wanted.get(start, ())
            if step.booking_id == booking.booking_id
        }
        if len(steps) < MANY or len(steps) < len(coming):
            continue
        first = min(coming.values(), key=lambda b: b.time)
        found.append(
            CancelBookings(
                series_id=series_id,
                first=first.booking_id,
                steps=steps,
                reason=next(iter(steps.values())).reason,
            )
        )
        for start, step in steps.items():
            wanted[start].remove(step)
    return (*found, *_one_by_one(wanted))


def _bookings(sight: SeriesSight, plans: Table[datetime, Plan]) -> Iterator[SeriesStep]:
    wanted = steps_of(plans, CreateBooking)
    rule = sight.rule
    if rule is not None and rule.pattern.is_known_to_rooms:
        for resource in sorted({s.draft.resource for steps in wanted.values() for s in steps}):
            steps = {
                start: step
                for start, each in wanted.items()
                for step in each
                if step.draft.resource == resource and start not in sight.singly
            }
            together = _alike(steps)
            if len(together) >= MANY:
                yield _book(rule, together)
                for start, step in together.items():
                    wanted[start].remove(step)
    yield from _one_by_one(wanted)


def _alike(steps: Dated[CreateBooking]) -> Dated[CreateBooking]:
    """Return those that one draft can hold: it has one organizer, and is private as a whole."""
    kinds = Counter((s.draft.organizer, s.draft.private) for s in steps.values())
    if not kinds:
        return {}
    chosen = kinds.most_common(1)[0][0]
    return {at: s for at, s in steps.items() if (s.draft.organizer, s.draft.private) == chosen}


def _book(rule: Recurrence, steps: Dated[CreateBooking]) -> BookSeries:
    """Return the draft; it says what most dates say, the others are changed afterwards."""
    contents = Counter(_content(step.draft) for step in steps.values())
    usual = contents.most_common(1)[0][0]
    model = next(step.draft for step in steps.values() if _content(step.draft) == usual)
    draft = SeriesDraft(
        appointment_oid=model.appointment_oid,
        title=model.title,
        recurrence=rule,
        dates=tuple(
            WantedDate(original_start=start, time=step.draft.time)
            for start, step in sorted(steps.items())
        ),
        resource=model.resource,
        organizer=model.organizer,
        attendees=model.attendees,
        private=model.private,
        custom_fields=model.custom_fields,
    )
    return BookSeries(draft=draft, steps=steps, reason=next(iter(steps.values())).reason)


def _content(draft: BookingDraft) -> tuple[object, ...]:
    return draft.title, draft.attendees, draft.custom_fields


def _changes(sight: SeriesSight, plans: Table[datetime, Plan]) -> Iterator[SeriesStep]:
    wanted, leaving = steps_of(plans, UpdateBooking), _leaving(plans)
    for series_id, items in _items(sight).items():
        steps = {
            start: step
            for start, booking in items.items()
            for step in wanted.get(start, ())
            if step.booking_id == booking.booking_id
        }
        together = _together(sight, series_id, items, steps, leaving)
        if together is not None:
            # What it leaves open of a date is asked for in the next round.
            yield together
            for start, step in steps.items():
                wanted[start].remove(step)
    yield from _one_by_one(wanted)


def _leaving(plans: Table[datetime, Plan]) -> frozenset[BookingId]:
    """Return the bookings that are cancelled next: what they get until then is all the same."""
    return frozenset(
        step.booking_id for steps in steps_of(plans, CancelBooking).values() for step in steps
    )


def _together(
    sight: SeriesSight,
    series_id: int,
    items: Dated[Booking],
    steps: Dated[UpdateBooking],
    leaving: frozenset[BookingId],
) -> ChangeBookings | None:
    """Return the one write for all items of a ROOMS series, None if it does not serve."""
    if len(items) < MANY or sight.rule is None or not steps:
        return None
    staying = {start: b for start, b in items.items() if b.booking_id not in leaving}
    first = min(items.values(), key=lambda b: b.time)
    change = common_change(first, staying, steps, sight.rule.zone)
    if change is None:
        return None
    alike = {start: step for start, step in steps.items() if start in change.asked}
    step = ChangeBookings(
        series_id=series_id,
        first=first.booking_id,
        change=change,
        changes=change.changes(first, sight.rule.zone),
        steps=alike,
        reason=next(iter(alike.values())).reason,
    )
    return None if step.name in sight.tried else step


def _items(sight: SeriesSight) -> dict[int, Dated[Booking]]:
    """Return what is still to come of each ROOMS series that is this link's alone, by date."""
    found: dict[int, Dated[Booking]] = {}
    for date in sight.dates:
        for booking in date.seen.active_bookings:
            is_ours = booking.series_id in sight.own_series
            if booking.series_id is not None and is_ours and booking.series_id not in sight.shared:
                found.setdefault(booking.series_id, {})[date.original_start] = booking
    return found


def steps_of[S: Step](plans: Table[datetime, Plan], kind: type[S]) -> Dated[list[S]]:
    """Return the steps of one kind that each date asks for, without those that ask for none."""
    found: Dated[list[S]] = {}
    for start, plan in plans.items():
        for step in plan.steps:
            if isinstance(step, kind):
                found.setdefault(start, []).append(step)
    return found


def _one_by_one(
    wanted: Table[datetime, Iterable[CreateBooking | UpdateBooking | CancelBooking]],
) -> tuple[OnDate, ...]:
    return tuple(
        OnDate(original_start=start, step=step) for start, steps in wanted.items() for step in steps
    )
