"""The broker as a process of its own: `python -m devstack.bus --help` tells its options."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from devstack.addresses import addresses
from devstack.bus.server import BusServer
from devstack.kit.clock import SharedClock
from devstack.kit.shelf import Shelf


def main() -> None:
    """Serve the product's queues until SIGTERM or SIGINT."""
    defaults = addresses()
    parser = argparse.ArgumentParser(prog="python -m devstack.bus", description=__doc__)
    parser.add_argument("--port", type=int, default=defaults.bus_port, help="AMQP; 0 = any")
    parser.add_argument("--control-port", type=int, default=defaults.bus_control_port, help="HTTP")
    parser.add_argument("--state", type=Path, help="SQLite file that survives; none: memory only")
    parser.add_argument(
        "--clock", type=Path, required=True, help="offset file of the stack's clock"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        sys.exit(f"the bus cannot listen or keep its state: {error}")


async def _serve(options: argparse.Namespace) -> None:
    if options.state is not None:
        options.state.parent.mkdir(parents=True, exist_ok=True)
    shelf = Shelf(options.state)
    server = BusServer(
        clock=SharedClock(options.clock),
        shelf=shelf,
        port=options.port,
        control_port=options.control_port,
    )
    await server.start()
    print(f"bus listening on 127.0.0.1:{server.port}, control on {server.control_url}", flush=True)  # noqa: T201 - the line that the stack waits for
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await server.stop()
    shelf.close()


if __name__ == "__main__":
    main()
