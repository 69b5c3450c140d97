"""Runs a stack in the foreground until it is told to end."""

import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from devstack.addresses import LOOPBACK, Addresses
from devstack.kit.world import World
from devstack.stack.control import StackControl
from devstack.stack.parts import PartFailedError
from devstack.stack.plan import MissingToolError, StackPlan
from devstack.stack.ports import PortInUseError, require_free
from devstack.stack.reset import ResetFailedError
from devstack.stack.run_secrets import RunSecrets
from devstack.stack.stack_file import pid_file
from devstack.stack.supervisor import Stack
from devstack.stack.watch import NotQuietError
from devstack.stack.world_file import DEMO_COMPANY, WorldFileError, read_world

log = logging.getLogger("stack")


class _Server(uvicorn.Server):
    """uvicorn without signal handlers: a signal ends the whole stack, not only this API."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


_CANNOT_START = (
    MissingToolError,
    NotQuietError,
    PartFailedError,
    PortInUseError,
    ResetFailedError,
    WorldFileError,
)


def run_in_foreground(addresses: Addresses, world_path: Path | None, app_dir: Path) -> str | None:
    """Run a stack until it is told to end; return what went wrong, None when nothing did.

    Without a path the demo company is loaded.
    """
    path = world_path or DEMO_COMPANY
    try:
        world = read_world(path)
        plan = StackPlan(
            addresses=addresses,
            secrets=RunSecrets(),
            mandator=world.mandator,
            app_dir=app_dir.resolve(),
        ).for_world(world)
        asyncio.run(run_stack(plan, world, str(path)))
    except _CANNOT_START as error:
        return str(error)
    return None


async def run_stack(plan: StackPlan, world: World, world_name: str) -> None:
    """Start everything, print addresses and `ready`, then wait for SIGINT or SIGTERM."""
    require_free(plan.addresses)
    plan.addresses.run_dir.mkdir(parents=True, exist_ok=True)
    pid_file(plan.addresses).write_text(str(os.getpid()), encoding="utf-8")
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(signum, ended.set)
    try:
        async with Stack.open(plan) as stack:
            server = _Server(_config(stack, plan.addresses.stack_port))
            serving = asyncio.create_task(server.serve())
            starting = asyncio.create_task(stack.start(world, world_name))
            await _first_of(starting, asyncio.create_task(ended.wait()))
            if not ended.is_set():
                _announce(plan.addresses)
                await _until_ended(stack, ended)
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            server.should_exit = True
            await serving
    finally:
        pid_file(plan.addresses).unlink(missing_ok=True)


async def _first_of(*tasks: asyncio.Task[object]) -> None:
    """Wait for one of the tasks; its exception comes through."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _until_ended(stack: Stack, ended: asyncio.Event) -> None:
    """Wait for the end; a part that ends by itself is reported once."""
    reported: set[int | None] = set()
    while not ended.is_set():
        for name, part in stack.parts.items():
            if part.has_crashed and part.pid not in reported:
                reported.add(part.pid)
                log.error(
                    "%s %s; see %s; POST /kill with restart brings it back",
                    name,
                    part.state,
                    part.spec.log,
                )
        try:
            await asyncio.wait_for(ended.wait(), 0.5)
        except TimeoutError:
            continue


def _announce(addresses: Addresses) -> None:
    lines = {
        "stack control": addresses.stack,
        "app": addresses.host,
        "console": f"{addresses.host}/api/console",
        "Exchange": addresses.exchange,
        "ROOMS": addresses.rooms,
        "Service Bus": addresses.bus,
        "Azurite": " ".join(addresses.azurite),
        "state and logs": str(addresses.run_dir),
    }
    for what, where in lines.items():
        print(f"{what:15} {where}")  # noqa: T201 - the command's output
    print("ready", flush=True)  # noqa: T201 - as above


def _config(stack: Stack, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        StackControl(stack).app(),
        host=LOOPBACK,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
