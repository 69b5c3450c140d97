"""`python -m devstack.cli`: start, end and look at a local stack.

What a command needs is imported when it runs: `stop` does not wait for the rest.
"""

import json
import logging
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from devstack.addresses import Addresses, addresses
from devstack.stack.detach import DetachError, run_detached, running_pid, stop_running

REPOSITORY = Path(__file__).resolve().parents[1]

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.command()
def run(
    world: Annotated[
        Path | None, typer.Option(help="world file to load instead of the demo company")
    ] = None,
    app_dir: Annotated[Path, typer.Option("--app", help="folder of the app")] = REPOSITORY,
    detach: Annotated[bool, typer.Option(help="return when the stack is ready")] = False,
) -> None:
    """Start the whole stack; Ctrl-C ends it."""
    where = _addresses()
    if (pid := running_pid(where)) is not None:
        _fail(
            f"a stack runs already in {where.run_dir} (process {pid}): end it with `make stop`,"
            " or set RUN_DIR and the ports for a second one"
        )
    if detach:
        words = ["--app", str(app_dir), *(["--world", str(world)] if world else [])]
        try:
            typer.echo(run_detached(where, words), nl=False)
        except DetachError as error:
            _fail(str(error))
        return
    from devstack.stack.run import run_in_foreground  # noqa: PLC0415 - `stop` need not wait for it

    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    if complaint := run_in_foreground(where, world, app_dir):
        _fail(complaint)


@app.command()
def stop() -> None:
    """End the stack that runs in RUN_DIR."""
    where = _addresses()
    if stop_running(where):
        typer.echo("stopped")
    else:
        typer.echo(f"no stack runs in {where.run_dir}")


@app.command()
def demo(
    report: Annotated[Path, typer.Option(help="where the figures go")] = Path(
        "var/demo-report.json"
    ),
    calendar: Annotated[
        Path | None, typer.Option(help="an .ics file to import instead of playing the day")
    ] = None,
    organizer: Annotated[str, typer.Option(help="mail of the mailbox it goes into")] = "",
    room: Annotated[str, typer.Option(help="mail of the resource for its rooms")] = "",
    shift_to_next_week: Annotated[
        bool, typer.Option(help="move the file's busiest week to next week")
    ] = False,
) -> None:
    """Play a scripted day in both systems, compare them, end with 0 only if all is well."""
    if calendar is not None:
        from devstack.calendars.demo import run_calendar_demo  # noqa: PLC0415 - as below

        sys.exit(
            run_calendar_demo(
                _addresses(), calendar, organizer, room, shift_to_next_week=shift_to_next_week
            )
        )
    if organizer or room or shift_to_next_week:
        _fail("--organizer, --room and --shift-to-next-week go with --calendar FILE.ics")
    from devstack.demo.run import run_demo  # noqa: PLC0415 - `stop` need not wait for it
    from devstack.demo.stage import StageError  # noqa: PLC0415 - as above

    try:
        is_good = run_demo(_addresses(), report)
    except (DetachError, StageError) as error:
        _fail(str(error))
    if not is_good:
        sys.exit(1)


@app.command()
def bench(
    seconds: Annotated[float, typer.Option(min=1, help="how long the load lasts")] = 300.0,
    ramp: Annotated[bool, typer.Option(help="also find the highest rate that is kept up")] = True,
    figures: Annotated[Path, typer.Option(help="where the figures go")] = Path("var/bench.json"),
) -> None:
    """Measure start-up, calls per change and latency under load; end with 0 if goals are met."""
    from devstack.bench.run import run_bench  # noqa: PLC0415 - `stop` need not wait for it
    from devstack.demo.stage import StageError  # noqa: PLC0415 - as above

    try:
        is_good = run_bench(_addresses(), figures, seconds=seconds, ramp=ramp)
    except (DetachError, StageError) as error:
        _fail(str(error))
    if not is_good:
        sys.exit(1)


@app.command()
def isolation(
    seconds: Annotated[float, typer.Option(min=1, help="how long each load lasts")] = 300.0,
    runs: Annotated[int, typer.Option(min=1, help="how often both loads are made")] = 3,
    figures: Annotated[Path, typer.Option(help="where they go")] = Path("var/isolation.json"),
) -> None:
    """Measure what one environment feels of another one's standstill; end with 0 if nothing."""
    from devstack.bench.isolation import run_isolation  # noqa: PLC0415 - as above
    from devstack.demo.stage import StageError  # noqa: PLC0415 - as above

    try:
        is_good = run_isolation(_addresses(), figures, seconds=seconds, runs=runs)
    except (DetachError, StageError) as error:
        _fail(str(error))
    if not is_good:
        sys.exit(1)


@app.command()
def drift(
    mailboxes: Annotated[
        list[int] | None, typer.Option(help="how many mailboxes; may be given several times")
    ] = None,
    figures: Annotated[Path, typer.Option(help="where they go")] = Path("var/drift.json"),
) -> None:
    """Measure how fast both sides are compared; end with 0 if goals are met."""
    from devstack.bench.drift import SIZES, run_drift  # noqa: PLC0415 - as above
    from devstack.demo.stage import StageError  # noqa: PLC0415 - as above

    try:
        is_good = run_drift(_addresses(), figures, sizes=tuple(mailboxes or SIZES))
    except (DetachError, StageError) as error:
        _fail(str(error))
    if not is_good:
        sys.exit(1)


@app.command()
def status() -> None:
    """Show what GET /status of the running stack says."""
    where = _addresses()
    try:
        with urllib.request.urlopen(f"{where.stack}/status", timeout=10) as answer:  # noqa: S310 - loopback
            typer.echo(json.dumps(json.load(answer), indent=2))
    except (OSError, urllib.error.URLError) as error:
        _fail(f"no stack answers at {where.stack}: {error}")


def _addresses() -> Addresses:
    try:
        return addresses()
    except ValueError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)


if __name__ == "__main__":
    app()
