"""The messages of one queue with nobody receiving: arrival, schedule, expiry, dead-lettering.

All moments are on the stack's clock. Locks and receivers are `message_queue`'s business; a message
that is locked is simply not ready. Follows facts/local-broker.md and, where that is silent,
Microsoft's documentation; docs/adr/0002 lists what was chosen.
"""

from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from devstack.bus.amqp.codec import Encoded, encode
from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.queueing.message import Message, MessageState
from devstack.bus.queueing.queue_store import QueueStore
from devstack.bus.queueing.ready_lines import LineKey, ReadyLines
from devstack.bus.queueing.timetable import Timetable
from devstack.bus.queues import QueueConfig
from devstack.kit.clock import Clock
from devstack.kit.shelf import Shelf


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """Messages of one queue: `active` ready or locked, `dead` all of the dead-letter queue's.

    Deferred messages are in none of them: they wait for somebody who knows their number.
    """

    active: int
    scheduled: int
    dead: int


class Backlog:
    """What waits in a queue; a dead-letter queue has one too, with `dead_letters` None."""

    def __init__(
        self,
        name: str,
        config: QueueConfig,
        *,
        clock: Clock,
        shelf: Shelf,
        wake: Callable[[], None],
        dead_letters: "Backlog | None",
    ) -> None:
        self.name, self._config, self._clock, self._wake = name, config, clock, wake
        self.dead_letters = dead_letters
        self.store = QueueStore(name, shelf)
        self._ready = ReadyLines()
        self._timetable = Timetable(self.store.messages)
        for message in self.store.messages.values():
            self._place(message)

    # Arriving

    def enqueue_all(self, messages: Sequence[Message]) -> list[int]:
        """Take new messages, now or scheduled, all or none; return their sequence numbers.

        A duplicate is accepted and dropped, as the service does; its number is the first one's.
        """
        for message in messages:
            self._refuse_unfit(message)
        return [self._enqueue(message) for message in messages]

    def _enqueue(self, message: Message) -> int:
        now, window_s = self._clock.now(), self._config.duplicate_detection_window_s
        remembered_id = message.message_id if window_s is not None else None
        if remembered_id is not None and window_s is not None:
            first = self.store.find_duplicate(remembered_id, now, window_s)
            if first is not None:
                return first.sequence_number
        message.enqueued_at = now
        if message.scheduled_for is not None and message.scheduled_for > now:
            message.state = MessageState.SCHEDULED
        else:
            self._start_time_to_live(message)
        self.store.number(message)
        if remembered_id is not None:
            self.store.remember(remembered_id, now, message.sequence_number)
        self._place(message)
        return message.sequence_number

    def cancel_scheduled(self, numbers: Collection[int]) -> None:
        """Remove scheduled messages, all or none; one that is not scheduled is not found."""
        messages = [self.store.messages.get(number) for number in dict.fromkeys(numbers)]
        found = [m for m in messages if m is not None and m.state is MessageState.SCHEDULED]
        if len(found) < len(messages):
            raise AmqpError(
                Condition.MESSAGE_NOT_FOUND, "At least one of the messages is not scheduled here."
            )
        for message in found:
            self.store.forget(message)

    def _refuse_unfit(self, message: Message) -> None:
        if self.dead_letters is None:
            raise AmqpError(Condition.NOT_ALLOWED, f"'{self.name}' takes no messages from senders.")
        if self._config.requires_session and message.session_id is None:
            raise AmqpError(
                Condition.NOT_ALLOWED,
                f"The queue '{self.name}' requires sessions; the message has no session id.",
            )

    def _start_time_to_live(self, message: Message) -> None:
        default_s = self._config.default_ttl_s
        limits = [message.ttl, None if default_s is None else timedelta(seconds=default_s)]
        shortest = min((limit for limit in limits if limit is not None), default=None)
        if shortest is not None:
            message.expires_at = message.enqueued_at + shortest

    def _place(self, message: Message) -> None:
        """Put a message where its state says it belongs: on arrival, moved or after a restart."""
        if message.expires_at is not None and self.dead_letters is not None:
            self._timetable.add_expiry(message, message.expires_at)
        if message.state is MessageState.SCHEDULED and message.scheduled_for is not None:
            self._timetable.add_scheduled(message, message.scheduled_for)
        elif message.state is MessageState.ACTIVE:
            self._make_ready(message)

    def _make_ready(self, message: Message) -> None:
        line: LineKey = message.session_id if self._config.requires_session else None
        self._ready.add(line, message.sequence_number)
        self._wake()

    # Leaving and coming back

    def take(self, line: LineKey) -> Message | None:
        """Return the next message of a line, which is no longer ready then."""
        number = self._ready.take(line)
        return None if number is None else self.store.messages[number]

    def longest_waiting_session(self, *, without: Container[LineKey]) -> LineKey:
        """Return the session whose first ready message is the oldest, None when there is none."""
        return self._ready.longest_waiting(without=without)

    def find_deferred(self, number: int) -> Message | None:
        """Return a deferred message; one whose time is over expires now that somebody asks."""
        message = self.store.messages.get(number)
        if message is None or message.state is not MessageState.DEFERRED:
            return None
        if self._is_expired(message):
            self._expire(message)
            return None
        return message

    def remove(self, message: Message) -> None:
        self.store.forget(message)

    def defer(self, message: Message) -> None:
        """Set a message aside; it was delivered in vain, so that counts."""
        message.state = MessageState.DEFERRED
        message.delivery_count += 1
        self.store.keep(message)

    def put_back(self, message: Message) -> None:
        """Make a message available again: an active one at its place, a deferred one by number."""
        if message.state is not MessageState.ACTIVE:
            return
        if self._is_expired(message):
            self._expire(message)
        else:
            self._make_ready(message)

    def put_back_failed(self, message: Message) -> None:
        """Put a message back after a delivery that counts; too many end in the dead letters."""
        message.delivery_count += 1
        self.store.keep(message)
        if self.dead_letters is None or message.delivery_count < self._config.max_delivery_count:
            self.put_back(message)
            return
        self.dead_letter(
            message,
            "MaxDeliveryCountExceeded",
            f"Message could not be consumed after {message.delivery_count} delivery attempts.",
        )

    def dead_letter(self, message: Message, reason: str | None, description: str | None) -> None:
        """Move a message to the dead letters, where it keeps its number and its count.

        A message that is dead-lettered there has nowhere to go and is just gone.
        """
        self.store.forget(message)
        if self.dead_letters is None:
            return
        reasons = {"DeadLetterReason": reason, "DeadLetterErrorDescription": description}
        message.application_properties |= {
            name: Encoded(encode(text)) for name, text in reasons.items() if text
        }
        message.dead_letter_source, message.state = self.name, MessageState.ACTIVE
        self.dead_letters.take_over(message)

    def take_over(self, message: Message) -> None:
        """Keep a message that died in the queue whose dead letters these are."""
        self.store.keep(message)
        self._place(message)

    # Time

    def tick(self) -> None:
        """Do what has become due: schedules first, in the order of their moments, then expiry."""
        now = self._clock.now()
        while (message := self._timetable.take_scheduled(now)) is not None:
            self._activate(message)
        while (message := self._timetable.take_expired(now)) is not None:
            if message.sequence_number in self._ready:
                self._expire(message)

    def next_scheduled(self) -> datetime | None:
        return self._timetable.next_scheduled()

    def _activate(self, message: Message) -> None:
        """Append a scheduled message as if it had come at its moment, under a new number."""
        message.state = MessageState.ACTIVE
        message.enqueued_at = message.scheduled_for or message.enqueued_at
        self._start_time_to_live(message)
        self.store.renumber(message)
        self._place(message)

    def _is_expired(self, message: Message) -> bool:
        return (
            self.dead_letters is not None
            and message.expires_at is not None
            and message.expires_at <= self._clock.now()
        )

    def _expire(self, message: Message) -> None:
        self._ready.discard(message.sequence_number)
        if self._config.dead_letter_on_expiration:
            self.dead_letter(
                message, "TTLExpiredException", "The message expired and was dead lettered."
            )
        else:
            self.store.forget(message)

    # For operators

    def counts(self) -> QueueCounts:
        states = [message.state for message in self.store.messages.values()]
        return QueueCounts(
            active=states.count(MessageState.ACTIVE),
            scheduled=states.count(MessageState.SCHEDULED),
            dead=0 if self.dead_letters is None else len(self.dead_letters.store.messages),
        )

    def purge(self) -> None:
        self.store.clear()
        self._ready.clear()
