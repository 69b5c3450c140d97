"""The queues that carry the work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.notice import Notice
from core.domain.work import GivenUp, MailboxJob, WorkItem


class WorkQueue(Protocol):
    """The queues (design 6). Sends are durable when they return."""

    async def send(self, items: Sequence[WorkItem]) -> None:
        """Queue looks, each in the session of its key."""
        ...

    async def schedule(self, item: WorkItem, due: datetime) -> None:
        """Queue a look that becomes visible at `due`."""
        ...

    async def send_jobs(self, jobs: Sequence[MailboxJob], due: datetime | None = None) -> None:
        """Queue mailbox jobs, each in the session of its mailbox, visible at `due`."""
        ...

    async def send_notice(self, notice: Notice, due: datetime | None = None) -> None:
        """Queue a mail, visible at `due`; the same id and attempt again in a while is dropped."""
        ...

    async def put_back(self, queue: str, body: bytes, due: datetime) -> None:
        """Queue a message as it is, visible at `due`: one that this version cannot read."""
        ...

    async def give_up(self, given_up: GivenUp) -> None:
        """Put something into `failed-items`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """How much lies in a queue."""

    active: int
    scheduled: int
    dead: int


class QueueCounts(Protocol):
    """Reads queue depths; needs more rights than sending and receiving, hence a port of its own."""

    async def depths(self) -> dict[str, QueueDepth]:
        """Return the depth of each queue by name."""
        ...
