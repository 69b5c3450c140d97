"""The receiving end of both buses behind one face, so that one suite can look at what was sent."""

import asyncio
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

import httpx
from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.exceptions import OperationTimeoutError

from devstack.bus.queues import PRODUCT_QUEUES
from tests.kit.memory_queue import Batch, MemoryBus, Received
from tests.kit.processes import NO_TLS

WAIT_S = 0.3


class Inbox(Protocol):
    """What a worker's host does with a queue; `waiting` looks at what is visible."""

    async def waiting(self, queue: str) -> list[Received]: ...
    async def next_batch(self, queue: str, limit: int = 16) -> Batch | None: ...
    async def complete(self, message: Received) -> None: ...
    async def abandon(self, message: Received) -> None: ...
    async def dead_letter(self, message: Received, reason: str) -> None: ...
    async def release(self, batch: Batch) -> None: ...


class MemoryInbox:
    """The inbox of a MemoryBus."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus

    async def waiting(self, queue: str) -> list[Received]:
        return list(self._bus.waiting(queue))

    async def next_batch(self, queue: str, limit: int = 16) -> Batch | None:
        return self._bus.next_batch(queue, limit)

    async def complete(self, message: Received) -> None:
        self._bus.complete(message)

    async def abandon(self, message: Received) -> None:
        self._bus.abandon(message)

    async def dead_letter(self, message: Received, reason: str) -> None:
        self._bus.dead_letter(message, reason)

    async def release(self, batch: Batch) -> None:
        self._bus.release(batch)


class BrokerInbox:
    """The inbox of a broker: the real client receives, the broker's control looks."""

    def __init__(self, connection_string: str, control_url: str) -> None:
        self._client = ServiceBusClient.from_connection_string(
            connection_string, retry_total=0, ssl_context=NO_TLS
        )
        self._control = httpx.AsyncClient(base_url=control_url, trust_env=False)
        self._held: dict[int, tuple[ServiceBusReceiver, ServiceBusReceivedMessage]] = {}
        self._receivers: dict[int, ServiceBusReceiver] = {}
        self._closing: list[asyncio.Task[None]] = []

    async def waiting(self, queue: str) -> list[Received]:
        answer = await self._control.get(f"/messages/{queue}")
        return [_shown(queue, message) for message in answer.raise_for_status().json()]

    async def next_batch(self, queue: str, limit: int = 16) -> Batch | None:
        """Open a link of its own (half a second), of the next free session if there are any."""
        receiver = self._receiver(queue)
        try:
            await receiver.__aenter__()
            messages = await receiver.receive_messages(limit, max_wait_time=WAIT_S)
        except OperationTimeoutError:
            messages = []
        if not messages:
            self._close(receiver)
            return None
        received = tuple(_received(queue, message) for message in messages)
        for mine, theirs in zip(received, messages, strict=True):
            self._held[id(mine)] = (receiver, theirs)
        batch = Batch(queue, received[0].session, received)
        self._receivers[id(batch)] = receiver
        return batch

    async def complete(self, message: Received) -> None:
        receiver, held = self._held.pop(id(message))
        await receiver.complete_message(held)

    async def abandon(self, message: Received) -> None:
        receiver, held = self._held.pop(id(message))
        await receiver.abandon_message(held)

    async def dead_letter(self, message: Received, reason: str) -> None:
        receiver, held = self._held.pop(id(message))
        await receiver.dead_letter_message(held, reason=reason)

    async def release(self, batch: Batch) -> None:
        for message in batch.messages:
            if id(message) in self._held:
                await self.abandon(message)
        self._close(self._receivers.pop(id(batch)))

    async def close(self) -> None:
        """Wait for all links to be closed."""
        await asyncio.gather(*self._closing)
        await self._control.aclose()
        await self._client.close()

    def _receiver(self, queue: str) -> ServiceBusReceiver:
        if PRODUCT_QUEUES[queue].requires_session:
            return self._client.get_queue_receiver(
                queue, session_id=NEXT_AVAILABLE_SESSION, max_wait_time=WAIT_S
            )
        return self._client.get_queue_receiver(queue)

    def _close(self, receiver: ServiceBusReceiver) -> None:
        """Close a link in the background: the client takes up to a second for it."""
        self._closing.append(asyncio.create_task(_closed(receiver)))


def _received(queue: str, message: ServiceBusReceivedMessage) -> Received:
    properties = (message.application_properties or {}).items()
    assert message.enqueued_time_utc is not None
    return Received(
        queue=queue,
        number=message.sequence_number or 0,
        body=b"".join(message.body),
        message_id=message.message_id or "",
        session=message.session_id or "",
        correlation_id=message.correlation_id or "",
        properties={_text(name): _text(value) for name, value in properties},
        enqueued_at=message.enqueued_time_utc,
        delivery_count=(message.delivery_count or 0) + 1,
    )


def _shown(queue: str, message: dict[str, Any]) -> Received:
    return Received(
        queue=queue,
        number=message["sequence_number"],
        body=message["body"].encode(),
        message_id=message["message_id"],
        session=message["session_id"] or "",
        correlation_id=message["correlation_id"] or "",
        properties=message["application_properties"],
        enqueued_at=datetime.fromisoformat(message["enqueued_at"]),
        delivery_count=message["delivery_count"],
    )


def _text(value: Any) -> Any:
    """Return a name or a text, which the client gives as bytes, as text."""
    return value.decode() if isinstance(value, bytes) else value


async def _closed(receiver: ServiceBusReceiver) -> None:
    with suppress(Exception):
        await receiver.close()
