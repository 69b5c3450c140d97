"""The main states of a booking and the workflow between them (rooms-api 7, R-107).

Ids are deliberately not 1..n: clients must read them from `GET v1 status`.
"""

from enum import IntEnum


class Status(IntEnum):
    """Main status of a booking; the value is its id in this installation."""

    SYSTEM = 11
    DEFINITIVE = 21
    PROVISIONAL = 24
    TEMPORARY = 27
    CANCELLED = 33
    SLOT_DEFINED = 45
    SLOT_PUBLISHED = 46


NAMES = {
    Status.SYSTEM: "Besetzt (System)",
    Status.PROVISIONAL: "Besetzt (provisorisch)",
    Status.TEMPORARY: "Besetzt (temporär)",
    Status.DEFINITIVE: "Besetzt (definitiv)",
    Status.CANCELLED: "Annulliert",
    Status.SLOT_DEFINED: "Slot definiert",
    Status.SLOT_PUBLISHED: "Slot publiziert",
}

COLORS = {
    Status.SYSTEM: "#9E9E9E",
    Status.PROVISIONAL: "#FFB300",
    Status.TEMPORARY: "#FFE082",
    Status.DEFINITIVE: "#C62828",
    Status.CANCELLED: "#ECEFF1",
    Status.SLOT_DEFINED: "#B3E5FC",
    Status.SLOT_PUBLISHED: "#4FC3F7",
}

CHOOSABLE = (Status.PROVISIONAL, Status.TEMPORARY, Status.DEFINITIVE)


def by_id(status_id: int) -> Status | None:
    """Return the status with this id, None when the installation has none."""
    return Status(status_id) if status_id in set(Status) else None


def workflow_default(*, may_book_definitive: bool) -> Status:
    """Return the status that a booking gets when nobody names one."""
    return Status.DEFINITIVE if may_book_definitive else Status.PROVISIONAL


def next_statuses(present: Status, *, may_book_definitive: bool) -> tuple[Status, ...]:
    """Return what a person may choose now; a cancelled booking stays cancelled."""
    if present is Status.CANCELLED:
        return ()
    return tuple(s for s in CHOOSABLE if may_book_definitive or s is not Status.DEFINITIVE)
