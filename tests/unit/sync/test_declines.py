"""A room that cannot be had, beside one that can: given up once, told once, the other linked."""

from dataclasses import replace

from core.domain.booking import BookingStatus
from core.domain.event import Answer
from core.domain.policies import Policies
from core.sync.observed import Observed, RoomSlot
from core.sync.plan import plan_sync
from core.sync.steps import CancelBooking, CreateBooking, Outcome, Tell
from tests.properties.pure_services import Services, settle
from tests.unit.builders import (
    LINK,
    PILATUS,
    SAENTIS,
    a_booking,
    a_context,
    a_link,
    a_new_link,
    a_resource,
    an_event,
    room,
)

CONTEXT = a_context(policies=Policies(resources_per_event="many"))
DECLINED = replace(room("pilatus"), answer=Answer.DECLINED)
HELD = {PILATUS: RoomSlot.HELD}


def declined_once_free() -> Observed:
    """Return a meeting whose second room declines, though ROOMS has just said that it is free."""
    event = an_event(invitees=(room("saentis"),))
    booking = a_booking(resource=SAENTIS)
    return Observed(
        mapping=a_link(event, booking),
        event=replace(event, invitees=(room("saentis"), DECLINED)),
        bookings=(booking,),
        room_slots=HELD,
        free_again=frozenset({PILATUS}),
    )


def test_a_declined_resource_that_was_booked_again_is_given_up_for_good():
    services = Services(refused_resources=frozenset(), refused_hours=frozenset())
    after, _, _ = settle(declined_once_free(), replace(CONTEXT, attempt=5), services)
    kinds = [type(step) for step in services.writes]
    assert kinds.count(CreateBooking) <= 1
    assert kinds.count(CancelBooking) == kinds.count(CreateBooking)
    assert kinds.count(Tell) == 1
    active = [b.resource for b in after.bookings if b.status is not BookingStatus.CANCELLED]
    assert active == [SAENTIS]


def test_a_decline_is_told_in_the_next_pass_where_a_mail_has_just_gone():
    booking = a_booking(resource=PILATUS)
    event = an_event(invitees=(DECLINED,))
    seen = Observed(
        mapping=a_link(event, booking),
        event=event,
        bookings=(booking,),
        room_slots=HELD,
        told=True,
    )
    waits = plan_sync(seen, CONTEXT)
    assert (waits.outcome, waits.steps) == (Outcome.WAITING, ())
    assert waits.again_s is not None
    gives_up = plan_sync(replace(seen, told=False), CONTEXT)
    assert [type(step) for step in gives_up.steps] == [Tell, CancelBooking]


def test_the_room_that_is_left_after_a_refusal_is_linked_in_the_same_pass():
    """R-210"""
    rooms = [
        a_resource(PILATUS, "Pilatus", is_sync_master=True),
        a_resource(SAENTIS, "Saentis", is_sync_master=False),
    ]
    context = a_context(policies=Policies(resources_per_event="one"), resources=rooms)
    services = Services(refused_resources=frozenset({PILATUS}), refused_hours=frozenset())
    event = an_event(invitees=(room("pilatus"), room("saentis")), appointment_oid=None)
    after, _, _ = settle(Observed(mapping=a_new_link(), event=event), context, services)
    assert [booking.resource for booking in after.active_bookings] == [SAENTIS]
    assert after.event.appointment_oid == LINK
