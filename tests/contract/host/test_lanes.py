"""What a lane does with its locks: keeps them while it works, gives them back when it is idle."""

import asyncio
from datetime import UTC, datetime

import pytest
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient
from azure.servicebus.exceptions import SessionCannotBeLockedError

from devstack.bus.queues import QueueConfig
from devstack.bus.server import BusServer
from devstack.host.activity import Activity
from devstack.host.bus_trigger import BusTrigger
from devstack.host.host_json import BusOptions
from devstack.host.invoker import Invoker
from devstack.host.metadata import BusFunction
from devstack.host.runtime import Outcome
from devstack.kit.clock import VirtualClock
from tests.kit.processes import NO_TLS

QUEUES = {
    "with-sessions": QueueConfig(requires_session=True, lock_duration_s=1.5),
    "without": QueueConfig(lock_duration_s=1.5),
}


class Work(Invoker):
    """Takes as long as it is told; counts how often it was asked to."""

    def __init__(self, seconds):
        super().__init__(Activity())
        self.seconds, self.calls = seconds, 0

    async def run(self, function, value, metadata=None):
        del function, value, metadata
        self.calls += 1
        await asyncio.sleep(self.seconds)
        return Outcome(None, "", None)

    async def handled(self, messages):
        async with asyncio.timeout(9):
            while self.activity.messages_settled < messages:  # noqa: ASYNC110 - a plain counter
                await asyncio.sleep(0.01)


@pytest.fixture
async def server():
    running = BusServer(clock=VirtualClock(datetime(2026, 3, 2, tzinfo=UTC)), queues=QUEUES)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def client(server):
    # A refused session is an answer here, nothing to try again.
    async with ServiceBusClient.from_connection_string(
        server.connection_string, retry_total=0, ssl_context=NO_TLS
    ) as connected:
        yield connected


def trigger(server, queue, work, **options):
    function = BusFunction(
        name="work",
        function_id="1",
        parameter="messages",
        queue=queue,
        connection=server.connection_string,
        sessions=queue == "with-sessions",
        many=queue == "with-sessions",
        bindings=(),
    )
    return BusTrigger(function, BusOptions(**options), work, spare=1)


async def send(client, queue):
    await client.get_queue_sender(queue).send_messages(ServiceBusMessage("x", session_id="s"))


@pytest.mark.parametrize("queue", list(QUEUES))
async def test_a_function_may_work_longer_than_its_lock_lasts(server, client, queue):
    work = Work(2.5)
    served = trigger(server, queue, work)
    served.start()
    await send(client, queue)
    await work.handled(1)
    await served.stop()

    assert work.calls == 1
    assert server.broker.counts()[queue].active == 0


async def test_host_json_limits_how_long_a_lock_is_renewed(server, client):
    work = Work(2.5)
    served = trigger(server, "without", work, max_auto_lock_renewal_s=0)
    served.start()
    await send(client, "without")
    await work.handled(1)

    assert server.broker.counts()["without"].active == 1
    await served.stop()


async def test_a_session_is_kept_for_its_idle_time_and_then_given_back(server, client):
    work = Work(0)
    served = trigger(server, "with-sessions", work, session_idle_timeout_s=0.5)
    served.start()
    await send(client, "with-sessions")
    await work.handled(1)

    with pytest.raises(SessionCannotBeLockedError):
        await client.get_queue_receiver("with-sessions", session_id="s").__aenter__()
    await asyncio.sleep(0.7)
    receiver = client.get_queue_receiver("with-sessions", session_id="s")
    await receiver.__aenter__()

    assert receiver.session.session_id == "s"
    await served.stop()
