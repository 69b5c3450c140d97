"""Locks on messages, and what a lock is: held by a receiver until a moment of real time.

Moments are monotonic seconds: a lock does not run out because the stack's clock jumps.
"""

import heapq
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

from devstack.bus.amqp.errors import AmqpError
from devstack.bus.queueing.message import Message


class Consumer(Protocol):
    """The queue's view of a receiver; `links.ConsumerLink` is the real one."""

    @property
    def credit(self) -> int:
        """How many more messages it is ready to take."""
        ...

    @property
    def settles_on_delivery(self) -> bool:
        """Receive-and-delete: a message is gone once it was delivered."""
        ...

    def deliver(self, message: Message, lock: "MessageLock | None") -> None:
        """Send a message; `lock` is None when the receiver settles on delivery."""
        ...

    def grant(self, session: "SessionLock") -> None:
        """Tell a receiver that a session is now its own."""
        ...

    def fail(self, error: AmqpError) -> None:
        """End the receiver's link with an error."""
        ...


@dataclass(slots=True, eq=False)
class SessionLock:
    """One session held by one receiver."""

    session_id: str
    holder: Consumer
    until: float


@dataclass(slots=True, eq=False)
class MessageLock:
    """One message held under a token; in a session queue it lives and ends with the session's."""

    message: Message
    own_until: float
    session: SessionLock | None = None
    token: UUID = field(default_factory=uuid4)

    @property
    def until(self) -> float:
        return self.own_until if self.session is None else self.session.until


def as_real_time(until: float, now: float) -> datetime:
    """Tell a client when a lock ends: it compares that with its own clock, which is real time."""
    return datetime.now(UTC) + timedelta(seconds=until - now)


class MessageLocks:
    """The locked messages of one queue."""

    def __init__(self) -> None:
        self._by_token: dict[UUID, MessageLock] = {}
        self._by_number: dict[int, MessageLock] = {}
        self._deadlines: list[tuple[float, int, MessageLock]] = []
        self._tie_breaker = itertools.count()

    def add(self, lock: MessageLock) -> MessageLock:
        self._by_token[lock.token] = lock
        self._by_number[lock.message.sequence_number] = lock
        if lock.session is None:
            self._push(lock)
        return lock

    def get(self, token: UUID) -> MessageLock | None:
        return self._by_token.get(token)

    def is_locked(self, number: int) -> bool:
        """Tell whether the message with this sequence number is locked."""
        return number in self._by_number

    def remove(self, lock: MessageLock) -> None:
        del self._by_token[lock.token]
        del self._by_number[lock.message.sequence_number]

    def renew(self, lock: MessageLock, until: float) -> None:
        """Let a lock end later; only one that is not a session's has an end of its own."""
        lock.own_until = until
        self._push(lock)

    def held_in(self, session: SessionLock) -> list[MessageLock]:
        """Return the locks that end with this session's lock."""
        return [lock for lock in self._by_token.values() if lock.session is session]

    def expired(self, now: float) -> list[MessageLock]:
        """Return the locks whose time is over, oldest first; they still have to be removed."""
        ended = []
        while self._deadlines and self._deadlines[0][0] <= now:
            _, _, lock = heapq.heappop(self._deadlines)
            if self._by_token.get(lock.token) is lock and lock.own_until <= now:
                ended.append(lock)
        return ended

    def clear(self) -> None:
        self._by_token.clear()
        self._by_number.clear()
        self._deadlines.clear()

    def _push(self, lock: MessageLock) -> None:
        heapq.heappush(self._deadlines, (lock.own_until, next(self._tie_breaker), lock))
