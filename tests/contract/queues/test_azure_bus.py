"""What the real client does when all goes well, and when the bus goes away."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from core.adapters.servicebus.azure_bus import AzureBus
from core.adapters.servicebus.bus import SYNC_ITEMS, Outgoing
from core.errors import InvalidPayloadError, ServiceUnavailableError
from devstack.bus.server import BusServer
from devstack.kit.clock import VirtualClock

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[BusServer]:
    server = BusServer(clock=VirtualClock(datetime(2026, 3, 2, 7, tzinfo=UTC)))
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bus(server: BusServer) -> AsyncIterator[AzureBus]:
    bus = AzureBus(connection_string=server.connection_string)
    await bus.open(SYNC_ITEMS)
    yield bus
    await bus.close()


def messages(count: int, size: int = 2) -> list[Outgoing]:
    return [
        Outgoing(body=b"x" * size, message_id=f"m{n}", session=f"s{n % 3}") for n in range(count)
    ]


def active(server: BusServer) -> int:
    return server.broker.counts()[SYNC_ITEMS].active


async def test_a_warm_send_takes_less_than_three_milliseconds(bus: AzureBus):
    await bus.send(SYNC_ITEMS, messages(1))
    took = []
    for _ in range(50):
        began = time.perf_counter()
        await bus.send(SYNC_ITEMS, messages(1))
        took.append(time.perf_counter() - began)
    assert sorted(took)[len(took) // 2] < 0.003


async def test_a_new_connection_takes_less_than_the_pauses_of_the_sdk(server: BusServer):
    took = []
    for _ in range(4):
        bus = AzureBus(connection_string=server.connection_string)
        began = time.perf_counter()
        await bus.open(SYNC_ITEMS)
        took.append(time.perf_counter() - began)
        await bus.close()
    assert min(took) < 0.3


async def test_senders_that_wait_for_each_other_share_a_send(bus: AzureBus, server: BusServer):
    before, sent = active(server), bus.calls[SYNC_ITEMS]
    await asyncio.gather(*(bus.send(SYNC_ITEMS, messages(1)) for _ in range(100)))
    assert active(server) - before == 100
    assert bus.calls[SYNC_ITEMS] - sent <= 3


async def test_a_cut_connection_is_replaced_within_the_same_send(bus: AzureBus, server: BusServer):
    before = active(server)
    await bus.send(SYNC_ITEMS, messages(1))
    server.broker.drop_connections()
    began = time.monotonic()
    await bus.send(SYNC_ITEMS, messages(2))
    assert time.monotonic() - began < 4
    assert active(server) - before >= 3


async def test_callers_that_go_away_take_nobody_else_along(bus: AzureBus, server: BusServer):
    before = active(server)
    callers = [asyncio.create_task(bus.send(SYNC_ITEMS, messages(1))) for _ in range(6)]
    await asyncio.sleep(0)
    for gone in (callers[0], callers[3]):
        gone.cancel()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert [outcome is None for outcome in outcomes] == [False, True, True, False, True, True]
    await bus.send(SYNC_ITEMS, messages(1))
    assert 5 <= active(server) - before <= 7


async def test_a_message_that_no_send_takes_is_permanent(bus: AzureBus, server: BusServer):
    before = active(server)
    with pytest.raises(InvalidPayloadError, match="larger than the queue takes"):
        await bus.send(SYNC_ITEMS, messages(2, size=2_000_000))
    assert active(server) == before


async def test_with_partitions_every_send_keeps_to_one_session(server: BusServer):
    bus = AzureBus(connection_string=server.connection_string, one_session_per_batch=True)
    before = active(server)
    await bus.send(SYNC_ITEMS, messages(9))
    assert bus.calls[SYNC_ITEMS] == 3
    assert active(server) - before == 9
    await bus.close()


async def test_a_bus_that_is_down_is_told_within_five_seconds():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        bus = AzureBus(
            connection_string=(
                f"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=x;SharedAccessKey=y;"
                "UseDevelopmentEmulator=true"
            )
        )
        began = time.monotonic()
        with pytest.raises(ServiceUnavailableError, match="queue sync-items: send failed"):
            await bus.send(SYNC_ITEMS, messages(1))
        assert time.monotonic() - began < 5
        await bus.close()


async def test_a_bus_that_says_nothing_is_told_when_the_budget_is_spent():
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    bus = AzureBus(
        connection_string=(
            f"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=x;SharedAccessKey=y;"
            "UseDevelopmentEmulator=true"
        ),
        budget_s=0.5,
    )
    began = time.monotonic()
    first = asyncio.create_task(bus.send(SYNC_ITEMS, messages(1)))
    await asyncio.sleep(0.01)
    outcomes = await asyncio.gather(
        first, bus.send(SYNC_ITEMS, messages(1)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [ServiceUnavailableError] * 2
    assert time.monotonic() - began < 1.5
    silent.close()
    await bus.close()
