"""`roomsync sync`: asks for a look now. It goes through the queue: only the home session writes."""

import asyncio
import time
from typing import Annotated

import typer

from core.app import wording
from core.app.services import Services
from core.bootstrap import App
from core.domain.history import Activity
from core.domain.work import WorkItem
from roomsync.output import say
from roomsync.plan_command import Item, by_hand
from roomsync.reference import parse_reference, resolve
from roomsync.session import run

POLL_S = 0.5
LOOK_BACK = 200
"""How many of the newest lines are searched for the answer."""

Wait = Annotated[bool, typer.Option("--wait", help="wait until it is done and say what came of it")]
Patience = Annotated[float, typer.Option("--timeout", min=0, help="seconds to wait at most")]


def sync(item: Item, wait: Wait = False, timeout: Patience = 60.0) -> None:
    """Sync one event or booking now.

    Exit code with --wait: 0 done, 1 given up, refused, or not done in time.
    """
    reference = parse_reference(item)

    async def ask(app: App) -> Activity | None:
        services = await app.services()
        look = by_hand(await resolve(reference, services), services)
        await services.queue.send([look])
        say(f"Queued: the app looks at {item} next.")
        return await _answer(look, timeout, services) if wait else None

    answer = run(ask)
    if not wait:
        say(f"`roomsync history {item}` tells what came of it.", "dim")
    elif answer is None:
        say(f"Not done within {timeout:g} s: see `roomsync status`.", "yellow")
        raise typer.Exit(1)
    else:
        _show(answer)


async def _answer(look: WorkItem, timeout_s: float, services: Services) -> Activity | None:
    """Return the line that answers a look, None when there is none in time."""
    until = time.monotonic() + timeout_s
    while True:
        for activity in await services.activity.latest(LOOK_BACK):
            if activity.trace_id == look.trace_id:
                return activity
        if time.monotonic() >= until:
            return None
        await asyncio.sleep(POLL_S)


def _show(answer: Activity) -> None:
    is_done = answer.outcome not in {"given_up", "rejected", "refused", "waiting"}
    style = "green" if is_done else "yellow"
    if not answer.steps or not is_done:
        say(f"{wording.outcome(answer.outcome).capitalize()}: {answer.text}", style)
    else:
        say(f"{wording.outcome(answer.outcome).capitalize()}.", style)
    for name, reason in answer.steps:
        say(f"  {wording.step(name)}: {reason}")
    if not is_done:
        raise typer.Exit(1)
