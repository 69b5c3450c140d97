"""What the tests of the queue model share: a queue with both clocks in hand, and receivers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from devstack.bus.amqp.codec import Described, encode, uint, ulong
from devstack.bus.amqp.errors import AmqpError
from devstack.bus.queueing.locks import MessageLock, SessionLock
from devstack.bus.queueing.message import DATA, HEADER, PROPERTIES, Message, parse_message
from devstack.bus.queueing.message_queue import MessageQueue, Surroundings
from devstack.bus.queueing.settlement import ABANDONED, Outcome
from devstack.bus.queues import QueueConfig
from devstack.kit.clock import VirtualClock
from devstack.kit.shelf import Shelf

START = datetime(2026, 3, 2, 7, tzinfo=UTC)


def a_message(
    body: str = "body",
    *,
    message_id: str | None = None,
    session_id: str | None = None,
    ttl_s: float | None = None,
    scheduled_for: datetime | None = None,
) -> Message:
    """Build a message as a sender encodes it."""
    ttl = None if ttl_s is None else uint(int(ttl_s * 1000))
    sections = (
        Described(ulong(HEADER), [None, None, ttl]),
        Described(ulong(PROPERTIES), [message_id, *[None] * 9, session_id]),
        Described(ulong(DATA), body.encode()),
    )
    message = parse_message(b"".join(map(encode, sections)))
    message.scheduled_for = scheduled_for
    return message


def body_of(message: Message) -> str:
    return message.body[5:].decode()


class Receiver:
    """A receiver that keeps what it gets and counts its credit down."""

    def __init__(self, credit: int = 100, *, settles_on_delivery: bool = False) -> None:
        self.credit, self.settles_on_delivery = credit, settles_on_delivery
        self.deliveries: list[tuple[Message, MessageLock | None]] = []
        self.session: SessionLock | None = None
        self.error: AmqpError | None = None

    def deliver(self, message: Message, lock: MessageLock | None) -> None:
        self.credit -= 1
        self.deliveries.append((message, lock))

    def grant(self, session: SessionLock) -> None:
        self.session = session

    def fail(self, error: AmqpError) -> None:
        self.error = error

    @property
    def bodies(self) -> list[str]:
        return [body_of(message) for message, _ in self.deliveries]

    @property
    def tokens(self) -> list[UUID]:
        return [lock.token for _, lock in self.deliveries if lock is not None]

    def take(self) -> list[str]:
        """Return what came since the last time and forget it."""
        bodies = self.bodies
        self.deliveries.clear()
        return bodies


class QueueUnderTest:
    """A queue on a virtual clock, with lock time that moves only when told to."""

    def __init__(self, shelf: Shelf | None = None, **settings: object) -> None:
        self.clock, self.lock_now = VirtualClock(START), 0.0
        config = QueueConfig(**settings)  # type: ignore[arg-type] - the tests' own keywords
        around = Surroundings(
            clock=self.clock,
            monotonic=lambda: self.lock_now,
            shelf=shelf or Shelf(),
            wake=lambda _: None,
        )
        self.queue = MessageQueue("queue", config, around)

    @property
    def dead_letters(self) -> MessageQueue:
        assert self.queue.dead_letters is not None
        return self.queue.dead_letters

    def send(self, *messages: Message | str) -> list[int]:
        return self.queue.backlog.enqueue_all(
            [a_message(m) if isinstance(m, str) else m for m in messages]
        )

    def receiver(self, credit: int = 100, *, settles_on_delivery: bool = False) -> Receiver:
        """Let a new receiver compete, and give it what is there."""
        receiver = Receiver(credit, settles_on_delivery=settles_on_delivery)
        self.queue.join(receiver)
        self.queue.dispatch()
        return receiver

    def session_receiver(self, session_id: str, credit: int = 100) -> Receiver:
        receiver = Receiver(credit)
        self.queue.join_session(session_id, receiver)
        self.queue.dispatch()
        return receiver

    def waiting_receiver(self, timeout_s: float = 60) -> Receiver:
        receiver = Receiver()
        self.queue.wait_for_session(receiver, timeout_s)
        self.queue.dispatch()
        return receiver

    def settle(self, token: UUID, outcome: Outcome = ABANDONED) -> None:
        self.queue.settle(self.queue.find_lock(token), outcome)
        self.queue.dispatch()

    def advance(self, **by: float) -> None:
        """Move the stack's clock; locks do not notice."""
        self.clock.advance(timedelta(**by))
        self.queue.tick()
        self.queue.dispatch()

    def let_locks_run(self, seconds: float) -> None:
        """Move real time; schedules and expiry do not notice."""
        self.lock_now += seconds
        self.queue.tick()
        self.queue.dispatch()

    def waiting_bodies(self, queue: MessageQueue | None = None) -> list[str]:
        """Return what is in the queue, whatever its state, by number."""
        messages = (queue or self.queue).backlog.store.messages
        return [body_of(messages[number]) for number in sorted(messages)]
