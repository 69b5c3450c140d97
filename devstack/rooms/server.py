"""The ROOMS simulator as a process of its own: `python -m devstack.rooms`."""

import argparse
import socket
import sys
from pathlib import Path

import uvicorn
from pydantic import ValidationError

from devstack.addresses import LOOPBACK, addresses
from devstack.kit.clock import SharedClock
from devstack.kit.shelf import Shelf
from devstack.kit.world import Environment, World
from devstack.rooms.face.auth import Registration
from devstack.rooms.simulator import REGISTRATION, RoomsSimulator
from devstack.rooms.webhooks import Target


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    line = argparse.ArgumentParser(prog="python -m devstack.rooms", description=__doc__)
    line.add_argument("--port", type=int, default=addresses().rooms_port, help="0 picks a free one")
    line.add_argument("--state", type=Path, help="folder that keeps the state over a kill")
    line.add_argument("--clock", type=Path, help="file with the offset of the stack's clock")
    line.add_argument("--world", type=Path, help="world file, loaded when the state is empty")
    line.add_argument("--mandator", default="Default", help="used when there is no world file")
    line.add_argument("--seed", type=int, default=0)
    line.add_argument("--api-key", default=REGISTRATION.api_key)
    line.add_argument("--client-id", default=REGISTRATION.client_id)
    line.add_argument("--client-secret", default=REGISTRATION.client_secret)
    line.add_argument("--webhook-url")
    line.add_argument("--webhook-secret")
    return line


def simulator_from(options: argparse.Namespace) -> RoomsSimulator:
    """Build the simulator; a bad world or secret is a ValueError that says what is wrong."""
    if bool(options.webhook_url) != bool(options.webhook_secret):
        raise ValueError("--webhook-url and --webhook-secret belong together")
    if options.state is not None:
        options.state.mkdir(parents=True, exist_ok=True)
    target = None
    if options.webhook_url:
        target = Target(url=options.webhook_url, secret=options.webhook_secret)
    simulator = RoomsSimulator(
        clock=SharedClock(options.clock or addresses().run_dir / "clock.json"),
        seed=options.seed,
        shelf=Shelf(options.state / "rooms.sqlite" if options.state else None),
        registration=Registration(
            client_id=options.client_id,
            client_secret=options.client_secret,
            api_key=options.api_key,
        ),
        webhook=target,
    )
    if not simulator.is_loaded:
        simulator.load(_first_world(options))
    return simulator


def _first_world(options: argparse.Namespace) -> World:
    """Return the world to begin with: the file's, else one in which only the API user exists."""
    if options.world is not None:
        return World.model_validate_json(options.world.read_text(encoding="utf-8"))
    nowhere = Environment(id="none", domains=[])
    return World(mandator=options.mandator, environments=[nowhere])


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop; print the address once it is bound."""
    options = parser().parse_args(arguments)
    try:
        simulator = simulator_from(options)
    except (ValueError, ValidationError, OSError) as error:
        print(f"rooms: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to its caller
        return 2
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # asyncio does this only for sockets it made itself; without it answers wait for 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((LOOPBACK, options.port))
        listener.listen()
        print(f"rooms: http://{LOOPBACK}:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - as above
        # IIS keeps idle connections for two minutes; uvicorn's 5 s would meet clients that let go
        # after 5 s in the middle of their next request.
        config = uvicorn.Config(
            simulator.app, access_log=False, log_level="warning", timeout_keep_alive=120
        )
        uvicorn.Server(config).run(sockets=[listener])
    return 0
