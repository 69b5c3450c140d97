"""The bus as a process of its own: what it acknowledged is there after `kill -9`."""

import asyncio
import itertools
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient
from azure.servicebus.exceptions import ServiceBusError

from devstack.kit.clock import SharedClock
from tests.contract.bus.client import sessioned
from tests.kit.processes import NO_TLS

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("bus-process")]


class Process:
    """A running bus with what is needed to talk to it."""

    def __init__(self, running: asyncio.subprocess.Process, port: str, control: str) -> None:
        self.running, self.control = running, control
        self.client = ServiceBusClient.from_connection_string(
            f"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=x;SharedAccessKey=y;"
            "UseDevelopmentEmulator=true",
            retry_total=0,
            ssl_context=NO_TLS,
        )

    async def get(self, path: str) -> Any:
        async with httpx.AsyncClient(base_url=self.control) as client:
            return (await client.get(path)).json()

    async def end(self, number: signal.Signals) -> int:
        self.running.send_signal(number)
        return await self.running.wait()


@asynccontextmanager
async def bus_process(folder: Path) -> AsyncIterator[Process]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "devstack.bus", "--port", "0", "--control-port", "0"),
        *("--state", str(folder / "state" / "bus.sqlite"), "--clock", str(folder / "clock.json")),
        stdout=asyncio.subprocess.PIPE,
        env=dict(os.environ),
    )
    assert running.stdout is not None
    line = (await asyncio.wait_for(running.stdout.readline(), 15)).decode()
    found = re.fullmatch(r"bus listening on 127\.0\.0\.1:(\d+), control on (http://\S+)\n", line)
    assert found, line
    process = Process(running, *found.groups())
    try:
        yield process
    finally:
        await process.client.close()
        if running.returncode is None:
            await process.end(signal.SIGKILL)


async def flood(process: Process, queue: str, acknowledged: list[str]) -> None:
    """Send one message after the other until the bus is gone; note which were acknowledged."""
    sender = process.client.get_queue_sender(queue)
    try:
        for number in itertools.count():
            await sender.send_messages(ServiceBusMessage(str(number)))
            acknowledged.append(str(number))
    except ServiceBusError:
        await sender.close()


async def test_what_was_acknowledged_survives_kill_9_and_the_clock_goes_on(tmp_path: Path) -> None:
    async with bus_process(tmp_path) as process:
        sender = process.client.get_queue_sender("sync-items")
        await sender.send_messages(sessioned("A", "a1", "a2"))
        await sender.schedule_messages(
            ServiceBusMessage("later", session_id="A"), datetime.now(UTC) + timedelta(days=14)
        )
        receiver = process.client.get_queue_receiver("sync-items", session_id="A")
        messages = await receiver.receive_messages(2, max_wait_time=2)
        await receiver.complete_message(messages[0])
        acknowledged: list[str] = []
        flooding = asyncio.create_task(flood(process, "failed-items", acknowledged))
        async with asyncio.timeout(15):
            while len(acknowledged) < 100:  # noqa: ASYNC110 - in the middle of it, wherever that is
                await asyncio.sleep(0.01)
            await process.end(signal.SIGKILL)
            await asyncio.gather(flooding, sender.close(), receiver.close())

    async with bus_process(tmp_path) as process:
        assert (await process.get("/queues"))["sync-items"] == {
            "active": 1,
            "scheduled": 1,
            "dead": 0,
        }
        (kept,) = await process.get("/messages/sync-items")
        assert (kept["body"], kept["state"], kept["delivery_count"]) == ("a2", "active", 0)
        there = [message["body"] for message in await process.get("/messages/failed-items")]
        assert there[: len(acknowledged)] == acknowledged

        SharedClock(tmp_path / "clock.json").write_offset(timedelta(days=15))
        assert (await process.get("/queues"))["sync-items"]["active"] == 2
        assert await process.end(signal.SIGTERM) == 0
