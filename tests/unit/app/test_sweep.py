"""ROOMS is asked for everything in slices: without a gap, and what two of them show is one look."""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

import pytest

from core.app.services import Limits
from core.app.sweep import sweep_rooms
from core.domain.interval import Interval
from core.domain.work import BookingKey, WorkItem
from tests.unit.builders import NOW, a_booking


@pytest.mark.parametrize("days", [0, 1, 30, 31, 32, 62, 63, 401])
def test_slices_of_a_month_cover_a_window_once(days):
    window = Interval(NOW, NOW + timedelta(days=days))

    slices = list(Limits().slices(window))

    assert all(part.end - part.start <= timedelta(days=31) for part in slices)
    assert all(part.start < part.end for part in slices)
    edges = [window.start, *(part.end for part in slices)]
    assert [part.start for part in slices] == edges[:-1]
    assert edges[-1] == window.end
    assert len(slices) == -(-days // 31)


@dataclass
class Rooms:
    """Shows one booking that lies across two slices."""

    asked: list[Interval] = field(default_factory=list)

    async def find_bookings(self, query):
        self.asked.append(query.window)
        return [a_booking()] if len(self.asked) in (2, 3) else []


@dataclass
class Queue:
    sent: list[WorkItem] = field(default_factory=list)

    async def send(self, items):
        self.sent += items


async def test_rooms_is_asked_from_yesterday_to_the_end_of_the_window():
    rooms, queue = Rooms(), Queue()
    services = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: NOW), limits=Limits(), rooms=rooms, queue=queue
    )

    looks = await sweep_rooms(services)  # type: ignore[arg-type]

    whole = Interval(NOW - timedelta(days=1), NOW + timedelta(days=Limits().window_ahead_days))
    assert rooms.asked == list(Limits().slices(whole))
    assert len(rooms.asked) == 13
    assert looks == len(queue.sent) == 1
    assert queue.sent[0].key == BookingKey(a_booking().mandator, a_booking().booking_id)
