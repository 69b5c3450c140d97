"""Both buses with both ends, on a virtual clock: in memory, and the broker with the real client.

The broker and its links live as long as a module: opening and closing them is what takes time.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from core.adapters.counts import BrokerCounts
from core.adapters.servicebus.azure_bus import AzureBus
from core.adapters.servicebus.bus import Bus
from core.adapters.servicebus.queue import BusWorkQueue
from core.ports.queues import QueueCounts
from devstack.bus.server import BusServer
from devstack.kit.clock import VirtualClock
from tests.kit.inboxes import BrokerInbox, Inbox, MemoryInbox
from tests.kit.memory_queue import MemoryBus

START = datetime(2026, 3, 2, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """A bus under test; `work` is what the app sends with, `inbox` what its host receives with."""

    clock: VirtualClock
    bus: Bus
    work: BusWorkQueue
    inbox: Inbox
    counts: QueueCounts


@pytest.fixture(scope="module")
def broker_clock() -> VirtualClock:
    return VirtualClock(START)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker(broker_clock: VirtualClock) -> AsyncIterator[BusServer]:
    server = BusServer(clock=broker_clock)
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker_place(broker: BusServer, broker_clock: VirtualClock) -> AsyncIterator[Place]:
    bus = AzureBus(connection_string=broker.connection_string)
    inbox = BrokerInbox(broker.connection_string, broker.control_url)
    yield Place(broker_clock, bus, BusWorkQueue(bus), inbox, BrokerCounts(broker.control_url))
    await inbox.close()
    await bus.close()


@pytest.fixture(params=["memory", "broker"])
def place(request: pytest.FixtureRequest) -> Place:
    """An empty bus."""
    if request.param == "memory":
        clock = VirtualClock(START)
        bus = MemoryBus(clock)
        return Place(clock, bus, BusWorkQueue(bus), MemoryInbox(bus), bus)
    request.getfixturevalue("broker").broker.purge()
    return request.getfixturevalue("broker_place")
