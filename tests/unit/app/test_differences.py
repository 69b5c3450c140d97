"""What the console lists: one line for each disagreement, a series is one line for one reason."""

from dataclasses import replace

from core.app.differences import differences_of
from core.app.status import is_different
from core.domain.mapping import MappingState, Refusal
from tests.unit.builders import NOW, PILATUS, SAENTIS, a_booking, a_link, an_event
from tests.unit.series_builders import WEEK, a_date, a_refused_date, a_series, at

NO = Refusal(fingerprint="f", aspects=frozenset(), code="occupied", text="", since=NOW)


def test_each_refusal_of_a_meeting_is_a_difference():
    refusals = (NO, replace(NO, resource=PILATUS), replace(NO, removed=True))
    link = a_link(an_event(), a_booking(), refusals=refusals)

    found = differences_of(link, NOW)

    assert [(d.refusal, d.resource) for d in found] == [
        (refusals[0], SAENTIS),
        (refusals[1], PILATUS),
    ]
    assert {(d.time, d.booking_id, d.dates) for d in found} == {(link.time, 1001, ())}


def test_a_meeting_that_is_not_followed_any_more_is_a_difference_without_a_refusal():
    link = a_link(an_event(), a_booking(), state=MappingState.SYNC_DISABLED)
    assert [d.refusal for d in differences_of(link, NOW)] == [None]


def test_dates_of_a_series_that_were_refused_for_one_reason_are_one_difference():
    link = a_series(
        a_date(0), a_refused_date(1), a_refused_date(2, "closed"), a_refused_date(3), a_date(4)
    )

    occupied, closed = differences_of(link, NOW)

    assert occupied.dates == (at(1).start, at(3).start)
    assert (occupied.time, occupied.resource, occupied.booking_id) == (at(1), SAENTIS, 2000)
    assert occupied.refusal is not None
    assert (occupied.refusal.code, closed.dates) == ("occupied", (at(2).start,))


def test_what_was_refused_in_the_past_of_a_series_is_no_difference_any_more():
    link = a_series(a_refused_date(0), a_date(1), a_date(2))
    assert is_different(link, NOW)
    assert not is_different(link, NOW + WEEK)
    assert differences_of(link, NOW + WEEK) == ()


def test_a_refusal_that_was_answered_is_no_difference():
    assert differences_of(a_series(a_refused_date(0, removed=True)), NOW) == ()


def test_a_single_date_that_is_not_followed_any_more_is_a_difference():
    off = a_date(1, state=MappingState.SYNC_DISABLED)
    (found,) = differences_of(a_series(a_date(0), off), NOW)
    assert (found.refusal, found.time) == (None, at(0))
