"""The sessions of one queue: who holds which, and who waits for any free one."""

from collections.abc import Container
from dataclasses import dataclass

from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.queueing.locks import Consumer, SessionLock


@dataclass(frozen=True, slots=True)
class WaitingConsumer:
    """A receiver that asked for the next available session, and when it is told there is none."""

    consumer: Consumer
    deadline: float


class SessionLocks:
    """The held sessions of one queue, and the receivers that wait for any free one.

    Moments are monotonic seconds of real time.
    """

    def __init__(self) -> None:
        self.held: dict[str, SessionLock] = {}
        self.waiting: list[WaitingConsumer] = []

    def acquire(self, session_id: str, holder: Consumer, until: float) -> SessionLock:
        """Lock a session; one that is held is `session-cannot-be-locked`."""
        if session_id in self.held:
            raise AmqpError(
                Condition.SESSION_CANNOT_BE_LOCKED,
                f"The session '{session_id}' is locked by another receiver.",
            )
        lock = self.held[session_id] = SessionLock(session_id, holder, until)
        return lock

    def release(self, lock: SessionLock) -> None:
        del self.held[lock.session_id]

    def of_holder(self, holder: Consumer) -> SessionLock | None:
        return next((lock for lock in self.held.values() if lock.holder is holder), None)

    def held_by(self, session_id: str, holders: Container[object]) -> SessionLock:
        """Return the lock on a session that one of `holders` has; otherwise it is lost."""
        lock = self.held.get(session_id)
        if lock is None or lock.holder not in holders:
            raise AmqpError(
                Condition.SESSION_LOCK_LOST,
                f"The session '{session_id}' is not locked by this receiver.",
            )
        return lock

    def expired(self, now: float) -> list[SessionLock]:
        return [lock for lock in self.held.values() if lock.until <= now]

    def stop_waiting(self, consumer: Consumer) -> None:
        self.waiting = [entry for entry in self.waiting if entry.consumer is not consumer]

    def take_timed_out(self, now: float) -> list[Consumer]:
        """Remove and return the receivers that waited long enough."""
        late = [entry.consumer for entry in self.waiting if entry.deadline <= now]
        if late:
            self.waiting = [entry for entry in self.waiting if entry.deadline > now]
        return late
