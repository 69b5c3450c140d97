"""Which spans are kept free around a booking, and which steps that takes (D8)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.booking import BookingStatus
from core.domain.buffer import Buffer
from core.domain.buffer_mark import BufferKind, BufferMark, mark_in
from core.domain.event import EventPlace
from core.domain.ids import EventId, resource_mailbox
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.policies import Policies
from core.sync.buffers import buffer_draft, buffers_of, fitting, fold_buffer, in_the_way
from core.sync.plan import plan_sync
from core.sync.steps import CancelBooking, PlaceBuffer, RemoveBuffer, UpdateEvent
from tests.unit.builders import (
    CONTOSO,
    LINK,
    SAENTIS,
    a_booking,
    a_context,
    a_link,
    a_pair,
    a_resource,
    an_event,
    guest,
    hours,
)

ROOM = EventPlace(CONTOSO, resource_mailbox(SAENTIS))
LEAD, AFTER = BufferKind.LEAD, BufferKind.FOLLOW_UP
HOLDS = Policies(lead_follow_up="holds")


def a_house(**facts):
    room = a_resource(SAENTIS, "Saentis", **{"lead_minutes": 15, "follow_up_minutes": 30} | facts)
    return a_context(resources=[room], policies=HOLDS)


def a_buffer(kind=LEAD, span=None, **facts):
    span = span or (hours(8.75, 9) if kind is LEAD else hours(10, 10.5))
    defaults = {"place": ROOM, "wanted": span, "time": span, "event_id": EventId(f"b-{kind}")}
    return Buffer(kind=kind, **{**defaults, **facts})


BOTH = (a_buffer(LEAD), a_buffer(AFTER))


def spans(booking, context):
    return buffers_of(booking, context.directory)


def steps(seen, context):
    return [(type(step), step.buffer.kind) for step in plan_sync(seen, context).steps]


def test_the_configured_minutes_are_kept_free_before_and_after():
    assert spans(a_booking(), a_house()) == {LEAD: hours(8.75, 9), AFTER: hours(10, 10.5)}


def test_what_rooms_keeps_free_counts_where_it_is_more():
    booking = a_booking(prepared=hours(8, 10.25))
    assert spans(booking, a_house()) == {LEAD: hours(8, 9), AFTER: hours(10, 10.5)}


@pytest.mark.parametrize("prepared", [None, hours(9, 10), hours(9.25, 9.5), hours(-400, 500)])
def test_a_prepared_span_that_cannot_be_adds_nothing(prepared):
    context = a_house(lead_minutes=0, follow_up_minutes=0)
    assert spans(a_booking(prepared=prepared), context) == {}


@pytest.mark.parametrize(
    "booking",
    [a_booking(status=BookingStatus.SYSTEM), a_booking(status=BookingStatus.CANCELLED)],
    ids=["a temporary block", "cancelled"],
)
def test_what_is_no_promise_has_no_buffers(booking):
    assert spans(booking, a_house()) == {}


def test_without_the_policy_or_the_sync_of_the_resource_there_are_none():
    room = a_resource(SAENTIS, "Saentis", lead_minutes=15)
    assert spans(a_booking(), a_context(resources=[room])) == {}
    assert spans(a_booking(), a_house(is_active=False)) == {}


def test_a_linked_pair_gets_both():
    assert steps(a_pair(), a_house()) == [(PlaceBuffer, LEAD), (PlaceBuffer, AFTER)]


def test_buffers_in_their_place_need_nothing():
    assert plan_sync(a_pair(buffers=BOTH), a_house()).steps == ()


def test_they_move_before_the_meeting_does_and_new_ones_come_after_it():
    """Else the mailbox would decline the meeting because of its own follow-up time."""
    seen = a_pair(booking=a_booking(time=hours(9.25, 10.25)), buffers=(a_buffer(AFTER),))
    plan = plan_sync(seen, a_house())
    assert [type(step) for step in plan.steps] == [PlaceBuffer, UpdateEvent]
    assert plan.steps[0].span == hours(10.25, 10.75)


def test_an_announced_one_is_tried_again_and_keeps_its_transaction():
    waiting = a_buffer(LEAD, event_id=None, transaction_id="t-1")
    plan = plan_sync(a_pair(buffers=(waiting, BOTH[1])), a_house())
    (step,) = plan.steps
    assert step.buffer.transaction_id == "t-1"


def test_where_nothing_is_left_nothing_is_tried_again():
    full = a_buffer(LEAD, time=None, event_id=None)
    assert plan_sync(a_pair(buffers=(full, BOTH[1])), a_house()).steps == ()


def test_an_ended_booking_gives_them_back():
    link = a_link(an_event(), a_booking(), buffers=BOTH)
    seen = a_pair(mapping=link, buffers=BOTH)
    gone = replace(seen, event=None, event_gone=True)
    kinds = {type(step) for step in plan_sync(gone, a_house()).steps}
    assert kinds == {RemoveBuffer, CancelBooking}


def test_what_is_over_stays_and_what_would_be_over_is_not_made():
    context = a_house()
    later = replace(context, now=hours(9.5, 10).start)
    assert steps(a_pair(), later) == [(PlaceBuffer, AFTER)]
    old = a_pair(buffers=BOTH)
    assert plan_sync(old, later).steps == ()
    nothing = replace(a_context(), now=later.now)
    assert steps(old, nothing) == [(RemoveBuffer, AFTER)]


def test_a_buffer_that_would_be_over_where_it_belongs_leaves_its_old_place():
    context = replace(a_house(), now=hours(9.5, 10).start)
    lead = a_buffer(LEAD, hours(13.75, 14))
    assert steps(a_pair(buffers=(lead, BOTH[1])), context) == [(RemoveBuffer, LEAD)]


def test_of_a_removed_resource_nothing_can_be_reached():
    elsewhere = a_buffer(LEAD, place=EventPlace(CONTOSO, resource_mailbox(999)))
    seen = a_pair(buffers=(elsewhere,))
    assert plan_sync(seen, a_context()).steps == ()


def test_too_much_at_once_is_taken_up_later():
    seen = a_pair(buffers_rest=True, buffers_again_s=660.0)
    plan = plan_sync(seen, a_house())
    assert (plan.steps, plan.again_s) == ((), 660.0)


def test_a_buffer_gives_way_to_meetings_on_its_far_side():
    wanted = hours(8, 9)
    assert fitting(LEAD, wanted, [hours(7, 8.5)]) == hours(8.5, 9)
    assert fitting(LEAD, wanted, [hours(8.5, 9.5)]) is None
    assert fitting(AFTER, hours(10, 11), [hours(10.5, 12), hours(10.25, 10.5)]) == hours(10, 10.25)
    assert fitting(AFTER, hours(10, 11), [hours(11, 12)]) == hours(10, 11)


def test_the_own_meeting_buffers_and_what_leaves_the_room_free_are_not_in_the_way():
    own = an_event()
    there = [
        own,
        an_event(ical_uid="x", show_as=ShowAs.FREE),
        an_event(ical_uid="y", is_cancelled=True),
        an_event(ical_uid="z", invitees=(), buffer=BufferMark(LINK, LEAD)),
        an_event(ical_uid="other", time=hours(13, 14)),
    ]
    assert in_the_way(there, own) == [hours(13, 14)]


def test_a_buffer_with_people_in_it_is_somebody_s_meeting():
    taken = an_event(
        ical_uid="z", invitees=(guest("eva@x.example"),), buffer=BufferMark(LINK, LEAD)
    )
    assert not taken.is_buffer
    assert in_the_way([taken], None) == [taken.time]


def test_a_mark_is_told_from_every_link():
    for kind in BufferKind:
        assert mark_in(BufferMark(LINK, kind).text.upper()) == BufferMark(LINK, kind)
    for text in ("", LINK, f"{LINK}:", f"{LINK}:other", ":lead", "lead"):
        assert mark_in(text) is None


def test_a_placed_buffer_takes_the_place_of_the_one_before():
    seen = a_pair(buffers=BOTH)
    moved = a_buffer(LEAD, hours(7, 8))
    assert fold_buffer(seen, BOTH[0], moved).buffers == (BOTH[1], moved)
    assert fold_buffer(seen, BOTH[0], None).buffers == (BOTH[1],)


MINUTES = st.integers(0, 24 * 60)
LENGTHS = st.timedeltas(timedelta(days=-2), timedelta(days=9000))


@given(st.tuples(MINUTES, MINUTES), st.tuples(LENGTHS, LENGTHS), st.text(min_size=1), st.booleans())
def test_nothing_of_the_meeting_is_ever_in_a_buffer(minutes, lengths, title, private):
    """P9: whatever is configured and booked."""
    (before, after), (more, less) = minutes, lengths
    context = a_house(lead_minutes=before, follow_up_minutes=after)
    time = hours(9, 10)
    start, end = min(time.start, time.start - more), max(time.end, time.end + less)
    booking = a_booking(title=title, is_private=private, prepared=Interval(start, end))
    for kind, span in spans(booking, context).items():
        assert (span.end == time.start) if kind is LEAD else (span.start == time.end)
        assert timedelta() < span.end - span.start <= timedelta(hours=24)
        draft = buffer_draft(LINK, a_buffer(kind), span, context.directory)
        assert draft.subject in {"Vorbereitung", "Nachbereitung"}
        assert (draft.invitees, draft.venue, draft.private) == ((), None, False)
        assert (draft.show_as, draft.reminder_minutes) == (ShowAs.BUSY, -1)
        assert mark_in(draft.link) == BufferMark(LINK, kind)
