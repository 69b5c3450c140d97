"""Starts the local host with the sample app, and the broker, as processes of their own."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage

from devstack.kit.clock import SharedClock
from tests.kit.ports import free_port
from tests.kit.processes import HTTP, NO_TLS, eventually

SAMPLE_APP = Path(__file__).parent / "sample_app"
REPOSITORY = Path(__file__).parents[3]
START = datetime(2026, 3, 2, 7, 0, 30, tzinfo=UTC)
"""The virtual moment at which the sample app starts."""


@dataclass
class Process:
    """A python module as a child process that can be killed and started again."""

    module: str
    options: dict[str, str]
    health: str
    log: Path
    _child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._spawn()
        eventually(lambda: HTTP.get(self.health).status_code == 200, 20)

    def run(self) -> int:
        """Start what is expected to end by itself; return its exit status."""
        return self._spawn().wait(20)

    def _spawn(self) -> subprocess.Popen[bytes]:
        words = [word for name, value in self.options.items() for word in (f"--{name}", value)]
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", self.module, *words],
                cwd=REPOSITORY,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self._child

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the child and return its exit status; one that has ended already is left alone."""
        assert self._child is not None
        self._child.send_signal(how)
        return self._child.wait(15)

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid


@dataclass
class Bus:
    """The broker with a client of its own."""

    process: Process
    connection_string: str
    control: str
    _senders: dict[str, Any] = field(default_factory=dict)

    def send(self, queue: str, *bodies: str, session: str | None = None, **more: Any) -> None:
        """Send over a link that stays open: closing one takes the client a second."""
        if queue not in self._senders:
            client = ServiceBusClient.from_connection_string(
                self.connection_string, ssl_context=NO_TLS
            )
            self._senders[queue] = client.get_queue_sender(queue)
        self._senders[queue].send_messages(
            [ServiceBusMessage(b, session_id=session, **more) for b in bodies]
        )

    def drop_connections(self) -> None:
        self._senders.clear()
        HTTP.post(f"{self.control}/faults", json={"drop_connections": True})

    def kill(self) -> None:
        """End the broker; links to it are of no more use."""
        self._senders.clear()
        self.process.end(signal.SIGKILL)

    def counts(self, queue: str) -> dict[str, int]:
        return dict(HTTP.get(f"{self.control}/queues").json()[queue])


@dataclass
class RunningHost:
    """The host with the sample app."""

    process: Process
    url: str
    clock: SharedClock
    log: Path

    def get(self, path: str, **more: Any) -> httpx.Response:
        return HTTP.get(self.url + path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return HTTP.post(self.url + path, **more)

    def journal(self, kind: str | None = None) -> list[dict[str, Any]]:
        entries = self.get("/api/journal").json()
        return [e for e in entries if kind in (None, e["kind"])]

    def forget(self) -> None:
        HTTP.delete(f"{self.url}/api/journal")

    def activity(self) -> dict[str, Any]:
        return dict(self.get("/admin/devstack/activity").json())

    def jump_to(self, moment: datetime) -> None:
        """Move the stack's clock and let the host look at it."""
        self.clock.write_offset(moment - datetime.now(UTC))
        self.post("/admin/devstack/tick")

    def jump(self, by: timedelta) -> None:
        self.jump_to(self.clock.now() + by)


def make_bus(folder: Path) -> Bus:
    port, control = free_port(), free_port()
    process = Process(
        "devstack.bus",
        {
            "port": str(port),
            "control-port": str(control),
            "state": str(folder / "bus-state"),
            "clock": str(folder / "clock.json"),
        },
        f"http://127.0.0.1:{control}/health",
        folder / "bus.log",
    )
    process.start()
    key = "SharedAccessKeyName=x;SharedAccessKey=y;UseDevelopmentEmulator=true"
    return Bus(process, f"Endpoint=sb://127.0.0.1:{port};{key}", f"http://127.0.0.1:{control}")


def make_host(folder: Path, connection_string: str) -> RunningHost:
    settings = {
        "IsEncrypted": False,
        "Values": {
            "SAMPLE_VALUE": "from settings",
            "MINUTELY": "0 * * * * *",
            "ServiceBusConnection": connection_string,
        },
        "Host": {"FunctionKey": "open-sesame"},
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    clock = SharedClock(folder / "clock.json")
    clock.write_offset(START - datetime.now(UTC))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = Process(
        "devstack.host",
        {
            "app": str(SAMPLE_APP),
            "port": str(port),
            "clock": str(folder / "clock.json"),
            "settings": str(folder / "settings.json"),
            "timers": str(folder / "timers.json"),
        },
        f"{url}/admin/host/status",
        folder / "host.log",
    )
    process.start()
    return RunningHost(process, url, clock, folder / "host.log")


@pytest.fixture(scope="session")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bus]:
    running = make_bus(tmp_path_factory.mktemp("bus"))
    yield running
    running.process.end()


@pytest.fixture(scope="session")
def shared_host(tmp_path_factory: pytest.TempPathFactory, bus: Bus) -> Iterator[RunningHost]:
    running = make_host(tmp_path_factory.mktemp("host"), bus.connection_string)
    yield running
    running.process.end()


@pytest.fixture
def host(shared_host: RunningHost) -> RunningHost:
    """Return the running sample app with an empty journal."""
    shared_host.forget()
    return shared_host
