"""Which date is which, after a new rule and for bookings without a link (S01)."""

from dataclasses import replace
from datetime import timedelta

from core.domain.ids import BookingId, ResourceId
from core.domain.mapping import MappingState
from core.sync.series.recognise import placed, rekeyed
from tests.unit.builders import PILATUS, SAENTIS, a_booking
from tests.unit.series_builders import WEEK, a_date, at

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def starts(links):
    return [link.original_start for link in links]


def test_the_same_starts_are_the_same_dates():
    links = (a_date(0), a_date(1))
    assert rekeyed(links, starts(links), "Etc/UTC") == links


def test_another_time_of_day_is_the_same_date():
    links = (a_date(0), a_date(1))
    later = [link.original_start + 5 * HOUR for link in links]
    assert starts(rekeyed(links, later, "Etc/UTC")) == later


def test_another_weekday_moves_the_dates_in_their_order():
    links = tuple(a_date(n) for n in range(3))
    wednesdays = [link.original_start + DAY for link in links]
    assert starts(rekeyed(links, wednesdays, "Etc/UTC")) == wednesdays


def test_dates_that_are_no_more_keep_their_start():
    links = tuple(a_date(n) for n in range(4))
    assert rekeyed(links, starts(links[:2]), "Etc/UTC") == links


def test_a_date_is_not_taken_for_one_far_away():
    links = (a_date(0),)
    far = [links[0].original_start + 5 * WEEK]
    assert rekeyed(links, far, "Etc/UTC") == links


def test_what_is_added_is_nobodys_date_yet():
    links = (a_date(0), a_date(1))
    more = [*starts(links), links[1].original_start + WEEK]
    assert rekeyed(links, more, "Etc/UTC") == links


def test_the_day_counts_before_the_order():
    """Daily becomes every second day: the dates of the days that stay stay what they are."""
    links = tuple(replace(a_date(0), original_start=at(0).start + n * DAY) for n in range(4))
    every_second = [at(0).start + n * DAY for n in (0, 2, 4, 6)]
    assert starts(rekeyed(links, every_second, "Etc/UTC"))[0] == every_second[0]
    assert starts(rekeyed(links, every_second, "Etc/UTC"))[2] == every_second[1]


def test_a_deleted_date_is_not_looked_for():
    gone = replace(a_date(0), state=MappingState.CANCELLED, is_deleted=True, bookings=())
    later = [gone.original_start + HOUR]
    assert rekeyed((gone,), later, "Etc/UTC") == (gone,)


def open_dates(*numbers, resources=(SAENTIS,)):
    return {at(n).start: (at(n), frozenset(resources)) for n in numbers}


def test_a_booking_at_the_time_of_a_date_is_that_dates():
    booking = a_booking(booking_id=BookingId(7), time=at(1))
    found, rest = placed([booking], open_dates(0, 1), "Etc/UTC")
    assert (found, rest) == ({at(1).start: [booking]}, ())


def test_else_one_on_the_same_day():
    time = replace(at(1), start=at(1).start + 3 * HOUR, end=at(1).end + 3 * HOUR)
    booking = a_booking(booking_id=BookingId(7), time=time)
    found, rest = placed([booking], open_dates(0, 1), "Etc/UTC")
    assert (found, rest) == ({at(1).start: [booking]}, ())


def test_one_of_another_resource_or_day_is_nobodys():
    elsewhere = a_booking(booking_id=BookingId(7), time=at(0), resource=PILATUS)
    another_day = a_booking(booking_id=BookingId(8), time=at(3))
    found, rest = placed([elsewhere, another_day], open_dates(0, 1), "Etc/UTC")
    assert (found, rest) == ({}, (elsewhere, another_day))


def test_a_date_takes_one_booking_of_each_resource():
    resources = (SAENTIS, PILATUS)
    bookings = [
        a_booking(booking_id=BookingId(n), time=at(0), resource=ResourceId(r))
        for n, r in enumerate((*resources, SAENTIS))
    ]
    found, rest = placed(bookings, open_dates(0, resources=resources), "Etc/UTC")
    assert (len(found[at(0).start]), len(rest)) == (2, 1)
