"""`python -m devstack.host`: serve one Functions app on a loopback port."""

import argparse
import logging
import os
import secrets
import sys
from pathlib import Path

import uvicorn

from devstack.addresses import LOOPBACK
from devstack.host.log import configure_logging
from devstack.host.metadata import AppDefinitionError
from devstack.host.server import Host, HostSettings, asgi, load_settings
from devstack.kit.clock import SharedClock


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devstack.host", description=__doc__)
    parser.add_argument("--app", type=Path, required=True, help="folder with function_app.py")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clock", type=Path, required=True, help="file with the stack's offset")
    parser.add_argument("--settings", type=Path, help="local.settings.json of the app")
    parser.add_argument("--timers", type=Path, help="file in which timers remember their last time")
    parser.add_argument("--paused", action="store_true", help="start with timers and queues off")
    parser.add_argument("--log-level", default="INFO")
    return parser.parse_args()


def main() -> int:
    """Start the host and serve until stopped; a wrong app or setting ends it with a clear line."""
    arguments = _arguments()
    clock_file = arguments.clock.resolve()
    clock = SharedClock(clock_file)
    configure_logging(clock, arguments.log_level)
    try:
        key = load_settings(arguments.settings) if arguments.settings else None
        os.environ.setdefault("ROOMSYNC_CLOCK_FILE", str(clock_file))
        timers_file = arguments.timers.resolve() if arguments.timers else None
        host = Host(
            HostSettings(
                app_dir=arguments.app.resolve(),
                clock=clock,
                function_key=key or secrets.token_urlsafe(24),
                timers_file=timers_file,
                paused=arguments.paused,
            )
        )
    except (ValueError, AppDefinitionError) as error:
        logging.getLogger("host").error("the app cannot be served: %s", error)  # noqa: TRY400
        return 2
    uvicorn.run(
        asgi(host),
        host=LOOPBACK,
        port=arguments.port,
        http="httptools",
        loop="uvloop",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=10,
        server_header=False,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
