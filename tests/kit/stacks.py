"""Whole stacks on free ports, in a folder of their own, started through the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from azure.servicebus import ServiceBusClient, ServiceBusMessage

from tests.kit.ports import free_ports
from tests.kit.processes import HTTP, NO_TLS, eventually

REPOSITORY = Path(__file__).parents[2]
SAMPLE_APP = REPOSITORY / "tests/contract/host/sample_app"
PARTS = ("azurite", "bus", "exchange", "rooms", "host")


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


@dataclass
class RunningStack:
    """A stack in the background, seen from outside."""

    environment: dict[str, str]
    printed: str
    watch: Callable[["RunningStack"], None] | None = None
    """Asked about the stack whenever its world ends."""

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
        return HTTP.get(self.url + path)

    def post(self, path: str, content: Any = None) -> httpx.Response:
        return HTTP.post(self.url + path, json=content, timeout=150)

    def status(self) -> dict[str, Any]:
        return dict(self.get("/status").json())

    def until_quiet(self) -> dict[str, Any]:
        return dict(eventually(lambda: (s := self.status())["quiet"] and s, 30))

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """Return what the sample app noted."""
        return [e for e in HTTP.get(f"{self.host}/api/journal").json() if e["kind"] == kind]

    def forget(self) -> None:
        HTTP.delete(f"{self.host}/api/journal")

    def send(self, queue: str, body: str, **more: Any) -> None:
        connection = (
            f"Endpoint=sb://{self.file['addresses']['bus']};SharedAccessKeyName=x;"
            "SharedAccessKey=y;UseDevelopmentEmulator=true"
        )
        with ServiceBusClient.from_connection_string(connection, ssl_context=NO_TLS) as client:
            client.get_queue_sender(queue).send_messages(ServiceBusMessage(body, **more))

    def reset(self, world: Any) -> None:
        """Give the stack another world."""
        self._ends()
        answer = self.post("/reset", {"world": world})
        assert answer.status_code == 200, answer.text

    def processes(self) -> list[psutil.Process]:
        return [psutil.Process(pid) for pid in self.file["pids"].values()]

    def _ends(self) -> None:
        if self.watch is not None:
            self.watch(self)

    def stop(self) -> None:
        command(self.environment, "stop")


def start(run_dir: Path, app: Path, *words: str, **more: str) -> RunningStack:
    environment = stack_environment(run_dir) | more
    started = command(environment, "run", "--detach", "--app", str(app), *words)
    assert started.returncode == 0, started.stderr
    return RunningStack(environment, started.stdout)
