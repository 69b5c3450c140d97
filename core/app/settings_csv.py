"""Persons or resources of the settings as a CSV file: imported again, it changes nothing.

The columns and their cells are those of `core.app.imports.columns`; what has no column there stays
as it is stored when the file is imported. A type of resource with a | in its name cannot be told.
For spreadsheets: a BOM, semicolons, CRLF.
"""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from core.app.imports.columns import BOTH, OWN, as_cell, marked
from core.app.imports.said import Kind
from core.app.settings_export import as_file
from core.domain.directory import Directory

BOM = "\ufeff"


def as_csv(kind: Kind, settings: Directory) -> str:
    """Return the rows of a kind, by number, under the names of their columns."""
    names = [*BOTH, *OWN[kind]]
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(names)
    rows: list[Mapping[str, Any]] = as_file(settings)[kind.value]
    writer.writerows([marked(as_cell(name, row[name])) for name in names] for row in rows)
    return BOM + text.getvalue()
