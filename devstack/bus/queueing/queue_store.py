"""What one queue remembers, kept on the shelf so that it outlives `kill -9`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from devstack.bus.queueing.message import Message
from devstack.kit.shelf import Shelf


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A message id in the duplicate memory: when it came and which number it was given."""

    moment: datetime
    sequence_number: int


class QueueStore:
    """Messages by sequence number, the last number, message ids seen lately and session states.

    Changes reach the disk with the shelf's next flush; the broker flushes before anything is
    acknowledged. Locks are not kept: after a restart every message is available again.
    """

    def __init__(self, queue: str, shelf: Shelf) -> None:
        self._shelf = shelf
        self._messages, self._numbers = f"message:{queue}", f"number:{queue}"
        self._seen, self._states = f"seen:{queue}", f"session-state:{queue}"
        self.messages: dict[int, Message] = {
            message.sequence_number: message for _, message in shelf.load(self._messages)
        }
        self.last_number: int = dict(shelf.load(self._numbers)).get("last", 0)
        by_age = sorted(shelf.load(self._seen), key=lambda entry: entry[1].moment)
        self.seen: dict[str, SeenMessage] = dict(by_age)
        self.session_states: dict[str, bytes] = dict(shelf.load(self._states))

    def number(self, message: Message) -> None:
        """Give `message` the next sequence number and keep it under that."""
        self.last_number += 1
        message.sequence_number = self.last_number
        message.enqueued_sequence_number = message.enqueued_sequence_number or self.last_number
        self._shelf.put(self._numbers, "last", self.last_number)
        self.keep(message)

    def renumber(self, message: Message) -> None:
        """Give `message` the next sequence number in place of the one it has."""
        self.forget(message)
        self.number(message)

    def keep(self, message: Message) -> None:
        """Keep a new message, or what changed in one that is kept already."""
        self.messages[message.sequence_number] = message
        self._shelf.put(self._messages, _key(message), message)

    def forget(self, message: Message) -> None:
        del self.messages[message.sequence_number]
        self._shelf.remove(self._messages, _key(message))

    def find_duplicate(self, message_id: str, now: datetime, window_s: float) -> SeenMessage | None:
        """Return the entry of a message with this id that came within the window, if any."""
        self._forget_seen_before(now - timedelta(seconds=window_s))
        return self.seen.get(message_id)

    def remember(self, message_id: str, now: datetime, sequence_number: int) -> None:
        self.seen[message_id] = SeenMessage(now, sequence_number)
        self._shelf.put(self._seen, message_id, self.seen[message_id])

    def _forget_seen_before(self, moment: datetime) -> None:
        while self.seen:
            message_id, entry = next(iter(self.seen.items()))
            if entry.moment > moment:
                return
            del self.seen[message_id]
            self._shelf.remove(self._seen, message_id)

    def set_session_state(self, session_id: str, state: bytes | None) -> None:
        """Keep the state of a session; None clears it."""
        if state is None:
            self.session_states.pop(session_id, None)
            self._shelf.remove(self._states, session_id)
            return
        self.session_states[session_id] = state
        self._shelf.put(self._states, session_id, state)

    def clear(self) -> None:
        """Forget everything but the last number: numbers go on, so that old ones stay unknown."""
        for message in list(self.messages.values()):
            self.forget(message)
        for message_id in self.seen:
            self._shelf.remove(self._seen, message_id)
        self.seen.clear()
        for session_id in list(self.session_states):
            self.set_session_state(session_id, None)


def _key(message: Message) -> str:
    return f"{message.sequence_number:020d}"
