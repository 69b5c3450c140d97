"""How far ahead the dates of a series are dealt with (D14, R-640, R-644)."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from core.app.series.horizon import horizon_of
from core.app.series.read_event import ReadEvent
from core.app.services import Limits
from core.app.whereabouts import Found
from core.domain.room_policy import RoomPolicy
from core.domain.work import MappingKey, Source, WorkItem
from tests.unit.builders import NOW, a_context
from tests.unit.series_builders import a_series, shown

DAY = timedelta(days=1)


@dataclass
class Policies:
    policy: RoomPolicy | None = None

    async def usable(self, _place):
        return self.policy


@dataclass
class Services:
    limits: Limits = field(default_factory=Limits)
    policies: Policies = field(default_factory=Policies)


async def horizon(services, link=None, source=Source.SWEEP, event=None):
    link = a_series() if link is None else link
    key = MappingKey(link.id, link.home)
    item = WorkItem(key=key, source=source, first_seen=NOW)
    read = ReadEvent(event=shown() if event is None else event)
    return await horizon_of(Found(mapping=link), read, item, a_context(), services)


def asked(days_ago: float):
    """A series of which ROOMS has said that what begins in ten days was too far ahead."""
    link, then = a_series(), NOW - days_ago * DAY
    series = replace(link.series, horizon=then + 10 * DAY, asked_at=then)
    return replace(link, series=series)


async def test_it_is_a_year_or_as_it_is_set():
    assert await horizon(Services()) == (NOW + 365 * DAY, False)
    month = Services(limits=Limits(series_ahead_days=30))
    assert await horizon(month) == (NOW + 30 * DAY, False)


async def test_a_mailbox_that_takes_bookings_for_fewer_days_makes_it_shorter():
    policy = RoomPolicy(booking_window_days=100)
    assert await horizon(Services(policies=Policies(policy))) == (NOW + 100 * DAY, False)


async def test_what_rooms_called_too_far_ahead_rests_for_a_day():
    link = asked(days_ago=0.5)
    assert await horizon(Services(), link) == (link.series.horizon, True)


@pytest.mark.parametrize("days", [1, 3])
async def test_then_its_window_has_moved_on_as_time_has(days):
    link = asked(days_ago=days)
    assert await horizon(Services(), link) == (link.series.horizon + days * DAY, True)


async def test_an_operator_asks_for_all_of_it():
    assert await horizon(Services(), asked(0.1), Source.OPERATOR) == (NOW + 365 * DAY, False)
