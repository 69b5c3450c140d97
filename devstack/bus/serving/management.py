"""The operations of `<entity>/$management` on one queue (facts/local-broker.md, «$management»).

Pure requests and answers: `request_link` reads and writes them. `holders` are the links of the
asking connection: only those prove that a session's lock is held by whoever asks.
"""

import struct
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from devstack.bus.amqp.codec import (
    LONG_ARRAY,
    TIMESTAMP_ARRAY,
    array,
    int32,
    milliseconds,
    timestamp,
)
from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.queueing.locks import MessageLock, SessionLock, as_real_time
from devstack.bus.queueing.message import encode_message, parse_message
from devstack.bus.queueing.message_queue import MessageQueue
from devstack.bus.queueing.settlement import ABANDONED, COMPLETED, DEFERRED, Outcome, Settlement

OK, NO_CONTENT = 200, 204

Body = dict[str, Any]

STATUS_OF_CONDITION = {
    Condition.MESSAGE_NOT_FOUND: 404,
    Condition.NOT_FOUND: 404,
    Condition.NOT_IMPLEMENTED: 501,
    Condition.ARGUMENT_ERROR: 400,
    Condition.NOT_ALLOWED: 400,
}
STATUS_OF_LOST_LOCK = 410

_DISPOSITIONS = {"completed": COMPLETED, "abandoned": ABANDONED, "defered": DEFERRED}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and what comes with it."""

    body: Body = field(default_factory=dict)
    status: int = OK


@dataclass(frozen=True, slots=True)
class Caller:
    """Which queue is asked, and the links that may hold its sessions."""

    queue: MessageQueue
    holders: Container[object]

    def session_of(self, body: Body) -> SessionLock:
        """Return the lock on the session that a request names; not held is lost."""
        return self.queue.hold_session(_wanted(body, "session-id", str), self.holders)

    def session_if_required(self, body: Body) -> SessionLock | None:
        return self.session_of(body) if self.queue.config.requires_session else None

    def locks_of(self, body: Body) -> list[MessageLock]:
        """Return the locks that a request names, in a session queue those of its session only."""
        session = self.session_if_required(body)
        locks = [self.queue.find_lock(token) for token in _wanted_list(body, "lock-tokens", UUID)]
        if any(lock.session is not session for lock in locks):
            raise AmqpError(Condition.SESSION_LOCK_LOST, "A lock belongs to another session.")
        return locks


def manage(operation: str, body: Body, caller: Caller) -> Answer:
    """Do one operation; what is unknown is not implemented, what is wrong an argument error."""
    do = _OPERATIONS.get(operation.removeprefix("com.microsoft:"))
    if do is None:
        raise AmqpError(
            Condition.NOT_IMPLEMENTED, f"The operation '{operation}' is not built here."
        )
    return do(body, caller)


def _wanted[Wanted](body: Body, key: str, kind: type[Wanted]) -> Wanted:
    value = body.get(key)
    if not isinstance(value, kind):
        raise AmqpError(Condition.ARGUMENT_ERROR, f"'{key}' must be a {kind.__name__}.")
    return value


def _wanted_list[Item](body: Body, key: str, kind: type[Item]) -> list[Item]:
    values: list[Any] = _wanted(body, key, list)
    if not all(isinstance(value, kind) for value in values):
        raise AmqpError(Condition.ARGUMENT_ERROR, f"'{key}' must hold {kind.__name__} values.")
    return values


def _renew_lock(body: Body, caller: Caller) -> Answer:
    locks = [caller.queue.find_lock(token) for token in _wanted_list(body, "lock-tokens", UUID)]
    for lock in locks:
        caller.queue.renew_lock(lock)
    ends = [milliseconds(as_real_time(lock.until, caller.queue.now)) for lock in locks]
    expirations = array(TIMESTAMP_ARRAY, [struct.pack(">q", end) for end in ends])
    return Answer({"expirations": expirations})


def _renew_session_lock(body: Body, caller: Caller) -> Answer:
    session = caller.session_of(body)
    caller.queue.renew_session(session)
    return Answer({"expiration": timestamp(as_real_time(session.until, caller.queue.now))})


def _get_session_state(body: Body, caller: Caller) -> Answer:
    states = caller.queue.backlog.store.session_states
    return Answer({"session-state": states.get(caller.session_of(body).session_id)})


def _set_session_state(body: Body, caller: Caller) -> Answer:
    session_id, state = caller.session_of(body).session_id, body.get("session-state")
    if not isinstance(state, bytes | None):
        raise AmqpError(Condition.ARGUMENT_ERROR, "'session-state' must be binary or null.")
    caller.queue.backlog.store.set_session_state(session_id, state)
    return Answer()


def _peek_message(body: Body, caller: Caller) -> Answer:
    """Show messages in the order of their numbers, whatever their state; locks are no matter."""
    start, most = _wanted(body, "from-sequence-number", int), _wanted(body, "message-count", int)
    session_id = body.get("session-id")
    numbered = sorted(caller.queue.backlog.store.messages.items())
    shown = [
        {"message": encode_message(message)}
        for number, message in numbered
        if number >= start and session_id in (None, message.session_id)
    ][:most]
    return Answer({"messages": shown}) if shown else Answer(status=NO_CONTENT)


def _schedule_message(body: Body, caller: Caller) -> Answer:
    entries = _wanted_list(body, "messages", dict)
    messages = [parse_message(_wanted(entry, "message", bytes)) for entry in entries]
    numbers = caller.queue.backlog.enqueue_all(messages)
    packed = array(LONG_ARRAY, [struct.pack(">q", number) for number in numbers])
    return Answer({"sequence-numbers": packed})


def _cancel_scheduled_message(body: Body, caller: Caller) -> Answer:
    caller.queue.backlog.cancel_scheduled(_wanted_list(body, "sequence-numbers", int))
    return Answer()


def _receive_by_sequence_number(body: Body, caller: Caller) -> Answer:
    numbers = _wanted_list(body, "sequence-numbers", int)
    is_settled = body.get("receiver-settle-mode") == 0
    locks = caller.queue.receive_deferred(numbers, caller.session_if_required(body))
    messages = [_deferred(lock, caller.queue, is_settled=is_settled) for lock in locks]
    return Answer({"messages": messages})


def _deferred(lock: MessageLock, queue: MessageQueue, *, is_settled: bool) -> Body:
    if is_settled:
        queue.settle(lock, COMPLETED)
        return {"message": encode_message(lock.message)}
    locked_until = as_real_time(lock.until, queue.now)
    message = encode_message(lock.message, locked_until=locked_until)
    return {"message": message, "lock-token": lock.token}


def _update_disposition(body: Body, caller: Caller) -> Answer:
    status = _wanted(body, "disposition-status", str)
    outcome = _DISPOSITIONS.get(status)
    if status == "suspended":
        outcome = Outcome(
            settlement=Settlement.DEAD_LETTER,
            reason=body.get("deadletter-reason"),
            description=body.get("deadletter-description"),
        )
    if outcome is None:
        raise AmqpError(Condition.ARGUMENT_ERROR, f"Unknown disposition status '{status}'.")
    for lock in caller.locks_of(body):
        caller.queue.settle(lock, outcome)
    return Answer()


def _get_message_sessions(body: Body, caller: Caller) -> Answer:
    """List sessions that have messages or a state; the filter by update time is not built."""
    store = caller.queue.backlog.store
    ids = {message.session_id for message in store.messages.values() if message.session_id}
    skip = body.get("skip") or 0
    page = sorted(ids | set(store.session_states))[skip : skip + (body.get("top") or 100)]
    answer: Body = {"skip": int32(skip), "sessions-ids": page}
    return Answer(answer) if page else Answer(status=NO_CONTENT)


_OPERATIONS: Mapping[str, Callable[[Body, Caller], Answer]] = {
    "renew-lock": _renew_lock,
    "renew-session-lock": _renew_session_lock,
    "get-session-state": _get_session_state,
    "set-session-state": _set_session_state,
    "peek-message": _peek_message,
    "schedule-message": _schedule_message,
    "cancel-scheduled-message": _cancel_scheduled_message,
    "receive-by-sequence-number": _receive_by_sequence_number,
    "update-disposition": _update_disposition,
    "get-message-sessions": _get_message_sessions,
}
