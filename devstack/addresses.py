"""Where the parts of one local stack listen: loopback only, each port movable by a variable."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The ports and the state folder of one stack (contract section 1)."""

    stack_port: int
    host_port: int
    exchange_port: int
    rooms_port: int
    bus_port: int
    bus_control_port: int
    azurite_port: int
    run_dir: Path

    @property
    def stack(self) -> str:
        return f"http://{LOOPBACK}:{self.stack_port}"

    @property
    def host(self) -> str:
        return f"http://{LOOPBACK}:{self.host_port}"

    @property
    def exchange(self) -> str:
        return f"http://{LOOPBACK}:{self.exchange_port}"

    @property
    def rooms(self) -> str:
        return f"http://{LOOPBACK}:{self.rooms_port}"

    @property
    def bus(self) -> str:
        return f"{LOOPBACK}:{self.bus_port}"

    @property
    def bus_control(self) -> str:
        return f"http://{LOOPBACK}:{self.bus_control_port}"

    @property
    def azurite(self) -> tuple[str, str, str]:
        """Blob, queue and table, in this order."""
        blob, queue, table = (f"http://{LOOPBACK}:{self.azurite_port + i}" for i in range(3))
        return blob, queue, table


def addresses(environment: Mapping[str, str] | None = None) -> Addresses:
    """Read the addresses from environment variables; a port that is no number is a ValueError."""
    env = os.environ if environment is None else environment

    def port(name: str, default: int) -> int:
        value = env.get(name, str(default))
        if not value.isdigit() or not 1 <= int(value) <= 65535:
            raise ValueError(f"{name} must be a port number (1-65535), not {value!r}")
        return int(value)

    bus = port("BUS_PORT", 5672)
    return Addresses(
        stack_port=port("STACK_PORT", 7070),
        host_port=port("HOST_PORT", 7071),
        exchange_port=port("EXCHANGE_PORT", 7080),
        rooms_port=port("ROOMS_PORT", 7081),
        bus_port=bus,
        bus_control_port=port("BUS_CONTROL_PORT", bus + 1),
        azurite_port=port("AZURITE_PORT", 10000),
        run_dir=Path(env.get("RUN_DIR", "var/run")).resolve(),
    )
