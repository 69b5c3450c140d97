"""Two workers at once on the same messages, as after a lost session lock, in an order of choice.

At each call to a table, a queue, Graph or ROOMS, before it and after it, a worker waits until it is
its turn; whose turn it is comes from the seed alone. So a seed that fails fails again.
"""

import asyncio
import random
import re
from collections.abc import Coroutine, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.kit.host import WorkerKilledError

if TYPE_CHECKING:
    from core.bootstrap import App
    from tests.kit.world import World

_MINE: ContextVar["Turns | None"] = ContextVar("turns", default=None)


class Turns:
    """Lets one of several workers go on at a time."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._running = 0
        self._waiting: list[asyncio.Future[None]] = []

    async def play(self, *workers: Coroutine[Any, Any, None]) -> None:
        """Run all workers to their end."""
        self._running = len(workers)
        await asyncio.gather(*(self._work(worker) for worker in workers))

    async def pause(self) -> None:
        """Wait for one's turn."""
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        self._next()
        await mine

    async def _work(self, worker: Coroutine[Any, Any, None]) -> None:
        _MINE.set(self)
        try:
            await self.pause()
            await worker
        finally:
            self._running -= 1
            self._next()

    def _next(self) -> None:
        if self._waiting and len(self._waiting) == self._running:
            self._waiting.pop(self._chance.randrange(len(self._waiting))).set_result(None)


async def pause(_: str) -> None:
    """Wait for one's turn, outside of `Turns.play` for nothing."""
    turns = _MINE.get()
    if turns is not None:
        await turns.pause()


@dataclass
class SlowWorker:
    """A worker whose lock is lost while it stands still before a call; another takes its messages.

    `goes_on` lets it make that call, long after everybody has forgotten it.
    """

    world: "World"
    call: str
    _stands: asyncio.Event = field(default_factory=asyncio.Event)
    _goes: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None
    _is_caught: bool = False

    async def stands_still(self) -> None:
        """Work on what is queued until the call is about to be made, then lose the lock."""
        alone, self.world.interruptions.pause = self.world.host.run_batch, self._hold

        async def run_batch(
            queue: str, bodies: list[bytes], deliveries: Sequence[int] = ()
        ) -> None:
            if self._task is not None:
                await alone(queue, bodies, deliveries)
                return
            task = asyncio.create_task(alone(queue, bodies, deliveries))
            stands = asyncio.create_task(self._stands.wait())
            await asyncio.wait({task, stands}, return_when=asyncio.FIRST_COMPLETED)
            if not self._stands.is_set():
                stands.cancel()
                return
            self._task = task
            self.world.restarts()
            raise WorkerKilledError

        self.world.host.run_batch = run_batch  # type: ignore[method-assign]
        for _ in range(60):
            if self._task is not None:
                return
            await self.world.steps()
        raise AssertionError(f"nobody calls {self.call}")

    async def goes_on(self) -> None:
        """Make the call at last, and go on as if nothing had been."""
        self._goes.set()
        assert self._task is not None
        await self._task

    async def _hold(self, call: str) -> None:
        if self._is_caught or re.search(self.call, call) is None:
            return
        self._is_caught = True
        self._stands.set()
        await self._goes.wait()


def works_twice(world: "World", seed: int) -> None:
    """Let every batch of a world be worked on by two processes at once from now on."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secrets
    other: list[App] = []
    alone = world.host.run_batch

    async def run_batch(queue: str, bodies: list[bytes], deliveries: Sequence[int] = ()) -> None:
        from functions.workers import handle_mailbox_jobs, handle_sync_items  # noqa: PLC0415

        handle = {"sync-items": handle_sync_items, "mailbox-jobs": handle_mailbox_jobs}.get(queue)
        if handle is None:
            await alone(queue, bodies, deliveries)
            return
        if not other:
            other.append(world._new_app())
        await Turns(chance).play(handle(bodies, world.app), handle(bodies, other[0]))

    world.host.run_batch = run_batch  # type: ignore[method-assign]
    world.interruptions.pause = pause
