"""A bus that is busy is waited for; nothing that a sweep has found is left out because of it."""

import pytest

from core.app.patiently import AT_ONCE, PATIENCE_S, PAUSE_S, send_patiently
from core.errors import ServiceUnavailableError, ThrottledError


class Bus:
    """Takes so many hundreds, then is busy for so many tries, and so on."""

    def __init__(self, *, takes=2, busy=1, error=ThrottledError):
        self._takes, self._busy, self._error = takes, busy, error
        self._turn, self.sent, self.paused = 0, [], []

    async def send(self, messages):
        self._turn += 1
        if self._turn % (self._takes + self._busy) >= self._takes:
            raise self._error("queue sync-items: send failed: the bus is busy")
        self.sent += messages

    async def pause(self, seconds):
        self.paused.append(seconds)


async def test_everything_is_sent_once_and_in_order_however_often_the_bus_is_busy():
    bus, messages = Bus(), list(range(5 * AT_ONCE + 7))

    await send_patiently(messages, bus.send, bus.pause)

    assert bus.sent == messages
    assert bus.paused == [PAUSE_S] * len(bus.paused) != []


async def test_nothing_is_sent_where_there_is_nothing():
    bus = Bus()

    await send_patiently([], bus.send, bus.pause)

    assert (bus.sent, bus.paused) == ([], [])


async def test_a_bus_that_stays_busy_is_left_to_the_next_time():
    bus = Bus(takes=0, busy=1)

    with pytest.raises(ThrottledError):
        await send_patiently([1], bus.send, bus.pause)
    assert sum(bus.paused) == PATIENCE_S


async def test_another_failure_is_told_at_once():
    bus = Bus(takes=0, busy=1, error=ServiceUnavailableError)

    with pytest.raises(ServiceUnavailableError):
        await send_patiently([1], bus.send, bus.pause)
    assert bus.paused == []
