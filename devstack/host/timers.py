"""Runs timer functions on the stack's clock, also when that clock jumps."""

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from devstack.host.invoker import Invoker
from devstack.host.metadata import TimerFunction
from devstack.host.runtime import Outcome, json_value
from devstack.kit.clock import SharedClock
from devstack.kit.journal import iso

log = logging.getLogger("host.timers")

STRIDE = timedelta(minutes=1)
"""While the clock jumps, a timer fires at most once in so much virtual time (contract 2)."""
_LATE = timedelta(minutes=1)


@dataclass(slots=True)
class _Timer:
    function: TimerFunction
    next_due: datetime
    last_due: datetime | None = None
    running: asyncio.Lock = field(default_factory=asyncio.Lock)

    def after_stride(self) -> datetime:
        """Return the next due moment that is at least a stride after the last one."""
        if self.last_due is None or self.next_due >= self.last_due + STRIDE:
            return self.next_due
        just_before = self.last_due + STRIDE - timedelta(microseconds=1)
        return self.function.schedule.next_after(just_before)


class Timers:
    """All timers of the app; each runs once at a time, and what was missed runs once, late."""

    def __init__(
        self,
        functions: Iterable[TimerFunction],
        clock: SharedClock,
        invoker: Invoker,
        memory: Path | None = None,
    ) -> None:
        self._clock, self._invoker, self._memory = clock, invoker, memory
        now = clock.now()
        self._offset, self._seen = clock.offset(), now
        known = self._remembered()
        self._timers: dict[str, _Timer] = {}
        for function in functions:
            last = known.get(function.name)
            next_due = function.schedule.next_after(last or now)
            if function.run_on_startup:
                next_due = now
            self._timers[function.name] = _Timer(function, next_due, last)
        self._paused = False
        self._poke = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def names(self) -> list[str]:
        return sorted(self._timers)

    async def run_forever(self, poll_s: float = 0.1) -> None:
        """Start what becomes due until cancelled; the clock may jump at any time."""
        while True:
            self.tick()
            waits = [(due - self._clock.now()).total_seconds() for due in self.next_due().values()]
            pause = max(0.002, min([poll_s, *waits])) if not self._paused else poll_s
            try:
                await asyncio.wait_for(self._poke.wait(), pause)
            except TimeoutError:
                continue
            self._poke.clear()

    def tick(self) -> list[str]:
        """Start every timer that is due and not running; return the names."""
        now, offset = self._clock.now(), self._clock.offset()
        if now < self._seen - timedelta(seconds=1):
            self.rebase()
        elif offset != self._offset:
            for timer in self._timers.values():
                timer.next_due = timer.after_stride()
        self._offset, self._seen = offset, now
        if self._paused:
            return []
        due = [t for t in self._timers.values() if t.next_due <= now and not t.running.locked()]
        for timer in due:
            self._start(timer, now)
        if due:
            self._remember()
        return [timer.function.name for timer in due]

    async def run_now(self, name: str) -> Outcome:
        """Run a timer out of turn, after a run that is under way; KeyError when unknown."""
        timer = self._timers[name]
        async with timer.running:
            return await self._invoke(timer, past_due=False)

    def next_due(self, *, stride: bool = False) -> dict[str, datetime]:
        """Return each timer's next moment; with `stride`, as it holds while the clock jumps."""
        return {
            name: timer.after_stride() if stride else timer.next_due
            for name, timer in self._timers.items()
        }

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        """Go on; what fell due in the meantime is not made up."""
        self.rebase()
        self._paused = False
        self._poke.set()

    def rebase(self) -> None:
        """Forget the past: every timer is next due after the present moment."""
        now = self._clock.now()
        for timer in self._timers.values():
            timer.last_due = None
            timer.next_due = timer.function.schedule.next_after(now)
        self._remember()

    async def idle(self) -> None:
        """Wait until no timer runs."""
        for timer in self._timers.values():
            async with timer.running:
                pass

    def _start(self, timer: _Timer, now: datetime) -> None:
        late = now - timer.next_due > _LATE
        # If the clock jumped over several due moments, the last of them is the one that fires now.
        timer.last_due = max(timer.next_due, timer.function.schedule.latest_until(now))
        timer.next_due = timer.function.schedule.next_after(now)
        task = asyncio.create_task(self._run(timer, late))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, timer: _Timer, late: bool) -> None:
        async with timer.running:
            await self._invoke(timer, past_due=late)
        self._poke.set()

    async def _invoke(self, timer: _Timer, *, past_due: bool) -> Outcome:
        status = {
            "Last": iso(timer.last_due or self._clock.now()),
            "Next": iso(timer.next_due),
            "LastUpdated": iso(self._clock.now()),
        }
        return await self._invoker.run(
            timer.function,
            json_value(
                {
                    "Schedule": {"AdjustForDST": True},
                    "ScheduleStatus": status,
                    "IsPastDue": past_due,
                }
            ),
        )

    def _remember(self) -> None:
        """Keep the last moments, as the real host does in blob storage, to notice missed ones."""
        if self._memory is None:
            return
        content = {n: iso(t.last_due) for n, t in self._timers.items() if t.last_due is not None}
        draft = self._memory.with_suffix(".draft")
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.replace(self._memory)

    def _remembered(self) -> dict[str, datetime]:
        if self._memory is None or not self._memory.exists():
            return {}
        content: dict[str, Any] = json.loads(self._memory.read_text(encoding="utf-8"))
        now = self._clock.now()
        moments = {n: datetime.fromisoformat(text).astimezone(UTC) for n, text in content.items()}
        return {name: moment for name, moment in moments.items() if moment <= now}
