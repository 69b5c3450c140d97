"""Which open drifts count: not what was dealt with since, nothing twice."""

from datetime import timedelta

import pytest

from core.app.drift.standing import Standing
from core.domain.drift import DriftState
from core.domain.ids import MappingId
from core.domain.interval import Interval
from tests.unit.builders import LINK, NOW, a_booking, a_link, an_event
from tests.unit.drift.test_life import a_drift

EARLIER, LATER = NOW - timedelta(minutes=5), NOW + timedelta(minutes=5)
EVENT, BOOKING = an_event(), a_booking()


def counting(drifts, *links, now=NOW):
    standing = Standing(drifts, now)
    for link, is_told in links:
        standing.see(link, is_told=is_told)
    return [drift.id for drift in standing.drifts]


def linked(**facts):
    return a_drift(mapping_id=LINK, **facts)


def the_link(changed_at=EARLIER):
    return a_link(EVENT, BOOKING, changed_at=changed_at)


def test_what_stands_as_it_was_checked_counts():
    assert counting([linked()], (the_link(), False)) == ["d1"]


def test_what_a_look_has_dealt_with_since_does_not_count():
    assert counting([linked()], (the_link(LATER), False)) == []


def test_what_has_no_link_any_more_does_not_count():
    assert counting([linked()]) == []


def test_a_refusal_that_its_link_tells_is_not_counted_twice():
    assert counting([linked(code="occupied")], (the_link(), True)) == []
    assert counting([linked(code="")], (the_link(), True)) == ["d1"]


@pytest.mark.parametrize("item", [{"event_id": EVENT.event_id}, {"booking_id": BOOKING.booking_id}])
def test_what_was_never_linked_counts_until_a_link_comes(item):
    other = a_link(None, None, id=MappingId("another"))
    dates = [a_drift(id="d1", **item), a_drift(id="d2", **item)]
    assert counting(dates, (other, False)) == ["d1", "d2"]
    assert counting(dates, (the_link(), False)) == []


@pytest.mark.parametrize("state", [s for s in DriftState if s is not DriftState.OPEN])
def test_only_open_ones_count(state):
    assert counting([linked(state=state)], (the_link(), False)) == []


def test_what_is_over_does_not_count():
    past = Interval(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    assert counting([linked(time=past)], (the_link(), False)) == []
