"""Each date is decided on as a single meeting, many are written at once (D15, R-640 ... R-662)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.booking import BookingStatus
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import MappingState
from core.domain.meeting import Aspect
from core.domain.refusal import RefusalCode
from core.domain.series import Pattern, PatternKind
from core.domain.series_draft import BookedSeries, DateAnswer, DateRefusal
from core.sync.record import Versions
from core.sync.series import fold_rooms
from core.sync.series.build import sight_of
from core.sync.series.drafts import Read
from core.sync.series.plan import plan_series
from core.sync.series.record import settled_series
from core.sync.series.steps import (
    BookSeries,
    CancelBookings,
    ChangeBookings,
    ChangeDates,
    ChangeRule,
    ChangeSeries,
    CreateSeries,
    DeleteSeries,
    OnDate,
    Release,
    TellOfDates,
    describe_series,
)
from core.sync.steps import CancelBooking, CreateBooking, Outcome, UpdateBooking
from tests.unit.builders import LINK, NOW, a_booking, a_context, a_new_link, an_event, guest
from tests.unit.series_builders import WEEK, a_master, a_rule, at, shown

CONTEXT = a_context()
HORIZON = NOW + timedelta(days=365)
ROOMS_SERIES = 3001
WEEKLY = a_rule().pattern


def items(*numbers, **facts):
    """The bookings of dates, as items of one ROOMS series."""
    common = {"series_id": ROOMS_SERIES, "series_pattern": WEEKLY, "appointment_oid": LINK}
    return tuple(
        a_booking(**{"booking_id": BookingId(2000 + n), "time": at(n), **common, **facts})
        for n in numbers
    )


def seen(head, event=None, bookings=(), **facts):
    return sight_of(head, Read(event=event, bookings=tuple(bookings), **facts), HORIZON, CONTEXT)


def agreed(event=None, bookings=None):
    """The link of a series that both sides agree on."""
    event = shown() if event is None else event
    bookings = items(*range(4)) if bookings is None else bookings
    sight = seen(a_new_link(), event, bookings)
    return settled_series(sight, plan_series(sight, CONTEXT), CONTEXT, Versions())


def planned(head, event=None, bookings=(), **facts):
    return plan_series(seen(head, event, bookings, **facts), CONTEXT)


def kinds(plan):
    return [type(step) for step in plan.steps]


class TestANewSeriesInExchange:
    def test_all_its_dates_are_booked_by_one_draft(self):
        plan = planned(a_new_link(), shown())
        (step,) = plan.steps
        assert isinstance(step, BookSeries)
        assert [date.time for date in step.draft.dates] == [at(n) for n in range(4)]

    def test_a_deleted_date_is_not_booked(self):
        (step,) = planned(a_new_link(), shown(cancelled=frozenset({at(1).start}))).steps
        assert at(1).start not in step.steps

    def test_dates_that_are_over_are_left_alone(self):
        early = replace(a_rule(), range=replace(a_rule().range, first=at(-2).start.date()))
        span = replace(early.span, start=early.span.start - 2 * WEEK, end=early.span.end - 2 * WEEK)
        event = shown(master=a_master(time=at(-2)), recurrence=replace(early, span=span))
        (step,) = planned(a_new_link(), event).steps
        assert sorted(step.steps) == [at(0).start, at(1).start]

    def test_what_rooms_has_no_series_for_is_booked_one_by_one(self):
        """R-601: yearly."""
        yearly = Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=3, month=3)
        event = shown(recurrence=replace(a_rule(1), pattern=yearly))
        (step,) = planned(a_new_link(), event).steps
        assert isinstance(step, OnDate)
        assert isinstance(step.step, CreateBooking)

    def test_a_room_invited_to_one_date_only_is_booked_for_that(self):
        """R-641."""
        bare = a_master(invitees=(guest("marc.weber@contoso.example"),))
        own = an_event(time=at(2), original_start=at(2).start)
        plan = planned(a_new_link(), shown(master=bare, exceptions={at(2).start: own}))
        assert [step.original_start for step in plan.steps] == [at(2).start]

    def test_without_a_room_it_is_not_ours(self):
        bare = a_master(invitees=(guest("marc.weber@contoso.example"),))
        plan = planned(a_new_link(), shown(master=bare))
        assert (plan.outcome, plan.steps) == (Outcome.IGNORED, ())


class TestPartialAcceptance:
    """R-640, D15."""

    @pytest.fixture
    def answered(self):
        """The sight after a draft of which the second date was refused, and the step."""
        sight = seen(a_new_link(), shown())
        (step,) = plan_series(sight, CONTEXT).steps
        answers = tuple(
            DateAnswer(date=date, refusal=DateRefusal(RefusalCode.OCCUPIED))
            if number == 1
            else DateAnswer(date=date, booking=items(number)[0])
            for number, date in enumerate(step.draft.dates)
        )
        booked = BookedSeries(series_id=ROOMS_SERIES, answers=answers)
        return fold_rooms.after_booking(sight, step, booked, CONTEXT)

    def test_one_mail_lists_the_refused_dates_and_only_they_lose_the_room(self, answered):
        plan = plan_series(answered, CONTEXT)
        assert plan.outcome is Outcome.REFUSED
        told, off = plan.steps
        assert [part.time for part in told.tell.parts] == [at(1)]
        assert (type(off), list(off.steps)) == (ChangeDates, [at(1).start])

    def test_a_date_too_far_ahead_waits_without_a_word(self):
        """R-644."""
        sight = seen(a_new_link(), shown())
        (step,) = plan_series(sight, CONTEXT).steps
        answers = tuple(
            DateAnswer(date=date, refusal=DateRefusal(RefusalCode.TOO_EARLY))
            if number > 1
            else DateAnswer(date=date, booking=items(number)[0])
            for number, date in enumerate(step.draft.dates)
        )
        booked = BookedSeries(series_id=ROOMS_SERIES, answers=answers)
        after = fold_rooms.after_booking(sight, step, booked, CONTEXT)
        assert after.horizon == at(2).start
        assert TellOfDates not in kinds(plan_series(after, CONTEXT))

    def test_a_date_that_the_series_cannot_hold_is_booked_by_itself(self):
        sight = seen(a_new_link(), shown())
        (step,) = plan_series(sight, CONTEXT).steps
        answers = tuple(
            DateAnswer(date=date, booking=None if number == 3 else items(number)[0])
            for number, date in enumerate(step.draft.dates)
        )
        booked = BookedSeries(series_id=ROOMS_SERIES, answers=answers)
        after = fold_rooms.after_booking(sight, step, booked, CONTEXT)
        (single,) = plan_series(after, CONTEXT).steps
        assert (single.original_start, type(single.step)) == (at(3).start, CreateBooking)


class TestChangedInExchange:
    def test_a_subject_is_one_write_to_rooms(self):
        plan = planned(agreed(), shown(master=a_master(subject="Neu")), items(*range(4)))
        (step,) = plan.steps
        assert isinstance(step, ChangeBookings)
        assert (step.changes.title, step.first) == ("Neu", BookingId(2000))

    def test_one_date_is_one_write(self):
        own = replace(an_event(time=at(1), subject="Eins"), original_start=at(1).start)
        plan = planned(agreed(), shown(exceptions={at(1).start: own}), items(*range(4)))
        (step,) = plan.steps
        assert (step.original_start, step.step.booking_id) == (at(1).start, BookingId(2001))

    def test_a_renamed_date_keeps_its_name_when_all_others_get_one(self):
        own = replace(an_event(time=at(1), subject="Eins"), original_start=at(1).start)
        before = shown(exceptions={at(1).start: own})
        bookings = (*items(0), *items(1, title="Eins"), *items(2, 3))
        event = replace(before, master=a_master(subject="Neu"))
        sight = seen(agreed(before, bookings), event, bookings)
        (step,) = plan_series(sight, CONTEXT).steps
        assert dict(step.change.others) == {at(1).start: {"title"}}
        after = fold_rooms.after_bookings_changed(
            sight, step, items(*range(4), title="Neu"), CONTEXT
        )
        (back,) = plan_series(after, CONTEXT).steps
        assert (back.original_start, back.step.changes.title) == (at(1).start, "Eins")

    def test_what_the_first_item_shows_already_cannot_be_said_for_all(self):
        """ROOMS hands on what is changed in it; written to a later one it would cut the series."""
        before = items(0, title="Neu"), items(1, 2, 3)
        agreed_on = agreed(bookings=(*items(*range(4)),))
        plan = planned(agreed_on, shown(master=a_master(subject="Neu")), (*before[0], *before[1]))
        assert kinds(plan) == [OnDate] * 3

    def test_a_deleted_date_is_cancelled_and_remembered(self):
        """S10."""
        event = shown(cancelled=frozenset({at(1).start}))
        sight = seen(agreed(), event, items(*range(4)))
        (step,) = plan_series(sight, CONTEXT).steps
        assert isinstance(step.step, CancelBooking)
        after = fold_rooms.after_date(
            sight, step, items(1, status=BookingStatus.CANCELLED)[0], CONTEXT
        )
        link = settled_series(after, plan_series(after, CONTEXT), CONTEXT, Versions())
        assert [date.is_deleted for date in link.series.dates] == [False, True, False, False]

    def test_a_deleted_series_is_one_cancellation(self):
        (step,) = planned(agreed(), None, items(*range(4)), event_gone=True).steps
        assert isinstance(step, CancelBookings)

    def test_fewer_dates_cancel_only_what_is_too_much(self):
        """R-615."""
        plan = planned(agreed(), shown(recurrence=a_rule(3)), items(*range(4)))
        assert [(s.original_start, type(s.step)) for s in plan.steps] == [
            (at(3).start, CancelBooking)
        ]

    def test_more_dates_book_only_what_is_new(self):
        """R-616, S39."""
        (step,) = planned(agreed(), shown(recurrence=a_rule(6)), items(*range(4))).steps
        assert sorted(step.steps) == [at(4).start, at(5).start]

    def test_a_new_time_moves_the_same_bookings(self):
        """S01."""
        later = timedelta(hours=5)
        span = a_rule().span
        rule = replace(a_rule(), span=replace(span, start=span.start + later, end=span.end + later))
        time = Interval(at(0).start + later, at(0).end + later)
        event = shown(master=a_master(time=time), recurrence=rule)
        (step,) = planned(agreed(), event, items(*range(4))).steps
        assert (type(step), step.changes.time) == (ChangeBookings, time)


class TestChangedInRooms:
    def test_a_title_for_all_is_one_write_to_the_master(self):
        (step,) = planned(agreed(), shown(), items(*range(4), title="Neu")).steps
        assert (type(step), step.changes.subject) == (ChangeSeries, "Neu")

    def test_one_item_becomes_an_exception(self):
        """R-612."""
        bookings = (*items(0, 2, 3), *items(1, title="Eins"))
        (step,) = planned(agreed(), shown(), bookings).steps
        assert (type(step), list(step.steps)) == (ChangeDates, [at(1).start])

    def test_the_only_plain_item_among_exceptions_speaks_for_itself(self):
        """Exceptions have from the master what they do not have of their own."""
        late = [
            Interval(at(n).start + timedelta(hours=3), at(n).end + timedelta(hours=3))
            for n in range(4)
        ]
        own = {at(n).start: an_event(time=late[n], original_start=at(n).start) for n in (0, 2, 3)}
        moved = [items(n, time=late[n])[0] for n in (0, 2, 3)]
        event = shown(exceptions=own)
        head = agreed(event, (*moved, *items(1)))
        (step,) = planned(head, event, (*moved, *items(1, title="Eins"))).steps
        assert (type(step), list(step.steps)) == (ChangeDates, [at(1).start])
        all_alike = [replace(b, title="Neu") for b in (*moved, *items(1))]
        (step,) = planned(head, event, all_alike).steps
        assert (type(step), step.changes.subject) == (ChangeSeries, "Neu")

    def test_another_hour_for_all_is_another_rule(self):
        later = timedelta(hours=5)
        bookings = tuple(
            items(n, time=Interval(at(n).start + later, at(n).end + later))[0] for n in range(4)
        )
        (step,) = planned(agreed(), shown(), bookings).steps
        assert (type(step), step.rule.span.start.hour) == (ChangeRule, 14)

    def test_the_end_of_all_is_the_end_of_the_series(self):
        cancelled = items(*range(4), status=BookingStatus.CANCELLED)
        assert kinds(planned(agreed(), shown(), cancelled)) == [DeleteSeries]

    def test_one_cancelled_item_deletes_its_date(self):
        bookings = (*items(0, 2, 3), *items(1, status=BookingStatus.CANCELLED))
        (step,) = planned(agreed(), shown(), bookings).steps
        assert (type(step), list(step.steps)) == (ChangeDates, [at(1).start])

    def test_items_that_rooms_has_split_off_leave_the_series(self):
        """R-611."""
        bookings = (*items(0, 1), *items(2, 3, series_id=3002))
        (step,) = planned(agreed(), shown(), bookings).steps
        assert isinstance(step, Release)
        assert {booking.booking_id for booking in step.bookings} == {2002, 2003}

    def test_a_series_that_rooms_has_made_anew_takes_the_place_of_the_old_one(self):
        """R-610."""
        old = items(*range(4), status=BookingStatus.CANCELLED)
        again = tuple(
            replace(b, booking_id=BookingId(b.booking_id + 50), series_id=3002)
            for b in items(*range(4))
        )
        sight = seen(agreed(), shown(), (*old, *again))
        assert (sight.released, sight.extra, sight.own_series) == ((), (), (3001, 3002))

    def test_one_that_nobody_has_in_a_calendar_is_created_with_its_exceptions(self):
        """R-662."""
        bookings = (*items(0, 2, 3, appointment_oid=None), *items(1, title="Eins"))
        (step,) = planned(a_new_link(), None, bookings).steps
        assert isinstance(step, CreateSeries)
        assert step.agreed == {at(n).start for n in (0, 2, 3)}
        assert step.draft.recurrence.pattern.kind is PatternKind.WEEKLY

    @pytest.mark.parametrize(("days", "kind"), [(7, PatternKind.WEEKLY), (3, PatternKind.DAILY)])
    def test_items_whose_pattern_nobody_understands_are_a_series_all_the_same(self, days, kind):
        times = [
            Interval(at(0).start + n * timedelta(days=days), at(0).end + n * timedelta(days=days))
            for n in range(4)
        ]
        bookings = [items(n, series_pattern=None, time=time)[0] for n, time in enumerate(times)]
        (step,) = planned(a_new_link(), None, bookings).steps
        assert (type(step), step.draft.recurrence.pattern.kind) == (CreateSeries, kind)
        assert len(step.agreed) == len(times)

    def test_an_item_on_a_day_that_its_pattern_does_not_know_is_a_date_all_the_same(self):
        """Else it would be given a link of its own again and again."""
        off = Interval(at(0).start + timedelta(days=1), at(0).end + timedelta(days=1))
        (step,) = planned(a_new_link(), None, items(0, time=off)).steps
        assert (type(step), step.draft.time) == (CreateSeries, off)


def test_what_both_sides_agree_on_needs_no_step():
    plan = planned(agreed(), shown(), items(*range(4)))
    assert (plan.outcome, plan.steps) == (Outcome.IN_STEP, ())


def test_a_step_of_a_private_series_tells_no_aspect():
    plan = planned(agreed(), shown(), items(*range(4), title="Neu"))
    told, reason = describe_series(plan.steps[0], is_private=True)
    assert (told, Aspect.SUBJECT in reason) == ("ChangeSeries", False)
    assert describe_series(plan.steps[0])[0] == "ChangeSeries (subject)"


def test_a_date_is_named_in_its_step():
    own = replace(an_event(time=at(1), subject="Eins"), original_start=at(1).start)
    plan = planned(agreed(), shown(exceptions={at(1).start: own}), items(*range(4)))
    assert describe_series(plan.steps[0])[0] == "UpdateBooking (subject) on 2026-03-10"
    assert isinstance(plan.steps[0].step, UpdateBooking)


def test_the_state_of_a_series_is_that_of_its_dates():
    assert agreed().state is MappingState.LINKED
