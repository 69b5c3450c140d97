"""Which dates of a series a window is sure to show, and how far a series is looked at."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.adapters.exchange.series_dates import LONGEST_WINDOW, MOST_INSTANCES, SeriesDates
from core.domain.expansion import occurrences, occurrences_in
from core.domain.interval import Interval
from core.domain.series import Pattern, PatternKind
from tests.contract.adapters.graph.conftest import ANNA, START
from tests.contract.adapters.graph.serial import DAILY, TUESDAYS, a_rule, days_of, on
from tests.unit.builders import an_event

MASTER = replace(an_event(), place=ANNA)
YEARLY = Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=3, month=3)
ENDLESS = {"last": None}


@pytest.mark.parametrize(
    ("begin", "end", "certain"),
    [
        ("03-01", "03-31", ["03-03", "03-10", "03-17", "03-24"]),
        ("03-01", "03-24", ["03-03", "03-10"]),
        ("03-04", "03-31", ["03-17", "03-24"]),
        ("03-10", "03-20", []),
        ("04-01", "04-30", []),
    ],
)
def test_a_date_is_sure_to_be_seen_where_both_its_neighbours_are(begin, end, certain):
    """It may have been moved up to them; the first and the last may have gone anywhere."""
    window = Interval(on(begin, "00:00"), on(end, "00:00"))
    found = SeriesDates(MASTER, a_rule()).certain_in(window)
    assert days_of(o.original_start for o in found) == certain


@pytest.mark.parametrize(
    ("rule", "is_whole"),
    [
        (a_rule(), True),
        (a_rule(DAILY, count=MOST_INSTANCES), True),
        (a_rule(DAILY, count=MOST_INSTANCES + 1), False),
        (a_rule(YEARLY, count=5), True),
        (a_rule(YEARLY, count=6), False),
        (a_rule(TUESDAYS, **ENDLESS), False),
        (a_rule(DAILY, "2016-03-03T09:00", **ENDLESS), False),
        (a_rule(DAILY, "2036-03-03T09:00", **ENDLESS), False),
    ],
)
def test_a_series_is_looked_at_as_a_whole_or_around_now(rule, is_whole):
    window = SeriesDates(MASTER, rule).window(START)
    assert window.end - window.start <= LONGEST_WINDOW
    assert len(list(occurrences_in(rule, window))) <= MOST_INSTANCES
    assert (window.start != START - timedelta(days=200)) == is_whole
    if is_whole:
        dates = list(occurrences(rule))
        assert dates[0].time.start - window.start > timedelta(days=31)
        assert window.end - dates[-1].time.end > timedelta(days=31)
    else:
        assert window.end > START + timedelta(days=400), "as far as mailboxes are looked at"
