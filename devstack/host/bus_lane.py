"""One lane of a Service Bus trigger: take messages, run the function, settle, repeat."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from azure.servicebus import ServiceBusReceivedMessage
from azure.servicebus._pyamqp.error import AMQPException
from azure.servicebus.exceptions import ServiceBusError

from devstack.host.bus_link import BusLink, NothingThereError
from devstack.host.bus_messages import batch_input, single_input
from devstack.host.host_json import BusOptions
from devstack.host.invoker import Invoker
from devstack.host.metadata import BusFunction

log = logging.getLogger("host.bus")

LOST = (ServiceBusError, AMQPException, OSError, TimeoutError, ValueError, RuntimeError)
"""What the client raises when a lock, a link or a connection is gone."""


class LocksLostError(Exception):
    """Messages could not be settled: they will be delivered again, and the link is of no use."""


_CROWDED_IDLE_S = 0.05


@dataclass(slots=True)
class LaneEvents:
    """How a lane tells its trigger what it is doing, so that the trigger can add lanes."""

    waiting: Callable[[], None]
    busy: Callable[[], None]
    is_crowded: Callable[[], bool]


class Lane:
    """Handles one session (or one message or batch) at a time over one connection."""

    def __init__(
        self, function: BusFunction, options: BusOptions, invoker: Invoker, events: LaneEvents
    ) -> None:
        self._function, self._options = function, options
        self._invoker, self._events = invoker, events
        self.stopping = False
        self.working = False

    async def run(self) -> None:
        """Serve until cancelled or told to stop; raises what the client raises when it is lost."""
        function = self._function
        batch = self._options.max_message_batch_size if function.many else 1
        link = BusLink(function.connection, function.queue, sessions=function.sessions, batch=batch)
        try:
            await link.connect()
            if function.sessions:
                await self._serve_sessions(link)
            else:
                await self._serve_queue(link)
        finally:
            await link.close()

    async def _serve_sessions(self, link: BusLink) -> None:
        while not self.stopping:
            self._events.waiting()
            try:
                await link.attach()
            except NothingThereError:
                continue
            self._events.busy()
            while messages := await self._next_of_session(link):
                await self._handle(link, messages)
            await link.detach()

    async def _next_of_session(self, link: BusLink) -> list[ServiceBusReceivedMessage]:
        """Wait for more of the session, less long when every lane is taken; empty = give it back.

        The real host waits the whole time even then; here it would only make a crowd of sessions
        with one message each slow.
        """
        left = self._options.session_idle_timeout_s
        while not self.stopping:
            wait = min(left, _CROWDED_IDLE_S)
            if messages := await link.receive(wait):
                return messages
            left -= wait
            if left <= 0 or self._events.is_crowded():
                break
        return []

    async def _serve_queue(self, link: BusLink) -> None:
        await link.attach()
        while not self.stopping:
            self._events.waiting()
            messages = await link.receive(None)
            self._events.busy()
            await self._handle(link, messages)

    async def _handle(self, link: BusLink, messages: Sequence[ServiceBusReceivedMessage]) -> None:
        """Run the function on `messages` and settle them; raises LocksLostError."""
        self.working = True
        try:
            with self._invoker.activity.delivery(self._function.name, len(messages)):
                async with self._locked(link, messages):
                    succeeded = await self._invoke(messages)
                await self._settle(link, messages, succeeded)
        finally:
            self.working = False

    async def _invoke(self, messages: Sequence[ServiceBusReceivedMessage]) -> bool:
        """Run the function once for the batch, or once per message; True when nothing failed."""
        if self._function.many:
            value, metadata = batch_input(messages)
        else:
            value, metadata = single_input(messages[0])
        outcome = await self._invoker.run(self._function, value, metadata)
        return outcome.failure is None

    async def _settle(
        self, link: BusLink, messages: Sequence[ServiceBusReceivedMessage], succeeded: bool
    ) -> None:
        if succeeded and not self._options.auto_complete:
            return
        settle = link.receiver.complete_message if succeeded else link.receiver.abandon_message
        try:
            for message in messages:
                await settle(message)
        except LOST as error:
            raise LocksLostError(str(error)) from error

    @contextlib.asynccontextmanager
    async def _locked(
        self, link: BusLink, messages: Sequence[ServiceBusReceivedMessage]
    ) -> AsyncIterator[None]:
        """Keep session or message locks alive while the block runs, as long as host.json allows."""
        renewal = asyncio.create_task(self._renew(link, messages))
        try:
            yield
        finally:
            renewal.cancel()
            with contextlib.suppress(asyncio.CancelledError, *LOST):
                await renewal

    async def _renew(self, link: BusLink, messages: Sequence[ServiceBusReceivedMessage]) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._options.max_auto_lock_renewal_s
        while True:
            locks = [m.locked_until_utc for m in messages if m.locked_until_utc is not None]
            expiry = link.session_locked_until() if link.sessions else min(locks, default=None)
            if expiry is None:
                return
            pause = max(0.5, (expiry - datetime.now(UTC)).total_seconds() / 2)
            if loop.time() + pause > until:
                return
            await asyncio.sleep(pause)
            if link.sessions:
                await link.renew_session_lock()
                continue
            for message in messages:
                await link.receiver.renew_message_lock(message)
