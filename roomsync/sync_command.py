"""`roomsync sync`: asks for a look now. It goes through the queue: only the home session writes."""

import asyncio
import time
from collections.abc import Sequence
from typing import Annotated

import typer

from core.app import wording
from core.app.back_sync import BackSync, Queued
from core.app.by_hand import answer_to
from core.app.operating import COMMAND_LINE, look_at_item, look_at_slot
from core.app.reference import FORMS, UnknownItemError, named_key, parse_reference, resolve
from core.app.services import Services
from core.app.slot_reference import NAMES, WHEN, resource_named, slot_between, zone_of
from core.bootstrap import App
from core.domain.history import Activity
from roomsync.output import say, span
from roomsync.session import run

POLL_S = 0.5
NOT_DONE = frozenset({"given_up", "rejected", "refused", "waiting"})

Item = Annotated[
    str, typer.Argument(metavar="EVENT|BOOKING|LINK", help=f"{FORMS}; else a slot, by --resource")
]
Resource = Annotated[str, typer.Option("--resource", metavar="RESOURCE", help=NAMES)]
From = Annotated[str, typer.Option("--from", metavar="TIME", help=f"begin of the slot: {WHEN}")]
To = Annotated[str, typer.Option("--to", metavar="TIME", help="end of the slot")]
Wait = Annotated[bool, typer.Option("--wait", help="wait until it is done and say what came of it")]
Patience = Annotated[float, typer.Option("--timeout", min=0, help="seconds to wait at most")]


def sync(  # noqa: PLR0917 - typer reads them by name
    item: Item = "",
    resource: Resource = "",
    begins: From = "",
    ends: To = "",
    wait: Wait = False,
    timeout: Patience = 60.0,
) -> None:
    """Sync one event or booking now, or whatever is in a slot of a resource (R-822).

    Exit code with --wait: 0 done, 1 given up, refused, or not done in time.
    """
    if resource or begins or ends:
        if item or not (resource and begins and ends):
            raise UnknownItemError("a slot is --resource, --from and --to, and nothing else")
        _sync_slot(resource, begins, ends, wait, timeout)
        return
    if not item:
        raise UnknownItemError(f"name what to sync: {FORMS}, or a slot by --resource")
    reference = parse_reference(item)

    async def ask(app: App) -> Activity | None:
        services = await app.services()
        look = await look_at_item(await resolve(reference, services), COMMAND_LINE, services)
        say(f"Queued: the app looks at {item} next.")
        return (await _answers([look.trace_id], timeout, services))[0] if wait else None

    answer = run(ask)
    if not wait:
        say(f"`roomsync history {item}` tells what came of it.", "dim")
    elif not _show(answer, timeout):
        raise typer.Exit(1)


def _sync_slot(resource: str, begins: str, ends: str, wait: bool, timeout: float) -> None:
    async def ask(app: App) -> tuple[BackSync, list[Activity | None]]:
        services = await app.services()
        known = resource_named(resource, await services.roster.directory())
        slot = slot_between(begins, ends, known)
        asked = await look_at_slot(known.id, slot, COMMAND_LINE, services)
        say(f"{known.name}, {span(asked.time.start, asked.time.end, zone_of(known))}")
        _show_queued(asked)
        traces = [look.trace_id for look in asked.looks]
        return asked, await _answers(traces, timeout, services) if wait else []

    asked, answers = run(ask)
    are_done = True
    for look, answer in zip(asked.looks, answers, strict=False):
        say(named_key(look.key), "bold")
        are_done = _show(answer, timeout) and are_done
    if not are_done or (wait and asked.troubles):
        raise typer.Exit(1)


def _show_queued(asked: BackSync) -> None:
    for witness, trouble in asked.troubles.items():
        say(f"{wording.witness(witness)} could not be asked: {trouble}", "yellow")
    if not asked.looks:
        say("Nothing is in this slot: no look was queued.")
    for look in asked.looks:
        say(f"Queued: {named_key(look.key)}  {_known_to(look)}  trace {look.trace_id}")


def _known_to(look: Queued) -> str:
    known = ", ".join(wording.witness(witness) for witness in look.witnesses)
    return f"({known})" if look.link is not None else f"({known}; no link yet)"


async def _answers(
    traces: Sequence[str], timeout_s: float, services: Services
) -> list[Activity | None]:
    """Return the lines that answer looks, None for each that has none in time."""
    until = time.monotonic() + timeout_s
    while True:
        found = [await answer_to(trace, services) for trace in traces]
        if all(found) or time.monotonic() >= until:
            return found
        await asyncio.sleep(POLL_S)


def _show(answer: Activity | None, timeout_s: float) -> bool:
    """Tell what came of a look; False if it is not done."""
    if answer is None:
        say(f"Not done within {timeout_s:g} s: see `roomsync status`.", "yellow")
        return False
    is_done = answer.outcome not in NOT_DONE
    style = "green" if is_done else "yellow"
    if not answer.steps or not is_done:
        say(f"{wording.outcome(answer.outcome).capitalize()}: {answer.text}", style)
    else:
        say(f"{wording.outcome(answer.outcome).capitalize()}.", style)
    for name, reason in answer.steps:
        say(f"  {wording.step(name)}: {reason}")
    return is_done
