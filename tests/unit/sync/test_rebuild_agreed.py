"""What a restored link takes as agreed on, and what the next look does about the rest (S05)."""

import pytest

from core.domain.meeting import Aspect
from core.domain.policies import Policies
from core.sync.observed import Observed
from core.sync.plan import plan_sync
from core.sync.rebuild.restored import restored_pair
from core.sync.steps import UpdateBooking, UpdateEvent
from tests.unit.builders import (
    PILATUS,
    a_booking,
    a_context,
    a_new_link,
    a_participant,
    an_event,
    guest,
    hours,
    room,
)

MARC_THERE = a_participant("marc@contoso.example")


def next_steps(event, booking, **settings):
    """Restore a link from both sides and return what the next look would do."""
    context = a_context(**settings)
    seen = Observed(mapping=a_new_link(), event=event, bookings=(booking,))
    link = restored_pair(seen, context)
    return plan_sync(Observed(mapping=link, event=event, bookings=(booking,)), context).steps


def test_what_is_the_same_on_both_sides_is_left_alone():
    event = an_event(invitees=(room(), guest("marc@contoso.example")))
    assert next_steps(event, a_booking(participants=(MARC_THERE,))) == ()


@pytest.mark.parametrize(
    ("facts", "aspect"),
    [
        ({"time": hours(11, 12)}, Aspect.TIME),
        ({"resource": PILATUS}, Aspect.RESOURCES),
    ],
)
def test_another_time_or_resource_is_followed_as_rooms_has_it(facts, aspect):
    (step,) = next_steps(an_event(), a_booking(**facts))
    assert isinstance(step, UpdateEvent)
    assert aspect in step.aspects


def test_another_title_is_followed_as_exchange_has_it():
    (step,) = next_steps(an_event(subject="Klausur"), a_booking())
    assert isinstance(step, UpdateBooking)
    assert step.aspects == {Aspect.SUBJECT}


def test_a_title_that_rooms_has_cut_is_left_alone():
    title = "Planung der Klausur des Vorstands und der Abteilungsleitungen im Herbst"
    assert next_steps(an_event(subject=title), a_booking(title=title[:60])) == ()


@pytest.mark.parametrize(
    ("name", "there", "aspect"),
    [("show_as_field", "free", Aspect.SHOW_AS), ("reminder_field", "45", Aspect.REMINDER)],
)
def test_another_custom_field_is_followed_as_exchange_has_it(name, there, aspect):
    policies = Policies(**{name: "Feld"})
    booking = a_booking(custom_fields={"Feld": there})
    (step,) = next_steps(an_event(reminder_minutes=15), booking, policies=policies)
    assert isinstance(step, UpdateBooking)
    assert step.aspects == {aspect}


def test_somebody_whom_rooms_lacks_is_added_there():
    event = an_event(invitees=(room(), guest("marc@contoso.example")))
    (step,) = next_steps(event, a_booking())
    assert isinstance(step, UpdateBooking)
    assert step.aspects == {Aspect.ATTENDEES}


def test_nobody_is_invited_because_links_were_lost():
    assert next_steps(an_event(), a_booking(participants=(MARC_THERE,))) == ()


def test_a_masked_booking_stays_masked():
    event = an_event(subject="Geheim", sensitive=True, invitees=(room(), guest("a@x.example")))
    assert next_steps(event, a_booking(title=Policies().neutral_title)) == ()


def test_what_was_made_private_meanwhile_is_masked():
    event = an_event(subject="Geheim", sensitive=True)
    (step,) = next_steps(event, a_booking(title="Geheim"))
    assert isinstance(step, UpdateBooking)
    assert step.changes.title == Policies().neutral_title
