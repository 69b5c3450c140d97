"""`roomsync differences`: list what differs, look at it, say which side is right (R-840 ...)."""

from dataclasses import replace

import typer

from core.app.drift.act import Done, foresee_all
from core.app.drift.by_hand import leave as leave_them
from core.app.drift.by_hand import settle
from core.app.drift.check import check
from core.app.drift.listing import Listed, drifts_that_fit, everything_different
from core.app.drift.scans import window_between
from core.app.drift.view import look_at
from core.app.operating import COMMAND_LINE
from core.bootstrap import App
from core.domain.drift import DriftState
from core.domain.wish import Wish
from roomsync.differences_options import (
    All,
    Booking,
    Filters,
    From,
    Kind,
    Mailbox,
    Names,
    Person,
    Resource,
    Series,
    State,
    Until,
    Words,
    Yes,
    filter_of,
    meant,
    named,
)
from roomsync.differences_scan import DIFFERENT, bar, scan, show_progress
from roomsync.differences_words import line_of, show_list, show_plan, show_problems, show_view
from roomsync.output import say
from roomsync.session import run

commands = typer.Typer(
    no_args_is_help=True,
    help="What differs between both sides: scan, list, show, put right (docs/differences.md).",
)
commands.command("scan")(scan)
commands.command("progress")(show_progress)


@commands.command("list")
def show_all(  # noqa: PLR0917 - typer reads them by name
    mailbox: Mailbox = "",
    person: Person = 0,
    resource: Resource = 0,
    booking: Booking = 0,
    series: Series = 0,
    kind: Kind = None,
    state: State = DriftState.OPEN,
    start: From = None,
    until: Until = None,
    every: All = False,
) -> None:
    """List what is different; without any filter also what was refused, given up or parked."""
    filters = (mailbox, person, resource, booking, series, kind)
    is_plain = not any((*filters, start, until, every))

    async def read(app: App) -> list[Listed]:
        services = await app.services()
        if is_plain and state is DriftState.OPEN:
            return await everything_different(services)
        wanted = await filter_of(filters, services, window_between(start, until, services))
        wanted = replace(wanted, states=() if every else (state,))
        return [line_of(drift) for drift in await drifts_that_fit(wanted, services)]

    show_list(run(read))


@commands.command("show")
def show_one(name: str, words: Words = False) -> None:
    """Show one difference: both sides' values, read this moment. Of private meetings none."""

    async def read(app: App) -> None:
        services = await app.services()
        (drift,) = await named([name], services)
        show_view(await look_at(drift, services, is_entitled=words))

    run(read)


@commands.command("use-exchange")
def use_exchange(  # noqa: PLR0917 - typer reads them by name
    names: Names = None,
    mailbox: Mailbox = "",
    person: Person = 0,
    resource: Resource = 0,
    booking: Booking = 0,
    series: Series = 0,
    kind: Kind = None,
    every: All = False,
    yes: Yes = False,
) -> None:
    """Make ROOMS what Exchange shows. The plan comes first; with --yes it is done."""
    filters = (mailbox, person, resource, booking, series, kind)
    run(lambda app: _use(Wish.USE_EXCHANGE, names, filters, app, every=every, yes=yes))


@commands.command("use-rooms")
def use_rooms(  # noqa: PLR0917 - typer reads them by name
    names: Names = None,
    mailbox: Mailbox = "",
    person: Person = 0,
    resource: Resource = 0,
    booking: Booking = 0,
    series: Series = 0,
    kind: Kind = None,
    every: All = False,
    yes: Yes = False,
) -> None:
    """Make Exchange what ROOMS shows. The plan comes first; with --yes it is done."""
    filters = (mailbox, person, resource, booking, series, kind)
    run(lambda app: _use(Wish.USE_ROOMS, names, filters, app, every=every, yes=yes))


@commands.command("ignore")
def ignore_them(  # noqa: PLR0917 - typer reads them by name
    names: Names = None,
    mailbox: Mailbox = "",
    person: Person = 0,
    resource: Resource = 0,
    booking: Booking = 0,
    series: Series = 0,
    kind: Kind = None,
    every: All = False,
) -> None:
    """Leave differences as they are until either side changes."""
    filters = (mailbox, person, resource, booking, series, kind)

    async def leave(app: App) -> None:
        services = await app.services()
        wanted = await meant(names, filters, services, every=every)
        left = await leave_them(wanted, COMMAND_LINE, services)
        say(f"{len(left)} ignored until either side changes.", "green")

    run(leave)


@commands.command("check")
def check_again(  # noqa: PLR0917 - typer reads them by name
    names: Names = None,
    mailbox: Mailbox = "",
    person: Person = 0,
    resource: Resource = 0,
    booking: Booking = 0,
    series: Series = 0,
    kind: Kind = None,
    every: All = False,
) -> None:
    """Look at differences again, at once. Exit code 1: some are still there."""
    filters = (mailbox, person, resource, booking, series, kind)

    async def look(app: App) -> list[Listed]:
        services = await app.services()
        found = await check(await meant(names, filters, services, every=every), services)
        return [line_of(drift) for checked in found for drift in checked.drifts]

    lines = run(look)
    show_list(lines)
    if any(line.drift is not None and line.drift.state is DriftState.OPEN for line in lines):
        raise typer.Exit(DIFFERENT)


async def _use(
    wish: Wish, names: list[str] | None, filters: Filters, app: App, *, every: bool, yes: bool
) -> None:
    services = await app.services()
    wanted = await meant(names, filters, services, every=every)
    deeds = await foresee_all(wanted, wish, services)
    show_plan(deeds)
    if not yes:
        say("Nothing was written: say --yes to do it.", "green")
        return
    done: list[Done] = []
    with bar() as shown:
        task = shown.add_task("putting right", total=len(deeds))
        for deed in deeds:
            done += await settle([deed], COMMAND_LINE, services)
            shown.advance(task)
    failed = [(d.drift, d.problem) for d in done if d.problem is not None]
    show_problems(failed)
    say(f"{len(done) - len(failed)} queued: the app does it now.", "green")
    if failed:
        raise typer.Exit(DIFFERENT)
