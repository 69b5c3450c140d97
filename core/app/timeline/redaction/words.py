"""Which words are ours: they may be told, whatever else stands in their place may not."""

import re
from collections.abc import Container

from core import errors
from core.app import wording
from core.app.rule_words import rules_of_reason
from core.app.suspects import WORKER_DIED
from core.app.timeline.values import Side, StepTold
from core.app.wording import without_people
from core.domain.directory import Directory
from core.domain.meeting import Aspect
from core.domain.notice import NoticeKind
from core.domain.refusal import RefusalCode
from core.domain.work import Source
from core.errors import RetryClass

SIDES = {
    "CreateBooking": Side.ROOMS,
    "UpdateBooking": Side.ROOMS,
    "CancelBooking": Side.ROOMS,
    "BookSeries": Side.ROOMS,
    "ChangeBookings": Side.ROOMS,
    "CancelBookings": Side.ROOMS,
    "DropBookings": Side.ROOMS,
    "CreateEvent": Side.EXCHANGE,
    "UpdateEvent": Side.EXCHANGE,
    "DeleteEvent": Side.EXCHANGE,
    "DeclineEvent": Side.EXCHANGE,
    "ReinviteResource": Side.EXCHANGE,
    "PlaceBuffer": Side.EXCHANGE,
    "RemoveBuffer": Side.EXCHANGE,
    "CreateSeries": Side.EXCHANGE,
    "ChangeSeries": Side.EXCHANGE,
    "ChangeRule": Side.EXCHANGE,
    "ChangeDates": Side.EXCHANGE,
    "ReinviteToSeries": Side.EXCHANGE,
    "DeleteSeries": Side.EXCHANGE,
    "LeaveCalendar": Side.EXCHANGE,
    "Tell": None,
    "Release": None,
}
"""Which system each step writes to; what is not in here is no step of ours."""

UNKNOWN = "UnknownStep"
"""What a step is called that is none of ours."""

SOURCES = frozenset(str(source) for source in Source)
OUTCOMES = frozenset(str(name) for name in wording.OUTCOMES)
KINDS = frozenset(str(kind) for kind in NoticeKind)
CODES = frozenset(str(code) for code in RefusalCode)
REASONS = frozenset(
    {
        "guard",
        WORKER_DIED,
        *(f"tries_used_up:{kind}" for kind in RetryClass),
        *(name for name in vars(errors) if name.endswith("Error")),
    }
)
"""For what a look is given up (`core/app/work_batch.py`)."""

_STEP = re.compile(r"(?P<name>[A-Za-z]+)(?P<what> \([a-z0-9_, ]+\))?(?P<date> on \d{4}-\d\d-\d\d)?")
CHANGE = re.compile(rf"(?:exchange|rooms):(?:{'|'.join(Aspect)}|deleted|cancelled)")

_LONGEST = 200
"""Of an id, version or stamp: longer ones are cut, no system of ours has them."""


def step_told(name: str, reason: str, *, private: bool) -> StepTold:
    """Return a step if it is one of ours, with its reason if that follows from a rule."""
    found = _STEP.fullmatch(name)
    if found is None or found["name"] not in SIDES:
        return StepTold(name=UNKNOWN, reason="")
    own = found["name"]
    rules = rules_of_reason(reason)
    # The kind of a mail and the date of a series are kept out of a private one's history, too.
    told = own if private else f"{own}{found['what'] or ''}{found['date'] or ''}"
    return StepTold(name=told, reason=reason if rules else "", rules=rules, side=SIDES[own])


def text_told(text: str, directory: Directory | None, *, private: bool) -> str:
    """Return a text of ours without people, nothing of a private meeting."""
    if private:
        return ""
    return text if directory is None else without_people(text, directory)


def known(word: str, words: Container[str]) -> str:
    """Return a word of ours; anything else is not told, wherever it came from."""
    return word if word in words else ""


def opaque(text: str) -> str:
    """Return an id, a version or a stamp."""
    return text[:_LONGEST]
