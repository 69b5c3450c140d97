"""A receiving link to one queue: the only place that touches the internals of `azure-servicebus`.

The client's own receiver waits up to 0.2 s for more messages after the first, sleeps 50 ms between
the steps of opening a link, and needs a connection per session it accepts (`local-broker`, "Client
behaviour"). This link uses the same client but opens, receives and changes sessions without those
pauses: one connection lives as long as its lane, and the next session is a detach and an attach.
"""

import asyncio
import contextlib
import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusReceivedMessage
from azure.servicebus._pyamqp.constants import LinkState
from azure.servicebus._pyamqp.error import AMQPException
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.aio._async_utils import create_authentication

_ATTACH_REFUSED_NOTHING_THERE = b"com.microsoft:timeout"
_LISTEN_S = 5.0
_GATHER_S = 0.002
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The broker speaks plainly; without it each connection loads all certificates first: 25 ms."""


class NothingThereError(Exception):
    """No session became available within the broker's patience: ask again."""


class BusLink:
    """One connection with one receiving link, credit `batch`, on `queue`."""

    def __init__(self, connection_string: str, queue: str, *, sessions: bool, batch: int) -> None:
        self._client = ServiceBusClient.from_connection_string(
            connection_string, retry_total=0, ssl_context=_NO_TLS
        )
        self._batch = batch
        self.sessions = sessions
        options: dict[str, Any] = {"session_id": NEXT_AVAILABLE_SESSION} if sessions else {}
        # A prefetch count makes the client keep early messages instead of releasing them.
        self.receiver: ServiceBusReceiver = self._client.get_queue_receiver(
            queue, prefetch_count=batch, **options
        )
        self._handler: Any = None

    async def connect(self) -> None:
        """Open the connection and authenticate; raises what the client raises."""
        auth = await create_authentication(self.receiver)  # type: ignore[no-untyped-call]
        self.receiver._create_handler(auth)  # noqa: SLF001 - see the module docstring
        handler: Any = self.receiver._handler  # noqa: SLF001 - as above
        # The keep-alive task would read beside us and delays closing by a second; lock renewals
        # and the waits below keep the connection alive.
        handler._keep_alive_interval = 0  # noqa: SLF001 - as above
        await handler.open_async()
        self._handler = handler

    async def attach(self) -> None:
        """Attach the link: to the next free session (waits for one), or to the queue itself.

        Raises NothingThereError when the broker's patience ended first.
        """
        handler, receiver = self._handler, self.receiver
        if self.sessions:
            receiver._session_id = NEXT_AVAILABLE_SESSION  # noqa: SLF001 - as above
        while not await handler.auth_complete_async():
            pass
        await handler._client_ready_async()  # noqa: SLF001 - sends the attach
        try:
            while handler._link.get_state() is not LinkState.ATTACHED:  # noqa: SLF001
                await handler._connection.listen(wait=_LISTEN_S)  # noqa: SLF001
        except AMQPException as error:
            if bytes(error.condition) == _ATTACH_REFUSED_NOTHING_THERE:
                self._forget_link()
                raise NothingThereError from error
            raise
        receiver._running = True  # noqa: SLF001 - the client checks it before settling

    async def receive(self, wait_s: float | None) -> list[ServiceBusReceivedMessage]:
        """Return what is there, at most a batch; waits for the first message up to `wait_s`."""
        queue = self._handler._received_messages  # noqa: SLF001 - as above
        room = self._batch - queue.qsize()
        if self._handler._link.current_link_credit != room:  # noqa: SLF001 - as above
            await self._handler._link.flow(link_credit=room)  # noqa: SLF001 - as above
        until = None if wait_s is None else asyncio.get_running_loop().time() + wait_s
        while queue.empty():
            left = _LISTEN_S
            if until is not None:
                left = min(left, until - asyncio.get_running_loop().time())
            if left <= 0:
                return []
            await self._listen(left)
        while queue.qsize() < self._batch:
            before = queue.qsize()
            await self._listen(_GATHER_S)
            if queue.qsize() == before:
                break
        count = min(queue.qsize(), self._batch)
        return [self.receiver._build_received_message(queue.get_nowait()) for _ in range(count)]  # noqa: SLF001

    async def detach(self) -> None:
        """Give the session back, keeping the connection for the next one."""
        link = self._handler._link  # noqa: SLF001 - as above
        await self._handler._close_link_async()  # noqa: SLF001 - as above
        while link.state is LinkState.DETACH_SENT:
            await self._handler._connection.listen(wait=_LISTEN_S)  # noqa: SLF001
        self._handler._link = link  # noqa: SLF001 - so that forgetting finds it
        self._forget_link()

    async def renew_session_lock(self) -> datetime:
        """Prolong the lock on the session; return until when it now holds (real time)."""
        until: datetime = await self.receiver.session.renew_lock()
        return until

    def session_locked_until(self) -> datetime:
        """Return until when the session is locked; a minute when the broker does not say."""
        until: datetime | None = self.receiver.session.locked_until_utc
        return until or datetime.now(UTC) + timedelta(minutes=1)

    async def close(self) -> None:
        """Drop the connection; messages that are not settled go back to the queue."""
        if self._handler is None:
            return
        transport = self._handler._connection and self._handler._connection._transport  # noqa: SLF001
        writer = transport and transport.writer
        if writer is not None:
            with contextlib.suppress(OSError):
                writer.transport.abort()
        self._handler = None

    async def _listen(self, wait_s: float) -> None:
        self._handler._link.get_state()  # noqa: SLF001 - raises when the link was taken away
        await self._handler._connection.listen(wait=wait_s)  # noqa: SLF001

    def _forget_link(self) -> None:
        """Drop a finished link from the client's tables, which never forget by themselves."""
        handler = self._handler
        link, handler._link = handler._link, None  # noqa: SLF001 - as above
        session = handler._session  # noqa: SLF001 - as above
        session.links.pop(link.name, None)
        session._output_handles.pop(link.handle, None)  # noqa: SLF001 - as above
        while not handler._received_messages.empty():  # noqa: SLF001 - the broker has them back
            handler._received_messages.get_nowait()  # noqa: SLF001
