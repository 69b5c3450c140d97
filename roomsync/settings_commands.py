"""`roomsync settings`: who and what is synced, from a file, and shown."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from core.adapters.tables.provision import create_tables
from core.app.imports.csv_file import read_csv
from core.app.imports.json_file import read_json
from core.app.imports.run import ImportPlan, plan_import
from core.app.imports.said import Kind as RowKind
from core.app.imports.said import Said
from core.app.operating import COMMAND_LINE, change_settings
from core.app.settings_changes import as_text
from core.app.settings_export import as_file
from core.bootstrap import App
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.errors import InvalidPayloadError, RoomSyncError
from roomsync.import_report import show_import
from roomsync.options import one_of
from roomsync.output import out, print_json, say, show_records
from roomsync.rooms_command import show_rooms
from roomsync.session import run

commands = typer.Typer(no_args_is_help=True, help="Who and what is synced.")

commands.command("rooms")(show_rooms)

CSV = (".csv", ".txt", ".tsv")


class Kind(StrEnum):
    """What the rows of a CSV file are."""

    PERSONS = "persons"
    RESOURCES = "resources"


class Part(StrEnum):
    """What can be shown on its own."""

    PERSONS = "persons"
    RESOURCES = "resources"
    POLICIES = "policies"


Files = Annotated[
    list[Path], typer.Argument(metavar="FILE", help="JSON, or CSV of persons or of resources")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only show what would change")]
As = Annotated[
    Kind | None, typer.Option("--as", metavar="KIND", help=one_of("what rows of CSV are", Kind))
]
RemoveMissing = Annotated[
    bool, typer.Option("--remove-missing", help="remove who is not in a CSV file of its kind")
]
Offline = Annotated[
    bool, typer.Option("--offline", help="do not ask Exchange for primary addresses")
]

AsJson = Annotated[bool, typer.Option("--json", help="as JSON, for programs")]
Yes = Annotated[bool, typer.Option("--yes", help="also if most of those synced are switched off")]


class TooMuchAtOnceError(RoomSyncError):
    """An import that ends the sync of most, which is more often a slip than a wish."""


@commands.command("import")
def import_settings(
    files: Files,
    *,
    dry_run: DryRun = False,
    kind: As = None,
    remove_missing: RemoveMissing = False,
    offline: Offline = False,
    yes: Yes = False,
) -> None:
    """Take over settings from FILE; a row that is wrong is told and changes nothing.

    A list in a JSON file is the whole list: who is not in it is removed. Exit code 1: rows were
    wrong.
    """
    said = [_read(file, kind, is_complete=remove_missing) for file in files]

    async def change(app: App) -> ImportPlan:
        if not dry_run:
            await create_tables(app.tables)
        services = await app.services()
        plan = await plan_import(said, services, ask=not offline)
        if plan.ends_most and not (dry_run or yes):
            raise TooMuchAtOnceError(
                f"this would switch off {plan.ends} of {plan.synced_before} who are synced: look at"
                " it with --dry-run, then say --yes"
            )
        if plan.changes and not dry_run:
            await change_settings(plan, COMMAND_LINE, services)
        return plan

    show_import(run(change), dry_run=dry_run)


@commands.command()
def show(
    part: Annotated[
        Part | None, typer.Argument(metavar="PART", help=one_of("only these", Part))
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show the stored settings; as JSON they are a file for `settings import`."""

    async def load(app: App) -> Directory:
        return await (await app.services()).settings.load()

    directory = run(load)
    if as_json:
        whole = as_file(directory)
        print_json(whole if part is None else {part.value: whole[part.value]})
        return
    shown = list(Part) if part is None else [part]
    if part is None:
        _show_switches(directory)
    for each in shown:
        SHOW[each](directory)


def _read(file: Path, kind: Kind | None, *, is_complete: bool) -> Said:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidPayloadError(f"{file} cannot be read: {error.strerror}") from None
    if file.suffix.lower() in CSV:
        rows = None if kind is None else RowKind(kind.value)
        return read_csv(data, file.name, kind=rows, is_complete=is_complete)
    return read_json(data, file.name)


def _show_switches(directory: Directory) -> None:
    say(f"Resource sync  {'on' if directory.global_sync_enabled else 'off'}")
    for environment in directory.environments.values():
        domains = ", ".join(environment.domains)
        say(f"Environment    {environment.id} ({environment.kind}): {domains}")


def _show_persons(directory: Directory) -> None:
    rows = [
        (
            str(person.id),
            person.name,
            person.address,
            person.mode.value,
            as_text(person.is_synced),
            person.time_zone,
            person.conflict_behaviour.value,
            "all" if person.resource_types is None else as_text(person.resource_types),
            _since(person),
        )
        for person in sorted(directory.persons.values(), key=lambda p: p.id)
    ]
    columns = (
        "Person",
        "Name",
        "Address",
        "Mode",
        "Synced",
        "Zone",
        "On conflict",
        "Types",
        "Since",
    )
    _print(f"Persons ({len(rows)})", columns, rows)


def _show_resources(directory: Directory) -> None:
    rows = [
        (
            str(resource.id),
            resource.name,
            resource.type,
            resource.address or "-",
            resource.mode.value,
            "misconfigured" if resource.is_misconfigured else as_text(resource.has_synced_mailbox),
            resource.time_zone,
            as_text(resource.is_sync_master),
            _since(resource),
        )
        for resource in sorted(directory.resources.values(), key=lambda r: r.id)
    ]
    columns = (
        "Resource",
        "Name",
        "Type",
        "Address",
        "Mode",
        "Synced",
        "Zone",
        "Sync-Master",
        "Since",
    )
    _print(f"Resources ({len(rows)})", columns, rows)


def _since(owner: SyncedPerson | SyncedResource) -> str:
    return "" if owner.synced_since is None else f"{owner.synced_since:%Y-%m-%d %H:%M} UTC"


def _show_policies(directory: Directory) -> None:
    policies = directory.policies
    rows = [(name, as_text(getattr(policies, name))) for name in policies.__dataclass_fields__]
    _print("Policies", ("Policy", "Value"), rows)


def _print(title: str, columns: tuple[str, ...], rows: list[Any]) -> None:
    out().print()
    say(title, "bold")
    show_records(columns, rows, named_by=2)


SHOW = {
    Part.PERSONS: _show_persons,
    Part.RESOURCES: _show_resources,
    Part.POLICIES: _show_policies,
}
