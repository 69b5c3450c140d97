"""`roomsync dead-letters`: what was given up, with its present state; done again, or dropped."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from core.app import wording
from core.app.dead_letters import Line, Wanted, list_dead_letters
from core.app.operating import COMMAND_LINE, drop_letters, replay_letters
from core.app.services import Services
from core.bootstrap import App
from core.domain.work import MappingKey
from core.errors import RoomSyncError
from roomsync.dead_letters_options import AsJson, Filters, Meant, found
from roomsync.dead_letters_words import (
    as_json,
    facts_of,
    show_letters,
    tell_deed,
    that_cannot_be_replayed,
)
from roomsync.options import with_options
from roomsync.output import print_json, say
from roomsync.session import run

WRONG = 1

commands = typer.Typer(
    no_args_is_help=True, help="What was given up: list, show, replay, drop (docs/retries.md)."
)


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done about letters, and how it is called."""

    verb: str
    done_word: str
    deed: Callable[[Sequence[Line], str, Services], Awaitable[list[Line]]]


REPLAY = Action("replay", "replayed", replay_letters)
DROP = Action("drop", "dropped", drop_letters)


@commands.command("list")
@with_options(Filters)
def show_list(filters: Filters, json: AsJson = False) -> None:
    """List what was given up and what the bus set aside, as one list, oldest first."""
    lines = run(lambda app: found(app, filters))
    if json:
        print_json([as_json(line) for line in lines])
        return
    show_letters(lines)


@commands.command("show")
def show_one(
    name: Annotated[str, typer.Argument(metavar="LETTER", help="as `list` names it")],
    json: AsJson = False,
) -> None:
    """Show one with all that is known, and what a look at its meeting would do now."""

    async def read(app: App) -> tuple[Line, str]:
        (line,) = await found(app, Filters(), (name,))
        return line, await _would_do(line, await app.services())

    line, would_do = run(read)
    if json:
        print_json(as_json(line) | {"would_do": would_do})
        return
    for label, value in facts_of(line):
        say(f"{label:<10}{value}")
    say(f"{'Now':<10}{would_do}")


@commands.command("replay")
@with_options(Meant)
def replay_some(meant: Meant) -> None:
    """Do again what was given up: show it, ask, then send fresh looks, mails and jobs.

    Exit code 1: some of it cannot be done again, because it cannot be read.
    """
    if that_cannot_be_replayed(_do(REPLAY, meant)):
        raise typer.Exit(WRONG)


@commands.command("drop")
@with_options(Meant)
def drop_some(meant: Meant) -> None:
    """Take off the list for good: show it, ask, then forget it. What is wrong comes back."""
    _do(DROP, meant)


def _do(action: Action, meant: Meant) -> list[Line]:
    """Show what is meant, ask, do it, tell what came of it; return what was meant."""
    meant.require_choice()
    lines = run(lambda app: found(app, meant, meant.names or ()))
    if not meant.json:
        show_letters(lines)
    done: list[Line] | None = None
    if lines and _is_asked_for(action, len(lines), meant):
        done = run(lambda app: _done(action, lines, app))
    if meant.json:
        print_json(
            {
                "dry_run": done is None,
                "found": [as_json(line) for line in lines],
                action.done_word: [line.name for line in done or ()],
            }
        )
    else:
        tell_deed(action.verb, action.done_word, lines, done)
    return lines


def _is_asked_for(action: Action, number: int, meant: Meant) -> bool:
    if meant.dry_run:
        return False
    return meant.yes or (not meant.json and typer.confirm(f"{action.verb} {number}?"))


async def _done(action: Action, lines: Sequence[Line], app: App) -> list[Line]:
    """Carry an action out on what is still there of the letters that were shown."""
    services = await app.services()
    wanted = Wanted(names=frozenset(line.name for line in lines))
    return await action.deed(await list_dead_letters(wanted, services), COMMAND_LINE, services)


async def _would_do(line: Line, services: Services) -> str:
    """Ask both systems what a look would do now: the present state of the meeting."""
    from core.app.sync_item import preview_item  # noqa: PLC0415 - late, as all use cases

    item = line.given_up.item
    if item is None:
        return "not a look: nothing to ask for"
    key = item.key if line.link is None else MappingKey(line.link.id, line.link.home)
    try:
        report = await preview_item(replace(item, key=key, thorough=True), services)
    except RoomSyncError as error:
        return f"it would fail again: {error}"
    if not report.steps:
        return f"nothing to do: {report.reason or report.outcome}"
    return "; ".join(f"{wording.step(name)}: {reason}" for name, reason in report.steps)
