"""Corners of series: what is seen and planned where a crash, a move or a redraw came in between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.booking import BookingStatus
from core.domain.changes import BookingChanges, EventChanges
from core.domain.event import EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import BookingId, EventId, ICalUid, is_resource_mailbox, person_mailbox
from core.domain.interval import Interval
from core.domain.mapping import DateLink, MappingState, Pending, PendingKind
from core.domain.meeting import Aspect
from core.domain.policies import Policies
from core.domain.refusal import RefusalCode
from core.domain.series_draft import BookedSeries, DateAnswer
from core.errors import BookingRefusedError
from core.sync.observed import Observed, rooms_side
from core.sync.record import Versions
from core.sync.series import fold_rooms
from core.sync.series.bounding import bounding_steps
from core.sync.series.build import sight_of
from core.sync.series.common_change import common_change
from core.sync.series.create import leaving
from core.sync.series.drafts import Read
from core.sync.series.fold_rule import after_create
from core.sync.series.foresee import created_baselines, overwritten_baselines
from core.sync.series.owed import paying
from core.sync.series.plan import plan_series
from core.sync.series.record import settled_series
from core.sync.series.restoring import Unseen, unseen
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import (
    CancelBookings,
    ChangeBookings,
    ChangeDates,
    ChangeRule,
    ChangeSeries,
    CreateSeries,
    LeaveCalendar,
    OnDate,
    Release,
)
from core.sync.steps import CreateBooking, Outcome, Plan, UpdateBooking, UpdateEvent
from tests.unit.builders import (
    CONTOSO,
    LEA,
    NOW,
    ONLINE,
    PILATUS,
    a_context,
    a_link,
    a_new_link,
    a_participant,
    an_event,
    guest,
    room,
)
from tests.unit.series_builders import WEEK, a_master, a_rule, at, shown
from tests.unit.sync.series.test_plan import CONTEXT, agreed, items, planned, seen

LATER = timedelta(hours=5)
MARC = a_participant("marc@contoso.example")
LEAS = EventPlace(CONTOSO, person_mailbox(LEA))
MOVING = Pending(kind=PendingKind.MOVE_EVENT, lease_until=NOW, place=LEAS)
REFUSED = BookingRefusedError(RefusalCode.OCCUPIED, "Belegt")
TOO_EARLY = BookingRefusedError(RefusalCode.TOO_EARLY, "zu früh")


def an_exception(number, **facts):
    """The date of a series in Exchange that has values of its own."""
    return {at(number).start: an_event(time=at(number), original_start=at(number).start, **facts)}


def begun(count=None):
    """A series of which two dates have been held."""
    early = replace(a_rule(count), range=replace(a_rule(count).range, first=at(-2).start.date()))
    span = replace(early.span, start=early.span.start - 2 * WEEK, end=early.span.end - 2 * WEEK)
    return shown(master=a_master(time=at(-2)), recurrence=replace(early, span=span))


def looked_at(head, event, bookings):
    """What is seen up to the fourth date."""
    read = Read(event=event, bookings=tuple(bookings))
    return sight_of(head, read, at(4).start, CONTEXT)


def settled(sight):
    return settled_series(sight, plan_series(sight, CONTEXT), CONTEXT, Versions())


def of_date(sight, number):
    return sight.date(at(number).start)


class TestWhatIsSeen:
    def test_an_item_of_another_series_leaves_though_no_date_ever_had_it(self):
        """R-611"""
        other = items(4, series_id=3002)
        assert seen(agreed(), shown(), (*items(*range(4)), *other)).released == other

    def test_nothing_waits_beyond_the_window_of_what_has_no_rule_or_no_end_of_it(self):
        whole = replace(seen(agreed(), shown(), items(*range(4))), horizon=None)
        for sight in (whole, replace(whole, rule=None), SeriesSight(mapping=a_new_link())):
            assert not sight.goes_on_unseen
            assert unseen(sight, a_rule(), CONTEXT) == Unseen()

    def test_a_date_of_the_past_that_was_moved_to_come_is_looked_at(self):
        event = begun(6)
        moved = an_event(time=at(1), original_start=at(-1).start)
        event = replace(event, exceptions={at(-1).start: moved})
        sight = looked_at(a_new_link(), event, ())
        assert sight.date(at(-1).start).seen.event.time == at(1)

    def test_what_is_over_in_rooms_and_not_in_exchange_is_no_series(self):
        sight = seen(a_new_link(), None, items(0, time=at(-1)))
        head = replace(a_new_link(), pending=MOVING)
        assert (sight.rule, sight.dates) == (None, ())
        assert settled(replace(sight, mapping=head)) == replace(head, pending=None, changed_at=NOW)

    def test_a_date_that_is_not_looked_at_is_not_there(self):
        with pytest.raises(KeyError):
            of_date(seen(agreed(), shown(), items(*range(4))), 9)

    def test_a_link_of_which_everything_to_come_has_ended_has_ended(self):
        """Also where a date that is over was never dealt with."""
        bare = replace(begun(6), master=a_master(time=at(-2), invitees=()))
        old = DateLink(original_start=at(-1).start, state=MappingState.CREATING)
        sight = replace(looked_at(a_new_link(), bare, ()), kept=(old,))
        assert settled(sight).state is MappingState.CANCELLED


class TestAnotherRule:
    def test_what_deviates_from_a_rule_that_was_just_written_is_an_exception_of_it(self):
        """R-662: three dates of four at another time are another rule, but not at once again."""
        later = [
            items(n, time=Interval(at(n).start + LATER, at(n).end + LATER))[0] for n in range(3)
        ]
        sight = seen(agreed(), shown(), (*later, *items(3)))
        (rule,) = plan_series(sight, CONTEXT).steps
        assert isinstance(rule, ChangeRule)
        (dates,) = plan_series(replace(sight, is_rescheduled=True), CONTEXT).steps
        assert isinstance(dates, ChangeDates)
        assert sorted(dates.steps) == [at(n).start for n in range(3)]


class TestAnotherOrganizer:
    """R-103"""

    @pytest.mark.parametrize(("count", "left"), [(None, None), (6, 4)])
    def test_what_is_still_to_come_of_a_series_goes_to_its_new_organizer(self, count, left):
        event = begun(count)
        head = settled(looked_at(a_new_link(), event, items(*range(4))))
        sight = looked_at(head, event, items(*range(4), organizer=LEA))
        create, leave, _ = plan_series(sight, CONTEXT).steps
        assert isinstance(create, CreateSeries)
        assert isinstance(leave, LeaveCalendar)
        bounds = create.draft.recurrence.range
        assert (bounds.first, bounds.count) == (at(0).start.date(), left)
        assert leave.remainder.range.last == at(0).start.date() - timedelta(days=1)

    def test_of_a_series_that_nobody_remembers_nothing_stays_behind(self):
        event = begun()
        sight = looked_at(a_new_link(), event, items(*range(4)))
        leave = leaving(sight, event.master.place, event.master.event_id, "", CONTEXT)
        assert leave.remainder is None

    @pytest.mark.parametrize(("pending", "kind"), [(None, Release), (MOVING, CreateSeries)])
    def test_new_items_that_stay_hold_dates_back_unless_the_series_is_on_its_way(
        self, pending, kind
    ):
        head = replace(agreed(), pending=pending)
        bookings = (*items(*range(4), organizer=LEA), *items(9))
        step = planned(head, shown(), bookings).steps[0]
        assert isinstance(step, kind)
        if isinstance(step, Release):
            assert {booking.booking_id for booking in step.bookings} == {2000, 2001, 2002, 2003}

    def test_a_series_that_has_arrived_leaves_its_old_calendar_and_gets_its_room(self):
        """S09: a crash came after the create."""
        theirs = a_master(
            place=LEAS,
            event_id=EventId("event-2"),
            ical_uid=ICalUid("ical-2"),
            organizer_address="lea@contoso.example",
            invitees=(),
        )
        head = replace(agreed(), pending=MOVING)
        steps = planned(head, shown(master=theirs), items(*range(4), organizer=LEA)).steps
        leave, invite = steps
        assert isinstance(leave, LeaveCalendar)
        assert isinstance(invite, ChangeSeries)
        assert leave.place == a_master().place
        assert [line.address for line in invite.changes.invitees] == ["saentis@contoso.example"]

    def test_a_date_without_a_room_is_no_date_of_a_hold(self):
        """R-117: a hold keeps a slot, and that date has none."""
        event = shown(exceptions=an_exception(1, invitees=()))
        before = items(0, 2, 3)
        sight = seen(agreed(event, before), event, items(0, 2, 3, organizer=None))
        create = plan_series(sight, CONTEXT).steps[0]
        assert isinstance(create, CreateSeries)
        assert is_resource_mailbox(create.place.mailbox)
        master = a_master(place=create.place, organizer_address="", invitees=())
        there = EventSeries(master=master, recurrence=create.draft.recurrence)
        after = after_create(sight, there, create, CONTEXT)
        assert [date.is_deleted for date in after.dates] == [False, True, False, False]


class TestChangesInExchange:
    def test_a_redrawn_item_for_which_no_date_is_left_goes_its_own_way(self):
        event = shown(cancelled=frozenset(at(n).start for n in range(4)))
        cancelled = items(*range(4), status=BookingStatus.CANCELLED)
        (step,) = planned(agreed(), event, (*cancelled, *items(9))).steps
        assert isinstance(step, Release)
        assert [booking.booking_id for booking in step.bookings] == [2009]

    def test_an_exception_gets_its_people_and_its_room_again_under_another_rule(self):
        lines = (guest("marc@contoso.example"), room("pilatus"))
        event = shown(exceptions=an_exception(1, invitees=lines))
        before = (*items(0, 2, 3), *items(1, resource=PILATUS, participants=(MARC,)))
        moved = [
            replace(b, time=Interval(b.time.start + LATER, b.time.end + LATER)) for b in before
        ]
        (step,) = planned(agreed(event, before), event, moved).steps
        assert isinstance(step, ChangeRule)
        assert list(step.restores) == [at(1).start + LATER]
        said = step.restores[at(1).start + LATER]
        assert (said.invitees, said.venue.name, said.time) == (lines, "Pilatus", None)

    def test_a_rule_does_not_end_where_none_of_its_dates_is_booked(self):
        """R-642: what is booked yet is of the rule that it had before."""
        context = a_context(policies=Policies(endless_series="bounded"))
        sight = looked_at(a_new_link(), shown(recurrence=a_rule(None)), items(*range(4)))
        (step,) = bounding_steps(sight, context)
        assert step.rule.range.last == at(3).start.date()
        rule = replace(sight.rule, range=replace(sight.rule.range, first=at(9).start.date()))
        assert bounding_steps(replace(sight, rule=rule), context) == ()


class TestWhatRoomsHasDone:
    def test_another_hour_for_all_that_was_stored_as_asked_is_not_asked_for_again(self):
        span = a_rule().span
        rule = replace(a_rule(), span=replace(span, start=span.start + LATER, end=span.end + LATER))
        time = Interval(at(0).start + LATER, at(0).end + LATER)
        event = shown(master=a_master(time=time), recurrence=rule)
        sight = seen(agreed(), event, items(*range(4)))
        (step,) = plan_series(sight, CONTEXT).steps
        stored = [
            replace(b, time=Interval(b.time.start + LATER, b.time.end + LATER))
            for b in items(*range(4))
        ]
        after = fold_rooms.after_bookings_changed(sight, step, stored, CONTEXT)
        assert plan_series(after, CONTEXT).steps == ()
        for date in after.dates:
            (booking,) = date.seen.bookings
            assert (rooms_side(booking.booking_id), Aspect.TIME) in date.seen.written

    def test_an_item_that_did_not_follow_is_asked_for_by_itself(self):
        sight = seen(agreed(), shown(master=a_master(subject="Neu")), items(*range(4)))
        (step,) = plan_series(sight, CONTEXT).steps
        stored = items(0, 1, 2, title="Neu")
        after = fold_rooms.after_bookings_changed(sight, step, stored, CONTEXT)
        (single,) = plan_series(after, CONTEXT).steps
        assert (type(single), single.original_start) == (OnDate, at(3).start)

    def test_a_series_that_was_cancelled_in_one_go_has_ended_on_both_sides(self):
        """R-624: also the item of which ROOMS did not tell."""
        sight = seen(agreed(), None, items(*range(4)), event_gone=True)
        (step,) = plan_series(sight, CONTEXT).steps
        assert isinstance(step, CancelBookings)
        stored = items(0, 1, 2, status=BookingStatus.CANCELLED)
        after = fold_rooms.after_bookings_cancelled(sight, step, stored)
        assert after.active == ()
        assert settled(after).state is MappingState.CANCELLED

    def test_people_of_both_sides_are_united_date_by_date(self):
        """R-305: ROOMS is written first, and Exchange still gets whom ROOMS alone had."""
        master = a_master(invitees=(guest("lea@contoso.example"), room()))
        bookings = (
            *items(0, 1, 2, participants=(a_participant("lea@contoso.example", LEA),)),
            *items(3, participants=(MARC,)),
        )
        sight = seen(a_new_link(), shown(master=master), bookings)
        (step,) = plan_series(sight, CONTEXT).steps
        assert isinstance(step, OnDate)
        assert isinstance(step.step, UpdateBooking)
        both = (MARC, a_participant("lea@contoso.example", LEA))
        after = fold_rooms.after_date(sight, step, items(3, participants=both)[0], CONTEXT)
        (owed,) = plan_series(after, CONTEXT).steps
        assert (type(owed), list(owed.steps)) == (ChangeDates, [at(3).start])
        lines = owed.steps[at(3).start].changes.invitees
        assert {line.address for line in lines} >= {"marc@contoso.example", "lea@contoso.example"}

    @pytest.fixture
    def single(self):
        """A sight of which the third date is to be booked by itself, and the step."""
        sight = seen(a_new_link(), shown())
        (step,) = plan_series(sight, CONTEXT).steps
        answers = tuple(
            DateAnswer(date=date, booking=None if number == 2 else items(number)[0])
            for number, date in enumerate(step.draft.dates)
        )
        booked = BookedSeries(series_id=3001, answers=answers)
        after = fold_rooms.after_booking(sight, step, booked, CONTEXT)
        (only,) = plan_series(after, CONTEXT).steps
        assert isinstance(only.step, CreateBooking)
        return after, only

    def test_a_single_date_too_far_ahead_waits_and_what_is_booked_stays(self, single):
        """R-640"""
        sight, step = single
        after = fold_rooms.after_refusal(sight, step, TOO_EARLY, CONTEXT)
        assert [date.original_start for date in after.dates] == [at(n).start for n in (0, 1)]
        assert (after.horizon, after.is_cut_short) == (at(2).start, True)

    def test_a_single_date_that_is_refused_otherwise_is_told_of(self, single):
        sight, step = single
        after = fold_rooms.after_refusal(sight, step, REFUSED, CONTEXT)
        assert [r.code for r in of_date(after, 2).seen.refusals] == [RefusalCode.OCCUPIED]
        assert plan_series(after, CONTEXT).outcome is Outcome.REFUSED

    def test_a_date_with_two_bookings_stays_when_one_of_them_goes_its_own_way(self):
        other = items(1, booking_id=BookingId(2050), resource=PILATUS, series_id=3002)
        both = (*items(*range(4)), *other)
        master = a_master(invitees=(room(), room("pilatus")))
        sight = seen(a_new_link(), shown(master=master), both)
        assert [b.booking_id for b in of_date(sight, 1).seen.bookings] == [2001, 2050]
        after = fold_rooms.after_release(sight, (*other, *items(3)))
        assert [b.booking_id for b in of_date(after, 1).seen.bookings] == [2001]
        assert [date.is_deleted for date in after.dates] == [False, False, False, True]
        assert after.shared == {3001, 3002}

    def test_what_was_left_aside_is_gone_once_it_was_cancelled(self):
        aside = items(7, 8, resource=ONLINE)
        sight = replace(seen(agreed(), shown(), items(*range(4))), extra=aside)
        assert fold_rooms.after_drop(sight, aside[:1]).extra == aside[1:]


class TestWhatIsAgreedOnAhead:
    def test_a_series_of_which_the_model_is_booked_no_more_agrees_on_nothing(self):
        sight = seen(a_new_link(), None, items(*range(4)))
        (create,) = plan_series(sight, CONTEXT).steps
        assert set(created_baselines(sight, create, CONTEXT)) == {at(n).start for n in range(4)}
        model = sight.date(create.model).seen
        alone = sight.with_seen({create.model: replace(model, bookings=())})
        assert created_baselines(alone, create, CONTEXT) == {}

    @pytest.mark.parametrize(
        ("key_version", "known"), [("1", {at(1).start}), ("0", set()), (None, set())]
    )
    def test_only_what_is_known_to_be_agreed_on_is_noted_as_written_over(self, key_version, known):
        before = shown(exceptions=an_exception(1, subject="Eins"))
        bookings = (*items(0, 2, 3), *items(1, title="Eins"))
        event = replace(before, master=a_master(subject="Neu"))
        sight = seen(agreed(before, bookings), event, bookings)
        (step,) = plan_series(sight, CONTEXT).steps
        assert isinstance(step, ChangeBookings)
        own = of_date(sight, 1).seen
        old = own.mapping.baseline
        baseline = None if key_version is None else replace(old, key_version=key_version)
        own = replace(own, mapping=replace(own.mapping, baseline=baseline))
        sight = sight.with_seen({at(1).start: own})
        assert set(overwritten_baselines(sight, step, CONTEXT)) == known


def test_a_custom_field_that_an_item_has_already_is_not_written_over():
    field = (("Frei", "free"),)
    known = {at(n).start: items(n)[0] for n in range(4)}
    known[at(3).start] = replace(known[at(3).start], custom_fields={"Frei": "free"})
    steps = {
        at(n).start: UpdateBooking(
            booking_id=BookingId(2000 + n),
            changes=BookingChanges(custom_fields=field),
            aspects=frozenset({Aspect.SHOW_AS}),
            reason="",
        )
        for n in range(3)
    }
    change = common_change(known[at(0).start], known, steps, "Etc/UTC")
    assert (change.parts, set(change.asked), change.others) == (
        {"custom_fields": field},
        set(steps),
        {},
    )


class TestWhatExchangeIsOwed:
    """P7: what both sides are given of one plan."""

    PEOPLE = UpdateEvent(
        changes=EventChanges(invitees=(room(),)), aspects=frozenset({Aspect.ATTENDEES}), reason=""
    )
    TITLE = UpdateEvent(
        changes=EventChanges(subject="Neu"), aspects=frozenset({Aspect.SUBJECT}), reason=""
    )
    BOTH = UpdateEvent(
        changes=EventChanges(subject="Neu", invitees=(room(),)),
        aspects=frozenset({Aspect.SUBJECT, Aspect.ATTENDEES}),
        reason="",
    )
    OTHERS = replace(PEOPLE, changes=EventChanges(invitees=(room("pilatus"),)))

    @pytest.mark.parametrize(
        ("own", "event", "paid"),
        [
            ((), an_event(), (PEOPLE,)),
            ((TITLE,), an_event(), (BOTH,)),
            ((OTHERS,), an_event(), (OTHERS,)),
            ((TITLE,), None, (TITLE,)),
        ],
        ids=["alone", "along with a title", "unless it is said anew", "unless the event is gone"],
    )
    def test_it_is_written_with_what_comes_next(self, own, event, paid):
        plan = Plan(steps=own, outcome=Outcome.IN_STEP, reason="")
        look = Observed(mapping=a_link(an_event(), None), event=event)
        date = DateSight(original_start=at(0).start, seen=look, owed=self.PEOPLE)
        assert paying(date, plan).steps == paid
