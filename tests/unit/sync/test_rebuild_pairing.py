"""Which event and which bookings are one meeting, when only the two systems tell it (S05)."""

from dataclasses import replace
from datetime import timedelta

from core.domain.event import EventKind, EventPlace
from core.domain.ids import BookingId, EventId, ICalUid, MappingId, person_mailbox
from core.domain.policies import Policies
from core.sync.rebuild.pairing import carried_by, pair_up
from core.sync.rebuild.shown import Date, Known, Shown, ShownEvent
from tests.unit.builders import (
    CONTOSO,
    LINK,
    MARC,
    NOW,
    PILATUS,
    SAENTIS,
    a_booking,
    a_context,
    an_event,
    hours,
    room,
)

OTHER = MappingId("99999999-2222-3333-4444-555555555555")


def paired(events=(), bookings=(), known=None, **settings):
    shown = Shown(
        events=tuple(e if isinstance(e, ShownEvent) else ShownEvent(event=e) for e in events),
        bookings=tuple(bookings),
    )
    return pair_up(shown, known or Known(), a_context(**settings))


def numbers(pair):
    return [int(booking.booking_id) for booking in pair.bookings]


def test_one_event_and_one_booking_with_the_same_link_are_a_pair_wherever_they_are():
    moved = a_booking(time=hours(14, 15), appointment_oid=LINK.upper(), organizer=MARC)
    (pair,) = paired([an_event()], [moved]).pairs
    assert (pair.link, numbers(pair)) == (LINK, [1001])


def test_what_a_link_knows_already_is_left_out():
    event, booking = an_event(), a_booking()
    for known in (
        Known(links=frozenset({LINK})),
        Known(
            events=frozenset({(event.place, event.event_id)}),
            bookings=frozenset({booking.booking_id}),
        ),
    ):
        found = paired([event], [booking], known)
        assert (found.pairs, found.events_alone, found.bookings_alone) == ((), (), ())
        assert found.kept == 1


def test_of_copies_the_one_at_the_booking_s_time_is_the_original():
    copy = an_event(event_id=EventId("copy"), time=hours(14, 15))
    found = paired([copy, an_event()], [a_booking()])
    assert [pair.shown.event.event_id for pair in found.pairs] == ["event-1"]
    assert found.events_alone == ()


def test_of_an_event_that_moves_the_one_in_the_booking_s_home_counts():
    there = EventPlace(CONTOSO, person_mailbox(MARC))
    new = an_event(event_id=EventId("new"), place=there, organizer_address="marc@contoso.example")
    (pair,) = paired([an_event(), new], [a_booking(organizer=MARC)]).pairs
    assert pair.shown.event.event_id == "new"


def test_of_copies_elsewhere_the_oldest_is_the_original():
    old = an_event(time=hours(11, 12), created_at=NOW - timedelta(days=2))
    new = an_event(event_id=EventId("copy"), time=hours(14, 15), created_at=NOW)
    (pair,) = paired([new, old], [a_booking()]).pairs
    assert pair.shown.event == old


def test_copies_that_nobody_can_tell_apart_are_ambiguous():
    twins = [an_event(time=hours(11, 12), event_id=EventId(name)) for name in ("one", "two")]
    found = paired(twins, [a_booking()])
    assert found.pairs == ()
    assert found.ambiguous == (f"link {LINK}: 2 events and 1 bookings carry it",)
    assert (found.events_alone, found.bookings_alone, found.unlinked_bookings) == ((), (), ())


def test_of_two_bookings_with_one_link_that_at_the_event_s_time_counts():
    late = a_booking(booking_id=BookingId(2), time=hours(14, 15))
    (pair,) = paired([an_event()], [late, a_booking()]).pairs
    assert numbers(pair) == [1001]


def test_two_bookings_at_other_times_are_ambiguous():
    late = [a_booking(booking_id=BookingId(n), time=hours(13 + n, 14 + n)) for n in (1, 2)]
    assert paired([an_event()], late).ambiguous


def test_each_resource_of_a_meeting_has_its_booking():
    both = [a_booking(), a_booking(booking_id=BookingId(2), resource=PILATUS)]
    event = an_event(invitees=(room(), room("pilatus")))
    (pair,) = paired([event], both, policies=Policies(resources_per_event="many")).pairs
    assert sorted(numbers(pair)) == [2, 1001]


def test_without_a_link_organizer_resource_and_time_make_a_pair():
    event, booking = an_event(appointment_oid=None), a_booking(appointment_oid=None, title="X")
    (pair,) = paired([event], [booking]).pairs
    assert (pair.link, numbers(pair)) == (None, [1001])
    assert paired([event], [replace(booking, organizer=MARC)]).pairs == ()
    assert paired([event], [replace(booking, time=hours(10, 11))]).pairs == ()
    assert paired([event], [replace(booking, resource=PILATUS)]).pairs == ()


def test_where_one_side_carries_a_link_the_pair_gets_it():
    (pair,) = paired([an_event()], [a_booking(appointment_oid=None)]).pairs
    assert pair.link == LINK
    (pair,) = paired([an_event(appointment_oid=None)], [a_booking()]).pairs
    assert pair.link == LINK


def test_items_with_different_links_are_never_a_pair():
    found = paired([an_event()], [a_booking(appointment_oid=OTHER)])
    assert found.pairs == ()
    assert len(found.events_alone) == len(found.bookings_alone) == 1


def test_an_event_without_a_link_does_not_choose_between_bookings_of_two():
    event = an_event(appointment_oid=None, invitees=(room(), room("pilatus")))
    other = a_booking(booking_id=BookingId(2), resource=PILATUS, appointment_oid=OTHER)
    found = paired([event], [a_booking(), other])
    assert (found.pairs, len(found.ambiguous)) == ((), 1)
    assert {b.booking_id for (b,) in found.bookings_alone} == {1001, 2}


def test_of_several_events_in_one_slot_the_title_decides():
    plain = an_event(appointment_oid=None)
    other = replace(plain, event_id=EventId("b"), ical_uid=ICalUid("b"), subject="Anderes")
    booking = a_booking(appointment_oid=None, title=" Planung ")
    (pair,) = paired([other, plain], [booking]).pairs
    assert pair.shown.event == plain
    same = replace(other, subject="Planung")
    found = paired([same, plain], [booking])
    assert (found.pairs, len(found.ambiguous)) == ((), 1)
    assert found.unlinked_bookings == ()


def test_what_carries_no_link_and_is_alone_is_told_apart_from_what_has_lost_its_other_side():
    lone = an_event(event_id=EventId("b"), ical_uid=ICalUid("b"), appointment_oid=None)
    free = a_booking(booking_id=BookingId(2), appointment_oid=None, time=hours(15, 16))
    lost = a_booking(appointment_oid=OTHER, time=hours(12, 13))
    found = paired([an_event(), lone], [lost, free])
    assert [e.event.event_id for e in found.events_alone] == ["event-1"]
    assert found.bookings_alone == ((lost,),)
    assert [e.event.event_id for e in found.unlinked] == ["b"]
    assert found.unlinked_bookings == (free,)


def test_items_of_a_series_carry_what_one_of_them_carries():
    first = a_booking(series_id=7)
    others = [a_booking(booking_id=BookingId(n), series_id=7, appointment_oid=None) for n in (2, 3)]
    alien = a_booking(booking_id=BookingId(4), series_id=8, appointment_oid=None)
    assert carried_by([first, *others, alien]) == {1001: LINK, 2: LINK, 3: LINK}
    own = a_booking(booking_id=BookingId(5), series_id=7, appointment_oid=OTHER)
    assert carried_by([first, *others, own]) == {1001: LINK, 5: OTHER}


def test_a_series_has_all_bookings_with_its_link_also_where_they_carry_it_not_yet():
    master = an_event(kind=EventKind.SERIES_MASTER)
    dates = tuple(Date(hours(9 + 24 * n, 10 + 24 * n), (SAENTIS,)) for n in range(3))
    bookings = [a_booking(booking_id=BookingId(n + 1), time=d.time) for n, d in enumerate(dates)]
    for oid in (LINK, None):
        theirs = [replace(booking, appointment_oid=oid) for booking in bookings]
        (pair,) = paired([ShownEvent(event=master, dates=dates)], theirs).pairs
        assert (pair.link, numbers(pair)) == (LINK, [1, 2, 3])


def test_a_stranger_s_meeting_belongs_to_whoever_it_is_booked_for():
    place = EventPlace(CONTOSO, a_context().directory.resources[SAENTIS].place.mailbox)
    event = an_event(
        place=place,
        is_organizer=False,
        organizer_address="eva@fabrikam.example",
        appointment_oid=None,
    )
    policies = Policies(unsynced_organizer="book_as:marc@contoso.example")
    booking = a_booking(organizer=MARC)
    (pair,) = paired([event], [booking], policies=policies).pairs
    assert pair.link == LINK
    assert paired([event], [booking]).pairs == ()
