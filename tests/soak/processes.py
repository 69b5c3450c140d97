"""Kills, holds and replaces the processes of a running stack while people work."""

import asyncio
import contextlib
import os
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine
from typing import Any

import psutil

from devstack.stack.stack_file import read_stack_file
from tests.soak.steps import WORKED_WITH, KillOf
from tests.soak.world import FarWorld

GONE_S = 5.0


class Processes:
    """`kills`, `holds` count by part; `back_ms` are the times until a part answered again."""

    def __init__(self, world: FarWorld) -> None:
        self.world = world
        self.kills, self.holds = Counter[str](), Counter[str]()
        self.back_ms: defaultdict[str, list[float]] = defaultdict(list)
        self._under_way: set[asyncio.Task[None]] = set()
        self._errors: list[BaseException] = []
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def kill(self, order: KillOf) -> None:
        """Kill a part; people go on meanwhile, but for those who work with it: they wait."""
        killing = self._kill(order)
        if order.part in WORKED_WITH:
            await killing
        else:
            self._let(killing)

    def hold(self, part: str, seconds: float) -> None:
        """Let a part stand still for a while, as a machine that swaps."""
        self._let(self._hold(part, seconds))

    async def replace(self, part: str) -> None:
        """End a part in good order and start it again, as the platform does."""
        self._let(self._replace(part))

    async def all_back(self) -> None:
        """Wait until every part is back; an error that came up on the way comes through."""
        while self._under_way:
            await asyncio.wait(self._under_way)
        if self._errors:
            raise self._errors.pop()

    def _let(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._under_way.add(task)
        task.add_done_callback(self._is_done)

    def _is_done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._errors.append(error)

    async def _kill(self, order: KillOf) -> None:
        await asyncio.sleep(order.after_s)
        async with self._turns[order.part]:
            if order.down_s:
                await self._order_kill(order.part, restart=False)
                await asyncio.sleep(order.down_s)
            began = time.monotonic()
            await self._order_kill(order.part, restart=True)
            self.back_ms[order.part].append((time.monotonic() - began) * 1000)
            self.kills[order.part] += 1

    async def _hold(self, part: str, seconds: float) -> None:
        async with self._turns[part]:
            pid = self._pid(part)
            os.killpg(pid, signal.SIGSTOP)
            try:
                await asyncio.sleep(seconds)
            finally:
                os.killpg(pid, signal.SIGCONT)
            self.holds[part] += 1

    async def _replace(self, part: str) -> None:
        async with self._turns[part]:
            pid = self._pid(part)
            os.killpg(pid, signal.SIGTERM)
            with contextlib.suppress(psutil.Error):
                await asyncio.to_thread(psutil.Process(pid).wait, GONE_S)
            await self._order_kill(part, restart=True)

    async def _order_kill(self, part: str, *, restart: bool) -> None:
        await self.world.orders("stack", "kill", {"part": part, "restart": restart})

    def _pid(self, part: str) -> int:
        content = read_stack_file(self.world.addresses)
        assert content is not None, "the stack has ended"
        return int(content["pids"][part])
