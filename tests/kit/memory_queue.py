"""The bus in memory, on a virtual clock, with both ends: what is sent, and what a worker receives.

As in Service Bus: sessions in order and one holder each, peek-lock with delivery counts and dead
letters, scheduled messages, duplicate detection. Locks never run out by themselves: `break_locks`
is what a crash of the worker does.
"""

import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.adapters.servicebus.bus import Dead, DeadEnd, Outgoing
from core.errors import InvalidPayloadError, ServiceUnavailableError
from core.ports.clock import Clock
from core.ports.queues import QueueDepth
from devstack.bus.queues import PRODUCT_QUEUES, QueueConfig
from tests.kit.canary import WATCH
from tests.kit.interruptions import Interruptions


@dataclass(slots=True, eq=False)
class Received:
    """A message as a worker gets it; `delivery_count` is 1 at the first delivery."""

    queue: str
    number: int
    body: bytes
    message_id: str
    session: str
    correlation_id: str
    properties: Mapping[str, str | int]
    enqueued_at: datetime
    delivery_count: int = 0
    dead_reason: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one call of a worker gets: messages of one session (or of none), all of them locked."""

    queue: str
    session: str
    messages: tuple[Received, ...]


@dataclass(slots=True)
class _Queue:
    name: str
    config: QueueConfig
    active: list[Received] = field(default_factory=list)
    scheduled: list[tuple[datetime, int, Outgoing]] = field(default_factory=list)
    dead: list[Received] = field(default_factory=list)
    locked: set[int] = field(default_factory=set)
    held_sessions: set[str] = field(default_factory=set)
    seen_ids: dict[str, datetime] = field(default_factory=dict)


class MemoryBus:
    """Bus and QueueCounts in this process. `calls` counts sends by queue."""

    def __init__(self, clock: Clock, queues: Mapping[str, QueueConfig] = PRODUCT_QUEUES) -> None:
        self._clock = clock
        self._queues = {name: _Queue(name, config) for name, config in queues.items()}
        self._numbers = itertools.count(1)
        self.interruptions = Interruptions()
        self.calls: Counter[str] = Counter()

    # Sending

    async def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send all; a message without the session that its queue wants is refused."""
        into = self._queues.get(queue)
        if into is None:
            raise ServiceUnavailableError(f"queue {queue} does not exist; provision it first")
        if into.config.requires_session and not all(message.session for message in messages):
            raise InvalidPayloadError(f"queue {queue}: a message without a session")
        self.calls[queue] += 1
        await self.interruptions.before(f"bus.{queue}.send")
        for message in messages:
            WATCH.saw(f"a queue message to {queue}", _all_of(message))
            if not self._is_duplicate(into, message):
                self._accept(into, message)
        await self.interruptions.after(f"bus.{queue}.send")

    def _accept(self, queue: _Queue, message: Outgoing) -> None:
        if message.due is not None and message.due > self._clock.now():
            queue.scheduled.append((message.due, next(self._numbers), message))
        else:
            queue.active.append(self._arrived(queue, message))

    def _arrived(self, queue: _Queue, message: Outgoing) -> Received:
        return Received(
            queue=queue.name,
            number=next(self._numbers),
            body=message.body,
            message_id=message.message_id,
            session=message.session,
            correlation_id=message.correlation_id,
            properties=dict(message.properties),
            enqueued_at=self._clock.now(),
        )

    def _is_duplicate(self, queue: _Queue, message: Outgoing) -> bool:
        window_s = queue.config.duplicate_detection_window_s
        if window_s is None:
            return False
        now = self._clock.now()
        seen = queue.seen_ids.get(message.message_id)
        if seen is not None and now - seen < timedelta(seconds=window_s):
            return True
        queue.seen_ids[message.message_id] = now
        return False

    # Receiving

    def next_batch(self, queue: str, limit: int = 16) -> Batch | None:
        """Lock and return what a worker would get now, None when there is nothing for it.

        Of a queue with sessions: the session whose oldest message has waited longest and that
        nobody holds; it stays held until `release`.
        """
        source = self._queues[queue]
        self._make_due_visible(source)
        if not source.active:
            return None
        free = [
            message
            for message in source.active
            if message.number not in source.locked and message.session not in source.held_sessions
        ]
        if not free:
            return None
        session = free[0].session
        taken = [message for message in free if message.session == session][:limit]
        if source.config.requires_session:
            source.held_sessions.add(session)
        for message in taken:
            source.locked.add(message.number)
            message.delivery_count += 1
        return Batch(queue, session, tuple(taken))

    def complete(self, message: Received) -> None:
        """Settle a message for good."""
        source = self._unlock(message)
        source.active.remove(message)

    def abandon(self, message: Received) -> None:
        """Give a message back: it comes again at once, in its place, or is dead by its count."""
        source = self._unlock(message)
        if message.delivery_count >= source.config.max_delivery_count:
            self._bury(source, message, "MaxDeliveryCountExceeded")

    def dead_letter(self, message: Received, reason: str) -> None:
        """Move a message to the dead letters."""
        self._bury(self._unlock(message), message, reason)

    def release(self, batch: Batch) -> None:
        """End a worker's turn: what it has not settled is abandoned, its session becomes free."""
        source = self._queues[batch.queue]
        for message in batch.messages:
            if message.number in source.locked:
                self.abandon(message)
        source.held_sessions.discard(batch.session)

    def break_locks(self) -> None:
        """Do what a killed worker leads to: everything locked is delivered again."""
        for source in self._queues.values():
            for message in [m for m in source.active if m.number in source.locked]:
                self.abandon(message)
            source.held_sessions.clear()

    def _unlock(self, message: Received) -> _Queue:
        source = self._queues[message.queue]
        if message.number not in source.locked:
            raise ValueError(f"message {message.number} of {message.queue} is not locked")
        source.locked.discard(message.number)
        return source

    @staticmethod
    def _bury(source: _Queue, message: Received, reason: str) -> None:
        source.active.remove(message)
        message.dead_reason = reason
        source.dead.append(message)

    def _make_due_visible(self, queue: _Queue) -> None:
        if not queue.scheduled:
            return
        now = self._clock.now()
        due = sorted((s for s in queue.scheduled if s[0] <= now), key=lambda s: s[:2])
        queue.scheduled = [s for s in queue.scheduled if s[0] > now]
        queue.active += [self._arrived(queue, message) for _, _, message in due]

    # Dead ends

    async def peek_dead(self, end: DeadEnd) -> Sequence[Dead]:
        """Return what lies in a dead end, oldest first, and change nothing."""
        return [_as_dead(message) for message in self._lying(end)]

    async def take_dead(
        self, end: DeadEnd, numbers: Collection[int], deed: Callable[[Dead], Awaitable[None]]
    ) -> Sequence[int]:
        """Do `deed` with each of these messages that is still there, then remove it."""
        taken = []
        for message in [m for m in self._lying(end) if m.number in numbers]:
            await self.interruptions.before(f"bus.{end.queue}.take")
            await deed(_as_dead(message))
            self._lying(end).remove(message)
            taken.append(message.number)
            await self.interruptions.after(f"bus.{end.queue}.take")
        return taken

    def _lying(self, end: DeadEnd) -> list[Received]:
        queue = self._queues[end.queue]
        self._make_due_visible(queue)
        return queue.dead if end.is_set_aside else queue.active

    # Looking

    async def depths(self) -> dict[str, QueueDepth]:
        """Return the depth of each queue, locked messages included."""
        for queue in self._queues.values():
            self._make_due_visible(queue)
        return {
            name: QueueDepth(
                active=len(queue.active), scheduled=len(queue.scheduled), dead=len(queue.dead)
            )
            for name, queue in self._queues.items()
        }

    def next_due(self, but_kind: str = "") -> datetime | None:
        """Return when the next scheduled message of any queue becomes visible, but one kind's."""
        moments = [
            due
            for queue in self._queues.values()
            for due, _, message in queue.scheduled
            if not but_kind or message.properties.get("kind") != but_kind
        ]
        return min(moments, default=None)

    def waiting(self, queue: str) -> tuple[Received, ...]:
        """Return the visible messages of a queue without taking them."""
        self._make_due_visible(self._queues[queue])
        return tuple(self._queues[queue].active)

    def dead(self, queue: str) -> tuple[Received, ...]:
        """Return the dead letters of a queue."""
        return tuple(self._queues[queue].dead)

    def bodies(self) -> list[bytes]:
        """Return the body of everything in every queue: for canary searches."""
        return [
            message.body
            for queue in self._queues.values()
            for message in (*queue.active, *queue.dead, *(s[2] for s in queue.scheduled))
        ]


def _as_dead(message: Received) -> Dead:
    return Dead(
        number=message.number,
        body=message.body,
        at=message.enqueued_at,
        deliveries=message.delivery_count,
        reason=message.dead_reason,
    )


def _all_of(message: Outgoing) -> str:
    beside = (
        message.message_id,
        message.session,
        message.correlation_id,
        *message.properties.items(),
    )
    return f"{message.body.decode('utf-8', 'replace')} {beside}"
