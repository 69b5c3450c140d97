"""Whatever was refused, declined, retried or is none of ours: the plan ends and explains itself."""

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.booking import BookingStatus
from core.domain.directory import ConflictBehaviour
from core.domain.event import Answer, EventPlace
from core.domain.ids import BookingId, resource_mailbox
from core.domain.mapping import BookingLink, MappingState, Refusal
from core.domain.meeting import Aspect
from core.domain.policies import Policies
from core.domain.refusal import RefusalCode
from core.sync.demand import CANCELLATION, asking
from core.sync.fingerprint import fingerprint
from core.sync.observed import Observed, RoomSlot
from core.sync.record import Versions, settled
from core.sync.steps import (
    CancelBooking,
    DeclineEvent,
    DeleteEvent,
    Outcome,
    Tell,
    UpdateBooking,
    UpdateEvent,
)
from core.sync.translate import invited_resources, meeting_of_booking
from tests.kit.search import examples
from tests.properties.pure_services import Services, settle, sight_after
from tests.unit.builders import (
    ANNA,
    CONTOSO,
    KEYS,
    LINK,
    NOW,
    PILATUS,
    RIGI,
    SAENTIS,
    a_booking,
    a_context,
    a_link,
    a_new_link,
    a_person,
    a_resource,
    an_event,
    guest,
    hours,
    room,
)

SECOND = BookingId(1002)
NAMES = {SAENTIS: "Saentis", PILATUS: "Pilatus", RIGI: "Rigi"}
TIMES = st.sampled_from([hours(9, 10), hours(11, 12), hours(20, 21)])
RULE = re.compile(r"R-\d{3}|\bD\d+\b|design \d")
SOME = st.frozensets(st.sampled_from(sorted(NAMES)), max_size=2)
STRANGER = "eva@fabrikam.example"
PATIENCE = 5

POLICIES = st.builds(
    Policies,
    resources_per_event=st.sampled_from(["one", "many"]),
    unsynced_organizer=st.sampled_from(["report", "decline", "book_as:lea@contoso.example"]),
    direct_booking=st.sampled_from(["report", "cancel", "book_as:lea@contoso.example"]),
    rebook_when_free=st.booleans(),
    hold_for_unsynced=st.booleans(),
)


@st.composite
def contexts(draw):
    """Any settings that matter to refusals."""
    since = st.sampled_from([None, None, NOW - timedelta(days=1), NOW + timedelta(hours=1)])
    anna = a_person(
        ANNA,
        "Anna Meier",
        conflict_behaviour=draw(st.sampled_from(ConflictBehaviour)),
        synced_since=draw(since),
    )
    resources = [
        a_resource(number, name, is_sync_master=draw(st.booleans()), synced_since=draw(since))
        for number, name in NAMES.items()
    ]
    context = a_context(policies=draw(POLICIES), persons=[anna], resources=resources)
    return replace(context, attempt=draw(st.sampled_from([0, PATIENCE])))


@st.composite
def events(draw):
    invited = draw(st.lists(st.sampled_from(["saentis", "pilatus", "rigi"]), unique=True))
    rooms = [replace(room(name), answer=draw(st.sampled_from(Answer))) for name in invited]
    people = draw(st.sampled_from([(), (guest("marc@contoso.example"),)]))
    return an_event(
        subject=draw(st.sampled_from(["Planung", "Review"])),
        time=draw(TIMES),
        invitees=(*people, *rooms),
        sensitive=draw(st.booleans()),
        modified_at=draw(st.sampled_from([None, NOW - timedelta(days=2), NOW])),
        appointment_oid=draw(st.sampled_from([LINK, LINK, None])),
    )


@st.composite
def foreign_events(draw):
    """A meeting in the mailbox of the Saentis, by a stranger or made right there."""
    is_direct = draw(st.booleans())
    event = draw(events())
    return replace(
        event,
        place=EventPlace(CONTOSO, resource_mailbox(SAENTIS)),
        is_organizer=is_direct,
        organizer_address="saentis@contoso.example" if is_direct else STRANGER,
        own_answer=draw(st.sampled_from([Answer.ACCEPTED, Answer.DECLINED])),
        appointment_oid=None,
    )


def bookings(resource, number):
    return st.builds(
        lambda title, time, status, resource: a_booking(
            booking_id=number, title=title, time=time, status=status, resource=resource
        ),
        st.sampled_from(["Planung", "Review"]),
        TIMES,
        st.sampled_from([BookingStatus.DEFINITIVE, BookingStatus.CANCELLED]),
        st.sampled_from([resource, resource, RIGI if number != SECOND else resource]),
    )


@st.composite
def links(draw, event):
    """A link with no, one or two bookings on which both sides agreed once."""
    is_strangers = event.place.mailbox == resource_mailbox(SAENTIS)
    count = draw(st.integers(0, 1 if is_strangers else 2))
    agreed = [
        replace(draw(bookings(SAENTIS, BookingId(1001))), status=BookingStatus.DEFINITIVE),
        replace(draw(bookings(PILATUS, SECOND)), status=BookingStatus.DEFINITIVE),
    ][:count]
    if not agreed:
        state = draw(st.sampled_from([None, MappingState.REJECTED]))
        return a_new_link() if state is None else a_link(event, None, state=state)
    link = a_link(
        draw(events()),
        agreed[0],
        state=draw(st.sampled_from([MappingState.LINKED] * 3 + [MappingState.SYNC_DISABLED])),
        conflicts=draw(st.integers(0, 5)),
    )
    prints = {
        booking.booking_id: fingerprint(meeting_of_booking(booking, a_context().directory), KEYS)
        for booking in agreed[1:]
    }
    known = tuple(BookingLink(booking_id=b.booking_id, resource=b.resource) for b in agreed)
    return replace(
        link, bookings=known, baseline=replace(link.baseline, by_booking=prints)
    )  # fmt: skip


@st.composite
def refusals(draw, seen, context):
    """What was refused before: still asked for, or not any more."""
    asks = asking(seen, seen.event, context)
    booked = {link.resource for link in seen.mapping.bookings}
    found = []
    for resource in draw(SOME):
        aspects = draw(
            st.sampled_from(
                [{Aspect.TIME}, {Aspect.TIME, Aspect.RESOURCES}, {Aspect.RESOURCES},
                 {Aspect.SUBJECT}, {Aspect.ATTENDEES}]
            )
        )  # fmt: skip
        code = draw(st.sampled_from(RefusalCode))
        is_of_resource = code is RefusalCode.SECOND_RESOURCE
        asked = frozenset({Aspect.RESOURCES} if is_of_resource else aspects)
        same = asks.fingerprint(resource, asked)
        ends = [CANCELLATION] if resource in booked else []
        found.append(
            Refusal(
                fingerprint=draw(st.sampled_from([same, "1:something else", *ends])),
                aspects=asked,
                code=code,
                text="",
                since=NOW - timedelta(minutes=draw(st.sampled_from([0, 5]))),
                resource=resource,
                told=draw(st.booleans()),
                removed=draw(st.booleans()),
            )
        )
    return tuple(found)


@st.composite
def sights(draw):
    """Settings, and what is seen of an event with any number of bookings and refusals."""
    context = draw(contexts())
    event = draw(st.one_of(events(), events(), foreign_events()))
    mapping = draw(links(event))
    made = [draw(bookings(link.resource, link.booking_id)) for link in mapping.bookings]
    seen = Observed(
        mapping=mapping,
        event=event,
        bookings=tuple(made),
        room_slots={resource: draw(st.sampled_from(RoomSlot)) for resource in draw(SOME)},
        free_again=draw(SOME),
        blocked={r: RefusalCode.OCCUPIED for r in draw(SOME) if not mapping.bookings},
    )
    known = draw(refusals(seen, context))
    if draw(st.booleans()):
        seen = replace(seen, event=None, event_gone=draw(st.booleans()))
    link = replace(mapping, refusals=known)
    return replace(seen, mapping=link, refusals=known), context


services = st.builds(
    Services,
    refused_resources=SOME,
    refused_hours=st.frozensets(st.sampled_from([11, 20]), max_size=1),
)
modest = examples(200)


@modest
@given(sights(), services)
def test_every_plan_ends(sight, outside):
    """P11"""
    settle(*sight, outside)


@modest
@given(sights(), services)
def test_a_second_pass_writes_nothing(sight, outside):
    """P2"""
    seen, context = sight
    after, plan, _ = settle(seen, context, outside)
    if plan.outcome in {Outcome.IGNORED, Outcome.WAITING}:
        return
    link = replace(settled(after, plan, context, Versions()), version="etag-2")
    outside.writes.clear()
    if plan.again_s is None:
        settle(sight_after(after, link), context, outside)

    assert outside.writes == []


@modest
@given(sights(), services)
def test_nothing_is_taken_away_without_a_rule(sight, outside):
    """No booking is cancelled, no event deleted and no room removed without saying by which."""
    seen, context = sight
    event = seen.event
    settle(seen, context, outside)

    for step in outside.writes:
        is_end = isinstance(step, CancelBooking | DeleteEvent | DeclineEvent)
        if isinstance(step, UpdateEvent) and step.changes.invitees is not None and event:
            shown = frozenset(invited_resources(event, context.directory))
            event = replace(event, invitees=step.changes.invitees)
            is_end = bool(shown - frozenset(invited_resources(event, context.directory)))
        if is_end:
            assert RULE.search(step.reason), step


@modest
@given(sights(), services)
def test_no_aspect_is_written_twice_to_one_side(sight, outside):
    settle(*sight, outside)

    written = set()
    for step in outside.writes:
        if isinstance(step, CancelBooking):
            # What is left of the meeting is looked at as a new one: another room may go.
            written.discard((None, Aspect.RESOURCES))
        if isinstance(step, UpdateBooking | UpdateEvent):
            side = step.booking_id if isinstance(step, UpdateBooking) else None
            marks = {(side, aspect) for aspect in step.aspects}
            assert not marks & written, outside.writes
            written |= marks


@modest
@given(sights(), services)
def test_one_pass_sends_one_mail_at_most_and_only_about_a_no(sight, outside):
    """P6, R-804"""
    seen, context = sight
    after, _, _ = settle(seen, context, outside)

    told = [step for step in outside.writes if isinstance(step, Tell)]
    assert len(told) <= 1
    for step in told:
        assert step.parts
        assert {part.resource for part in step.parts} <= set(NAMES) | {None}
        for part in step.parts:
            assert part.code in _explained(seen, context, outside, after), (part, step)


def _explained(seen, context, outside, after):
    """Return the reasons that can have been found in a pass."""
    codes = {refusal.code for refusal in seen.refusals}
    if after.refused_now:
        codes.add(RefusalCode.OCCUPIED)
    event = seen.event
    if event is None:
        return codes
    if any(invitee.answer is Answer.DECLINED for invitee in event.invitees):
        codes |= {RefusalCode.DECLINED, RefusalCode.KEPT_FREE, *seen.blocked.values()}
    if context.directory.policies.resources_per_event == "one":
        codes.add(RefusalCode.SECOND_RESOURCE)
    if event.place.mailbox == resource_mailbox(SAENTIS):
        codes.add(RefusalCode.DIRECT_ITEM)
    return codes
