"""A bus in the test's own process, and the real client with links that are closed all at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver, ServiceBusSender

from devstack.bus.queues import QueueConfig
from devstack.bus.server import BusServer
from devstack.kit.clock import VirtualClock
from tests.kit.processes import NO_TLS

QUEUES = {
    "plain": QueueConfig(),
    "settling": QueueConfig(),
    "peeking": QueueConfig(),
    "deferring": QueueConfig(),
    "dead-ends": QueueConfig(max_delivery_count=2),
    "renewing": QueueConfig(lock_duration_s=3),
    "lost-locks": QueueConfig(),
    "scheduling": QueueConfig(),
    "without-duplicates": QueueConfig(duplicate_detection_window_s=600),
    "expiring": QueueConfig(dead_letter_on_expiration=True),
    "deleting": QueueConfig(),
    "prefetching": QueueConfig(),
    "competing": QueueConfig(),
    "by-id": QueueConfig(requires_session=True),
    "held": QueueConfig(requires_session=True),
    "next-available": QueueConfig(requires_session=True),
    "session-deferring": QueueConfig(requires_session=True),
    "expiring-sessions": QueueConfig(requires_session=True),
    "dropping": QueueConfig(requires_session=True),
    "faulty": QueueConfig(),
    "watched": QueueConfig(),
    "raw": QueueConfig(),
    "in-pieces": QueueConfig(),
}


class PushableTime:
    """Real monotonic time that a test can push forward, so that locks end without waiting."""

    def __init__(self) -> None:
        self._pushed_s = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._pushed_s

    def push(self, seconds: float) -> None:
        self._pushed_s += seconds


class Bus:
    """The bus under test with its clocks, and every link that a test opened on it."""

    def __init__(self, server: BusServer, clock: VirtualClock, lock_time: PushableTime) -> None:
        self.server, self.clock, self.lock_time = server, clock, lock_time
        self.client = ServiceBusClient.from_connection_string(
            server.connection_string, retry_total=0, ssl_context=NO_TLS
        )
        self._links: list[ServiceBusSender | ServiceBusReceiver] = []

    async def sender(self, queue: str) -> ServiceBusSender:
        return await self._opened(self.client.get_queue_sender(queue))

    async def receiver(self, queue: str, **options: Any) -> ServiceBusReceiver:
        return await self._opened(self.client.get_queue_receiver(queue, **options))

    async def pair(self, queue: str, **options: Any) -> tuple[ServiceBusSender, ServiceBusReceiver]:
        """Open a sender and a receiver at once: the client takes half a second for each."""
        return await asyncio.gather(self.sender(queue), self.receiver(queue, **options))

    async def _opened[Link: (ServiceBusSender, ServiceBusReceiver)](self, link: Link) -> Link:
        await link.__aenter__()
        self._links.append(link)
        return link

    async def close(self) -> None:
        """Close all links together: each one takes up to a second (facts/local-broker.md)."""
        await asyncio.gather(*(link.close() for link in self._links))
        await self.client.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bus() -> AsyncIterator[Bus]:
    clock, lock_time = VirtualClock(datetime.now(UTC)), PushableTime()
    server = BusServer(clock=clock, queues=QUEUES, monotonic=lock_time)
    await server.start()
    opened = Bus(server, clock, lock_time)
    yield opened
    await opened.close()
    assert not server.broker.connections, "a closed link left its connection behind"
    await server.stop()


@pytest.fixture
def lock_time() -> PushableTime:
    return PushableTime()
