"""Runs the simulator as a process: HTTP on loopback, the agenda beside it."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from devstack.addresses import LOOPBACK, addresses
from devstack.exchange.graph.tokens import Credentials
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.clock import SharedClock
from devstack.kit.shelf import Shelf
from devstack.kit.world import World


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until killed; the command line says where, with which state and clock."""
    asyncio.run(serve(_parser().parse_args(arguments)))


async def serve(options: argparse.Namespace) -> None:
    """Build the simulator, load a world if one is given and nothing was kept, and serve."""
    shelf = Shelf(options.state)
    is_new = not any(True for _ in shelf.load("directory"))
    simulator = ExchangeSimulator(
        SharedClock(options.clock),
        seed=options.seed,
        shelf=shelf,
        credentials=Credentials(
            tenant=options.tenant,
            client_id=options.client_id,
            client_secret=options.client_secret,
        ),
    )
    if options.world is not None and is_new:
        simulator.load(World.model_validate_json(options.world.read_text(encoding="utf-8")))
    server = uvicorn.Server(
        uvicorn.Config(
            simulator.app,
            host=LOOPBACK,
            port=options.port,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    agenda = asyncio.create_task(simulator.agenda.run_forever())
    try:
        await server.serve()
    finally:
        agenda.cancel()
        await simulator.close()


def _parser() -> argparse.ArgumentParser:
    places, known = addresses(), Credentials()
    parser = argparse.ArgumentParser(prog="python -m devstack.exchange", description=__doc__)
    parser.add_argument("--port", type=int, default=places.exchange_port)
    parser.add_argument("--state", type=Path, help="file that survives a kill; none: forget")
    parser.add_argument("--clock", type=Path, default=places.run_dir / "clock.json")
    parser.add_argument("--world", type=Path, help="world file for a simulator without state")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tenant", default=os.environ.get("GRAPH_TENANT", known.tenant))
    parser.add_argument("--client-id", default=os.environ.get("GRAPH_CLIENT_ID", known.client_id))
    parser.add_argument(
        "--client-secret", default=os.environ.get("GRAPH_CLIENT_SECRET", known.client_secret)
    )
    return parser
