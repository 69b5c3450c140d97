"""`roomsync differences scan`: compares both sides and shows how far it is (R-844)."""

import asyncio
import time

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from core.app.drift.by_hand import begin_scan
from core.app.drift.listing import Listed
from core.app.drift.scans import ScanOrder, progress, window_between
from core.app.drift.single import compare_one
from core.app.operating import COMMAND_LINE
from core.app.reference import parse_reference, place_of, resolve
from core.app.services import Services
from core.bootstrap import App
from core.domain.drift import DriftState
from core.domain.ids import PersonId, ResourceId
from core.domain.scan import PartState
from core.domain.scan import Progress as ScanProgress
from core.domain.work import mailbox_session
from roomsync.differences_options import (
    From,
    Incremental,
    Item,
    Mailbox,
    NoWait,
    Person,
    Resource,
    Until,
)
from roomsync.differences_words import line_of, show_list
from roomsync.output import out, say
from roomsync.session import run

POLL_S = 0.5
DIFFERENT = 1
MOST_NAMED = 3

UNREAD_WORDS = {
    PartState.PARKED: "no answer, see `roomsync status`; the next scan comes to it",
    PartState.FAILED: "it failed again and again, see the log of the app",
}


def scan(  # noqa: PLR0917 - typer reads them by name
    mailbox: Mailbox = "",
    person: Person = None,
    resource: Resource = None,
    item: Item = "",
    start: From = None,
    until: Until = None,
    incremental: Incremental = False,
    no_wait: NoWait = False,
) -> None:
    """Compare both sides of everything that is to come, or of a part of it.

    Exit code 1: something is different, or a mailbox could not be compared.
    """
    if item:
        show = run(lambda app: _check_item(item, app))
        show_list(show)
        raise typer.Exit(DIFFERENT if show else 0)

    async def ask(app: App) -> ScanProgress | None:
        services = await app.services()
        directory = await services.roster.directory()
        order = ScanOrder(
            place=place_of(mailbox, directory) if mailbox else None,
            person=None if person is None else PersonId(person),
            resource=None if resource is None else ResourceId(resource),
            window=window_between(start, until, services),
            is_full=not incremental,
        )
        begun = await begin_scan(order, COMMAND_LINE, services)
        say(f"Comparing {begun.target}: {begun.places} mailboxes.")
        return None if no_wait else await _wait(services)

    done = run(ask)
    if done is None:
        say("`roomsync differences progress` tells how far it is.", "dim")
        return
    say(f"{done.compared} items compared, {done.found} differences.", "bold")
    _show_unread(done)
    say("`roomsync differences list` shows them.", "dim")
    if done.found or done.unread:
        raise typer.Exit(DIFFERENT)


def show_progress() -> None:
    """Tell how far the scan is that runs, or was the last."""
    at = run(_progress)
    if at is None:
        say("Nothing has been scanned yet: `roomsync differences scan`.")
        return
    is_told = at.done + at.unread >= at.scan.places
    word = "runs" if at.is_running else "is done" if is_told else "was given up"
    say(
        f"The scan of {at.scan.target}, begun {at.scan.requested_at:%Y-%m-%d %H:%M} UTC, {word}:"
        f" {at.done} of {at.scan.places} mailboxes, {at.compared} items compared,"
        f" {at.found} differences."
    )
    _show_unread(at)


def _show_unread(at: ScanProgress) -> None:
    """Say which mailboxes are not in the numbers, and what to do about it."""
    for state, how in UNREAD_WORDS.items():
        names = [mailbox_session(part.place) for part in at.parts if part.state is state]
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            told = ", ".join(names[:MOST_NAMED])
            say(f"Not compared: {told}{more}: {how}", "yellow")


async def _check_item(text: str, app: App) -> list[Listed]:
    services = await app.services()
    checked = await compare_one(await resolve(parse_reference(text), services), services)
    return [line_of(drift) for drift in checked.drifts if drift.state is DriftState.OPEN]


async def _progress(app: App) -> ScanProgress | None:
    return await progress(await app.services())


async def _wait(services: Services) -> ScanProgress | None:
    """Show how far a scan is until it has ended."""
    began = time.monotonic()
    with bar() as shown:
        task = shown.add_task("mailboxes", total=None)
        while True:
            at = await progress(services)
            if at is None:
                return None
            shown.update(task, total=at.scan.places, completed=at.done)
            if not at.is_running:
                return at
            await asyncio.sleep(POLL_S if time.monotonic() - began < 60 else 2 * POLL_S)  # noqa: PLR2004


def bar() -> Progress:
    """Return a progress bar that leaves nothing behind."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=out(),
        transient=True,
    )
