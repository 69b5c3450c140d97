"""The control over HTTP: what it counts and shows, the faults it commits, what it refuses."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient

from devstack.kit.journal import iso
from tests.contract.bus.client import receive
from tests.contract.bus.conftest import Bus
from tests.kit.processes import NO_TLS

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("bus-control")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def control(bus: Bus) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=bus.server.control_url) as client:
        yield client


async def get(control: httpx.AsyncClient, path: str) -> Any:
    response = await control.get(path)
    assert response.status_code == 200, response.text
    return response.json()


async def test_it_counts_shows_and_purges_messages_by_state(
    bus: Bus, control: httpx.AsyncClient
) -> None:
    sender, receiver = await bus.pair("watched")
    await sender.send_messages(
        [
            ServiceBusMessage(
                "dies", message_id="m1", subject="s", application_properties={"k": 1}
            ),
            ServiceBusMessage("held"),
            ServiceBusMessage("aside"),
            ServiceBusMessage("waits", session_id="A"),
        ]
    )
    dies, _, aside = await receive(receiver, 3)
    await receiver.dead_letter_message(dies, reason="why", error_description="in detail")
    await receiver.defer_message(aside)
    due = bus.clock.now() + timedelta(hours=1)
    await sender.schedule_messages(ServiceBusMessage("later"), due)

    assert (await get(control, "/queues"))["watched"] == {"active": 2, "scheduled": 1, "dead": 1}
    assert await get(control, "/next-due") == {"next_due": iso(due)}
    shown = await get(control, "/messages/watched")
    assert [(m["body"], m["state"], m["session_id"]) for m in shown] == [
        ("held", "locked", None),
        ("waits", "active", "A"),
    ]
    (dead,) = await get(control, "/messages/watched?sub=dead")
    assert (dead["dead_letter_reason"], dead["dead_letter_description"]) == ("why", "in detail")
    assert (dead["message_id"], dead["subject"]) == ("m1", "s")
    assert dead["application_properties"] == {"k": 1}
    (deferred,) = await get(control, "/messages/watched?sub=deferred")
    assert (deferred["body"], deferred["delivery_count"]) == ("aside", 1)
    (scheduled,) = await get(control, "/messages/WATCHED?sub=scheduled")
    assert scheduled["scheduled_for"] == iso(due)

    bus.clock.advance(timedelta(hours=1))
    assert (await get(control, "/queues"))["watched"] == {"active": 3, "scheduled": 0, "dead": 1}
    assert await get(control, "/next-due") == {"next_due": None}

    assert (await control.post("/purge")).status_code == 200
    assert set(map(str, (await get(control, "/queues")).values())) == {
        "{'active': 0, 'scheduled': 0, 'dead': 0}"
    }
    assert await get(control, "/messages/watched?sub=dead") == []


async def test_health_tells_that_it_runs(control: httpx.AsyncClient) -> None:
    assert (await get(control, "/health"))["status"] == "ok"


async def test_dropped_connections_are_reset_once_and_a_client_with_retries_goes_on(
    bus: Bus, control: httpx.AsyncClient
) -> None:
    client = ServiceBusClient.from_connection_string(
        bus.server.connection_string, retry_total=3, retry_backoff_factor=0.01, ssl_context=NO_TLS
    )
    sender = client.get_queue_sender("faulty")
    await sender.send_messages(ServiceBusMessage("before"))
    assert bus.server.broker.connections
    assert (await control.post("/faults", json={"drop_connections": True})).status_code == 200
    assert not bus.server.broker.connections
    await sender.send_messages(ServiceBusMessage("after"))
    shown = await get(control, "/messages/faulty")
    assert [message["body"] for message in shown] == ["before", "after"]
    await sender.close()
    await client.close()


async def test_every_reply_is_late_until_the_fault_is_taken_back(
    bus: Bus, control: httpx.AsyncClient
) -> None:
    loop = asyncio.get_running_loop()
    sender = await bus.sender("plain")

    async def duration_of_a_send() -> float:
        started = loop.time()
        await sender.send_messages(ServiceBusMessage("x"))
        return loop.time() - started

    await control.post("/faults", json={"delay_ms": 300})
    assert await duration_of_a_send() >= 0.3
    assert (await control.delete("/faults")).status_code == 200
    assert await duration_of_a_send() < 0.3


@pytest.mark.parametrize(
    ("call", "status", "complaint"),
    [
        (("POST", "/faults", {"drop": True}), 400, "drop: Extra inputs are not permitted"),
        (("POST", "/faults", {"delay_ms": -1}), 400, "delay_ms: Input should be greater"),
        (("POST", "/purge", {"queue": "x"}), 400, "queue: Extra inputs are not permitted"),
        (("GET", "/messages/nowhere", None), 404, "'nowhere' could not be found"),
        (("GET", "/messages/plain?sub=lost", None), 400, "sub must be one of active, dead"),
        (("GET", "/messages/plain?limit=1", None), 400, "unknown query parameters: limit"),
        (("GET", "/queues?name=plain", None), 400, "unknown query parameters: name"),
    ],
)
async def test_what_it_does_not_know_is_refused_with_its_place(
    control: httpx.AsyncClient, call: tuple[str, str, Any], status: int, complaint: str
) -> None:
    method, path, body = call
    response = await control.request(method, path, json=body)
    assert response.status_code == status
    assert complaint in response.json()["error"]
