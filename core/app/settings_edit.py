"""One entry of the settings changed by hand: the same way as an import of one row (R-023, D11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from core.app.imports.csv_file import read_csv
from core.app.imports.json_file import GLOBAL_SYNC, read_json
from core.app.imports.run import ImportPlan, plan_import
from core.app.imports.said import Kind, RawRow, Said, Section
from core.app.services import Services
from core.domain.remark import Remark
from core.errors import InvalidPayloadError

CSV = (".csv", ".txt", ".tsv")
ASKED_FOR = "mail"
"""The field for which Exchange is asked for the primary address (R-023)."""

_KEYS = {
    Kind.PERSONS: "rooms_id",
    Kind.RESOURCES: "rooms_id",
    Kind.ENVIRONMENTS: "id",
    Kind.LOCATIONS: "id",
}
_MOVING = "synced_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFileGiven:
    """A file as somebody has sent it; `kind` says what the rows of a CSV file are."""

    name: str
    data: bytes
    kind: Kind | None = None


def read_file(file: SettingsFileGiven) -> Said:
    """Return what a file says; InvalidPayloadError when it is no settings file."""
    if file.name.lower().endswith(CSV):
        return read_csv(file.data, file.name, kind=file.kind)
    return read_json(file.data, file.name)


async def plan_files(files: Sequence[SettingsFileGiven], services: Services) -> ImportPlan:
    """Return what an import of files comes to."""
    return await plan_import([read_file(file) for file in files], services, ask=True)


async def plan_edit(
    kind: Kind, key: str | int, values: Mapping[str, Any], services: Services
) -> ImportPlan:
    """Return what a change of one entry comes to; what `values` does not name stays."""
    row = RawRow(Remark.listed((Remark(kind.value), str(key)), " "), {**values, _KEYS[kind]: key})
    section = Section(rows=(row,), is_complete=False, is_partial=True)
    said = Said(sections={kind: section})
    return _faultless(await plan_import([said], services, ask=ASKED_FOR in values))


async def plan_policies(values: Mapping[str, Any], services: Services) -> ImportPlan:
    """Return what a change of policies, or of the global switch, comes to."""
    policies = {name: value for name, value in values.items() if name != GLOBAL_SYNC}
    switches = {GLOBAL_SYNC: values[GLOBAL_SYNC]} if GLOBAL_SYNC in values else {}
    said = Said(switches=switches, policies=policies)
    return _faultless(await plan_import([said], services, ask=False))


def fingerprint(plan: ImportPlan) -> str:
    """Return what a plan is known by: the same changes of the same settings have the same one."""
    told = [
        (c.change, c.part, c.name, [field for field in c.fields if field[0] != _MOVING])
        for c in plan.changes
    ]
    return sha256(repr(told).encode()).hexdigest()[:32]


def _faultless(plan: ImportPlan) -> ImportPlan:
    if plan.faults:
        raise InvalidPayloadError(Remark.listed(fault.told for fault in plan.faults))
    return plan
