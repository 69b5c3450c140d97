"""Whatever both sides look like, the plan ends, ends in agreement, and then has nothing to do."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.domain.booking import BookingStatus
from core.domain.event import AttendeeRole
from core.domain.ids import PersonId
from core.domain.mapping import MappingState
from core.domain.meeting import Aspect
from core.domain.policies import Policies
from core.sync.observed import EXCHANGE_SIDE, Observed
from core.sync.plan import plan_sync
from core.sync.record import Versions, settled
from core.sync.steps import CancelBooking, DeleteEvent, Outcome, UpdateBooking, UpdateEvent
from core.sync.translate import meeting_of_booking, meeting_of_event
from tests.kit.search import examples
from tests.properties.pure_services import LONGEST_TITLE, Services, settle, sight_after
from tests.unit.builders import (
    ANNA,
    LEA,
    LINK,
    MARC,
    ONLINE,
    PILATUS,
    RIGI,
    SAENTIS,
    a_booking,
    a_context,
    a_link,
    a_new_link,
    a_participant,
    an_event,
    guest,
    hours,
    room,
)

TITLES = st.sampled_from(["Planung", "Review", "  Planung ", "Ein sehr langer Titel", ""])
TIMES = st.sampled_from([hours(9, 10), hours(11, 12), hours(13, 15), hours(20, 21)])
PEOPLE = st.lists(
    st.sampled_from(["marc@contoso.example", "lea@contoso.example", "eva@other.example"]),
    unique=True,
)
ROOMS = st.lists(st.sampled_from(["saentis", "pilatus", "rigi"]), unique=True, max_size=3)
KNOWN = {"marc@contoso.example": MARC, "lea@contoso.example": LEA}


@st.composite
def events(draw):
    people = [guest(a, draw(st.sampled_from(AttendeeRole))) for a in draw(PEOPLE)]
    people = [p for p in people if p.role is not AttendeeRole.RESOURCE]
    return an_event(
        subject=draw(TITLES),
        time=draw(TIMES),
        invitees=(*people, *(room(name) for name in draw(ROOMS))),
        sensitive=draw(st.booleans()),
        appointment_oid=draw(st.sampled_from([LINK, None])),
    )


@st.composite
def bookings(draw):
    organizer = draw(st.sampled_from([ANNA, MARC, None, PersonId(99)]))
    return a_booking(
        title=draw(TITLES)[:LONGEST_TITLE],
        time=draw(TIMES),
        resource=draw(st.sampled_from([SAENTIS, PILATUS, RIGI, ONLINE])),
        participants=tuple(
            a_participant(a, KNOWN.get(a)) for a in draw(PEOPLE) if KNOWN.get(a) != organizer
        ),
        organizer=organizer,
        is_private=draw(st.booleans()),
        status=draw(
            st.sampled_from(
                [BookingStatus.DEFINITIVE, BookingStatus.PROVISIONAL, BookingStatus.CANCELLED]
            )
        ),
        appointment_oid=draw(st.sampled_from([LINK, None])),
    )


@st.composite
def sights(draw):
    """Anything that can be seen of a link: new, linked or closed; sides present or gone."""
    event, booking = draw(events()), draw(bookings())
    agreed = replace(draw(bookings()), organizer=ANNA, status=BookingStatus.DEFINITIVE)
    link = draw(
        st.sampled_from(
            [
                a_new_link(),
                a_link(draw(events()), agreed),
                a_link(draw(events()), agreed, state=MappingState.CANCELLED),
            ]
        )
    )
    shown = draw(st.sampled_from(["both", "event", "booking", "event gone", "booking gone"]))
    return Observed(
        mapping=link,
        event=None if shown in {"booking", "event gone"} else event,
        event_gone=shown == "event gone",
        bookings=() if shown in {"event", "booking gone"} else (booking,),
        bookings_gone=frozenset({booking.booking_id} if shown == "booking gone" else ()),
    )


contexts = st.builds(
    lambda hold, enabled: a_context(policies=Policies(hold_for_unsynced=hold), enabled=enabled),
    st.booleans(),
    st.booleans(),
)
services = st.builds(
    Services,
    refused_resources=st.frozensets(st.sampled_from([SAENTIS, PILATUS]), max_size=1),
    refused_hours=st.frozensets(st.sampled_from([11, 20]), max_size=1),
)


@examples(400)
@given(sights(), contexts, services)
def test_every_plan_ends(seen, context, outside):
    """P11: from any state of the two sides and any policy."""
    settle(seen, context, outside)


@examples(400)
@given(sights(), contexts, services)
def test_a_second_pass_over_what_was_recorded_writes_nothing(seen, context, outside):
    """P2: the fixed point is reached in one pass."""
    after, plan, _ = settle(seen, context, outside)
    if plan.outcome in {Outcome.IGNORED, Outcome.WAITING}:
        return
    link = replace(settled(after, plan, context, Versions()), version="etag-2")
    outside.writes.clear()

    settle(sight_after(after, link), context, outside)

    assert outside.writes == []


@examples(400)
@given(events(), bookings(), bookings(), events())
def test_without_refusals_a_linked_pair_ends_in_agreement(event, booking, agreed, agreed_event):
    """P1: title, time and people agree as far as both sides can show them."""
    context = a_context()
    seen = Observed(
        mapping=a_link(
            replace(agreed_event, subject=agreed.title),
            replace(agreed, organizer=ANNA, status=BookingStatus.DEFINITIVE),
        ),
        event=event,
        bookings=(replace(booking, organizer=ANNA, status=BookingStatus.DEFINITIVE),),
    )

    after, plan, _ = settle(seen, context, Services())

    if plan.outcome is Outcome.CANCELLED:
        return
    exchange = meeting_of_event(after.event, context.directory)
    rooms = meeting_of_booking(after.active_bookings[0], context.directory)
    changed = {Aspect(found.partition(":")[2]) for found in plan_sync(seen, context).found}
    if Aspect.TIME in changed:
        assert exchange.time == rooms.time
    if plan.masked:
        assert (rooms.subject, rooms.attendees) == ("Privat", ())
        return
    if Aspect.SUBJECT in changed and len(exchange.subject) <= LONGEST_TITLE:
        assert exchange.subject.split() == rooms.subject.split()


@examples(300)
@given(sights(), contexts, services)
def test_nothing_is_removed_without_a_reason_that_names_a_rule(seen, context, outside):
    settle(seen, context, outside)

    for step in outside.writes:
        if isinstance(step, CancelBooking | DeleteEvent):
            assert "R-" in step.reason


@examples(300)
@given(sights(), contexts, services)
def test_no_aspect_is_written_twice_to_one_side(seen, context, outside):
    settle(seen, context, outside)

    for kind in (UpdateBooking, UpdateEvent):
        written = [a for step in outside.writes if isinstance(step, kind) for a in step.aspects]
        assert len(written) == len(set(written)), (kind, EXCHANGE_SIDE, written)
