"""What the host is doing right now and has done so far, for whoever waits until it is quiet."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Activity:
    """Counts invocations; a message counts as in flight from its receipt to its settlement."""

    def __init__(self) -> None:
        self.in_flight: Counter[str] = Counter()
        self.started = self.finished = self.failed = 0
        self.messages_received = self.messages_settled = 0

    @contextmanager
    def invocation(self, function: str) -> Iterator[None]:
        """Count an invocation of `function` while the block runs."""
        self.in_flight[function] += 1
        self.started += 1
        try:
            yield
        finally:
            self.finished += 1
            self.in_flight[function] -= 1

    @contextmanager
    def delivery(self, function: str, messages: int) -> Iterator[None]:
        """Count received messages as in flight until the block that settles them ends."""
        self.in_flight[function] += messages
        self.messages_received += messages
        try:
            yield
        finally:
            self.messages_settled += messages
            self.in_flight[function] -= messages

    def as_json(self) -> dict[str, Any]:
        return {
            "in_flight": {name: n for name, n in sorted(self.in_flight.items()) if n},
            "started": self.started,
            "finished": self.finished,
            "failed": self.failed,
            "messages_received": self.messages_received,
            "messages_settled": self.messages_settled,
        }
