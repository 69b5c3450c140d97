"""One queue with its receivers: who gets which message, who holds it, and how that ends.

No sockets and no tasks: `dispatch` hands out what is ready, `tick` does what has become due. Locks
run on real, monotonic seconds; everything else (see `backlog`) on the stack's clock.
"""

from collections.abc import Callable, Collection, Container
from dataclasses import dataclass
from uuid import UUID

from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.queueing.backlog import Backlog
from devstack.bus.queueing.competing import CompetingReceivers
from devstack.bus.queueing.locks import Consumer, MessageLock, MessageLocks, SessionLock
from devstack.bus.queueing.message import Message
from devstack.bus.queueing.sessions import SessionLocks, WaitingConsumer
from devstack.bus.queueing.settlement import ABANDONED, RELEASED, Outcome, Settlement
from devstack.bus.queues import QueueConfig
from devstack.kit.clock import Clock
from devstack.kit.shelf import Shelf

DEAD_LETTER_SUFFIX = "/$DeadLetterQueue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all queues of a broker share; `wake` is called when a queue should `dispatch` soon."""

    clock: Clock
    monotonic: Callable[[], float]
    shelf: Shelf
    wake: Callable[["MessageQueue"], None]


class MessageQueue:
    """A queue with its dead-letter queue (`dead_letters`, None in a dead-letter queue itself).

    What becomes of unsettled messages when their receiver goes away, without a word or by closing:
    in a session queue the session is free at once and its messages return to their places with the
    delivery count they had; elsewhere they stay locked until the lock ends and then return with a
    count one higher, because the service does not tie message locks to links. A session lock that
    runs out raises the count of the messages that were under it.
    """

    def __init__(
        self, name: str, config: QueueConfig, around: Surroundings, *, is_dead_letters: bool = False
    ) -> None:
        self.name, self.config, self._around = name, config, around
        self.dead_letters: MessageQueue | None = None
        if not is_dead_letters:
            settings = QueueConfig(lock_duration_s=config.lock_duration_s)
            dead_name = name + DEAD_LETTER_SUFFIX
            self.dead_letters = MessageQueue(dead_name, settings, around, is_dead_letters=True)
        self.sessions = SessionLocks()
        self._locks = MessageLocks()
        self._competing = CompetingReceivers()
        self.backlog: Backlog = Backlog(
            name,
            config,
            clock=around.clock,
            shelf=around.shelf,
            wake=self.wake,
            dead_letters=None if self.dead_letters is None else self.dead_letters.backlog,
        )

    @property
    def now(self) -> float:
        """The present moment of the locks, in monotonic seconds."""
        return self._around.monotonic()

    def wake(self) -> None:
        """Have `dispatch` called soon: there may be something to hand out."""
        self._around.wake(self)

    # Being received

    def join(self, consumer: Consumer) -> None:
        """Let a receiver of a queue without sessions compete for its messages."""
        if self.config.requires_session:
            raise AmqpError(
                Condition.NOT_ALLOWED,
                f"The queue '{self.name}' requires sessions: open a session receiver.",
            )
        self._competing.join(consumer)
        self.wake()

    def join_session(self, session_id: str, consumer: Consumer) -> None:
        """Lock one session for a receiver, or refuse at once."""
        self._require_sessions()
        self._grant(session_id, consumer)

    def wait_for_session(self, consumer: Consumer, timeout_s: float) -> None:
        """Give a receiver the next free session with messages, or fail it with `timeout`."""
        self._require_sessions()
        self.sessions.waiting.append(WaitingConsumer(consumer, self.now + timeout_s))
        self.wake()

    def leave(self, consumer: Consumer) -> None:
        """Forget a receiver that closed or disappeared (see the class for its messages)."""
        self._competing.leave(consumer)
        self.sessions.stop_waiting(consumer)
        session = self.sessions.of_holder(consumer)
        if session is not None:
            self._end_session(session, RELEASED)

    def dispatch(self) -> None:
        """Hand out what is ready, as far as the receivers' credit goes."""
        if not self.config.requires_session:
            self._competing.serve(lambda consumer: self._deliver_next(consumer, None))
            return
        self._offer_sessions()
        for session in list(self.sessions.held.values()):
            while session.holder.credit > 0 and self._deliver_next(session.holder, session):
                pass

    def receive_deferred(
        self, numbers: Collection[int], session: SessionLock | None
    ) -> list[MessageLock]:
        """Lock deferred messages by number, all or none; in a session queue under its lock."""
        found = [self.backlog.find_deferred(number) for number in dict.fromkeys(numbers)]
        free = [
            message
            for message in found
            if message is not None
            and not self.is_locked(message)
            and (session is None or message.session_id == session.session_id)
        ]
        if len(free) < len(found):
            raise AmqpError(
                Condition.MESSAGE_NOT_FOUND,
                "Failed to lock one or more specified messages: locked already, or not deferred.",
            )
        return [self._lock(message, session) for message in free]

    def _require_sessions(self) -> None:
        if not self.config.requires_session:
            raise AmqpError(Condition.NOT_ALLOWED, f"The queue '{self.name}' has no sessions.")

    def _offer_sessions(self) -> None:
        while self.sessions.waiting:
            session_id = self.backlog.longest_waiting_session(without=self.sessions.held)
            if session_id is None:
                return
            self._grant(session_id, self.sessions.waiting.pop(0).consumer)

    def _grant(self, session_id: str, consumer: Consumer) -> None:
        until = self.now + self.config.lock_duration_s
        consumer.grant(self.sessions.acquire(session_id, consumer, until))
        self.wake()

    def _deliver_next(self, consumer: Consumer, session: SessionLock | None) -> bool:
        message = self.backlog.take(None if session is None else session.session_id)
        if message is None:
            return False
        if consumer.settles_on_delivery:
            self.backlog.remove(message)
            consumer.deliver(message, None)
        else:
            consumer.deliver(message, self._lock(message, session))
        return True

    def _lock(self, message: Message, session: SessionLock | None) -> MessageLock:
        until = self.now + self.config.lock_duration_s
        return self._locks.add(MessageLock(message, until, session))

    # Holding

    def is_locked(self, message: Message) -> bool:
        return self._locks.is_locked(message.sequence_number)

    def find_lock(self, token: UUID) -> MessageLock:
        """Return the lock behind a token; one that ended is lost, with its session or alone."""
        lock = self._locks.get(token)
        if lock is not None:
            return lock
        if self.config.requires_session:
            raise AmqpError(Condition.SESSION_LOCK_LOST, "The session lock has expired.")
        raise AmqpError(
            Condition.MESSAGE_LOCK_LOST,
            "The lock is invalid: it expired, or the message was settled or removed.",
        )

    def renew_lock(self, lock: MessageLock) -> None:
        """Let a message lock run its full time again; in a session only the session's can."""
        if lock.session is not None:
            raise AmqpError(Condition.NOT_ALLOWED, "Renew the session's lock instead.")
        self._locks.renew(lock, self.now + self.config.lock_duration_s)

    def hold_session(self, session_id: str, holders: Container[object]) -> SessionLock:
        """Return the lock that one of `holders` has on a session; otherwise it is lost."""
        self._require_sessions()
        return self.sessions.held_by(session_id, holders)

    def renew_session(self, session: SessionLock) -> None:
        session.until = self.now + self.config.lock_duration_s

    # Ending

    def settle(self, lock: MessageLock, outcome: Outcome) -> None:
        """End a lock that `find_lock` returned just now, and do with the message as told."""
        self._locks.remove(lock)
        message = lock.message
        message.application_properties |= outcome.properties
        match outcome.settlement:
            case Settlement.COMPLETE:
                self.backlog.remove(message)
            case Settlement.DEAD_LETTER:
                self.backlog.dead_letter(message, outcome.reason, outcome.description)
            case Settlement.DEFER:
                self.backlog.defer(message)
            case Settlement.RELEASE:
                self.backlog.put_back(message)
            case Settlement.ABANDON:
                self.backlog.put_back_failed(message)

    def tick(self) -> None:
        """Do what has become due: schedules and expiry (stack's clock), locks (real time)."""
        self.backlog.tick()
        now = self.now
        for lock in self._locks.expired(now):
            self.settle(lock, ABANDONED)
        for session in self.sessions.expired(now):
            self._end_session(session, ABANDONED)
            session.holder.fail(
                AmqpError(Condition.SESSION_LOCK_LOST, "The session lock has expired.")
            )
        for consumer in self.sessions.take_timed_out(now):
            consumer.fail(AmqpError(Condition.TIMEOUT, "No session with messages is available."))
        if self.dead_letters is not None:
            self.dead_letters.tick()

    def purge(self) -> None:
        """Empty the queue and its dead-letter queue; whoever settles later finds its lock lost."""
        self.backlog.purge()
        self._locks.clear()
        if self.dead_letters is not None:
            self.dead_letters.purge()

    def _end_session(self, session: SessionLock, outcome: Outcome) -> None:
        self.sessions.release(session)
        for lock in self._locks.held_in(session):
            self.settle(lock, outcome)
        self.wake()
