"""What becomes of the link of a series whose other side is partly or wholly lost (S05)."""

from dataclasses import replace

import pytest

from core.domain.mapping import MappingState
from core.domain.refusal import RefusalCode
from core.sync.rebuild.restored_series import restored_series
from tests.unit.builders import a_new_link, an_event
from tests.unit.series_builders import a_master, a_rule, at, shown
from tests.unit.sync.series.test_plan import CONTEXT, items, seen


def restored(event, bookings):
    return restored_series(seen(a_new_link(), event, bookings), CONTEXT)


def codes(link):
    return [[refusal.code for refusal in date.refusals] for date in link.series.dates]


def numbers(link):
    return [[b.booking_id for b in date.bookings] for date in link.series.dates]


def test_items_whose_series_is_not_found_are_listed_one_by_one():
    link = restored(None, items(0, 1))
    assert link.state is MappingState.REJECTED
    assert codes(link) == [[RefusalCode.UNPAIRED], [RefusalCode.UNPAIRED]]
    assert numbers(link) == [[2000], [2001]]


def test_items_that_are_all_over_are_no_series():
    assert restored(None, items(0, time=at(-1))).series is None


def test_dates_after_the_last_booked_one_are_left_to_the_horizon():
    link = restored(shown(), items(0, 2))
    assert codes(link) == [[], [RefusalCode.UNPAIRED], [], []]
    assert numbers(link) == [[2000], [], [2002], []]


def test_a_date_without_a_room_lacks_no_booking():
    bare = an_event(time=at(0), original_start=at(0).start, invitees=())
    assert codes(restored(shown(exceptions={at(0).start: bare}), items(1))) == [[]] * 4


@pytest.mark.parametrize(
    ("event", "bookings"),
    [
        (shown(recurrence=a_rule(1)), [[2000]]),
        (shown(recurrence=a_rule(2), master=a_master(invitees=())), [[2000], []]),
    ],
    ids=["the only date", "the only one that had a room"],
)
def test_a_booking_of_a_deleted_date_stays_known_so_that_the_next_look_cancels_it(event, bookings):
    event = replace(event, cancelled=frozenset({at(0).start}))
    foreign = replace(items(5)[0], time=at(0), appointment_oid="another link")
    link = restored(event, (*items(0), *items(9), foreign))
    assert link.state is MappingState.LINKED
    assert numbers(link) == bookings
