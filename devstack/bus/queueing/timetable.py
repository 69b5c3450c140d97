"""What becomes due in a queue on the stack's clock: scheduled messages and expiries."""

import heapq
from datetime import datetime

from devstack.bus.queueing.message import Message, MessageState

Due = tuple[datetime, int]  # a moment and the sequence number of the message that is due then


class Timetable:
    """Two heaps of due moments; entries that no longer hold are left out when they come up."""

    def __init__(self, messages: dict[int, Message]) -> None:
        self._messages = messages
        self._scheduled: list[Due] = []
        self._expiries: list[Due] = []

    def add_scheduled(self, message: Message, due: datetime) -> None:
        heapq.heappush(self._scheduled, (due, message.sequence_number))

    def add_expiry(self, message: Message, due: datetime) -> None:
        heapq.heappush(self._expiries, (due, message.sequence_number))

    def next_scheduled(self) -> datetime | None:
        """Return when the next scheduled message is due, None when there is none."""
        while self._scheduled:
            message = self._messages.get(self._scheduled[0][1])
            if message is not None and message.state is MessageState.SCHEDULED:
                return self._scheduled[0][0]
            heapq.heappop(self._scheduled)
        return None

    def take_scheduled(self, now: datetime) -> Message | None:
        """Remove and return the next scheduled message that is due, earliest first."""
        due = self.next_scheduled()
        if due is None or due > now:
            return None
        return self._messages[heapq.heappop(self._scheduled)[1]]

    def take_expired(self, now: datetime) -> Message | None:
        """Remove and return the next message whose time to live is over, locked or not."""
        while self._expiries and self._expiries[0][0] <= now:
            message = self._messages.get(heapq.heappop(self._expiries)[1])
            if message is not None:
                return message
        return None
