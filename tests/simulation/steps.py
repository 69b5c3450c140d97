"""What happens in a simulated history, as plain values that print as sentences.

A deed says which of the meetings that are there then it means by a number: so any part of a history
can be played, and its story reads the same each time.
"""

from dataclasses import dataclass
from datetime import timedelta
from string import Formatter

from tests.series_histories.edits import Edit
from tests.simulation.fault_kinds import FaultKind

OUTLOOK, ROOMS = "Outlook", "ROOMS"
SENTENCES = {
    (OUTLOOK, "books"): "{person} invites {room} and {guest} on day {day} at {hour}",
    (OUTLOOK, "books privately"): "{person} invites {room} to something private, {day} at {hour}",
    (OUTLOOK, "renames"): "meeting {nth} gets another subject",
    (OUTLOOK, "moves"): "meeting {nth} moves to day {day} at {hour}",
    (OUTLOOK, "invites"): "meeting {nth} gets {guest} or loses them",
    (OUTLOOK, "changes room"): "meeting {nth} takes {room} instead",
    (OUTLOOK, "takes off room"): "meeting {nth} loses its rooms",
    (OUTLOOK, "hides"): "meeting {nth} becomes private with another subject, or public",
    (OUTLOOK, "shows as"): "meeting {nth} is shown as tentative",
    (OUTLOOK, "notes a place"): "somebody types into the location of meeting {nth}",
    (OUTLOOK, "answers"): "an attendee of meeting {nth} accepts",
    (OUTLOOK, "deletes"): "meeting {nth} is deleted",
    (OUTLOOK, "calls off"): "meeting {nth} is cancelled",
    (ROOMS, "books"): "{person} books {room} on day {day} at {hour} with {guest}",
    (ROOMS, "renames"): "booking {nth} gets another title",
    (ROOMS, "moves"): "booking {nth} moves to day {day} at {hour}",
    (ROOMS, "invites"): "booking {nth} has {guest} as its only participant",
    (ROOMS, "changes room"): "booking {nth} moves to {room}",
    (ROOMS, "takes off room"): "booking {nth} gives its room back",
    (ROOMS, "hands over"): "booking {nth} is handed over to {guest}",
    (ROOMS, "opens"): "somebody opens booking {nth} and leaves it open",
    (ROOMS, "cancels"): "booking {nth} is cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody does with a single meeting; what it does not need is drawn as well."""

    side: str
    what: str
    nth: int
    person: str
    guest: str
    room: str
    day: int
    hour: int

    def __str__(self) -> str:
        sentence = SENTENCES[self.side, self.what]
        names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
        return f"{self.side}: {sentence.format(**{n: getattr(self, n) for n in names})}"


@dataclass(frozen=True, slots=True)
class Series:
    """One edit of a series, as `tests.series_histories` knows them."""

    edit: Edit

    def __str__(self) -> str:
        return str(self.edit)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something goes wrong from now on, `times` times, after `skip` calls it could have hit."""

    kind: FaultKind
    skip: int
    times: int

    def __str__(self) -> str:
        after = f" after {self.skip} calls" if self.skip else ""
        return f"FAULT {self.kind}, {self.times} times{after}"


@dataclass(frozen=True, slots=True)
class Kill:
    """The process dies at one of its next calls, before or after it took effect."""

    after: int
    is_done: bool

    def __str__(self) -> str:
        return f"KILL {'after' if self.is_done else 'before'} call {self.after}"


@dataclass(frozen=True, slots=True)
class Pause:
    """Time passes, with or without timers."""

    by: timedelta

    def __str__(self) -> str:
        return f"... {self.by} pass"


@dataclass(frozen=True, slots=True)
class Rest:
    """Faults stop, what is still under way comes to its end, and what holds is checked."""

    def __str__(self) -> str:
        return "--- rest"


@dataclass(frozen=True, slots=True)
class Calm:
    """Nothing goes wrong any more: what is done from here on has to arrive by notifications alone.

    `is_over`: everything has had its few minutes, and is looked at.
    """

    is_over: bool = False

    def __str__(self) -> str:
        return "--- nobody looked but for notifications" if self.is_over else "--- all is well"


type Step = Deed | Series | Fault | Kill | Pause | Rest | Calm
