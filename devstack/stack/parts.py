"""One part of the stack: a process with a log file, a health check and an end."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

_TETHER = Path(__file__).with_name("tether.py")
_POLL_S = 0.02
_STOP_PATIENCE_S = 5.0


class PartFailedError(Exception):
    """A part did not start or has ended; the text names it, its log and the last lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSpec:
    """How a part is started, and the address that answers when it is up (`http://` or `tcp://`)."""

    name: str
    command: tuple[str, ...]
    address: str
    health: str
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    kill_signal: signal.Signals = signal.SIGKILL


class Part:
    """A part as a process group of its own; ends with the supervisor whatever happens to that."""

    def __init__(self, spec: PartSpec, client: aiohttp.ClientSession) -> None:
        self.spec = spec
        self._client = client
        self._process: asyncio.subprocess.Process | None = None
        self._is_up = False

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def state(self) -> str:
        if self._process is None:
            return "stopped"
        if self._process.returncode is not None:
            return f"exited ({self._process.returncode})"
        return "running" if self._is_up else "starting"

    @property
    def is_running(self) -> bool:
        """Tell whether there is a process, answering or not yet."""
        return self._process is not None and self._process.returncode is None

    @property
    def has_crashed(self) -> bool:
        """Tell whether the process ended without being told to."""
        ended = self._process is not None and self._process.returncode is not None
        return ended and self._is_up

    async def start(self) -> None:
        """Start the process; `wait_ready` tells when it is up."""
        self._is_up = False
        self.spec.log.parent.mkdir(parents=True, exist_ok=True)
        with self.spec.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-S", "-E", str(_TETHER)),
                *self.spec.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | dict(self.spec.environment),
                start_new_session=True,
            )

    async def wait_ready(self, patience_s: float = 30.0) -> None:
        """Wait until the part answers; PartFailedError when it ends first or takes too long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        while not await self._answers():
            if self._process is None or self._process.returncode is not None:
                raise PartFailedError(self._complaint(f"has ended: {self.state}"))
            if loop.time() > until:
                raise PartFailedError(self._complaint(f"does not answer after {patience_s:.0f} s"))
            await asyncio.sleep(_POLL_S)
        self._is_up = True

    async def kill(self) -> None:
        """End the process as `kill -9` does."""
        await self._end(self.spec.kill_signal, signal.SIGKILL)

    async def stop(self) -> None:
        """Ask the process to end; insist after some seconds."""
        await self._end(signal.SIGTERM, signal.SIGKILL)

    async def _end(self, *signals: signal.Signals) -> None:
        """Send one signal after the other until the process has ended."""
        self._is_up = False
        for signum in signals:
            if self._process is None or self._process.returncode is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signum)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _STOP_PATIENCE_S)

    async def _answers(self) -> bool:
        address = urlsplit(self.spec.health)
        try:
            if address.scheme == "tcp":
                _, writer = await asyncio.open_connection(address.hostname, address.port)
                writer.close()
                return True
            async with self._client.get(self.spec.health) as answer:
                return answer.status < 500
        except (OSError, aiohttp.ClientError):
            return False

    def _complaint(self, what: str) -> str:
        lines = self.spec.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n    ".join(
            [f"{self.spec.name} {what}; last lines of {self.spec.log}:", *lines[-8:]]
        )
