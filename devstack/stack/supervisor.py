"""One running stack: starts its parts, gives them a world, kills and restarts them, ends them."""

import asyncio
import contextlib
import logging
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from devstack.kit.clock import SharedClock
from devstack.kit.journal import iso
from devstack.kit.world import World
from devstack.stack.advance import ClockMover
from devstack.stack.app_settings import app_settings, write_settings_file
from devstack.stack.parts import Part
from devstack.stack.plan import StackPlan
from devstack.stack.reset import WorldLoader
from devstack.stack.stack_file import stack_file, write_stack_file
from devstack.stack.watch import Watch

log = logging.getLogger("stack")


class Stack:
    """The parts of one plan, and what the control API does with them."""

    def __init__(self, plan: StackPlan, client: aiohttp.ClientSession) -> None:
        self.plan, self.client = plan, client
        self.clock = SharedClock(plan.clock_file)
        self.watch = Watch(
            plan.addresses, self.clock, client, lambda name: self.parts[name].is_running
        )
        self.mover = ClockMover(plan.addresses, self.clock, self.watch, client)
        self._loader = WorldLoader(plan.addresses, self.mover, self.watch, client)
        self.parts = {spec.name: Part(spec, client) for spec in plan.parts}
        self.is_ready = False
        self.one_at_a_time = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(cls, plan: StackPlan) -> AsyncIterator["Stack"]:
        """Yield a stack and end all its parts afterwards, whatever happens."""
        timeout = aiohttp.ClientTimeout(total=120)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as client:
            stack = cls(plan, client)
            try:
                yield stack
            finally:
                await stack.stop()

    async def start(self, world: World, world_name: str) -> None:
        """Start all parts and load the world; raises PartFailedError or ResetFailedError."""
        self._prepare_run_dir()
        await asyncio.gather(*(part.start() for part in self.parts.values()))
        await asyncio.gather(*(part.wait_ready() for part in self.parts.values()))
        self._write_stack_file(world_name)
        await self.reset(world, world_name)
        self.is_ready = True

    async def reset(self, world: World, world_name: str) -> None:
        """Load another world; another mandator or environment needs a host with new settings."""
        if self.plan.for_world(world) != self.plan:
            await self._change_settings(self.plan.for_world(world))
        await self._loader.load(world)
        self._write_stack_file(world_name)
        self._world_name = world_name

    async def kill(self, name: str, *, restart: bool) -> None:
        """`kill -9` a part, then start it again if asked to."""
        part = self.parts[name]
        await part.kill()
        if restart:
            await part.start()
            await part.wait_ready()
        self._write_stack_file(self._world_name)

    async def stop(self) -> None:
        """End all parts, the host first, so that nobody misses what it still needs."""
        self.is_ready = False
        order = sorted(self.parts.values(), key=lambda part: part.spec.name != "host")
        for part in order[:1]:
            await part.stop()
        await asyncio.gather(*(part.stop() for part in order[1:]))
        with contextlib.suppress(FileNotFoundError):
            stack_file(self.plan.addresses).unlink()

    async def status(self) -> dict[str, Any]:
        """Return the contract's status."""
        look, quiet = await self.watch.look_twice()
        return {
            "ready": self.is_ready,
            "quiet": quiet and self.is_ready,
            "now": iso(look.now),
            "offset_s": round(self.clock.offset().total_seconds(), 3),
            "parts": {
                name: {"pid": part.pid, "address": part.spec.address, "state": part.state}
                for name, part in self.parts.items()
            },
            "queues": look.queues,
            "retries_pending": look.retries_pending,
            "next_due": iso(look.next_due) if look.next_due else None,
            "counters": look.counters,
            "busy": [
                *look.going_on,
                *look.planned,
                *(f"{name} does not answer" for name in look.silent),
            ],
        }

    _world_name = ""

    async def _change_settings(self, plan: StackPlan) -> None:
        self.plan = plan
        self._write_settings()
        await self.parts["host"].stop()
        await self.parts["host"].start()
        await self.parts["host"].wait_ready()

    def _prepare_run_dir(self) -> None:
        """Start from nothing: a stack's state lives as long as the stack."""
        run_dir = self.plan.addresses.run_dir
        for name in ("state", "azurite"):
            shutil.rmtree(run_dir / name, ignore_errors=True)
            (run_dir / name).mkdir(parents=True)
        for part in self.parts.values():
            part.spec.log.unlink(missing_ok=True)
        self.plan.clock_file.unlink(missing_ok=True)
        self._write_settings()

    def _write_settings(self) -> None:
        plan = self.plan
        values = app_settings(
            plan.addresses,
            plan.secrets,
            mandator=plan.mandator,
            clock_file=plan.clock_file,
            on_premises=plan.on_premises,
        )
        write_settings_file(plan.settings_file, values, plan.secrets.function_key)

    def _write_stack_file(self, world_name: str) -> None:
        pids = {name: part.pid for name, part in self.parts.items() if part.pid is not None}
        write_stack_file(
            self.plan.addresses,
            self.plan.secrets,
            mandator=self.plan.mandator,
            world=world_name,
            pids={"stack": os.getpid(), **pids},
        )
