"""A broker with its two ports, in this process: AMQP for clients, HTTP for its control."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import override

import uvicorn

from devstack.addresses import LOOPBACK
from devstack.bus.broker import Broker
from devstack.bus.control import control_app
from devstack.bus.queues import PRODUCT_QUEUES, QueueConfig
from devstack.bus.serving.connection import Connection
from devstack.kit.clock import Clock
from devstack.kit.shelf import Shelf

log = logging.getLogger(__name__)


class _ControlServer(uvicorn.Server):
    """Leaves signals to whoever owns the process."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class BusServer:
    """Start it, read the ports, stop it; it may be started once.

    Port 0 takes a free port. The shelf is flushed at the end but belongs to whoever made it. Only
    loopback is ever bound: nobody's token is checked.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        queues: Mapping[str, QueueConfig] = PRODUCT_QUEUES,
        shelf: Shelf | None = None,
        port: int = 0,
        control_port: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.broker = Broker(queues, clock=clock, shelf=shelf or Shelf(), monotonic=monotonic)
        self.port, self.control_port = port, control_port
        self._listener: asyncio.Server | None = None
        self._control: _ControlServer | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def connection_string(self) -> str:
        """What a client connects with; port and emulator mode are all that matters in it."""
        return (
            f"Endpoint=sb://{LOOPBACK}:{self.port};"
            "SharedAccessKeyName=x;SharedAccessKey=y;UseDevelopmentEmulator=true"
        )

    @property
    def control_url(self) -> str:
        return f"http://{LOOPBACK}:{self.control_port}"

    async def start(self) -> None:
        """Listen on both ports; a port that is taken is an OSError."""
        amqp = _bind(self.port)
        try:
            http = _bind(self.control_port)
        except OSError:
            amqp.close()
            raise
        self.port, self.control_port = amqp.getsockname()[1], http.getsockname()[1]
        self._tasks = [asyncio.create_task(self.broker.run())]
        self._tasks[0].add_done_callback(_report_failure)
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(lambda: Connection(self.broker), sock=amqp)
        app = control_app(self.broker)
        config = uvicorn.Config(app, log_config=None, log_level="warning", lifespan="off")
        self._control = _ControlServer(config)
        self._tasks.append(asyncio.create_task(self._control.serve(sockets=[http])))
        while not self._control.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Break all connections off and free the ports."""
        if self._listener is not None:
            self._listener.close()
            self.broker.drop_connections()
            await self._listener.wait_closed()
        if self._control is not None:
            self._control.should_exit = True
            await self._tasks.pop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.broker.tick()


def _report_failure(task: asyncio.Task[None]) -> None:
    """Say that nothing becomes due any more: without this it would just seem to hang."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("the broker's clockwork stopped", exc_info=error)


def _bind(port: int) -> socket.socket:
    listener = socket.create_server((LOOPBACK, port))
    # asyncio does this only for sockets it made itself; without it answers wait for 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
