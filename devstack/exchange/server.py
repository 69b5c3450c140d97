"""Runs the simulator as a process: HTTP on loopback, the agenda beside it."""

import argparse
import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from devstack.addresses import LOOPBACK, addresses
from devstack.exchange.ews.accounts import ServiceAccount
from devstack.exchange.graph.tokens import Credentials
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.clock import SharedClock
from devstack.kit.shelf import Shelf
from devstack.kit.world import World


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    known, account = Credentials(), ServiceAccount()
    line = argparse.ArgumentParser(prog="python -m devstack.exchange", description=__doc__)
    port = addresses().exchange_port
    line.add_argument("--port", type=int, default=port, help="0 picks a free one")
    line.add_argument("--state", type=Path, help="folder that keeps the state over a kill")
    line.add_argument("--clock", type=Path, help="file with the offset of the stack's clock")
    line.add_argument("--world", type=Path, help="world file, loaded when the state is empty")
    line.add_argument("--seed", type=int, default=0)
    line.add_argument("--tenant", default=os.environ.get("GRAPH_TENANT", known.tenant))
    line.add_argument("--client-id", default=os.environ.get("GRAPH_CLIENT_ID", known.client_id))
    line.add_argument(
        "--client-secret", default=os.environ.get("GRAPH_CLIENT_SECRET", known.client_secret)
    )
    line.add_argument("--ews-user", default=os.environ.get("EWS_USER", account.user))
    line.add_argument("--ews-password", default=os.environ.get("EWS_PASSWORD", account.password))
    return line


def simulator_from(options: argparse.Namespace) -> ExchangeSimulator:
    """Build the simulator; a bad world is a ValueError that says what is wrong."""
    if options.state is not None:
        options.state.mkdir(parents=True, exist_ok=True)
    simulator = ExchangeSimulator(
        SharedClock(options.clock or addresses().run_dir / "clock.json"),
        seed=options.seed,
        shelf=Shelf(options.state / "exchange.sqlite" if options.state else None),
        credentials=Credentials(
            tenant=options.tenant,
            client_id=options.client_id,
            client_secret=options.client_secret,
        ),
        service_account=ServiceAccount(user=options.ews_user, password=options.ews_password),
    )
    if options.world is not None and not simulator.is_loaded:
        simulator.load(World.model_validate_json(options.world.read_text(encoding="utf-8")))
    return simulator


async def serve(simulator: ExchangeSimulator, listener: socket.socket) -> None:
    """Answer requests and do what is due until told to stop."""
    server = uvicorn.Server(
        uvicorn.Config(
            simulator.app,
            interface="asgi3",
            lifespan="off",
            access_log=False,
            date_header=False,  # answers carry the stack's date, not the machine's
            server_header=False,
            log_level="warning",
            # Exchange Online keeps idle connections for minutes; uvicorn's 5 s would meet clients
            # that let go after 5 s in the middle of their next request.
            timeout_keep_alive=120,
            timeout_graceful_shutdown=1,
        )
    )
    agenda = asyncio.create_task(simulator.agenda.run_forever())
    try:
        await server.serve(sockets=[listener])
    finally:
        agenda.cancel()
        await simulator.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; print the address once it is bound."""
    options = parser().parse_args(arguments)
    try:
        simulator = simulator_from(options)
    except (ValueError, OSError) as error:
        print(f"exchange: {error}", file=sys.stderr)  # noqa: T201 - a command speaks to its caller
        return 2
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # asyncio does this only for sockets it made itself; without it answers wait for 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((LOOPBACK, options.port))
        listener.listen()  # whoever reads the address may connect at once
        print(f"exchange: http://{LOOPBACK}:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - as above
        asyncio.run(serve(simulator, listener))
    return 0
