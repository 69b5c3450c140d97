"""`roomsync differences`: list what differs, look at it, say which side is right (R-840 ...)."""

from collections.abc import Awaitable, Callable

import typer

from core.app.drift.act import Done, foresee_all
from core.app.drift.by_hand import leave, settle
from core.app.drift.check import check_each
from core.app.drift.listing import Listed, everything_different
from core.app.drift.view import look_at
from core.app.operating import COMMAND_LINE
from core.app.services import Services
from core.bootstrap import App
from core.domain.directory import Directory
from core.domain.drift import Drift, DriftState, Obstacle
from core.domain.wish import Wish
from roomsync.differences_options import (
    All,
    AsJson,
    Filters,
    Meant,
    Name,
    Words,
    Yes,
    drifts_meant,
    named,
    those_that_fit,
)
from roomsync.differences_scan import DIFFERENT, bar, scan, show_progress
from roomsync.differences_words import line_of, show_list, show_plan, show_problems, show_view
from roomsync.options import with_options
from roomsync.output import print_json, say
from roomsync.session import run

commands = typer.Typer(
    no_args_is_help=True,
    help="What differs between both sides: scan, list, show, put right (docs/differences.md).",
)
commands.command("scan")(scan)
commands.command("progress")(show_progress)


@commands.command("list")
@with_options(Filters)
def show_all(filters: Filters, every: All = False, as_json: AsJson = False) -> None:
    """List what is different; without any filter also what was refused, given up or parked."""

    async def read(app: App) -> tuple[list[Listed], Directory]:
        services = await app.services()
        directory = await services.roster.directory()
        if filters.is_empty and not every:
            return await everything_different(services), directory
        found = await those_that_fit(filters, services, in_any_state=every)
        return [line_of(drift) for drift in found], directory

    lines, directory = run(read)
    if as_json:
        print_json(_as_json(lines, directory))
        return
    show_list(lines)


def _as_json(lines: list[Listed], directory: Directory) -> dict[str, object]:
    """Return the list as the JSON API has it (docs/console.md)."""
    from web.api.difference_answers import (  # noqa: PLC0415 - the web is for this alone
        difference_shape,
        other_shape,
    )

    return {
        "differences": [
            difference_shape(line.drift, directory).model_dump(mode="json")
            for line in lines
            if line.drift is not None
        ],
        "known_otherwise": [
            other_shape(line, directory).model_dump(mode="json")
            for line in lines
            if line.drift is None
        ],
    }


@commands.command("show")
def show_one(name: Name, words: Words = False) -> None:
    """Show one difference: both sides' values, read this moment. Of private meetings none."""

    async def read(app: App) -> None:
        services = await app.services()
        (drift,) = await named([name], services)
        show_view(await look_at(drift, services, is_entitled=words))

    run(read)


@commands.command("use-exchange")
@with_options(Meant)
def use_exchange(meant: Meant, yes: Yes = False) -> None:
    """Make ROOMS what Exchange shows. The plan comes first; with --yes it is done.

    Exit code 1: of some it could not be done.
    """
    run(lambda app: _use(Wish.USE_EXCHANGE, meant, app, yes=yes))


@commands.command("use-rooms")
@with_options(Meant)
def use_rooms(meant: Meant, yes: Yes = False) -> None:
    """Make Exchange what ROOMS shows. The plan comes first; with --yes it is done.

    Exit code 1: of some it could not be done.
    """
    run(lambda app: _use(Wish.USE_ROOMS, meant, app, yes=yes))


@commands.command("ignore")
@with_options(Meant)
def ignore(meant: Meant) -> None:
    """Leave differences as they are until either side changes."""
    _do(_leave, meant)


@commands.command("check")
@with_options(Meant)
def check(meant: Meant) -> None:
    """Look at differences again, at once. Exit code 1: some are still there, or did not answer."""
    _do(_look_again, meant)


def _do(deed: Callable[[list[Drift], Services], Awaitable[None]], meant: Meant) -> None:
    async def with_those_meant(app: App) -> None:
        services = await app.services()
        await deed(await drifts_meant(meant, services), services)

    run(with_those_meant)


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


async def _use(wish: Wish, meant: Meant, app: App, *, yes: bool) -> None:
    services = await app.services()
    wanted = await drifts_meant(meant, services)
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
