"""The bus in Azure Service Bus, or in the local broker. The SDK is imported at the first send."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from core.adapters.servicebus.bus import Dead, DeadEnd, Outgoing

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver, ServiceBusSender

    from core.adapters.servicebus.lane import Lane


class AzureBus:
    """One namespace: by connection string (local broker), or by host name and identity.

    Senders are opened once and kept; a broken one is replaced, for `budget_s` seconds at most, then
    the caller is told. `calls` counts AMQP sends by queue.
    `one_session_per_batch` is for namespaces with partitions, which refuse anything else.
    """

    def __init__(
        self,
        *,
        connection_string: str = "",
        namespace: str = "",
        credential: "AsyncTokenCredential | None" = None,
        one_session_per_batch: bool = False,
        budget_s: float = 4.5,
    ) -> None:
        if not connection_string and not (namespace and credential):
            raise ValueError("bus: give a connection string, or a namespace with a credential")
        self._connection_string = connection_string
        self._namespace, self._credential = namespace, credential
        self._one_session_per_batch = one_session_per_batch
        self._budget_s = budget_s
        self._client: ServiceBusClient | None = None
        self._lanes: dict[str, Lane] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self.calls: Counter[str] = Counter()

    async def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send; what several callers send to one queue at the same time goes together."""
        await self._lane(queue).send(messages)

    async def peek_dead(self, end: DeadEnd) -> Sequence[Dead]:
        """Return what lies in a dead end, oldest first, and change nothing."""
        from core.adapters.servicebus.dead_ends import peek  # noqa: PLC0415 - loads the SDK

        return await peek(self, end)

    async def take_dead(
        self, end: DeadEnd, numbers: Collection[int], deed: Callable[[Dead], Awaitable[None]]
    ) -> Sequence[int]:
        """Do `deed` with each of these messages that is still there, then remove it."""
        from core.adapters.servicebus.dead_ends import take  # noqa: PLC0415 - loads the SDK

        return await take(self, end, numbers, deed)

    async def open(self, *queues: str) -> None:
        """Open connections ahead: the first takes half a second and loads the SDK."""
        await asyncio.gather(*(self._lane(queue).open() for queue in queues))

    async def close(self) -> None:
        """Close all connections (up to a second: the SDK's keep-alive sleeps that long)."""
        for lane in self._lanes.values():
            lane.drop_sender()
        await asyncio.gather(*self._closing)
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def new_sender(self, queue: str) -> "ServiceBusSender":
        """Return a sender with a connection of its own, not opened yet."""
        return self.connected().get_queue_sender(queue)

    def close_later(self, link: "ServiceBusSender | ServiceBusReceiver") -> None:
        """Close a sender or receiver without waiting for it."""
        task = asyncio.create_task(_close(link))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _lane(self, queue: str) -> "Lane":
        if queue not in self._lanes:
            from core.adapters.servicebus.lane import Lane  # noqa: PLC0415 - loads the SDK

            self._lanes[queue] = Lane(
                self, queue, one_session=self._one_session_per_batch, budget_s=self._budget_s
            )
        return self._lanes[queue]

    def connected(self) -> "ServiceBusClient":
        """Return the client, made at the first use."""
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> "ServiceBusClient":
        from azure.servicebus.aio import ServiceBusClient  # noqa: PLC0415 - only when it is used

        if self._connection_string:
            return ServiceBusClient.from_connection_string(self._connection_string, retry_total=0)
        if self._credential is None:
            raise ValueError("bus: the credential is missing")
        return ServiceBusClient(self._namespace, self._credential, retry_total=0)


async def _close(link: "ServiceBusSender | ServiceBusReceiver") -> None:
    with suppress(Exception):
        await link.close()
