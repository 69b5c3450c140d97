"""`roomsync settings`: who and what is synced, from a file, and shown."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from core.adapters.tables.provision import create_tables
from core.app.former_addresses import keeping_former_addresses
from core.app.settings_changes import Change, SettingsChange, as_text, settings_changes
from core.app.settings_file import read_settings
from core.bootstrap import App
from core.domain.directory import Directory
from core.errors import InvalidPayloadError
from roomsync.output import out, say, table
from roomsync.session import run

commands = typer.Typer(no_args_is_help=True, help="Who and what is synced.")

STYLES = {Change.ADDED: "green", Change.CHANGED: "yellow", Change.REMOVED: "red"}


class Part(StrEnum):
    """What can be shown on its own."""

    PERSONS = "persons"
    RESOURCES = "resources"
    POLICIES = "policies"


File = Annotated[Path, typer.Argument(metavar="FILE", help="settings file (JSON)")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only show what would change")]


@commands.command("import")
def import_settings(file: File, dry_run: DryRun = False) -> None:
    """Make the stored settings equal to FILE; what is not in FILE is removed.

    The file is checked whole before anything is changed.
    """
    wanted = read_settings(_json(file))

    async def change(app: App) -> tuple[SettingsChange, ...]:
        if not dry_run:
            await create_tables(app.tables)
        services = await app.services()
        stored = await services.settings.load()
        imported = keeping_former_addresses(stored, wanted)
        changes = settings_changes(stored, imported)
        if changes and not dry_run:
            await services.settings.replace(imported)
        return changes

    _show_changes(run(change), dry_run=dry_run)


@commands.command()
def show(
    part: Annotated[Part | None, typer.Argument(help="only this part")] = None,
) -> None:
    """Show the stored settings."""

    async def load(app: App) -> Directory:
        return await (await app.services()).settings.load()

    directory = run(load)
    shown = list(Part) if part is None else [part]
    if part is None:
        _show_switches(directory)
    for each in shown:
        SHOW[each](directory)


def _json(file: Path) -> Any:  # noqa: ANN401 - JSON of any shape
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidPayloadError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise InvalidPayloadError(f"{file} is not JSON: {error}") from None


def _show_changes(changes: tuple[SettingsChange, ...], *, dry_run: bool) -> None:
    if not changes:
        say("The stored settings are the same already: nothing to change.", "green")
        return
    rows = [
        (
            Text(change.change, style=STYLES[change.change]),
            change.part,
            change.name,
            "\n".join(f"{name}: {before} -> {after}" for name, before, after in change.fields),
        )
        for change in changes
    ]
    out().print(table(("", "Part", "Which", "What"), rows))
    numbers = [(kind, sum(change.change is kind for change in changes)) for kind in Change]
    told = ", ".join(f"{number} {kind}" for kind, number in numbers if number)
    if dry_run:
        say(f"Would change: {told}. Nothing was written: this is a dry run.", "green")
        return
    say(f"Done: {told}.", "green")
    say("The app takes them over within a minute; new mailboxes are watched within 15.", "dim")


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
        )
        for person in sorted(directory.persons.values(), key=lambda p: p.id)
    ]
    columns = ("Person", "Name", "Address", "Mode", "Synced", "Zone", "On conflict", "Types")
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
        )
        for resource in sorted(directory.resources.values(), key=lambda r: r.id)
    ]
    columns = ("Resource", "Name", "Type", "Address", "Mode", "Synced", "Zone", "Sync-Master")
    _print(f"Resources ({len(rows)})", columns, rows)


def _show_policies(directory: Directory) -> None:
    policies = directory.policies
    rows = [(name, as_text(getattr(policies, name))) for name in policies.__dataclass_fields__]
    _print("Policies", ("Policy", "Value"), rows)


def _print(title: str, columns: tuple[str, ...], rows: list[Any]) -> None:
    out().print()
    say(title, "bold")
    out().print(table(columns, rows))


SHOW = {
    Part.PERSONS: _show_persons,
    Part.RESOURCES: _show_resources,
    Part.POLICIES: _show_policies,
}
