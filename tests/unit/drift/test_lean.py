"""What a person wants reaches the planner as a baseline: only the other side is written."""

from dataclasses import replace

import pytest

from core.domain.event import EventPlace
from core.domain.ids import BookingId, resource_mailbox
from core.domain.mapping import Baseline, BookingLink, MappingState, Refusal
from core.domain.meeting import Aspect, Attendee
from core.domain.policies import Policies
from core.domain.wish import Wish
from core.drift.differing import differing
from core.drift.lean import as_seen_then, leaned
from core.sync.fingerprint import attendee_hash, fingerprint
from core.sync.observed import Observed
from core.sync.plan import plan_sync
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    CreateEvent,
    DeleteEvent,
    UpdateBooking,
    UpdateEvent,
)
from core.sync.translate import meeting_of_booking, meeting_of_event
from tests.unit.builders import (
    CONTOSO,
    KEYS,
    LEA,
    MARC,
    NOW,
    PILATUS,
    SAENTIS,
    a_booking,
    a_context,
    a_link,
    a_pair,
    a_participant,
    an_event,
    guest,
    hours,
    room,
)

MARC_MAIL, LEA_MAIL = "marc@contoso.example", "lea@contoso.example"
CASES = {
    "title": (an_event(subject="Neu"), a_booking(title="Anders")),
    "time": (an_event(time=hours(8, 9)), a_booking(time=hours(11, 12))),
    "room": (an_event(invitees=(room("pilatus"),)), a_booking()),
    "people": (
        an_event(invitees=(room(), guest(MARC_MAIL))),
        a_booking(participants=(a_participant(LEA_MAIL, LEA),)),
    ),
}


def after(seen, wish, context=None):
    """The steps of a look once somebody has wished, whatever was agreed on before."""
    context = context or a_context()
    aspects = ()
    if seen.event is not None and seen.active_bookings:
        aspects = differing(seen.event, seen.active_bookings, context, seen.mapping.baseline)
    link = leaned(seen, aspects, wish, context)
    return plan_sync(as_seen_then(seen, link), context).steps


def agreements(event, booking):
    """All that may have been agreed on before: the one side, the other, neither, nothing."""
    yield a_pair(event, booking)
    yield a_pair(event, booking, agreed_event=event)
    yield a_pair(event, booking, agreed_booking=booking)
    yield a_pair(event, booking, agreed_event=event, agreed_booking=booking)
    yield a_pair(event, booking, mapping=replace(a_link(event, booking), baseline=None))


@pytest.mark.parametrize("case", CASES)
def test_with_exchange_right_only_rooms_is_written_whatever_was_agreed_on(case):
    for seen in agreements(*CASES[case]):
        steps = after(seen, Wish.USE_EXCHANGE)
        assert [type(step) for step in steps] == [UpdateBooking], case


@pytest.mark.parametrize("case", CASES)
def test_with_rooms_right_only_exchange_is_written_whatever_was_agreed_on(case):
    for seen in agreements(*CASES[case]):
        steps = after(seen, Wish.USE_ROOMS)
        assert [type(step) for step in steps] == [UpdateEvent], case


def test_people_are_taken_over_as_they_are_not_united():
    event, booking = CASES["people"]
    for seen in agreements(event, booking):
        (to_rooms,) = after(seen, Wish.USE_EXCHANGE)
        (to_exchange,) = after(seen, Wish.USE_ROOMS)
        assert [a.address for a in to_rooms.changes.attendees] == [MARC_MAIL]
        assert {i.address for i in to_exchange.changes.invitees} == {
            LEA_MAIL,
            "saentis@contoso.example",
        }


def test_values_are_those_of_the_wanted_side():
    event, booking = an_event(subject="Neu", time=hours(8, 9)), a_booking(time=hours(11, 12))
    (to_rooms,) = after(a_pair(event, booking), Wish.USE_EXCHANGE)
    (to_exchange,) = after(a_pair(event, booking), Wish.USE_ROOMS)

    assert (to_rooms.changes.title, to_rooms.changes.time) == ("Neu", hours(8, 9))
    assert (to_exchange.changes.subject, to_exchange.changes.time) == ("Planung", hours(11, 12))


def test_fields_that_do_not_differ_are_left_alone():
    """A title that ROOMS has cut is not written again because the time is put right."""
    event = an_event(subject="Planung " * 12, time=hours(8, 9))
    booking = a_booking(title=("Planung " * 12)[:60])
    seen = a_pair(event, booking, agreed_event=event, agreed_booking=booking)

    (step,) = after(seen, Wish.USE_EXCHANGE)

    assert step.aspects == {Aspect.TIME}


def test_a_group_stays_one_attendee_and_its_members_stay_booked():
    event = an_event(invitees=(room(), guest("team@contoso.example"), guest(LEA_MAIL)))
    booking = a_booking(participants=(a_participant(MARC_MAIL, MARC),))
    directory = a_context().directory
    group = attendee_hash(Attendee("team@contoso.example"), KEYS, "1")
    member = attendee_hash(Attendee(MARC_MAIL), KEYS, "1")
    baseline = Baseline(
        key_version="1",
        exchange=fingerprint(meeting_of_event(event, directory), KEYS),
        rooms=fingerprint(meeting_of_booking(booking, directory), KEYS),
        groups={group: frozenset({member})},
    )
    seen = a_pair(event, booking, mapping=replace(a_link(event, booking), baseline=baseline))

    (to_rooms,) = after(seen, Wish.USE_EXCHANGE)
    (to_exchange,) = after(seen, Wish.USE_ROOMS)

    assert {a.address for a in to_rooms.changes.attendees} == {MARC_MAIL, LEA_MAIL}
    assert {i.address for i in to_exchange.changes.invitees} == {
        "team@contoso.example",
        "saentis@contoso.example",
    }


def test_several_bookings_follow_the_event_each():
    policies = Policies(resources_per_event="many")
    context = a_context(policies=policies)
    event = an_event(subject="Neu", invitees=(room(), room("pilatus")))
    bookings = (a_booking(title="Alt"), a_booking(booking_id=1002, resource=PILATUS))
    link = a_link(event, bookings[0])
    links = tuple(BookingLink(booking_id=b.booking_id, resource=b.resource) for b in bookings)
    agreed = {
        b.booking_id: fingerprint(meeting_of_booking(b, context.directory), KEYS) for b in bookings
    }
    baseline = replace(link.baseline, by_booking=agreed)
    link = replace(link, bookings=links, baseline=baseline)
    seen = Observed(mapping=link, event=event, bookings=bookings)

    steps = after(seen, Wish.USE_EXCHANGE, context)

    assert [(type(s), s.booking_id, s.changes.title) for s in steps] == [
        (UpdateBooking, 1001, "Neu"),
        (UpdateBooking, 1002, "Neu"),
    ]


def test_what_was_refused_is_asked_for_again_or_undone_as_wanted():
    event = an_event(time=hours(11, 12))
    refusal = Refusal(
        fingerprint="1:f", aspects=frozenset({Aspect.TIME}), code="occupied", text="", since=NOW,
        resource=SAENTIS,
    )  # fmt: skip
    link = a_link(an_event(), a_booking(), refusals=(refusal,), state=MappingState.SYNC_DISABLED)
    seen = a_pair(event, mapping=link)

    assert [type(step) for step in after(seen, Wish.USE_EXCHANGE)] == [UpdateBooking]
    assert [type(step) for step in after(seen, Wish.USE_ROOMS)] == [UpdateEvent]


def test_a_booking_that_was_ended_is_made_again_or_ends_its_event():
    seen = Observed(
        mapping=a_link(an_event(), a_booking()),
        event=an_event(),
        bookings_gone=frozenset({BookingId(1001)}),
    )

    assert [type(step) for step in after(seen, Wish.USE_EXCHANGE)] == [CreateBooking]
    assert [type(step) for step in after(seen, Wish.USE_ROOMS)] == [DeleteEvent]


def test_an_event_that_was_deleted_is_made_again_or_ends_its_booking():
    seen = Observed(
        mapping=a_link(an_event(), a_booking()), event_gone=True, bookings=(a_booking(),)
    )

    assert [type(step) for step in after(seen, Wish.USE_ROOMS)] == [CreateEvent]
    assert [type(step) for step in after(seen, Wish.USE_EXCHANGE)] == [CancelBooking]


def test_a_slot_that_is_held_follows_rooms_whatever_is_wanted():
    place = EventPlace(CONTOSO, resource_mailbox(SAENTIS))
    hold = an_event(place=place, organizer_address="saentis@contoso.example", invitees=())
    booking = a_booking(organizer=None)
    seen = a_pair(
        replace(hold, time=hours(11, 12)), booking, agreed_event=hold, agreed_booking=booking
    )

    for wish in Wish:
        assert [type(step) for step in after(seen, wish)] == [UpdateEvent]
