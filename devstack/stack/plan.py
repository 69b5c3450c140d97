"""Which parts a stack has and the command that starts each: the only place that knows them."""

import shutil
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from devstack.addresses import LOOPBACK, Addresses
from devstack.kit.world import World
from devstack.stack.parts import PartSpec
from devstack.stack.run_secrets import RunSecrets

REPOSITORY = Path(__file__).resolve().parents[2]
_AZURITE = REPOSITORY / "devstack/azurite/node_modules/azurite/dist/src/azurite.js"
_KEEP = REPOSITORY / "devstack/azurite/keep.cjs"
"""Saves what was answered when Azurite is killed with SIGUSR2; see the file itself."""


class MissingToolError(Exception):
    """Something that must be installed is not there; the text says what and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPlan:
    """One stack: where it listens, which app it serves, what it keeps where."""

    addresses: Addresses
    secrets: RunSecrets
    mandator: str
    app_dir: Path = REPOSITORY
    on_premises: frozenset[str] = frozenset()
    """The ids of the environments that the app reaches by EWS."""

    def for_world(self, world: World) -> "StackPlan":
        """Return the same plan with the mandator and the environments of another world."""
        there = frozenset(each.id for each in world.environments if each.kind == "ews")
        return replace(self, mandator=world.mandator, on_premises=there)

    @property
    def clock_file(self) -> Path:
        return self.addresses.run_dir / "clock.json"

    @property
    def settings_file(self) -> Path:
        return self.addresses.run_dir / "local.settings.json"

    @property
    def parts(self) -> list[PartSpec]:
        """The parts in the order in which they are listed; they start side by side."""
        return [self.azurite(), self.bus(), self.exchange(), self.rooms(), self.host()]

    def azurite(self) -> PartSpec:
        """Return how Azurite starts: on disk, so that a kill keeps its tables and blobs."""
        node = shutil.which("node")
        if node is None:
            raise MissingToolError("node is missing: install Node 20 (https://nodejs.org)")
        if not _AZURITE.exists():
            raise MissingToolError("Azurite is missing: run `make setup`")
        first = self.addresses.azurite_port
        options = {
            "location": self.addresses.run_dir / "azurite",
            "blobHost": LOOPBACK,
            "queueHost": LOOPBACK,
            "tableHost": LOOPBACK,
            "blobPort": first,
            "queuePort": first + 1,
            "tablePort": first + 2,
        }
        switches = ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
        return self._spec(
            "azurite",
            [node, "--require", str(_KEEP), str(_AZURITE), *switches, *_words(options)],
            address=self.addresses.azurite[2],
            health=f"tcp://{LOOPBACK}:{first + 2}",
            kill_signal=signal.SIGUSR2,
        )

    def bus(self) -> PartSpec:
        """Return how the broker with its control face starts."""
        return self._python(
            "bus",
            {
                "port": self.addresses.bus_port,
                "control-port": self.addresses.bus_control_port,
                "state": self._state("bus"),
                "clock": self.clock_file,
            },
            address=self.addresses.bus,
            health=f"{self.addresses.bus_control}/health",
        )

    def exchange(self) -> PartSpec:
        """Return how the simulator of Exchange starts."""
        return self._python(
            "exchange",
            {
                "port": self.addresses.exchange_port,
                "state": self._state("exchange"),
                "clock": self.clock_file,
                "tenant": self.secrets.graph_tenant,
                "client-id": self.secrets.graph_client_id,
                "client-secret": self.secrets.graph_client_secret,
                "ews-user": self.secrets.ews_user,
                "ews-password": self.secrets.ews_password,
            },
            address=self.addresses.exchange,
            health=f"{self.addresses.exchange}/_control/pending",
        )

    def rooms(self) -> PartSpec:
        """Return how the simulator of ROOMS starts."""
        return self._python(
            "rooms",
            {
                "port": self.addresses.rooms_port,
                "state": self._state("rooms"),
                "clock": self.clock_file,
                "mandator": self.mandator,
                "api-key": self.secrets.rooms_api_key,
                "client-id": self.secrets.rooms_client_id,
                "client-secret": self.secrets.rooms_client_secret,
                "webhook-url": f"{self.addresses.host}/api/webhooks/rooms",
                "webhook-secret": self.secrets.rooms_webhook_secret,
            },
            address=self.addresses.rooms,
            health=f"{self.addresses.rooms}/_control/pending",
        )

    def host(self) -> PartSpec:
        """Return how the Functions host with the app starts."""
        return self._python(
            "host",
            {
                "app": self.app_dir,
                "port": self.addresses.host_port,
                "clock": self.clock_file,
                "settings": self.settings_file,
                "timers": self._state("timers"),
            },
            address=self.addresses.host,
            health=f"{self.addresses.host}/admin/host/status",
        )

    def _python(
        self, name: str, options: dict[str, object], *, address: str, health: str
    ) -> PartSpec:
        command = [sys.executable, "-m", f"devstack.{name}", *_words(options)]
        return self._spec(name, command, address=address, health=health)

    def _spec(
        self,
        name: str,
        command: list[str],
        *,
        address: str,
        health: str,
        kill_signal: signal.Signals = signal.SIGKILL,
    ) -> PartSpec:
        return PartSpec(
            name=name,
            command=tuple(command),
            address=address,
            health=health,
            log=self.addresses.run_dir / "logs" / f"{name}.log",
            environment={"PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"},
            kill_signal=kill_signal,
        )

    def _state(self, name: str) -> Path:
        return self.addresses.run_dir / "state" / name


def _words(options: dict[str, object]) -> list[str]:
    return [f"--{name}={value}" for name, value in options.items()]
