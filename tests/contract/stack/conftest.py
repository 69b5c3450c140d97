"""Starts whole stacks on free ports, in a folder of their own, through the command line."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage

REPOSITORY = Path(__file__).parents[3]
SAMPLE_APP = REPOSITORY / "tests/contract/host/sample_app"
PARTS = ("azurite", "bus", "exchange", "rooms", "host")


def free_ports(count: int) -> list[int]:
    """Return free ports; the first three follow each other, for Azurite."""
    while True:
        probes = [socket.socket() for _ in range(count)]
        try:
            for probe in probes[2:]:
                probe.bind(("127.0.0.1", 0))
            first = probes[2].getsockname()[1]
            probes[0].bind(("127.0.0.1", first + 1))
            probes[1].bind(("127.0.0.1", first + 2))
            return [first, first + 1, first + 2, *(p.getsockname()[1] for p in probes[3:])]
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()


def stack_environment(run_dir: Path) -> dict[str, str]:
    azurite, _, _, stack, host, exchange, rooms, bus, bus_control = free_ports(9)
    return {
        "STACK_PORT": str(stack),
        "HOST_PORT": str(host),
        "EXCHANGE_PORT": str(exchange),
        "ROOMS_PORT": str(rooms),
        "BUS_PORT": str(bus),
        "BUS_CONTROL_PORT": str(bus_control),
        "AZURITE_PORT": str(azurite),
        "RUN_DIR": str(run_dir),
        "MINUTELY": "0 * * * * *",
        "SAMPLE_VALUE": "from the environment",
    }


def command(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as somebody at a terminal would."""
    return subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "devstack.cli", *words],
        cwd=REPOSITORY,
        env=os.environ | dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )


def eventually(check: Callable[[], Any], patience_s: float = 10.0) -> Any:
    """Return the first true answer of `check`; fail when there is none in time."""
    until = time.monotonic() + patience_s
    while True:
        try:
            if answer := check():
                return answer
        except httpx.TransportError:
            pass
        if time.monotonic() > until:
            raise AssertionError(f"did not happen within {patience_s} s")
        time.sleep(0.02)


@dataclass
class RunningStack:
    """A stack in the background, seen from outside."""

    environment: dict[str, str]
    printed: str

    @property
    def file(self) -> dict[str, Any]:
        return dict(json.loads((self.run_dir / "stack.json").read_text()))

    @property
    def run_dir(self) -> Path:
        return Path(self.environment["RUN_DIR"])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['STACK_PORT']}"

    @property
    def host(self) -> str:
        return str(self.file["addresses"]["host"])

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=60)

    def post(self, path: str, content: Any = None) -> httpx.Response:
        return httpx.post(self.url + path, json=content, timeout=150)

    def status(self) -> dict[str, Any]:
        return dict(self.get("/status").json())

    def until_quiet(self) -> dict[str, Any]:
        return dict(eventually(lambda: (s := self.status())["quiet"] and s, 30))

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """Return what the sample app noted."""
        return [e for e in httpx.get(f"{self.host}/api/journal").json() if e["kind"] == kind]

    def forget(self) -> None:
        httpx.delete(f"{self.host}/api/journal")

    def send(self, queue: str, body: str, **more: Any) -> None:
        connection = (
            f"Endpoint=sb://{self.file['addresses']['bus']};SharedAccessKeyName=x;"
            "SharedAccessKey=y;UseDevelopmentEmulator=true"
        )
        with ServiceBusClient.from_connection_string(connection) as client:
            client.get_queue_sender(queue).send_messages(ServiceBusMessage(body, **more))

    def processes(self) -> list[psutil.Process]:
        return [psutil.Process(pid) for pid in self.file["pids"].values()]


def start(run_dir: Path, app: Path, *words: str) -> RunningStack:
    environment = stack_environment(run_dir)
    started = command(environment, "run", "--detach", "--app", str(app), *words)
    assert started.returncode == 0, started.stderr
    return RunningStack(environment, started.stdout)


@pytest.fixture(scope="session")
def sample_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Return a stack whose app is the sample app: it notes whatever the host did."""
    running = start(tmp_path_factory.mktemp("sample-stack"), SAMPLE_APP)
    yield running
    command(running.environment, "stop")
