"""`roomsync differences`: list what differs, look at it, say which side is right (R-840 ...)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import typer

from core.app.drift.act import Done, foresee_all
from core.app.drift.by_hand import leave, settle
from core.app.drift.check import check_each
from core.app.drift.listing import Listed, drifts_that_fit, everything_different
from core.app.drift.scans import window_between
from core.app.drift.view import look_at
from core.app.operating import COMMAND_LINE
from core.app.services import Services
from core.bootstrap import App
from core.domain.drift import Drift, DriftState, Obstacle
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


def _use_command(wish: Wish) -> Callable[..., None]:
    def use(  # noqa: PLR0917 - typer reads them by name
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
        filters = (mailbox, person, resource, booking, series, kind)
        run(lambda app: _use(wish, names, filters, app, every=every, yes=yes))

    return use


def _command(deed: Callable[[list[Drift], Services], Awaitable[None]]) -> Callable[..., None]:
    def do(  # noqa: PLR0917 - typer reads them by name
        names: Names = None,
        mailbox: Mailbox = "",
        person: Person = 0,
        resource: Resource = 0,
        booking: Booking = 0,
        series: Series = 0,
        kind: Kind = None,
        every: All = False,
    ) -> None:
        filters = (mailbox, person, resource, booking, series, kind)

        async def with_those_meant(app: App) -> None:
            services = await app.services()
            await deed(await meant(names, filters, services, every=every), services)

        run(with_those_meant)

    return do


async def _leave(drifts: list[Drift], services: Services) -> None:
    left = await leave(drifts, COMMAND_LINE, services)
    say(f"{len(left)} ignored until either side changes.", "green")


async def _look_again(drifts: list[Drift], services: Services) -> None:
    found, unread = await check_each(drifts, services)
    lines = [line_of(drift) for checked in found for drift in checked.drifts]
    show_list(lines)
    show_problems([(drift, Obstacle.NO_ANSWER) for drift in unread])
    is_open = any(line.drift is not None and line.drift.state is DriftState.OPEN for line in lines)
    if is_open or unread:
        raise typer.Exit(DIFFERENT)


for _name, _help, _deed in (
    (
        "use-exchange",
        "Make ROOMS what Exchange shows. The plan comes first; with --yes it is done.",
        _use_command(Wish.USE_EXCHANGE),
    ),
    (
        "use-rooms",
        "Make Exchange what ROOMS shows. The plan comes first; with --yes it is done.",
        _use_command(Wish.USE_ROOMS),
    ),
    ("ignore", "Leave differences as they are until either side changes.", _command(_leave)),
    (
        "check",
        "Look at differences again, at once. Exit code 1: some are still there.",
        _command(_look_again),
    ),
):
    commands.command(_name, help=_help)(_deed)


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
