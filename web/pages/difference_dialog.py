"""What the dialog of differences carries from one answer to the next, as hidden fields."""

from dataclasses import dataclass
from enum import StrEnum

from starlette.datastructures import FormData

from core.domain.wish import Wish
from web.problems import Problem

MOST = 1000
"""Differences of one dialog; whoever has more does it again."""


class Wanted(StrEnum):
    """What somebody wants done."""

    USE_ROOMS = Wish.USE_ROOMS.value
    USE_EXCHANGE = Wish.USE_EXCHANGE.value
    IGNORE = "ignore"
    CHECK = "check"


class Phase(StrEnum):
    """How far the work is."""

    PLANNING = "planning"
    PLANNED = "planned"
    DOING = "doing"
    ANSWERS = "answers"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the dialog carries. `todo` are names still to come, in `planned` with their plans.

    `traces` are looks that the sync was asked for and has not answered, each with its name.
    """

    wanted: Wanted
    phase: Phase
    todo: tuple[str, ...] = ()
    planned: tuple[tuple[str, str], ...] = ()
    traces: tuple[tuple[str, str], ...] = ()
    number: int = 0
    rooms_writes: int = 0
    exchange_writes: int = 0
    mails: int = 0
    done: int = 0
    not_done: int = 0
    asked: int = 0

    @property
    def left(self) -> int:
        """Return how many are still to come in this phase."""
        if self.phase is Phase.ANSWERS:
            return len(self.traces)
        return len(self.todo) if self.phase is Phase.PLANNING else len(self.planned)

    @property
    def goes_on(self) -> bool:
        """Tell whether the dialog asks for more by itself."""
        return self.phase in {Phase.PLANNING, Phase.DOING, Phase.ANSWERS}


def wanted_in(form: FormData) -> Wanted:
    """Return what a form wants done; a Problem if it is nothing that can be."""
    text = str(form.get("wanted", ""))
    if text not in set(Wanted):
        raise Problem(422, "not_valid", "wanted")
    return Wanted(text)


_NUMBERS = ("number", "rooms_writes", "exchange_writes", "mails", "done", "not_done", "asked")


def kept(work: Work) -> dict[str, str]:
    """Return the work as hidden fields of the dialog."""
    phase = Phase.DOING if work.phase is Phase.PLANNED else work.phase
    return {
        "wanted": work.wanted,
        "phase": phase,
        "todo": ",".join(work.todo),
        "planned": ",".join(map(":".join, work.planned)),
        "traces": ",".join(map(":".join, work.traces)),
        **{name: str(getattr(work, name)) for name in _NUMBERS},
    }


def read_work(form: FormData) -> Work:
    """Return the work that the dialog carries; a Problem if nobody can have been shown it."""
    numbers = {name: str(form.get(name, "")) for name in _NUMBERS}
    phase = str(form.get("phase", ""))
    if phase not in set(Phase) or not all(text.isdecimal() for text in numbers.values()):
        raise Problem(422, "not_valid", "phase")
    if phase == Phase.PLANNING and wanted_in(form) in {Wanted.IGNORE, Wanted.CHECK}:
        raise Problem(422, "not_valid", "phase")

    def parts(name: str) -> tuple[str, ...]:
        return tuple(part for part in str(form.get(name, "")).split(",") if part)[:MOST]

    def pairs(name: str) -> tuple[tuple[str, str], ...]:
        return tuple((part.partition(":")[0], part.partition(":")[2]) for part in parts(name))

    return Work(
        wanted=wanted_in(form),
        phase=Phase(phase),
        todo=parts("todo"),
        planned=pairs("planned"),
        traces=pairs("traces"),
        **{name: int(text[:6]) for name, text in numbers.items()},
    )
