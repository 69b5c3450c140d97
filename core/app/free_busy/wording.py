"""English words for free/busy, for the command line; pages have their own, by the same keys."""

from core.app.free_busy.answer import NotShown
from core.domain.free_busy.occupation import Occupation
from core.domain.free_busy.schedule import Unknown
from core.domain.meeting import ShowAs

SHOWN = {
    ShowAs.FREE: "free",
    ShowAs.WORKING_ELSEWHERE: "working elsewhere",
    ShowAs.TENTATIVE: "tentative",
    ShowAs.BUSY: "busy",
    ShowAs.OUT_OF_OFFICE: "out of office",
    ShowAs.UNKNOWN: "free",
}
KINDS = {
    Occupation.BOOKING: "booked",
    Occupation.PENDING: "being booked",
    Occupation.BUFFER: "lead or follow-up time",
    Occupation.BLOCKING_TIME: "blocking time",
    Occupation.HOLIDAY: "holiday",
    Occupation.CLOSED: "closed",
    Occupation.OTHER: "blocked",
}
ROOMS_SILENT = "ROOMS does not answer"

_UNKNOWN = {
    Unknown.NOBODY: "Exchange knows no such mailbox",
    Unknown.NOT_ALLOWED: "Exchange does not let us see it",
    Unknown.TOO_MANY: "more entries than Exchange tells: ask for less time",
    Unknown.NO_ANSWER: "Exchange does not answer",
    Unknown.NOBODY_TO_ASK: "no mailbox of that environment is synced",
    Unknown.OTHER: "Exchange tells nothing of it",
}
_NOT_SHOWN = {
    NotShown.NO_RIGHT: "not shown to your role",
    NotShown.NOT_SYNCED: "not synced, or not configured as it must be: see `roomsync doctor`",
}


def unknown(why: Unknown | None) -> str:
    """Return why nothing is known of somebody."""
    return _UNKNOWN[Unknown.OTHER if why is None else why]


def not_shown(why: NotShown | None, otherwise: Unknown | None) -> str:
    """Return why the Exchange side of a resource is missing."""
    return unknown(otherwise) if why is None else _NOT_SHOWN[why]
