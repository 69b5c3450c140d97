"""The receiving end of both buses behind one face, so that one suite can look at what was sent."""

import asyncio
from contextlib import suppress
from typing import Protocol

from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.exceptions import OperationTimeoutError

from core.ports.clock import Clock
from devstack.bus.queues import PRODUCT_QUEUES
from tests.kit.memory_queue import Batch, MemoryBus, Received

WAIT_S = 0.3


class Inbox(Protocol):
    """What a worker's host does with a queue."""

    async def next_batch(self, queue: str, limit: int = 16) -> Batch | None: ...
    async def complete(self, message: Received) -> None: ...
    async def abandon(self, message: Received) -> None: ...
    async def dead_letter(self, message: Received, reason: str) -> None: ...
    async def release(self, batch: Batch) -> None: ...


class MemoryInbox:
    """The inbox of a MemoryBus."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus

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
    """The inbox of a broker, over the real client."""

    def __init__(self, connection_string: str, clock: Clock) -> None:
        self._client = ServiceBusClient.from_connection_string(connection_string, retry_total=0)
        self._clock = clock
        self._held: dict[int, tuple[ServiceBusReceiver, ServiceBusReceivedMessage]] = {}
        self._receivers: dict[int, ServiceBusReceiver] = {}
        self._kept: dict[str, ServiceBusReceiver] = {}
        self._closing: list[asyncio.Task[None]] = []

    async def next_batch(self, queue: str, limit: int = 16) -> Batch | None:
        receiver = self._receiver(queue)
        try:
            await receiver.__aenter__()
            messages = await receiver.receive_messages(limit, max_wait_time=WAIT_S)
        except OperationTimeoutError:
            messages = []
        if not messages:
            self._done_with(queue, receiver)
            return None
        received = tuple(self._received(queue, message) for message in messages)
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
        self._done_with(batch.queue, self._receivers.pop(id(batch)))

    async def close(self) -> None:
        """Wait for all receivers to be closed."""
        await asyncio.gather(*self._closing, *(_closed(kept) for kept in self._kept.values()))
        await self._client.close()

    def _receiver(self, queue: str) -> ServiceBusReceiver:
        """Return a receiver: of the next free session, or the one of a queue without sessions."""
        if PRODUCT_QUEUES[queue].requires_session:
            return self._client.get_queue_receiver(
                queue, session_id=NEXT_AVAILABLE_SESSION, max_wait_time=WAIT_S
            )
        if queue not in self._kept:
            self._kept[queue] = self._client.get_queue_receiver(queue)
        return self._kept[queue]

    def _done_with(self, queue: str, receiver: ServiceBusReceiver) -> None:
        if queue not in self._kept:
            self._closing.append(asyncio.create_task(_closed(receiver)))

    def _received(self, queue: str, message: ServiceBusReceivedMessage) -> Received:
        properties = {
            name.decode() if isinstance(name, bytes) else name: value
            for name, value in (message.application_properties or {}).items()
        }
        return Received(
            queue=queue,
            number=message.sequence_number or 0,
            body=b"".join(message.body),
            message_id=message.message_id or "",
            session=message.session_id or "",
            correlation_id=message.correlation_id or "",
            properties={
                name: value.decode() if isinstance(value, bytes) else value
                for name, value in properties.items()
            },
            enqueued_at=message.enqueued_time_utc or self._clock.now(),
            delivery_count=(message.delivery_count or 0) + 1,
        )


async def _closed(receiver: ServiceBusReceiver) -> None:
    with suppress(Exception):
        await receiver.close()
