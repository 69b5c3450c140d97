"""The messages that wait to be delivered, lowest sequence number first, one line per session."""

import heapq
from collections.abc import Container

LineKey = str | None  # a session id; None in a queue without sessions


class ReadyLines:
    """Which messages may be delivered now.

    A message that comes back (released, abandoned, its lock ended) joins at its number, not at the
    end, so the next delivery is in order again.
    """

    def __init__(self) -> None:
        self._lines: dict[LineKey, list[int]] = {}
        self._members: set[int] = set()

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, number: int) -> bool:
        return number in self._members

    def add(self, key: LineKey, number: int) -> None:
        """Let `number` wait; a message that waits already is left where it is."""
        if number not in self._members:
            self._members.add(number)
            heapq.heappush(self._lines.setdefault(key, []), number)

    def discard(self, number: int) -> None:
        """Take a message out of its line, wherever it stands."""
        self._members.discard(number)

    def first(self, key: LineKey) -> int | None:
        """Return the number that is next in a line, None when nobody waits."""
        line = self._lines.get(key)
        while line:
            if line[0] in self._members:
                return line[0]
            heapq.heappop(line)
        self._lines.pop(key, None)
        return None

    def take(self, key: LineKey) -> int | None:
        """Remove and return the number that is next in a line."""
        number = self.first(key)
        if number is not None:
            heapq.heappop(self._lines[key])
            self._members.remove(number)
        return number

    def longest_waiting(self, *, without: Container[LineKey]) -> LineKey:
        """Return the line whose first message is the oldest, leaving some out; None if none is."""
        firsts = (
            (number, key)
            for key in list(self._lines)
            if key not in without and (number := self.first(key)) is not None
        )
        oldest = min(firsts, key=lambda pair: pair[0], default=None)
        return None if oldest is None else oldest[1]

    def clear(self) -> None:
        self._lines.clear()
        self._members.clear()
