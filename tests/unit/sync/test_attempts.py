"""Writes that nobody answered: what is ours of what ROOMS shows (docs/late-writes.md)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.changes import BookingChanges
from core.domain.interval import Interval
from core.domain.meeting import Aspect
from core.sync.attempts import LATE, MOST, answered, attempt_of, disowned, noted, still_open
from core.sync.fingerprint import HashKeys
from core.sync.merge import Changed
from core.sync.steps import UpdateBooking
from core.sync.translate import meeting_of_booking
from tests.unit.builders import KEYS, NOW, a_booking, a_context, a_pair, an_event
from tests.unit.builders import a_link as a_stored_link

BOOKING = a_booking()
LATER = Interval(BOOKING.time.start + timedelta(hours=2), BOOKING.time.end + timedelta(hours=2))
OTHER_KEYS = HashKeys(current="2", secrets={"2": b"another key for tests only"})


def a_step(*aspects, **changes):
    return UpdateBooking(
        booking_id=BOOKING.booking_id,
        changes=BookingChanges(**changes),
        aspects=frozenset(aspects),
        reason="-",
    )


def an_attempt(title="Neu"):
    attempt = attempt_of(a_step(Aspect.SUBJECT, title=title), BOOKING, a_context())
    assert attempt is not None
    return attempt


def a_link(*attempts):
    mapping = a_stored_link(an_event(), BOOKING)
    for attempt in attempts:
        mapping = noted(mapping, attempt)
    return mapping


def shown(**changes):
    return meeting_of_booking(replace(BOOKING, **changes), a_context().directory)


CHANGED = Changed(exchange=frozenset(), rooms=frozenset({Aspect.SUBJECT, Aspect.TIME}))


def test_only_title_and_time_are_noted():
    step = a_step(Aspect.SUBJECT, Aspect.TIME, Aspect.RESOURCES, title="Neu", time=LATER)
    attempt = attempt_of(step, BOOKING, a_context())
    assert attempt is not None
    assert set(attempt.aspects) == {Aspect.SUBJECT, Aspect.TIME}
    assert attempt.until == NOW + LATE
    assert attempt_of(a_step(Aspect.RESOURCES), BOOKING, a_context()) is None


def test_what_an_attempt_shows_is_no_change_in_rooms_and_exchange_counts():
    attempts = a_link(an_attempt()).attempts
    found = disowned(CHANGED, shown(title="Neu"), attempts, a_context())
    assert found == Changed(exchange=frozenset({Aspect.SUBJECT}), rooms=frozenset({Aspect.TIME}))


@pytest.mark.parametrize(
    ("changed", "title", "context"),
    [
        (CHANGED, "Anders", a_context()),
        (replace(CHANGED, rooms=frozenset()), "Neu", a_context()),
        (replace(CHANGED, is_first=True), "Neu", a_context()),
        (CHANGED, "Neu", replace(a_context(), now=NOW + LATE)),
        (CHANGED, "Neu", replace(a_context(), keys=OTHER_KEYS)),
    ],
    ids=["another value", "unchanged", "never agreed", "too late", "key gone"],
)
def test_everything_else_is_a_users_wish(changed, title, context):
    attempts = a_link(an_attempt()).attempts
    assert disowned(changed, shown(title=title), attempts, context) == changed
    assert disowned(changed, shown(title=title), (), context) == changed


def test_the_same_attempt_again_is_one_and_the_oldest_is_forgotten():
    same = a_link(an_attempt(), an_attempt())
    many = a_link(*(an_attempt(str(n)) for n in range(5)))
    assert len(same.attempts) == 1
    assert many.attempts == tuple(an_attempt(str(n)) for n in range(5))[-MOST:]


def test_an_answer_ends_an_attempt_and_no_other():
    other = replace(an_attempt("Eins"), booking_id=999)
    link = a_link(an_attempt("Eins"), an_attempt("Zwei"), other)
    assert answered(link, an_attempt("Eins")).attempts == (an_attempt("Zwei"), other)


@pytest.mark.parametrize(
    ("title", "keys", "now", "left"),
    [
        ("Alt", KEYS, NOW, 1),
        ("Neu", KEYS, NOW, 0),
        ("Alt", KEYS, NOW + LATE, 0),
        ("Alt", OTHER_KEYS, NOW, 0),
    ],
    ids=["open", "done", "too old", "key gone"],
)
def test_what_is_over_is_forgotten_at_the_end_of_a_pass(title, keys, now, left):
    booking = replace(BOOKING, title=title)
    seen = replace(a_pair(an_event(), booking), mapping=a_link(an_attempt()))
    context = replace(a_context(), keys=keys, now=now)
    assert len(still_open(seen, context)) == left
    assert still_open(replace(seen, bookings=()), context) == ()
