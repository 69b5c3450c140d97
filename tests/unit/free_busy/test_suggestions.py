"""Which time comes first, and which room."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.free_busy.cells import start_of_cells
from core.domain.free_busy.schedule import BusyTime
from core.domain.free_busy.suggestions import Participant, Place, Suggestion, Wish, suggestions
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from tests.unit.builders import hours

UTC_ZONE, ZURICH = ZoneInfo("UTC"), ZoneInfo("Europe/Zurich")
SMALL, LARGE, FULL = ResourceId(3), ResourceId(2), ResourceId(1)


def a_wish(start=9, end=12, **changes):
    values = {"window": hours(start, end), "duration": timedelta(hours=1), "zone": UTC_ZONE}
    return Wish(**(values | changes))


def somebody(key="anna", *busy):
    return Participant(key, busy, None, UTC_ZONE)


def times(found):
    return [each.time for each in found]


def test_times_follow_each_other_without_overlapping():
    assert times(suggestions(a_wish(), [somebody()], None)) == [
        hours(9, 10), hours(10, 11), hours(11, 12),
    ]  # fmt: skip
    assert len(suggestions(a_wish(most=2), [somebody()], None)) == 2


def test_a_time_at_which_somebody_is_tentative_comes_after_all_others():
    anna = somebody("anna", BusyTime(hours(9, 10), ShowAs.TENTATIVE))
    found = suggestions(a_wish(9, 11), [anna, somebody("marc")], None)
    assert found == (
        Suggestion(hours(10, 11)),
        Suggestion(hours(9, 10), tentative=("anna",)),
    )


def test_free_and_working_elsewhere_keep_nobody_away():
    anna = somebody(
        "anna",
        BusyTime(hours(9, 10), ShowAs.FREE),
        BusyTime(hours(9, 10), ShowAs.WORKING_ELSEWHERE),
    )
    assert times(suggestions(a_wish(9, 10), [anna], None)) == [hours(9, 10)]


def test_outside_working_hours_nothing_is_suggested_unless_that_is_wanted():
    evening = a_wish(17, 19)
    assert suggestions(evening, [somebody()], None) == ()
    anytime = a_wish(17, 19, in_working_hours=False)
    assert times(suggestions(anytime, [somebody()], None)) == [hours(17, 18), hours(18, 19)]


def test_the_smallest_room_that_does_comes_first_and_a_taken_one_not_at_all():
    places = [
        Place(id=FULL, name="Eiger", blocked=(hours(9.5, 9.75),)),
        Place(id=LARGE, name="Aula", blocked=(), spare=40),
        Place(id=SMALL, name="Säntis", blocked=(), spare=2),
    ]
    (found,) = suggestions(a_wish(9, 10), [somebody()], places)
    assert found.resources == (SMALL, LARGE)


def test_lead_and_follow_up_time_must_be_free_too():
    place = Place(
        id=SMALL,
        name="Säntis",
        blocked=(hours(8, 9), hours(12, 13)),
        lead=timedelta(minutes=15),
        follow_up=timedelta(minutes=15),
    )
    assert times(suggestions(a_wish(9, 12, step_minutes=15), [somebody()], [place])) == [
        hours(9.25, 10.25), hours(10.25, 11.25),
    ]  # fmt: skip


def test_where_no_room_is_free_nothing_is_suggested():
    full = Place(id=FULL, name="Eiger", blocked=(hours(0, 24),))
    assert suggestions(a_wish(), [somebody()], [full]) == ()
    assert suggestions(a_wish(), [somebody()], []) == ()


def test_starts_lie_on_the_grid_of_the_readers_clock():
    kolkata = ZoneInfo("Asia/Kolkata")
    odd = Interval(hours(9, 12).start + timedelta(minutes=7), hours(9, 12).end)
    found = suggestions(
        a_wish(window=odd, zone=kolkata, step_minutes=60, in_working_hours=False), [], None
    )
    assert {each.time.start.astimezone(kolkata).minute for each in found} == {0}


def test_in_an_hour_that_comes_twice_no_start_lies_before_the_window():
    second = datetime(2026, 10, 25, 2, 10, tzinfo=ZURICH, fold=1).astimezone(UTC)
    window = Interval(second, second + timedelta(hours=3))
    wish = Wish(window=window, duration=timedelta(hours=1), zone=ZURICH, in_working_hours=False)
    starts = [each.time.start for each in suggestions(wish, [], None)]
    assert starts
    assert all(start >= window.start for start in starts)


def test_a_moment_on_the_grid_stays_where_it_is():
    at = datetime(2026, 3, 3, 9, 30, tzinfo=ZURICH)
    assert start_of_cells(at, 30) == at
    assert start_of_cells(at + timedelta(seconds=1), 30) == at + timedelta(minutes=30)
