"""What the queues need of a message bus: durable sends.

Service Bus is one, the tests' memory another. Receiving is the Functions host's business, so there
is nothing for it here.
"""

from collections.abc import Mapping, Sequence
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


class Bus(Protocol):
    """The queues of one installation."""

    async def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send; durable when it returns. ServiceUnavailableError: some or all may have arrived."""
        ...
