"""Which rule holds dates with the fewest exceptions, and when none does."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.domain.interval import Interval
from core.domain.series import Pattern, PatternKind, Weekday
from core.sync.series.rules import Wanted, ended_before, propose
from tests.unit.series_builders import WEEK, a_rule, at

HOUR = timedelta(hours=1)
DAILY = Pattern(kind=PatternKind.DAILY)


def moved(time, by):
    return Interval(time.start + by, time.end + by)


def wanted(times, **facts):
    until = max(at(3).start, *(time.start for time in times.values()))
    return Wanted(**{"times": times, "until": until, **facts})


def four(by=timedelta(0)):
    return {at(n).start: moved(at(n), by) for n in range(4)}


def test_another_hour_for_all_is_one_rule():
    found = propose(a_rule(), wanted(four(3 * HOUR)))
    assert found.rule.span.start.hour == 12
    assert found.rule.pattern == a_rule().pattern
    assert found.deviations == 0
    assert found.starts == {start: start + 3 * HOUR for start in four()}


def test_another_weekday_for_all_is_one_rule():
    found = propose(a_rule(), wanted(four(timedelta(days=1))))
    assert found.rule.pattern.weekdays == {Weekday.WEDNESDAY}
    assert (found.deviations, found.rule.range.first) == (0, date(2026, 3, 4))


def test_what_most_dates_want_is_the_rule_and_the_others_deviate():
    times = four(3 * HOUR) | {at(2).start: moved(at(2), HOUR)}
    found = propose(a_rule(), wanted(times))
    assert (found.moved, found.surplus) == (1, frozenset())


def test_fewer_dates_at_the_end_are_a_shorter_rule():
    times = {start: time for start, time in four().items() if start < at(2).start}
    found = propose(a_rule(), wanted(times))
    assert found.rule.range.last == date(2026, 3, 10)
    assert found.deviations == 0


def test_a_missing_date_in_the_middle_is_deleted_again():
    times = {start: time for start, time in four().items() if start != at(1).start}
    found = propose(a_rule(), wanted(times))
    assert found.surplus == {at(1).start}


def test_dates_that_came_later_make_it_longer():
    found = propose(a_rule(), wanted(four(), extra=(at(4), at(5))))
    assert found.deviations == 0
    assert found.rule.range.last == date(2026, 4, 7)


def test_the_pattern_that_rooms_has_is_tried():
    days = [moved(at(0), timedelta(days=n)) for n in range(5)]
    found = propose(
        a_rule(1), wanted({at(0).start: at(0)}, extra=tuple(days[1:]), patterns=(DAILY,))
    )
    assert (found.rule.pattern.kind, found.deviations) == (PatternKind.DAILY, 0)


def test_a_series_that_goes_on_keeps_its_end():
    endless = replace(a_rule(), range=replace(a_rule().range, count=None))
    found = propose(endless, wanted(four(HOUR), goes_on=True))
    assert found.rule.range.is_endless


def test_no_rule_puts_a_date_past_its_neighbours():
    times = four() | {at(0).start: moved(at(0), 10 * WEEK)}
    found = propose(a_rule(), wanted(times, goes_on=True))
    assert found is None or found.deviations > 0


@pytest.mark.parametrize(
    "kind",
    [
        Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=3),
        Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=3, month=3),
    ],
)
def test_one_that_cannot_be_turned_has_no_shift_of_days(kind):
    rule = replace(a_rule(1), pattern=kind)
    found = propose(rule, wanted({at(0).start: moved(at(0), timedelta(days=-40))}, goes_on=True))
    assert found is None or found.rule.pattern.kind is kind.kind


def test_a_series_that_ends_before_a_date():
    assert ended_before(a_rule(), at(2).start).range.last == date(2026, 3, 16)
    assert ended_before(a_rule(), at(0).start) is None


@pytest.mark.parametrize("extra", [(), (at(4),)])
def test_without_a_date_that_stays_there_is_no_rule_to_propose(extra):
    assert propose(a_rule(), Wanted(times={}, until=at(3).start, extra=extra)) is None


def test_a_date_over_which_the_clock_goes_back_gives_no_rule_of_negative_length():
    """02:30 to 02:10 on the wall is forty minutes in the night when summer time ends."""
    night = Interval(
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    )
    zurich = replace(a_rule(), pattern=DAILY, zone="Europe/Zurich")
    found = propose(zurich, Wanted(times={at(0).start: night}, until=night.start))
    assert found.rule.span.length == timedelta(0)
    assert (found.moved, list(found.starts)) == (1, [at(0).start])
