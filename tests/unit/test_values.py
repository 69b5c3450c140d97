"""Plain values: what they refuse to be, and the names under which things are filed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.domain.dead_letter import LetterRef
from core.domain.event import EventPlace
from core.domain.given_up import entry_id
from core.domain.ids import BookingId, EventId, ICalUid, MailboxKey
from core.domain.interval import Interval, NaiveDatetimeError
from core.domain.parked import Parked
from core.domain.remaining import booked_slots
from core.domain.scope import ROOMS
from core.domain.series import MalformedRecurrenceError, SeriesRange, WallSpan
from core.domain.work import (
    BookingKey,
    EventKey,
    ICalKey,
    MailboxJob,
    MappingKey,
    Source,
    WorkItem,
    session_of,
)
from tests.unit.builders import (
    CONTOSO,
    LINK,
    NOW,
    PILATUS,
    SAENTIS,
    a_booking,
    a_directory,
    a_link,
    hours,
)
from tests.unit.series_builders import a_date, a_series, at

HOME = EventPlace(CONTOSO, MailboxKey("p11"))
NOON = datetime(2026, 3, 3, 12)  # noqa: DTZ001 - on the wall
FIRST = date(2026, 3, 3)
EVENT = EventKey(HOME, EventId("e"))
MEETING = ICalKey(HOME, ICalUid("i"))
ALONE = BookingKey("Default", BookingId(7))


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(NaiveDatetimeError, match="no zone"):
        Interval(NOON, NOON)


def test_a_span_does_not_end_before_it_starts():
    with pytest.raises(ValueError, match="ends before it starts"):
        Interval(NOW, NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"first": date(1600, 12, 31)}, "in the year 1600"),
        ({"first": FIRST, "last": FIRST, "count": 1}, "not by both"),
        ({"first": FIRST, "last": FIRST - timedelta(days=1)}, "before it begins"),
        ({"first": FIRST, "count": 0}, "a series of 0 occurrences"),
    ],
)
def test_a_range_without_a_date_is_no_range(facts, why):
    with pytest.raises(MalformedRecurrenceError, match=why):
        SeriesRange(**facts)


def test_a_time_of_day_hangs_on_no_zone_and_has_no_negative_length():
    with pytest.raises(ValueError, match="has no zone"):
        WallSpan(start=NOON, end=NOON.replace(tzinfo=UTC))
    with pytest.raises(MalformedRecurrenceError, match="ends before it starts"):
        WallSpan(start=NOON, end=NOON - timedelta(hours=1))


@pytest.mark.parametrize(
    ("key", "session", "entry"),
    [
        (EVENT, "contoso/p11", "event/contoso/p11/e"),
        (MEETING, "contoso/p11", "meeting/contoso/p11/i"),
        (ALONE, "rooms/Default/7", "booking/Default/7"),
        (replace(ALONE, home=HOME), "contoso/p11", "booking/Default/7"),
        (MappingKey(LINK, HOME), "contoso/p11", f"link/{LINK}"),
    ],
)
def test_every_key_has_a_session_to_be_worked_on_and_a_place_on_the_list(key, session, entry):
    assert session_of(key) == session
    assert entry_id(key, None) == entry
    assert entry_id(key, LINK) == f"link/{LINK}"


@pytest.mark.parametrize("text", ["failed-items:17", "sync-items/dead:4"])
def test_a_dead_letter_is_found_again_by_what_an_operator_writes(text):
    ref = LetterRef.parsed(text)
    assert ref is not None
    assert (ref.text, ref.is_set_aside) == (text, "/dead" in text)


@pytest.mark.parametrize("text", ["", "failed-items", "failed-items:x", "FAILED:1", "a/b:1"])
def test_what_names_no_dead_letter_is_not_guessed_at(text):
    assert LetterRef.parsed(text) is None


@pytest.mark.parametrize(
    "work",
    [
        WorkItem(key=EVENT, source=Source.PUSH, first_seen=NOW),
        MailboxJob(kind="catch_up", place=HOME, requested_at=NOW),
    ],
)
def test_what_is_parked_waits_since_it_was_first_asked_for(work):
    assert Parked(scope=ROOMS, work=work, row="1").since == NOW


@pytest.mark.parametrize(
    ("link", "slots"),
    [
        (a_link(None, None), set()),
        (a_link(None, a_booking(resource=PILATUS)), {(PILATUS, hours(9, 10))}),
        (a_series(a_date(0), a_date(2, time=None)), {(SAENTIS, at(0)), (SAENTIS, at(2))}),
    ],
)
def test_a_link_tells_which_slots_it_has_booked(link, slots):
    assert booked_slots(link) == slots


def test_a_mailbox_that_is_not_in_the_settings_has_no_address():
    directory = a_directory()

    assert directory.address_of(MailboxKey("p11"))
    with pytest.raises(KeyError, match="p99"):
        directory.address_of(MailboxKey("p99"))
