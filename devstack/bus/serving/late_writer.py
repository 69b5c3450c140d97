"""Faults that the broker commits when told to: lateness here, dropped connections in `broker`."""

import asyncio
from collections import deque
from collections.abc import Callable


class LateWriter:
    """Writes to a connection after a delay that may change at any time, always in order."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._late: deque[tuple[float, bytes]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._then: Callable[[], None] | None = None

    def write(self, data: bytes, delay_s: float) -> None:
        """Write `data` after `delay_s`, but not before what was to be written earlier."""
        if delay_s <= 0 and not self._late:
            self._write(data)
            return
        due = asyncio.get_running_loop().time() + delay_s
        if self._late:
            due = max(due, self._late[-1][0])
        self._late.append((due, data))
        if self._timer is None:
            self._wait()

    def close(self, then: Callable[[], None]) -> None:
        """Call `then` when all is written."""
        if self._late:
            self._then = then
        else:
            then()

    def discard(self) -> None:
        """Forget what is still late: the connection is gone."""
        self._late.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_at(self._late[0][0], self._write_due)

    def _write_due(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        while self._late and self._late[0][0] <= now:
            self._write(self._late.popleft()[1])
        if self._late:
            self._wait()
        elif self._then is not None:
            self._then()
