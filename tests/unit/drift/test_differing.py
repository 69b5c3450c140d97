"""Which fields differ, and what is no difference by design."""

from dataclasses import replace

import pytest

from core.domain.event import Answer, EventPlace
from core.domain.ids import is_resource_mailbox, resource_mailbox
from core.domain.mapping import Baseline
from core.domain.meeting import Aspect, Attendee
from core.domain.policies import Policies
from core.drift.differing import differing
from core.sync.fingerprint import attendee_hash, fingerprint
from core.sync.translate import meeting_of_event
from tests.unit.builders import (
    CONTOSO,
    KEYS,
    MARC,
    NOW,
    PILATUS,
    SAENTIS,
    a_booking,
    a_context,
    a_participant,
    an_event,
    guest,
    hours,
    room,
)

MARC_MAIL = "marc@contoso.example"


def found(event=None, *bookings, baseline=None, **context):
    return set(
        differing(event or an_event(), bookings or (a_booking(),), a_context(**context), baseline)
    )


@pytest.mark.parametrize(
    ("booking", "aspect"),
    [
        ({"title": "Anders"}, Aspect.SUBJECT),
        ({"time": hours(9, 11)}, Aspect.TIME),
        ({"resource": PILATUS}, Aspect.RESOURCES),
        ({"organizer": MARC}, Aspect.ORGANIZER),
        ({"participants": (a_participant(MARC_MAIL, MARC),)}, Aspect.ATTENDEES),
        ({"is_private": True}, Aspect.PRIVATE),
    ],
)
def test_each_synced_field_is_compared(booking, aspect):
    assert found(None, a_booking(**booking)) == {aspect}


def test_fields_of_the_operator_s_own_are_compared_where_rooms_has_them():
    policies = Policies(show_as_field="Anzeige", reminder_field="Erinnerung")
    fields = {"Anzeige": "free", "Erinnerung": "5"}
    event = an_event(reminder_minutes=15)

    assert found(event, a_booking(custom_fields=fields), policies=policies) == {
        Aspect.SHOW_AS,
        Aspect.REMINDER,
    }
    assert found(event, a_booking(), policies=policies) == {Aspect.SHOW_AS, Aspect.REMINDER}
    assert found(event, a_booking(custom_fields=fields)) == set()


def test_what_says_the_same_does_not_differ():
    event = an_event(invitees=(room(), guest(MARC_MAIL)), subject=" Planung ")
    booking = a_booking(participants=(a_participant(MARC_MAIL, MARC),))

    assert found(event, booking) == set()


def test_a_title_that_rooms_has_cut_is_no_difference():
    long = "Planung " * 12

    assert found(an_event(subject=long), a_booking(title=long[:60])) == set()


def test_a_neutral_title_of_a_private_meeting_is_no_difference():
    event = an_event(sensitive=True, invitees=(room(), guest(MARC_MAIL)))

    assert found(event, a_booking(title="Privat")) == set()
    assert found(event, a_booking(title="Planung")) == {Aspect.SUBJECT}
    shown = a_booking(title="Privat", participants=(a_participant(MARC_MAIL, MARC),))
    assert found(event, shown) == {Aspect.ATTENDEES}


def test_members_instead_of_their_group_are_no_difference():
    event = an_event(invitees=(room(), guest("team@contoso.example")))
    booking = a_booking(participants=(a_participant(MARC_MAIL, MARC),))
    shown = fingerprint(meeting_of_event(event, a_context().directory), KEYS)
    group = attendee_hash(Attendee("team@contoso.example"), KEYS, "1")
    member = attendee_hash(Attendee(MARC_MAIL), KEYS, "1")
    baseline = Baseline(
        key_version="1", exchange=shown, rooms=shown, groups={group: frozenset({member})}
    )

    assert found(event, booking, baseline=baseline) == set()
    assert found(event, booking) == {Aspect.ATTENDEES}


def test_somebody_whom_rooms_knows_by_name_only_cannot_be_invited():
    assert found(None, a_booking(participants=(a_participant(""),))) == set()


def test_a_running_booking_that_rooms_makes_longer_is_no_difference():
    running = replace(hours(9, 10), start=NOW, end=hours(1, 2).start)
    event = an_event(time=replace(running, end=hours(0, 1).start))

    assert found(event, a_booking(time=running)) == set()


def test_a_room_that_has_declined_is_nobody_s():
    declined = replace(room("pilatus"), answer=Answer.DECLINED)
    event = an_event(invitees=(room(), declined))

    assert found(event) == set()
    assert found(an_event(invitees=(room(), room("pilatus")))) == {Aspect.RESOURCES}


def test_two_bookings_stand_for_two_rooms():
    event = an_event(invitees=(room(), room("pilatus")))
    both = (a_booking(), a_booking(booking_id=1002, resource=PILATUS))

    assert found(event, *both) == set()
    assert found(None, *both) == {Aspect.RESOURCES}


def test_our_own_item_in_a_resource_mailbox_shows_title_and_time_only():
    place = EventPlace(CONTOSO, resource_mailbox(SAENTIS))
    assert is_resource_mailbox(place.mailbox)
    hold = an_event(place=place, organizer_address="saentis@contoso.example", invitees=())
    booking = a_booking(participants=(a_participant("x@elsewhere.example"),))

    assert found(hold, booking) == set()
    assert found(hold, replace(booking, title="Anders")) == {Aspect.SUBJECT}
    assert found(hold, replace(booking, is_private=True)) == {Aspect.SUBJECT}
    assert found(replace(hold, subject="Privat"), replace(booking, is_private=True)) == set()
