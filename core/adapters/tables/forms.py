"""Which form a row was stored in: what a later version has written is left to it (docs/upgrade.md).

A row without the column is of the first form, as nearly all are. A later version that stores what
this one must neither change nor throw away says so in it.
"""

from core.adapters.tables.table import Row
from core.errors import LaterFormError

FORM = "schema"
FIRST = 1


def is_later(row: Row, newest: int = FIRST) -> bool:
    """Tell whether a row is of a form that came after the `newest` one known here."""
    return row.number(FORM) > newest


def require_known(row: Row, what: str) -> None:
    """Raise LaterFormError for a row of a later form."""
    if is_later(row):
        raise LaterFormError(
            f"{what}: stored in form {row.number(FORM)}, this version reads {FIRST}: it waits for"
            " the version that wrote it"
        )
