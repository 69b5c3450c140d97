"""How an item stands towards the other side, on plain values."""

from datetime import timedelta

import pytest

from core.app.console.links import links
from core.app.console.standing import Frame, Seen, Side, Standing, compare
from core.domain.booking import BookingStatus
from core.domain.buffer_mark import BufferKind, BufferMark
from core.domain.event import EventKind, EventPlace
from core.domain.ids import BookingId, EventId, ICalUid, MappingId, resource_mailbox, series_uid
from core.domain.mapping import EventLink, MappingState, Pending, PendingKind, Refusal
from core.domain.meeting import Aspect
from core.domain.refusal import RefusalCode
from tests.unit.builders import (
    ANNA,
    CONTOSO,
    NOW,
    SAENTIS,
    a_booking,
    a_directory,
    a_link,
    an_event,
    changed,
    hours,
)
from tests.unit.series_builders import a_date, a_refused_date, a_series, at

ROOM = EventPlace(CONTOSO, resource_mailbox(SAENTIS))


def a_copy(**facts):
    """The room's own copy of the ordinary meeting."""
    return an_event(place=ROOM, is_organizer=False, appointment_oid=None, **facts)


def standings(bookings=(), events=(), known=()):
    seen = Seen(
        bookings=None if bookings is None else tuple(bookings),
        events=None if events is None else tuple(events),
    )
    frame = Frame(links(known), a_directory(), NOW)
    return [(s.side, s.standing, s.is_gap) for s in compare(seen, frame)]


def a_refusal():
    return Refusal(
        fingerprint="x",
        aspects=frozenset({Aspect.TIME}),
        code=RefusalCode.CLOSED,
        text="",
        since=NOW,
    )


LINKED = a_link(an_event(), a_booking())


def test_a_pair_at_one_time_is_linked_on_both_sides():
    assert standings([a_booking()], [a_copy()], [LINKED]) == [
        (Side.ROOMS, Standing.LINKED, False),
        (Side.EXCHANGE, Standing.LINKED, False),
    ]


def test_a_pair_at_two_times_differs_on_both_sides():
    found = standings([a_booking()], [a_copy(time=hours(11, 12))], [LINKED])

    assert {standing for _, standing, _ in found} == {Standing.DIFFERS}


@pytest.mark.parametrize(
    ("booked", "shown", "standing"),
    [
        (hours(-18, -15), hours(-18, -16), Standing.LINKED),
        (hours(-18, -16), hours(-18, -15), Standing.DIFFERS),
        (hours(9, 11), hours(9, 10), Standing.DIFFERS),
    ],
    ids=["running and made longer", "running and ended in ROOMS", "still to come"],
)
def test_a_running_booking_may_end_later_than_its_event(booked, shown, standing):
    """R-112: expected, no difference."""
    found = standings([a_booking(time=booked)], [a_copy(time=shown)], [LINKED])

    assert {each for _, each, _ in found} == {standing}


def test_a_booking_without_its_event_leaves_a_gap_in_exchange():
    assert standings([a_booking()], [], [LINKED]) == [
        (Side.ROOMS, Standing.MISSING, False),
        (Side.EXCHANGE, Standing.MISSING, True),
    ]


def test_an_event_that_nobody_has_linked_yet_leaves_a_gap_in_rooms():
    assert standings([], [a_copy()]) == [
        (Side.EXCHANGE, Standing.MISSING, False),
        (Side.ROOMS, Standing.MISSING, True),
    ]


def test_the_copy_of_a_copied_event_is_known_by_its_link_property():
    copy = changed(a_copy(ical_uid=ICalUid("another")), appointment_oid=LINKED.id.upper())

    assert standings([a_booking()], [copy], [LINKED])[1][1] is Standing.LINKED


@pytest.mark.parametrize(("bookings", "events"), [(None, [a_copy()]), ([a_booking()], None)])
def test_nothing_is_missing_where_the_other_side_is_unread(bookings, events):
    for known in ([], [LINKED]):
        found = standings(bookings, events, known)

        assert [standing for _, standing, _ in found] == [Standing.UNKNOWN]


def test_what_is_being_created_is_not_missing():
    pending = Pending(kind=PendingKind.CREATE_BOOKING, lease_until=NOW)
    link = a_link(an_event(), None, state=MappingState.CREATING, pending=pending)

    assert standings([], [a_copy()], [link]) == [(Side.EXCHANGE, Standing.WORKING, False)]


def test_what_rooms_refused_is_refused_and_leaves_no_gap():
    link = a_link(an_event(), None, state=MappingState.REJECTED, refusals=(a_refusal(),))

    assert standings([], [a_copy()], [link]) == [(Side.EXCHANGE, Standing.REFUSED, False)]


def test_a_closed_link_says_nothing_about_a_new_booking():
    closed = a_link(an_event(), a_booking(), state=MappingState.CANCELLED)

    assert standings([a_booking()], [], [closed])[0][1] is Standing.MISSING


def test_a_living_link_wins_over_a_closed_one_of_the_same_meeting():
    closed = a_link(an_event(), a_booking(), id=MappingId("closed"), state=MappingState.CANCELLED)

    for known in ([closed, LINKED], [LINKED, closed]):
        assert standings([a_booking()], [a_copy()], known)[0][1] is Standing.LINKED


def test_cancelled_items_are_not_shown():
    cancelled = a_booking(status=BookingStatus.CANCELLED)

    assert standings([cancelled], [a_copy(is_cancelled=True)], [LINKED]) == []


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (a_booking(is_blocking_time=True), "a blocking time (R-109)"),
        (a_booking(status=BookingStatus.SYSTEM), "a temporary block (R-107)"),
        (an_event(place=ROOM, appointment_oid=None), "made in the resource mailbox (R-430)"),
        (a_copy(organizer_address="zoe@partner.example"), "its organizer is not synced (R-110)"),
        (
            a_copy(time=changed(hours(9, 10), start=NOW - timedelta(hours=2), end=NOW)),
            "in the past (R-106)",
        ),
    ],
)
def test_what_is_not_ours_to_sync_says_why(item, reason):
    is_booking = hasattr(item, "booking_id")
    seen = Seen(bookings=(item,) if is_booking else (), events=() if is_booking else (item,))

    (sight,) = compare(seen, Frame(links([]), a_directory(), NOW))

    assert (sight.standing, sight.reason) == (Standing.NOT_SYNCED, reason)


def test_a_link_of_a_mailbox_that_is_not_synced_any_more_stays_visible():
    """D12"""
    anna = changed(a_directory().persons[ANNA], sync_disabled=True)
    seen = Seen(bookings=(a_booking(),), events=(a_copy(time=hours(11, 12)),))

    sights = compare(seen, Frame(links([LINKED]), a_directory(persons=[anna]), NOW))

    assert {(sight.standing, sight.reason, sight.mapping_id) for sight in sights} == {
        (Standing.NOT_SYNCED, "sync is off for its mailbox (D12)", LINKED.id)
    }


def test_a_buffer_is_shown_as_what_it_is_and_misses_no_booking():
    lead = an_event(
        place=ROOM, appointment_oid=None, invitees=(), ical_uid=ICalUid("lead"),
        time=hours(8, 9), buffer=BufferMark(LINKED.id, BufferKind.LEAD),
    )  # fmt: skip
    seen = Seen(bookings=(a_booking(),), events=(a_copy(), lead))
    found = compare(seen, Frame(links([LINKED]), a_directory(), NOW))
    assert [(s.standing, s.buffer, s.reason) for s in found] == [
        (Standing.LINKED, None, ""),
        (Standing.LINKED, None, ""),
        (Standing.LINKED, BufferKind.LEAD, "kept free before the meeting"),
    ]


SERIES = "040000008200E00074C5B7101A82E00800000000" + "AB" * 20
THIRD = SERIES.replace("E00800000000", "E00807EA0311")
"""The id that Exchange gives the date of 17 March: its day is written into it."""


def a_copy_of_date(number, **facts):
    return a_copy(kind=EventKind.OCCURRENCE, time=at(number), ical_uid=ICalUid(THIRD), **facts)


def a_series_link(*dates, **facts):
    event = EventLink(event_id=EventId("master"), ical_uid=ICalUid(SERIES))
    return a_series(*dates, event=event, **facts)


def booked(number):
    return a_booking(booking_id=BookingId(2000 + number), time=at(number))


def test_a_date_of_a_series_is_linked_on_both_sides():
    assert standings([booked(2)], [a_copy_of_date(2)], [a_series_link()]) == [
        (Side.ROOMS, Standing.LINKED, False),
        (Side.EXCHANGE, Standing.LINKED, False),
    ]


def test_a_date_that_is_not_on_the_other_side_is_missing():
    assert standings([booked(2)], [], [a_series_link()]) == [
        (Side.ROOMS, Standing.MISSING, False),
        (Side.EXCHANGE, Standing.MISSING, True),
    ]


@pytest.mark.parametrize(
    ("date", "standing"),
    [
        (a_refused_date(2), Standing.REFUSED),
        (a_date(2, state=MappingState.SYNC_DISABLED, bookings=()), Standing.NOT_SYNCED),
        (a_date(2), Standing.MISSING),
    ],
    ids=["refused", "not followed any more", "its booking is gone"],
)
def test_of_a_series_only_what_was_said_of_that_date_counts(date, standing):
    link = a_series_link(a_date(0), a_refused_date(1), date, a_refused_date(3))
    found = standings([], [a_copy_of_date(2)], [link])
    assert found[0] == (Side.EXCHANGE, standing, False)


def test_the_id_of_a_date_names_its_series():
    assert series_uid(ICalUid(THIRD)) == series_uid(ICalUid(SERIES)) == SERIES
    assert series_uid(ICalUid(THIRD.lower())) == SERIES.lower()
    assert series_uid(ICalUid("something-else@example")) == "something-else@example"
