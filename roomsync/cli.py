"""The commands of `roomsync`, and how errors end: one line that says what to do, exit code 2."""

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from core.errors import NotPermittedError, RoomSyncError, TransientError
from core.settings import SettingsError
from roomsync.cleanup_command import cleanup
from roomsync.dead_letters_command import commands as dead_letter_commands
from roomsync.differences_command import commands as difference_commands
from roomsync.doctor_command import doctor
from roomsync.free_busy_command import free_busy
from roomsync.history_command import history
from roomsync.local_settings import FILE_VARIABLE, use_settings
from roomsync.mail_commands import commands as mail_commands
from roomsync.options import flowing
from roomsync.plan_command import plan
from roomsync.rebuild_command import rebuild_links
from roomsync.release_command import release
from roomsync.reset_command import reset
from roomsync.selftest_command import selftest
from roomsync.settings_commands import commands as settings_commands
from roomsync.state_commands import commands as state_commands
from roomsync.status_command import status
from roomsync.sync_command import sync

FAILED = 2
DEBUG = "--debug"

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Operates Exchange Resource Sync for ROOMS.",
)
app.add_typer(settings_commands, name="settings")
app.add_typer(mail_commands, name="mail")
app.add_typer(dead_letter_commands, name="dead-letters")
app.add_typer(state_commands, name="state")
app.add_typer(difference_commands, name="differences")
for command in (status, doctor, selftest, plan, sync, history, release, reset, cleanup):
    app.command()(command)
app.command("free-busy")(free_busy)
app.command("rebuild")(rebuild_links)

for group in (app, *(each.typer_instance for each in app.registered_groups)):
    for known in () if group is None else group.registered_commands:
        known.help = flowing(known.help or (known.callback and known.callback.__doc__) or "")


@app.callback()
def _options(
    settings_file: Annotated[
        Path | None,
        typer.Option(
            envvar=FILE_VARIABLE,
            help="local.settings.json to take the settings from; else the environment,"
            " else that of a running local stack",
        ),
    ] = None,
    debug: Annotated[  # noqa: ARG001 - read from the command line by `main`
        bool, typer.Option(DEBUG, help="show where an unexpected error came from")
    ] = False,
) -> None:
    logging.basicConfig(level=logging.CRITICAL)
    use_settings(settings_file, os.environ)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; every error becomes one line on stderr and exit code 2."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        app(args=given, prog_name="roomsync")
    except RoomSyncError as error:
        _fail(f"{error}{_advice(error)}")
    except Exception as error:  # noqa: BLE001 - an operator gets a line, never a traceback
        if DEBUG in given:
            traceback.print_exc()
        _fail(f"unexpected {type(error).__name__}: `roomsync {DEBUG} ...` shows where it came from")


def _advice(error: RoomSyncError) -> str:
    match error:
        case SettingsError():
            return ". Set them in the environment or name a file with --settings-file"
        case TransientError():
            return ". Try again in a moment"
        case NotPermittedError():
            return ". Check credentials and consent: docs/operations.md"
        case _:
            return ""


def _fail(message: str) -> None:
    Console(stderr=True, highlight=False).print(
        Text(f"roomsync: {message}", style="red"), soft_wrap=True
    )
    sys.exit(FAILED)
