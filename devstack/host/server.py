"""Wires the host together: one app, its HTTP functions, timers and queues, the admin face."""

import asyncio
import json
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount

from devstack.host import runtime
from devstack.host.activity import Activity
from devstack.host.admin import AdminFace
from devstack.host.bus_trigger import BusTrigger
from devstack.host.host_json import read_host_json
from devstack.host.http_face import HttpFace
from devstack.host.invoker import Invoker
from devstack.host.metadata import BusFunction, Function, HttpFunction, TimerFunction, describe
from devstack.host.timers import Timers
from devstack.kit.clock import SharedClock

log = logging.getLogger("host")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSettings:
    """What one host is started with."""

    app_dir: Path
    clock: SharedClock
    function_key: str
    timers_file: Path | None = None
    paused: bool = False


class Host:
    """A running app: what the admin face acts on."""

    def __init__(self, settings: HostSettings) -> None:
        began = time.perf_counter()
        options = read_host_json(settings.app_dir / "host.json")
        indexed = runtime.index(settings.app_dir)
        self.functions: list[Function] = describe(indexed, options.route_prefix)
        self.activity = Activity()
        self.invoker = Invoker(self.activity)
        self.timers = Timers(
            [f for f in self.functions if isinstance(f, TimerFunction)],
            settings.clock,
            self.invoker,
            settings.timers_file,
        )
        self.queues = [
            BusTrigger(f, options.bus, self.invoker)
            for f in self.functions
            if isinstance(f, BusFunction)
        ]
        self.face = HttpFace(
            [f for f in self.functions if isinstance(f, HttpFunction)],
            self.invoker,
            function_key=settings.function_key,
            max_body_bytes=options.max_body_bytes,
        )
        self.clock = settings.clock
        self.paused = False
        self._start_paused = settings.paused
        self.started_at = time.monotonic()
        log.info("%d functions in %d ms", len(indexed), (time.perf_counter() - began) * 1000)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run timers and queues while the block runs; what is under way may end."""
        if self._start_paused:
            await self.pause()
        else:
            for queue in self.queues:
                queue.start()
        ticking = asyncio.create_task(self.timers.run_forever())
        try:
            yield
        finally:
            ticking.cancel()
            await asyncio.gather(*(q.stop(patience_s=5.0) for q in self.queues))

    async def pause(self) -> None:
        """Stop timers and queues; returns when nothing of theirs runs any more. HTTP goes on."""
        self.paused = True
        self.timers.pause()
        await asyncio.gather(*(queue.stop() for queue in self.queues), self.timers.idle())

    async def resume(self) -> None:
        """Start timers and queues again; timers count from now."""
        if not self.paused:
            return
        self.paused = False
        self.timers.resume()
        for queue in self.queues:
            queue.start()


def load_settings(path: Path) -> str | None:
    """Put the `Values` of a local.settings.json into the environment; set variables win.

    Returns `Host.FunctionKey`, which only this host knows, if the file has it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        values, host = content["Values"], content.get("Host", {})
    except FileNotFoundError as error:
        raise ValueError(f"settings file {path} is missing") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} must be JSON with an object `Values`: {error!r}") from error
    for name, value in values.items():
        os.environ.setdefault(name, str(value))
    key: str | None = host.get("FunctionKey")
    return key


def asgi(host: Host) -> Starlette:
    """Return the application that uvicorn serves: admin face first, then the app's own routes."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with host.running():
            yield

    return Starlette(routes=[*AdminFace(host).routes(), Mount("/", host.face)], lifespan=lifespan)
