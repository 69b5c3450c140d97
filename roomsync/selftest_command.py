"""`roomsync selftest`: the real round trip with a temporary entry, step by step (R-880)."""

import asyncio
import time
from collections.abc import Collection
from datetime import datetime
from typing import Annotated

import typer
from rich.live import Live
from rich.table import Table
from rich.text import Text

from core.app.operating import COMMAND_LINE, begin_all_self_tests, begin_self_test
from core.app.reference import mailbox_named
from core.app.self_test.reading import (
    Reading,
    reading_of,
    reading_text,
    step_name,
    step_text,
)
from core.app.self_test.start import SelfTestRunningError, everybody
from core.app.services import Services
from core.bootstrap import App
from core.domain.directory import Directory
from core.domain.ids import MailboxKey
from core.domain.self_test import SelfTest, StepResult, StepState
from core.errors import RoomSyncError
from roomsync.output import out, say
from roomsync.session import run

POLL_S = 0.5

SIGNS = {
    StepState.PENDING: ("·", "dim"),
    StepState.RUNNING: ("…", "blue"),
    StepState.DONE: ("✓", "green"),
    StepState.FAILED: ("✗", "bold red"),
    StepState.SKIPPED: ("-", "dim"),
}

Who = Annotated[
    str | None,
    typer.Argument(
        metavar="PERSON|RESOURCE", help="address, p<person>, r<resource>", show_default=False
    ),
]
All = Annotated[bool, typer.Option("--all", help="test every synced mailbox, one after the other")]
Detach = Annotated[bool, typer.Option("--detach", help="begin, and wait for nothing")]
Last = Annotated[bool, typer.Option("--last", help="begin nothing, show the last run")]
Patience = Annotated[float, typer.Option("--timeout", min=0, help="seconds to wait at most")]


class NobodyNamedError(RoomSyncError):
    """Neither somebody nor everybody is to be tested."""


def selftest(
    who: Who = None,
    everybody: All = False,
    detach: Detach = False,
    last: Last = False,
    timeout: Patience = 600.0,
) -> None:
    """Test whether a mailbox can be written to and tells of changes: docs/self-test.md.

    It makes a temporary entry ten years ahead, which invites nobody and is removed again. The run
    goes on in the background, whether somebody watches or not; one that runs already is watched.

    Exit code 0: all green (with --detach: begun); 1: not, or not in time; 2: it cannot be told.
    """
    if (who is None) == (not everybody):
        raise NobodyNamedError("name a person or resource, or give --all")

    patience = 0.0 if last else timeout

    async def work(app: App) -> bool:
        services = await app.services()
        mailbox = since = None
        if who is not None:
            mailbox = mailbox_named(who, await services.roster.directory())
        if not last and mailbox is None:
            since = await _all_begun(services)
        elif not last and mailbox is not None:
            await _begun(mailbox, app, services)
        if detach:
            say(f"`roomsync selftest {who or '--all'} --last` shows how far it is.", "dim")
            return True
        if mailbox is None:
            return await _all_followed(services, patience, since)
        return await _followed(mailbox, services, patience)

    if not run(work):
        raise typer.Exit(1)


async def _begun(mailbox: MailboxKey, app: App, services: Services) -> None:
    try:
        await begin_self_test(mailbox, COMMAND_LINE, app.callbacks, services)
    except SelfTestRunningError as error:
        say(f"{error}.", "yellow")


async def _followed(mailbox: MailboxKey, services: Services, timeout_s: float) -> bool:
    """Show a run until it is over, and tell whether it is green."""
    until = time.monotonic() + timeout_s
    terminal = out()
    with Live(console=terminal, auto_refresh=False, transient=True) as live:
        while True:
            test = await services.self_tests.get(mailbox)
            if terminal.is_terminal and test is not None:
                live.update(_steps(test), refresh=True)
            if test is None or test.is_over or time.monotonic() >= until:
                break
            await asyncio.sleep(POLL_S)
    if test is None:
        say("It was never tested.", "dim")
        return False
    terminal.print(_steps(test))
    reading = reading_of(test)
    if not test.is_over:
        say("It goes on in the background: ask again with --last.", "yellow")
        return False
    say(reading_text(test), "green" if reading is Reading.ALL else "yellow")
    return reading is Reading.ALL


async def _all_begun(services: Services) -> datetime | None:
    """Begin all, and return since when results are of this time."""
    try:
        begun = await begin_all_self_tests(COMMAND_LINE, services)
    except SelfTestRunningError as error:
        say(f"{error}.", "yellow")
        known = await everybody(services)
        return None if known is None else known.began_at
    say(f"Begun: {begun.total} mailboxes, one after the other.")
    return begun.began_at


async def _all_followed(services: Services, timeout_s: float, since: datetime | None) -> bool:
    """Say one line of each test as it ends, and tell whether all are green.

    Tests from before `since` are none of this time.
    """
    directory = await services.roster.directory()
    until = time.monotonic() + timeout_s
    wanted = [place.mailbox for place in directory.synced_places()]
    shown: set[MailboxKey] = set()
    while True:
        tests = {
            test.mailbox: test
            for test in await services.self_tests.all()
            if since is None or test.started_at >= since
        }
        for test in (tests[mailbox] for mailbox in wanted if mailbox in tests):
            if test.is_over and test.mailbox not in shown:
                _one_line(test, directory)
                shown.add(test.mailbox)
        if len(shown) == len(wanted) or time.monotonic() >= until:
            break
        await asyncio.sleep(POLL_S)
    return _summary([tests[mailbox] for mailbox in shown], len(wanted))


def _summary(ended: Collection[SelfTest], wanted: int) -> bool:
    green = sum(reading_of(test) is Reading.ALL for test in ended)
    if len(ended) < wanted:
        say(f"{wanted - len(ended)} of {wanted} have no result yet: ask again with --last.", "dim")
    is_well = green == wanted
    say(f"{green} of {wanted} mailboxes are green.", "green" if is_well else "yellow")
    return is_well


def _one_line(test: SelfTest, directory: Directory) -> None:
    reading, owner = reading_of(test), directory.owner_of(test.mailbox)
    is_well = reading is Reading.ALL
    sign, style = SIGNS[StepState.DONE if is_well else StepState.FAILED]
    text = Text(f"{sign} ", style=style)
    text.append(f"{test.mailbox} {'' if owner is None else owner.name}", style="not bold default")
    if not is_well and test.failed is not None:
        why = step_text(test.failed)
        text.append(f": {step_name(test.failed.step)}: {why}", style="not bold default")
    out().print(text, soft_wrap=True)


def _steps(test: SelfTest) -> Table:
    made = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    made.add_column()
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for result in test.steps:
        sign, style = SIGNS[result.state]
        name = Text(step_name(result.step), style="dim" if style == "dim" else "")
        made.add_row(Text(sign, style=style), name, Text(_said(result), style="dim"))
    return made


def _said(result: StepResult) -> str:
    """Return what a step tells; without words of its own, how long it took."""
    if said := step_text(result):
        return said
    if result.state is not StepState.DONE or result.began_at is None or result.ended_at is None:
        return ""
    return f"{(result.ended_at - result.began_at).total_seconds():.1f} s"
