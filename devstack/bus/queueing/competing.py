"""Receivers that compete for the messages of a queue without sessions, served in turn."""

from collections import deque
from collections.abc import Callable

from devstack.bus.queueing.locks import Consumer


class CompetingReceivers:
    """Every receiver with credit gets one message, then the next one has its turn."""

    def __init__(self) -> None:
        self._receivers: deque[Consumer] = deque()

    def join(self, consumer: Consumer) -> None:
        self._receivers.append(consumer)

    def leave(self, consumer: Consumer) -> None:
        if consumer in self._receivers:
            self._receivers.remove(consumer)

    def serve(self, deliver_next: Callable[[Consumer], bool]) -> None:
        """Call `deliver_next` in turn until nobody has credit or it says that nothing is left."""
        without_credit = 0
        while without_credit < len(self._receivers):
            receiver = self._receivers[0]
            self._receivers.rotate(-1)
            if receiver.credit <= 0:
                without_credit += 1
                continue
            without_credit = 0
            if not deliver_next(receiver):
                return
