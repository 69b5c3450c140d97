"""`roomsync state`: everything that is stored, into a file and back."""

import os
from pathlib import Path
from typing import Annotated, TextIO

import typer

from core.app.state_file import Import, compared, exported, read_file, take_over
from core.bootstrap import App
from core.errors import InvalidPayloadError
from roomsync.output import out, say, table
from roomsync.session import run

WRONG = 1

commands = typer.Typer(no_args_is_help=True, help="Exports and imports everything that is stored.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines")]
Yes = Annotated[bool, typer.Option("--yes", help="write; without it, only show")]
Replace = Annotated[
    bool, typer.Option("--replace", help="also into an installation in use: it is equal then")
]


@commands.command("export")
def export_state(file: File) -> None:
    """Write everything that is stored into a file.

    It holds the settings with people's addresses: keep it as safe as the tables. No credentials.
    """
    beside = file.with_name(f"{file.name}.part")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as target:
            number = run(lambda app: _write(app, target))
        beside.replace(file)
    except OSError as error:
        raise InvalidPayloadError(f"{file}: {error.strerror}") from error
    say(f"Exported: {number} rows into {file}. It is to be kept as safe as the tables.", "green")


async def _write(app: App, target: TextIO) -> int:
    number = 0
    async for line in exported(app.state_store, app.clock.now()):
        target.write(line)
        number += 1
    return number - 2


@commands.command("import")
def import_state(file: File, yes: Yes = False, replace: Replace = False) -> None:
    """Show, and with --yes write, what a file changes in what is stored.

    Stop the app first. A file that is wrong or not whole changes nothing.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InvalidPayloadError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidPayloadError(f"{file} cannot be read as text") from error

    async def work(app: App) -> Import:
        store = app.state_store
        found = await compared(read_file(lines, store), store)
        if yes:
            await take_over(found, store, replaces=replace)
        return found

    found = run(work)
    _show(found)
    if yes:
        say("Imported. `roomsync status` and `roomsync doctor` say how things stand.", "green")
        return
    if found.is_into_use and not replace:
        say("This installation is in use: --replace makes it equal to the file.", "yellow")
    say("Nothing was changed: say --yes to do it.", "green")


def _show(found: Import) -> None:
    columns = ("Table", "new", "changed", "same", "only here")
    rows = [
        (name, str(c.new), str(c.changed), str(c.same), str(c.only_here))
        for name, c in found.counts.items()
    ]
    out().print(table(columns, rows, numbers=columns[1:]))
