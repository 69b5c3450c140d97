"""The way into one queue: one AMQP send at a time; what waits meanwhile goes into the next one.

Importing this module loads the SDK.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusSender
from azure.servicebus.exceptions import MessageSizeExceededError

from core.adapters.servicebus.bus import Outgoing
from core.adapters.servicebus.failures import BUS_ERRORS, is_refusal, translated
from core.adapters.servicebus.opening import open_sender
from core.errors import RoomSyncError, ServiceUnavailableError

WARM_TRY_S = 1.5
"""Seconds for one try over an open connection: it answers in milliseconds or it is dead."""
LAST_TRY_S = 0.4
PAUSES_S = (0.0, 0.0, 0.2, 0.5, 1.0)
"""Pauses before each try; none before the second, as most failures are a connection cut idle."""


class Senders(Protocol):
    """Where a lane gets its sender from."""

    calls: Counter[str]

    def new_sender(self, queue: str) -> ServiceBusSender:
        """Return a sender, not opened yet."""
        ...

    def close_later(self, link: ServiceBusSender) -> None:
        """Close a sender without waiting for it."""
        ...


@dataclass(slots=True)
class _Waiting:
    messages: Sequence[Outgoing]
    sent: asyncio.Future[None]
    since: float


class Lane:
    """All sends of this process to one queue. With `one_session` no send mixes sessions.

    A send that does not succeed is given back to its caller after `budget_s` seconds, however often
    it was tried.
    """

    def __init__(self, senders: Senders, queue: str, *, one_session: bool, budget_s: float) -> None:
        self._senders, self._queue = senders, queue
        self._one_session, self._budget_s = one_session, budget_s
        self._busy = asyncio.Lock()
        self._waiting: list[_Waiting] = []
        self._sending: asyncio.Task[None] | None = None
        self._sender: ServiceBusSender | None = None

    async def send(self, messages: Sequence[Outgoing]) -> None:
        """Send, together with whatever else is waiting.

        The work is done by a task of the lane, so that a caller who goes away takes nobody else's
        messages along.
        """
        loop = asyncio.get_running_loop()
        mine = _Waiting(messages, loop.create_future(), loop.time())
        self._waiting.append(mine)
        if self._sending is None or self._sending.done():
            self._sending = loop.create_task(self._send_waiting())
        await mine.sent

    async def open(self) -> None:
        """Open the connection ahead of the first send; a failure is left to that send."""
        async with self._busy:
            try:
                async with asyncio.timeout(self._budget_s):
                    await self._opened()
            except BUS_ERRORS:
                self.drop_sender()

    def drop_sender(self) -> None:
        """Close the connection; the next send opens another one."""
        sender, self._sender = self._sender, None
        if sender is not None:
            self._senders.close_later(sender)

    async def _send_waiting(self) -> None:
        async with self._busy:
            while self._waiting:
                together, self._waiting = self._waiting, []
                outcome: Exception | None = None
                try:
                    await self._deliver(
                        [message for waiting in together for message in waiting.messages],
                        together[0].since + self._budget_s,
                    )
                except asyncio.CancelledError:
                    outcome = ServiceUnavailableError(f"queue {self._queue}: shutting down")
                    raise
                except Exception as error:  # noqa: BLE001 - it is raised where it is awaited
                    outcome = error
                finally:
                    for waiting in together:
                        _settle(waiting.sent, outcome)

    async def _deliver(self, messages: list[Outgoing], deadline: float) -> None:
        """Send all, trying again until `deadline`; what was sent is not sent again.

        Who has waited for others in vain is still given one short try.
        """
        if self._one_session:
            messages.sort(key=lambda message: message.session)
        now = asyncio.get_running_loop().time
        deadline = max(deadline, now() + LAST_TRY_S)
        failure: RoomSyncError = ServiceUnavailableError(f"queue {self._queue}: send failed")
        for pause in PAUSES_S:
            await asyncio.sleep(pause)
            until = deadline if self._sender is None else min(deadline, now() + WARM_TRY_S)
            try:
                async with asyncio.timeout_at(until):
                    while messages:
                        del messages[: await self._send_some(messages)]
            except BUS_ERRORS as error:
                self.drop_sender()
                failure = translated(error, self._queue)
                if is_refusal(error) or now() >= deadline:
                    break
            except asyncio.CancelledError:
                self.drop_sender()
                raise
            else:
                return
        raise failure

    async def _send_some(self, messages: Sequence[Outgoing]) -> int:
        """Send as many messages as one AMQP send takes and return their number."""
        sender = await self._opened()
        self._senders.calls[self._queue] += 1
        if len(messages) == 1:
            await sender.send_messages(_sdk_message(messages[0]))
            return 1
        batch = await sender.create_message_batch()
        for message in messages:
            if self._one_session and message.session != messages[0].session:
                break
            try:
                batch.add_message(_sdk_message(message))
            except MessageSizeExceededError:
                if not len(batch):
                    raise
                break
        await sender.send_messages(batch)
        return len(batch)

    async def _opened(self) -> ServiceBusSender:
        if self._sender is None:
            self._sender = self._senders.new_sender(self._queue)
            await open_sender(self._sender)
        return self._sender


def _settle(sent: asyncio.Future[None], outcome: Exception | None) -> None:
    if sent.done():
        return
    if outcome is None:
        sent.set_result(None)
    else:
        sent.set_exception(outcome)


def _sdk_message(message: Outgoing) -> ServiceBusMessage:
    properties: dict[str | bytes, Any] = dict(message.properties.items())
    return ServiceBusMessage(
        message.body,
        application_properties=properties,
        content_type="application/json",
        correlation_id=message.correlation_id or None,
        message_id=message.message_id,
        scheduled_enqueue_time_utc=message.due,
        session_id=message.session or None,
    )
