"""Messages that nobody receives, read and taken with the SDK. Importing it loads the SDK.

A queue gives its messages in order only: whoever wants one holds those before it for a moment and
gives them back at the end, which counts as a delivery of theirs. That is why `failed-items` may put
some aside after many such searches; both places are shown as one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from azure.servicebus import ServiceBusReceivedMessage, ServiceBusSubQueue
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver

from core.adapters.servicebus.bus import Dead, DeadEnd
from core.adapters.servicebus.failures import BUS_ERRORS, translated

PAGE = 200
MOST = 5000
"""Messages of one dead end that are looked at: whoever has more has another problem."""
PATIENCE_S = 2.0
"""How long an empty dead end is waited at."""


class Receivers(Protocol):
    """Where receivers come from, and who closes them: that takes the SDK up to a second."""

    def connected(self) -> ServiceBusClient:
        """Return the client."""
        ...

    def close_later(self, link: ServiceBusReceiver) -> None:
        """Close a link without waiting for it."""
        ...


async def peek(receivers: Receivers, end: DeadEnd) -> Sequence[Dead]:
    """Return what lies there, at most MOST; ServiceUnavailableError when it cannot be read."""
    found: list[ServiceBusReceivedMessage] = []
    try:
        async with _receiver(receivers, end) as receiver:
            while len(found) < MOST:
                after = (found[-1].sequence_number or 0) + 1 if found else 0
                page = await receiver.peek_messages(PAGE, sequence_number=after)
                if not page:
                    break
                found += page
    except BUS_ERRORS as error:
        raise translated(error, end.queue) from error
    return [_dead(message) for message in found]


async def take(
    receivers: Receivers,
    end: DeadEnd,
    numbers: Collection[int],
    deed: Callable[[Dead], Awaitable[None]],
) -> Sequence[int]:
    """Do `deed` with each wanted message, then complete it; errors of `deed` pass through."""
    wanted, taken = set(numbers), list[int]()
    others: list[ServiceBusReceivedMessage] = []
    try:
        async with _receiver(receivers, end) as receiver:
            try:
                while wanted and len(taken) + len(others) < MOST:
                    page = await receiver.receive_messages(PAGE, max_wait_time=PATIENCE_S)
                    if not page:
                        break
                    for message in page:
                        number = message.sequence_number or 0
                        if number not in wanted:
                            others.append(message)
                            continue
                        wanted.discard(number)
                        others.append(message)
                        await deed(_dead(message))
                        await receiver.complete_message(message)
                        others.remove(message)
                        taken.append(number)
            finally:
                for message in others:
                    await receiver.abandon_message(message)
    except BUS_ERRORS as error:
        raise translated(error, end.queue) from error
    return taken


@asynccontextmanager
async def _receiver(receivers: Receivers, end: DeadEnd) -> AsyncIterator[ServiceBusReceiver]:
    part = ServiceBusSubQueue.DEAD_LETTER if end.is_set_aside else None
    receiver = receivers.connected().get_queue_receiver(end.queue, sub_queue=part)
    try:
        yield receiver
    finally:
        receivers.close_later(receiver)


def _dead(message: ServiceBusReceivedMessage) -> Dead:
    if message.enqueued_time_utc is None:
        raise ValueError("a message without the time it came")
    return Dead(
        number=message.sequence_number or 0,
        body=b"".join(message.body),
        at=message.enqueued_time_utc,
        deliveries=message.delivery_count or 0,
        reason=message.dead_letter_reason or "",
    )
