"""The bus in this process: its ports, its default queues, and a disk that fails."""

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient
from azure.servicebus.exceptions import ServiceBusError

from devstack.bus.server import BusServer
from devstack.kit.clock import VirtualClock
from devstack.kit.shelf import Shelf
from tests.kit.processes import NO_TLS

pytestmark = pytest.mark.xdist_group("bus-server")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime.now(UTC))


async def test_it_serves_the_products_queues_on_ports_of_its_choice(clock: VirtualClock) -> None:
    server = BusServer(clock=clock)
    await server.start()
    assert 0 not in (server.port, server.control_port)
    assert list(server.broker.counts()) == ["sync-items", "mailbox-jobs", "notices", "failed-items"]
    await server.stop()


async def test_a_port_that_is_taken_is_an_error_at_the_start(clock: VirtualClock) -> None:
    first = BusServer(clock=clock)
    await first.start()
    with pytest.raises(OSError, match="in use"):
        await BusServer(clock=clock, port=first.port).start()
    await first.stop()


async def test_what_cannot_be_made_durable_is_not_acknowledged(
    clock: VirtualClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "state.sqlite"
    server = BusServer(clock=clock, shelf=Shelf(path))
    await server.start()
    client = ServiceBusClient.from_connection_string(
        server.connection_string, retry_total=0, ssl_context=NO_TLS
    )
    sender = client.get_queue_sender("failed-items")
    await sender.send_messages(ServiceBusMessage("kept"))
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE shelf")
    other.close()
    with caplog.at_level(logging.ERROR, "devstack.bus"), pytest.raises(ServiceBusError):
        await sender.send_messages(ServiceBusMessage("lost"))
    assert [r.message.partition(":")[0] for r in caplog.records if "devstack" in r.name] == [
        "the state cannot be written"
    ]
    await sender.close()
    await client.close()
    await server.stop()
