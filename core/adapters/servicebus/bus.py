"""What the queues need of a message bus: durable sends, and a way to its dead letters.

Service Bus is one, the tests' memory another. Receiving work is the Functions host's business, so
there is nothing for it here.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

SYNC_ITEMS = "sync-items"
MAILBOX_JOBS = "mailbox-jobs"
NOTICES = "notices"
FAILED_ITEMS = "failed-items"
QUEUES = (SYNC_ITEMS, MAILBOX_JOBS, NOTICES, FAILED_ITEMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to be sent.

    `message_id` decides on duplicates where the queue looks for them; `session` is "" for a queue
    without sessions; with `due` the message becomes visible at that moment.
    """

    body: bytes
    message_id: str
    session: str = ""
    correlation_id: str = ""
    due: datetime | None = None
    properties: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """Where messages lie that nobody receives.

    A queue without a worker, or the part of a queue that the bus sets messages aside in.
    """

    queue: str
    is_set_aside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """A message in a dead end; `reason` is the bus' own, "" where it did not put it there."""

    number: int
    body: bytes
    at: datetime
    deliveries: int = 0
    reason: str = ""


class Bus(Protocol):
    """The queues of one installation."""

    async def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send; durable when it returns. ServiceUnavailableError: some or all may have arrived."""
        ...

    async def peek_dead(self, end: DeadEnd) -> Sequence[Dead]:
        """Return what lies in a dead end, oldest first, and change nothing."""
        ...

    async def take_dead(
        self, end: DeadEnd, numbers: Collection[int], deed: Callable[[Dead], Awaitable[None]]
    ) -> Sequence[int]:
        """Do `deed` with each of these messages that is still there, then remove it.

        Return the numbers of those. What is not asked for stays.
        """
        ...
