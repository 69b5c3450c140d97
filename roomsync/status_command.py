"""`roomsync status`: how things stand; the exit code tells scripts whether all is well."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.app import wording
from core.app.doctor.examination import last_examination
from core.app.overview import Level, Sign, Trouble, signs, worst
from core.app.status import Status, new_tally, queue_depths, status_of
from core.bootstrap import App
from core.errors import RoomSyncError
from core.ports.queues import QueueDepth
from roomsync.output import out, print_json, say, table
from roomsync.session import run

STYLES = {Level.GOOD: "green", Level.BUSY: "blue", Level.LOOK: "yellow", Level.BAD: "bold red"}

VERDICTS = {
    Level.GOOD: "Everything is in step.",
    Level.BUSY: "Working.",
    Level.LOOK: "Something wants a look:",
    Level.BAD: "Something needs you:",
}

ADVICE = {
    Trouble.COUNTS_UNREADABLE: "check that the queues are up and that we may count them",
    Trouble.NO_WORKER: "check that the app runs with its timers and queue triggers",
    Trouble.LINKS_LOST: "run `roomsync rebuild`, see docs/state.md",
    Trouble.STOPPED: "find out why, then `roomsync release`",
    Trouble.SILENT_EXCHANGE: "can Exchange reach us? See docs/triggers.md, «silent»",
    Trouble.SILENT_MAILBOX: "its subscription is made anew by itself after half an hour",
    Trouble.SILENT_ROOMS: "check what sends ROOMS' webhook, see docs/triggers.md, «silent»",
    Trouble.STOOD_STILL: "the list of what was done lately says from when to when",
    Trouble.GIVEN_UP: "see `roomsync dead-letters list`",
    Trouble.PARKED: "see below; it is asked again by itself, or `roomsync release` lets it go on",
    Trouble.UNWATCHED: "subscriptions are cared for every 15 minutes; see the log if it stays so",
    Trouble.SWITCHED_OFF: "set global_sync_enabled in the settings file and import it",
    Trouble.CONFIGURATION: "see `roomsync doctor`",
    Trouble.DIFFERENCES: "see `roomsync differences list`",
}


def status(
    as_json: Annotated[bool, typer.Option("--json", help="as JSON, for programs")] = False,
) -> None:
    """Show queues, links, subscriptions and what is not as it should be.

    Exit code 0: all is well or work is going on; 1: something wants a person; 2: it cannot be told.
    """
    found, troubles, why = run(_read)
    terminal = out()
    level = worst(troubles)
    if as_json:
        print_json(_as_json(found, troubles, why))
    else:
        say(VERDICTS[level], STYLES[level])
        for sign in troubles:
            _show_sign(sign, why)
        _show_numbers(terminal, found)
    if level >= Level.LOOK:
        raise typer.Exit(1)


async def _read(app: App) -> tuple[Status, tuple[Sign, ...], str]:
    services = await app.services()
    tally = await new_tally(services)
    async for mapping in services.mappings.all():
        tally.add(mapping)
    queues: dict[str, QueueDepth] = {}
    why = ""
    try:
        queues = await queue_depths(app.counts)
    except RoomSyncError as error:
        why = str(error)
    found = await status_of(tally, queues, app.in_flight, services)
    directory = await services.roster.directory()
    examined = await last_examination(services, app.settings.reaches, app.mail_findings)
    troubles = signs(
        found,
        global_sync_enabled=directory.global_sync_enabled,
        to_correct=examined.to_correct,
    )
    return found, troubles, why


def _as_json(found: Status, troubles: tuple[Sign, ...], why: str) -> dict[str, object]:
    """Return `status.json`, and what is not as it should be, worst first."""
    from web.api.plain import status_shape  # noqa: PLC0415 - the web is for this alone

    signs_told = [
        {
            "trouble": sign.trouble,
            "level": sign.level.name.lower(),
            "number": sign.number,
            "text": wording.trouble(sign.trouble, sign.number),
            "advice": _advice(sign, why),
        }
        for sign in troubles
    ]
    return {"troubles": signs_told, **status_shape(found)}


def _advice(sign: Sign, why: str) -> str:
    if sign.trouble is Trouble.COUNTS_UNREADABLE and why:
        return why
    return ADVICE.get(sign.trouble, "")


def _show_sign(sign: Sign, why: str) -> None:
    text = Text(f"  {wording.trouble(sign.trouble, sign.number)}", style=STYLES[sign.level])
    if advice := _advice(sign, why):
        text.append(f" - {advice}", style="dim")
    out().print(text, soft_wrap=True)


def _show_numbers(terminal: Console, found: Status) -> None:
    rows = [
        (name, str(depth.active), str(depth.scheduled), str(depth.dead))
        for name, depth in found.queues.items()
    ]
    columns = ("Queue", "waiting", "scheduled", "dead")
    for made in (
        table(columns, rows, numbers=columns[1:]) if rows else None,
        table(
            ("Links", ""),
            [(wording.state(name), str(number)) for name, number in found.mappings.items()],
            numbers=("",),
        ),
        table(
            ("Subscriptions", ""),
            [(name, str(number)) for name, number in found.subscriptions.items()],
            numbers=("",),
        ),
        _environments(found),
        _parked(found),
    ):
        if made is not None:
            terminal.print()
            terminal.print(made)


def _environments(found: Status) -> Table | None:
    """Return where mailboxes live, and how many of them tell of changes; one alone says nothing."""
    rows = [
        (each.id, wording.KINDS.get(each.kind, each.kind), str(each.mailboxes), str(each.watched))
        for each in found.environments
    ]
    columns = ("Environment", "reached by", "mailboxes", "watched")
    return table(columns, rows, numbers=columns[2:]) if len(rows) > 1 else None


def _parked(found: Status) -> Table | None:
    """Return what does not answer: since when, why, when it is asked next."""
    rows = [
        (
            each.breaker.scope.name,
            f"{each.breaker.since:%Y-%m-%d %H:%M}",
            f"{each.breaker.due:%H:%M}" if each.breaker.is_parking else "goes on",
            str(each.waiting),
            each.breaker.why,
        )
        for each in found.parked
    ]
    columns = ("Parked", "since (UTC)", "asked at", "waiting", "why")
    return table(columns, rows, numbers=("waiting",)) if rows else None
