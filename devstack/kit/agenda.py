"""What a simulator will do by itself later: a heap of due moments on the stack's clock."""

import asyncio
import heapq
import itertools
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from devstack.kit.clock import Clock

log = logging.getLogger(__name__)

Deed = Callable[[], Awaitable[None]]


@dataclass(order=True, slots=True)
class Entry:
    """One deed that is due at a moment; `cancel` takes it off the agenda."""

    due: datetime
    number: int
    kind: str = field(compare=False)
    deed: Deed = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Agenda:
    """Runs deeds when their moment has come; knows what is still pending, by kind.

    In a process of its own `run_forever` starts each deed as a task; in a test `run_due` runs them
    one after the other, so that the order depends on nothing but the clock and the seed.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._heap: list[Entry] = []
        self._numbers = itertools.count()
        self._running: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    def at(self, due: datetime, kind: str, deed: Deed) -> Entry:
        """Put `deed` on the agenda; `kind` is the word under which `pending` counts it."""
        entry = Entry(due, next(self._numbers), kind, deed)
        heapq.heappush(self._heap, entry)
        self._wake.set()
        return entry

    def after(self, delay_s: float, kind: str, deed: Deed) -> Entry:
        """Put `deed` on the agenda `delay_s` seconds of the stack's clock from now."""
        return self.at(self.clock.now() + timedelta(seconds=delay_s), kind, deed)

    def clear(self) -> None:
        """Forget everything that has not started."""
        self._heap.clear()

    def pending(self, kind: str | None = None, *, before: datetime | None = None) -> int:
        """Count what waits or runs, of one kind or all; `before` leaves out what is due later."""
        waiting = sum(
            1
            for e in self._heap
            if not e.cancelled and kind in (None, e.kind) and (before is None or e.due <= before)
        )
        running = self._running.total() if kind is None else self._running[kind]
        return waiting + running

    def next_due(self) -> datetime | None:
        """Return the moment of the next deed, None when there is none."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0].due if self._heap else None

    async def run_due(self) -> int:
        """Run all that is due, one by one, including what becomes due by that; return how many."""
        done = 0
        while (entry := self._pop_due()) is not None:
            await self._run(entry)
            done += 1
        return done

    async def run_forever(self, poll_s: float = 0.02) -> None:
        """Start what becomes due as tasks, until cancelled. The clock may jump at any time."""
        while True:
            while (entry := self._pop_due()) is not None:
                task = asyncio.create_task(self._run(entry))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), poll_s if self._heap else 0.2)
            except TimeoutError:
                continue

    def _pop_due(self) -> Entry | None:
        due = self.next_due()
        if due is None or due > self.clock.now():
            return None
        entry = heapq.heappop(self._heap)
        self._running[entry.kind] += 1
        return entry

    async def _run(self, entry: Entry) -> None:
        try:
            await entry.deed()
        except Exception:
            log.exception("a deed of kind %s failed", entry.kind)
        finally:
            self._running[entry.kind] -= 1
