"""Corners of what is decided on a single meeting: seldom met, and decided all the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.booking import BookingStatus
from core.domain.changes import EventChanges
from core.domain.event import Answer
from core.domain.ids import BookingId
from core.domain.mapping import BookingLink, MappingState, Pending, PendingKind
from core.domain.meeting import Aspect, ShowAs
from core.domain.notice import NoticeKind
from core.domain.policies import Policies
from core.domain.refusal import RefusalCode
from core.errors import BookingRefusedError
from core.sync.declines import PATIENT_TRIES
from core.sync.demand import asking, own_refusal, second_resource
from core.sync.fingerprint import HashKeys
from core.sync.fold import fold, fold_refusal
from core.sync.observed import Observed, RoomSlot
from core.sync.plan import plan_sync
from core.sync.record import Versions, settled
from core.sync.sides import pairs_of
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    CreateEvent,
    DeleteEvent,
    Outcome,
    Plan,
    ReinviteResource,
    Tell,
    UpdateBooking,
    UpdateEvent,
)
from tests.unit.builders import (
    NOW,
    ONLINE,
    PILATUS,
    SAENTIS,
    a_booking,
    a_context,
    a_link,
    a_new_link,
    a_pair,
    a_resource,
    an_event,
    hours,
    room,
)

CONTEXT = a_context()
DECLINED = replace(room(), answer=Answer.DECLINED)
OCCUPIED = BookingRefusedError(RefusalCode.OCCUPIED, "Belegt")
BOTH = (room(), room("pilatus"))
DAY = timedelta(days=1)


def kinds(plan):
    return [type(step) for step in plan.steps]


def test_a_refused_change_of_a_meeting_older_than_the_sync_is_listed_and_not_undone():
    """D11"""
    context = a_context(resources=[a_resource(SAENTIS, "Saentis", synced_since=NOW - DAY)])
    seen = a_pair(event=an_event(time=hours(11, 12), modified_at=NOW - 2 * DAY))
    (step,) = plan_sync(seen, context).steps
    assert isinstance(step, UpdateBooking)

    plan = plan_sync(fold_refusal(seen, step, OCCUPIED, context), context)

    assert (plan.outcome, plan.steps) == (Outcome.REFUSED, ())
    assert plan.blocked == {Aspect.TIME}
    assert [refusal.code for refusal in plan.refusals] == [RefusalCode.OCCUPIED]


def test_an_event_waits_while_who_declined_it_holds_the_room_for_one_without_a_booking():
    event = an_event(invitees=(DECLINED,))
    slots = {SAENTIS: RoomSlot.HELD_UNBOOKED}
    seen = Observed(mapping=a_new_link(), event=event, room_slots=slots)

    waits = plan_sync(seen, CONTEXT)
    assert (waits.outcome, waits.steps) == (Outcome.WAITING, ())
    assert waits.again_s is not None

    tired = plan_sync(seen, replace(CONTEXT, attempt=PATIENT_TRIES))
    assert tired.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"would_decline": {SAENTIS: "too long"}}, RefusalCode.WOULD_DECLINE),
        ({"kept_free": frozenset({SAENTIS})}, RefusalCode.KEPT_FREE),
    ],
)
def test_a_booking_that_its_mailbox_would_decline_ends_before_anybody_is_invited(found, code):
    """R-901"""
    plan = plan_sync(Observed(mapping=a_new_link(), bookings=(a_booking(),), **found), CONTEXT)

    told, ends = plan.steps
    assert isinstance(told, Tell)
    assert isinstance(ends, CancelBooking)
    assert (told.kind, [part.code for part in told.parts]) == (NoticeKind.DECLINED, [code])
    assert CreateEvent not in kinds(plan)


def test_a_resource_that_a_crash_left_off_the_event_is_invited_again():
    event, booking = an_event(), a_booking()
    pending = Pending(kind=PendingKind.REINVITE, lease_until=NOW, resource=SAENTIS)
    seen = Observed(
        mapping=a_link(event, booking, pending=pending),
        event=replace(event, invitees=()),
        bookings=(booking,),
    )

    (step,) = plan_sync(seen, CONTEXT).steps

    assert isinstance(step, ReinviteResource)
    assert (step.resource, step.without) == (SAENTIS, None)
    assert [line.address for line in step.again.invitees] == ["saentis@contoso.example"]
    done = plan_sync(replace(seen, reinvited=frozenset({SAENTIS})), CONTEXT)
    assert ReinviteResource not in kinds(done)


def test_one_resource_too_many_is_told_once_also_when_the_meeting_moves():
    """D7"""
    event = an_event(invitees=BOTH)
    asks = asking(Observed(mapping=a_new_link(), event=event), event, CONTEXT)
    known = replace(second_resource(asks, PILATUS), told=True)
    later = replace(event, time=hours(14, 15))
    seen = Observed(mapping=a_new_link(), event=later, refusals=(known,))

    moved = second_resource(asking(seen, later, CONTEXT), PILATUS)

    assert moved.told
    assert moved.code == RefusalCode.SECOND_RESOURCE
    assert second_resource(asking(seen, event, CONTEXT), PILATUS) is known


@pytest.mark.parametrize(
    ("step", "result"),
    [
        (DeleteEvent(place=an_event().place, event_id=an_event().event_id, reason=""), an_event()),
        (CancelBooking(booking_id=BookingId(1001), reason=""), None),
    ],
)
def test_a_step_that_comes_back_with_something_else_is_an_error(step, result):
    with pytest.raises(TypeError, match=type(step).__name__):
        fold(a_pair(), step, result)


def test_only_what_asks_rooms_for_something_can_be_refused_by_it():
    """Else it would be remembered as a cancellation that ROOMS has refused."""
    step = UpdateEvent(changes=EventChanges(), aspects=frozenset(), reason="")
    with pytest.raises(TypeError, match="UpdateEvent asks ROOMS for nothing"):
        fold_refusal(a_pair(), step, OCCUPIED, CONTEXT)


@pytest.mark.parametrize(
    ("known", "after"),
    [
        (RefusalCode.DECLINED, (RefusalCode.DECLINED, True)),
        (RefusalCode.OCCUPIED, (RefusalCode.DECLINED, False)),
    ],
)
def test_why_a_booking_was_given_up_is_remembered_and_what_was_told_of_it(known, after):
    event, booking = an_event(), a_booking()
    seen = a_pair()
    asks = asking(seen, event, CONTEXT)
    earlier = replace(own_refusal(asks, SAENTIS, known), told=True)
    step = CancelBooking(
        booking_id=booking.booking_id,
        reason="",
        refusal=own_refusal(asks, SAENTIS, RefusalCode.DECLINED),
    )
    ended = replace(booking, status=BookingStatus.CANCELLED)

    (refusal,) = fold(replace(seen, refusals=(earlier,)), step, ended).refusals

    assert (refusal.code, refusal.told) == after


def test_nothing_more_is_booked_for_an_organizer_who_is_not_in_the_settings():
    """R-110, D7 `many`"""
    context = a_context(policies=Policies(resources_per_event="many"))
    known = an_event(organizer_address="gone@contoso.example")
    booking = a_booking(organizer=None, organizer_address="gone@contoso.example")
    seen = Observed(
        mapping=a_link(known, booking),
        event=replace(known, invitees=BOTH),
        bookings=(booking,),
    )
    assert CreateBooking not in kinds(plan_sync(seen, context))
    ours = a_pair(event=an_event(invitees=BOTH))
    assert CreateBooking in kinds(plan_sync(ours, context))


def test_what_the_event_says_goes_into_custom_fields_that_are_still_empty():
    """rooms-api 8.4: nobody has emptied them, ROOMS had nothing to put there."""
    context = a_context(policies=Policies(show_as_field="Frei"))
    event = an_event(show_as=ShowAs.FREE)
    link = a_link(event, a_booking())

    (step,) = plan_sync(Observed(mapping=link, event=event, bookings=(a_booking(),)), context).steps

    assert isinstance(step, UpdateBooking)
    assert step.changes.custom_fields == (("Frei", "free"),)


@pytest.mark.parametrize("rooms", [(), (room(),)])
def test_a_meeting_whose_room_alone_was_cancelled_stays_without_it(rooms):
    """R-313, R-114"""
    booking = a_booking()
    seen = Observed(
        mapping=a_link(an_event(), booking),
        event=an_event(invitees=rooms),
        bookings=(replace(booking, status=BookingStatus.CANCELLED),),
        bookings_kept=frozenset({booking.booking_id}),
    )

    plan = plan_sync(seen, CONTEXT)

    assert plan.outcome is Outcome.CANCELLED
    assert [(type(s), s.changes.invitees) for s in plan.steps] == (
        [(UpdateEvent, ())] if rooms else []
    )


@pytest.mark.parametrize(
    ("key_version", "kind"), [("1", []), ("0", [CreateBooking]), (None, [CreateBooking])]
)
def test_an_event_that_is_back_stays_closed_only_if_it_is_known_to_be_as_it_was(key_version, kind):
    """R-311: of what was agreed on under a key that is gone nobody can tell."""
    event, booking = an_event(), a_booking()
    link = a_link(event, booking, state=MappingState.CANCELLED)
    agreed = None if key_version is None else replace(link.baseline, key_version=key_version)

    plan = plan_sync(Observed(mapping=replace(link, baseline=agreed), event=event), CONTEXT)

    assert kinds(plan) == kind


def test_a_booking_that_was_moved_aside_keeps_the_resource_it_is_to_leave():
    event, booking = an_event(), a_booking(resource=ONLINE)
    aside = BookingLink(booking_id=booking.booking_id, resource=SAENTIS, parked=True)
    link = a_link(event, a_booking(), bookings=(aside,))
    plan = Plan(outcome=Outcome.IN_STEP, reason="")

    def stored(now):
        seen = Observed(mapping=link, event=event, bookings=(now,))
        (known,) = settled(seen, plan, CONTEXT, Versions()).bookings
        return known.resource, known.parked

    assert stored(booking) == (SAENTIS, True)
    assert stored(replace(booking, resource=PILATUS)) == (PILATUS, False)


def test_a_baseline_whose_key_is_gone_says_nothing_about_the_agreed_resource():
    seen = a_pair(event=an_event(invitees=(room("pilatus"),)), booking=a_booking(resource=PILATUS))
    lost = replace(CONTEXT, keys=HashKeys(current="2", secrets={"2": b"another key for tests"}))

    (pair,) = pairs_of(seen, seen.event, lost)

    assert (pair.held, pair.changed.is_first) == (SAENTIS, True)
