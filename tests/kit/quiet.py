"""Makes a world go on: what is due is done, messages are worked on, until nothing is left to do."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.domain.job_kind import JobKind
from devstack.kit.agenda import Agenda
from devstack.kit.clock import VirtualClock
from tests.kit.host import Host, Timer, WorkerKilledError, functions
from tests.kit.memory_queue import Batch, MemoryBus

BY_ITSELF = ("notifications", "assistant")
"""What follows a change by itself; drafts that run out and the like wait for the clock."""
SOON = timedelta(seconds=60)
MOST_TURNS = 3000
QUEUES = ("sync-items", "mailbox-jobs", "notices")
AT_ONCE = 32


class NeverQuietError(AssertionError):
    """The world does not come to rest: somebody answers somebody else for ever."""


@dataclass
class Motor:
    """Turns the world. `crashes` are exceptions that functions let through.

    `works` off: timers and webhooks go on, but nobody takes messages from the queues.
    """

    clock: VirtualClock
    agendas: tuple[Agenda, ...]
    bus: MemoryBus
    host: Host
    crashes: list[BaseException] = field(default_factory=list)
    works: bool = True

    async def settle(self) -> None:
        """Go on until nothing is to be done within the next minute. No timer runs meanwhile."""
        for _ in range(MOST_TURNS):
            if await self.step():
                return
        raise NeverQuietError(f"still busy after {MOST_TURNS} turns")

    async def step(self) -> bool:
        """Do what is due now or next within a minute; tell whether nothing is left to do."""
        if await self._turn():
            return False
        due = self._next_by_itself()
        if due is None or due > self.clock.now() + SOON:
            return True
        self.clock.move_to(max(due, self.clock.now()))
        return False

    async def advance(self, by: timedelta, timers: Collection[str] | None = None) -> None:
        """Let time pass from due moment to due moment, timers included; then settle.

        With `timers` only those run, which makes days pass faster.
        """
        until = self.clock.now() + by
        running = [t for t in functions().timers if timers is None or t.name in timers]
        due = {timer.name: self._due(timer) for timer in running}
        while True:
            await self.settle_now()
            now = self.clock.now()
            following = min([*due.values(), *self._all_due()], default=None)
            if following is None or following > until:
                self.clock.move_to(max(until, now))
                return await self.settle()
            self.clock.move_to(max(following, now))
            for timer in running:
                if due[timer.name] <= self.clock.now():
                    due[timer.name] = self._due(timer)
                    await self.host.run_timer(timer)

    async def settle_now(self) -> None:
        """Do all that is due at this moment."""
        for _ in range(MOST_TURNS):
            if not await self._turn():
                return
        raise NeverQuietError(f"still busy after {MOST_TURNS} turns")

    async def run(self, timer_name: str) -> None:
        """Run one timer function now and settle."""
        timer = next(t for t in functions().timers if t.name == timer_name)
        await self.host.run_timer(timer)
        await self.settle()

    def retries_pending(self) -> bool:
        return self.bus.next_due() is not None

    def looks_pending(self) -> bool:
        """Tell whether a look or a mail is tried again; a question to who is parked is neither."""
        return self.bus.next_due(JobKind.CARE_FOR_PARKED) is not None

    async def _turn(self) -> bool:
        """Do what is due now; tell whether there was anything."""
        done = 0
        for agenda in self.agendas:
            due = agenda.next_due()
            if due is not None and due <= agenda.clock.now():
                done += await agenda.run_due()
        for queue in QUEUES if self.works else ():
            batch = self.bus.next_batch(queue, AT_ONCE)
            if batch is not None:
                await self._work(batch)
                done += 1
        return done > 0

    async def _work(self, batch: Batch) -> None:
        """Work on a batch as the host does: complete it, or give it back after a crash."""
        try:
            counts = [m.delivery_count for m in batch.messages]
            await self.host.run_batch(batch.queue, [m.body for m in batch.messages], counts)
        except WorkerKilledError:
            self.bus.break_locks()
            return
        except Exception as error:  # noqa: BLE001 - as the host: whatever a function lets through
            self.crashes.append(error)
            self.bus.release(batch)
            return
        for message in batch.messages:
            self.bus.complete(message)
        self.bus.release(batch)

    def _due(self, timer: Timer) -> datetime:
        return timer.schedule.next_after(self.clock.now())

    def _all_due(self) -> list[datetime]:
        due = [*(agenda.next_due() for agenda in self.agendas), self.bus.next_due()]
        return [moment for moment in due if moment is not None]

    def _next_by_itself(self) -> datetime | None:
        """Return the next moment of a notification, an answer or a retry."""
        moments = [
            entry.due
            for agenda in self.agendas
            for entry in agenda._heap
            if not entry.cancelled and entry.kind in BY_ITSELF
        ]
        retry = self.bus.next_due()
        return min(moments if retry is None else [*moments, retry], default=None)
