"""What is still needed stays: what is to come, what may be restored, what is under way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.ids import MappingId
from core.domain.interval import Interval
from core.domain.mapping import MappingState, Pending, PendingKind, SeriesLink
from core.domain.waiting import Wake
from core.sync.retention import WORTH_A_WRITE, is_to_go, without_old_dates
from tests.contract.stores.values import DAILY, a_date
from tests.unit.builders import NOW, a_booking, a_link, an_event

DAY = timedelta(days=1)
BEFORE = NOW - 90 * DAY
LONG_AGO = Interval(BEFORE - 2 * DAY, BEFORE - DAY)
OLD = {"time": LONG_AGO, "changed_at": LONG_AGO.end}


def a_past_link(**facts):
    return a_link(an_event(), a_booking(), **{**OLD, **facts})


@pytest.mark.parametrize(
    ("facts", "goes"),
    [
        ({}, True),
        ({"state": MappingState.CANCELLED}, True),
        ({"state": MappingState.REJECTED}, True),
        ({"state": MappingState.CANCELLED, "time": None}, True),
        ({"time": None}, False),
        ({"time": Interval(BEFORE - DAY, BEFORE + DAY)}, False),
        ({"state": MappingState.CANCELLED, "time": Interval(NOW + DAY, NOW + 2 * DAY)}, False),
        ({"changed_at": BEFORE + DAY}, False),
        ({"changed_at": None}, False),
        ({"pending": Pending(kind=PendingKind.CREATE_EVENT, lease_until=NOW)}, False),
        ({"outbox": (Wake(MappingId("m"), an_event().place),)}, False),
    ],
)
def test_only_what_is_over_and_was_not_touched_goes(facts, goes):
    assert is_to_go(a_past_link(**facts), BEFORE) is goes


class TestSeries:
    """Dates go while the series goes on; it goes with its last date."""

    @pytest.fixture
    def series(self):
        dates = tuple(
            replace(a_date(0), time=Interval(BEFORE + n * DAY, BEFORE + n * DAY + DAY / 24))
            for n in range(-WORTH_A_WRITE, 3)
        )
        return a_past_link(series=SeriesLink(recurrence=DAILY, dates=dates), bookings=())

    def test_it_stays_while_it_goes_on(self, series):
        assert not is_to_go(series, BEFORE)

    def test_ended_it_goes_when_its_last_date_is_over(self, series):
        ended = replace(series, state=MappingState.CANCELLED)
        assert not is_to_go(ended, BEFORE)
        assert is_to_go(ended, BEFORE + 4 * DAY)

    def test_dates_that_are_over_are_forgotten_many_at_a_time(self, series):
        shorter = without_old_dates(series, BEFORE)
        assert len(shorter.series.dates) == 3
        assert without_old_dates(series, BEFORE - DAY) is None
        assert without_old_dates(shorter, BEFORE) is None
        assert without_old_dates(series, BEFORE + 9 * DAY) is None
