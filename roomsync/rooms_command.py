"""`roomsync settings rooms`: rooms that Exchange offers, and which resources could have them."""

import csv
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from core.app.imports.room_offers import Compared, Standing, row_of
from core.app.imports.rooms_search import RoomsFound, plan_rooms
from core.app.imports.run import ImportPlan
from core.app.operating import COMMAND_LINE, change_settings
from core.bootstrap import App
from core.errors import InvalidPayloadError
from roomsync.import_report import show_import
from roomsync.output import out, say, table
from roomsync.session import run

WORDS = {
    Standing.KNOWN: ("in the settings", "dim"),
    Standing.FITS: ("could have it", "green"),
    Standing.SEVERAL_FIT: ("several fit: say which", "yellow"),
    Standing.OTHER_ADDRESS: ("has another address", "yellow"),
    Standing.UNKNOWN: ("none is called so", "yellow"),
}
COLUMNS = ("rooms_id", "name", "mail", "external_identifier", "mode", "environment")
WRONG = 1


def show_rooms(
    *,
    environment: Annotated[
        list[str] | None,
        typer.Option("--environment", metavar="NAME", help="only this; may be repeated"),
    ] = None,
    take: Annotated[
        bool, typer.Option("--take", help="take over what is proposed; else it is only shown")
    ] = False,
    write: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            help="write those that are not in the settings, to be filled in",
        ),
    ] = None,
) -> None:
    """Show the rooms that Exchange offers (room lists, places) beside the settings.

    A resource without an address is proposed the room that ROOMS names or that is called the same.
    Exit code 1: an environment could not be asked.
    """

    async def look(app: App) -> tuple[RoomsFound, ImportPlan | None]:
        services = await app.services()
        found, plan = await plan_rooms(services, environment or ())
        if plan is not None and plan.changes and take:
            await change_settings(plan, COMMAND_LINE, services)
        return found, plan

    found, plan = run(look)
    _show(found)
    if write is not None:
        write_rooms(write, found)
    if plan is not None:
        say("ROOMS must have the same address as E-Mail and as External Identifier (R-020).", "dim")
        show_import(plan, dry_run=not take)
    if found.troubles:
        raise typer.Exit(WRONG)


def _show(found: RoomsFound) -> None:
    for trouble in found.troubles:
        say(f"Note: {trouble}", "yellow")
    if not found.rooms:
        say("Exchange offers no rooms.")
        return
    rows = [_line(each, found) for each in found.rooms]
    out().print(table(("Environment", "List", "Room", "Address", "Resource"), rows))


def _line(each: Compared, found: RoomsFound) -> tuple[str | Text, ...]:
    room = each.offer.room
    words, style = WORDS[each.standing]
    resource = None if each.resource is None else found.settings.resources[each.resource]
    whose = words if resource is None else f"{resource.id} {resource.name}: {words}"
    return each.offer.environment, room.room_list, room.name, room.address, Text(whose, style)


def write_rooms(path: Path, found: RoomsFound) -> None:
    """Write a file for `settings import`, as Excel opens it; nothing in it is a formula to Excel.

    Blanks before and after are dropped when it is read.
    """
    rows = [row_of(each, found.settings) for each in found.rooms if _is_left(each)]
    text = StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\n")
    lines.writerow(COLUMNS)
    lines.writerows([[_cell(row[name]) for name in COLUMNS] for row in rows])
    try:
        path.write_text(text.getvalue(), encoding="utf-8-sig")
    except OSError as error:
        raise InvalidPayloadError(f"{path} cannot be written: {error.strerror}") from None
    say(f"{path}: {len(rows)} rooms. Fill in rooms_id, then: roomsync settings import {path}")


def _is_left(each: Compared) -> bool:
    return each.standing is not Standing.KNOWN


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f" {text}" if text.startswith(("=", "+", "-", "@")) else text
