"""The words of a scripted day: who does what where, and what must come of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """The place where somebody acts."""

    ROOMS = "ROOMS"
    OUTLOOK = "Outlook"
    ADD_IN = "add-in"


class Expect(StrEnum):
    """What must come of an action."""

    MIRRORED = "mirrored"
    """The other side shows it."""
    HELD = "held"
    """Nobody's calendar shows it, but the resource mailbox keeps the slot (unsynced organizer)."""
    KEPT = "kept"
    """It stays on its side: the other one cannot store it."""
    ALONE = "left alone"
    """It is not to be synced, or it needs nothing."""
    REFUSED = "refused"
    """ROOMS says no and is right: the event stays, there is no booking."""
    OVERRULED = "overruled"
    """The other side changed the same at the same time and wins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Make a meeting. `at` is "<working day> <from>-<to>" in Zurich, day 1 = the next one.

    `organizer` is somebody else it is made for: an organizer in ROOMS, a calendar in Outlook.
    """

    title: str
    at: str
    room: str | None = None
    people: tuple[str, ...] = ()
    private: bool = False
    organizer: str | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Save other values; None and () leave a value alone. In Outlook `room` replaces the old."""

    title: str | None = None
    at: str | None = None
    room: str | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    private: bool | None = None
    show_as: str | None = None
    reminder: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteRoomToo:
    """Invite another room beside the one that is booked: it is the replacement (R-501)."""

    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRoomOff:
    """Keep the meeting, take its room off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Make somebody else the organizer."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Cancel, and tell everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Move the event to Deleted Items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Answer an invitation in one's own calendar: accept, tentativelyAccept or decline."""

    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThinkAgain:
    """Begin a booking in ROOMS, which blocks the slot (R-107), and leave the dialog again."""

    at: str
    room: str


Deed = (
    Book | Change | InviteRoomToo | TakeRoomOff | HandOver | Cancel | Delete | Answer | ThinkAgain
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that one person does with one meeting."""

    who: str
    where: Where
    meeting: str
    deed: Deed
    expect: Expect = Expect.MIRRORED

    def __str__(self) -> str:
        return f"{self.who} in {self.where}: {type(self.deed).__name__} «{self.meeting}»"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What happens at about the same time; then everybody waits until nothing moves any more.

    With `before_the_service_looks`, notifications travel slowly, so that all actions are done when
    the service looks first: changes on both sides between two runs.
    """

    title: str
    actions: tuple[Action, ...]
    before_the_service_looks: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A script."""

    rounds: tuple[Round, ...]

    @property
    def actions(self) -> Iterator[Action]:
        """Return all actions in their order."""
        for part in self.rounds:
            yield from part.actions


def in_rooms(who: str, meeting: str, deed: Deed, expect: Expect = Expect.MIRRORED) -> Action:
    """Return what somebody does in ROOMS."""
    return Action(who=who, where=Where.ROOMS, meeting=meeting, deed=deed, expect=expect)


def in_outlook(who: str, meeting: str, deed: Deed, expect: Expect = Expect.MIRRORED) -> Action:
    """Return what somebody does in Outlook."""
    return Action(who=who, where=Where.OUTLOOK, meeting=meeting, deed=deed, expect=expect)


def by_add_in(who: str, meeting: str, deed: Deed) -> Action:
    """Return what somebody does with the add-in in Outlook."""
    return Action(who=who, where=Where.ADD_IN, meeting=meeting, deed=deed)


KINDS = (
    "booked in ROOMS",
    "booked in ROOMS for somebody else",
    "booked in Outlook",
    "booked by the add-in",
    "changed in ROOMS",
    "changed in Outlook",
    "changed on both sides at once",
    "organizer changed in ROOMS",
    "invitation answered",
    "cancelled in ROOMS",
    "cancelled or deleted in Outlook",
    "not to be synced",
    "rightly refused by ROOMS",
)
"""The kinds of actions, as the report lists them."""


def kind_of(action: Action, part: Round) -> str:
    """Return which of KINDS an action is."""
    if part.before_the_service_looks:
        return "changed on both sides at once"
    if isinstance(action.deed, Answer):
        return "invitation answered"
    if action.expect is Expect.REFUSED:
        return "rightly refused by ROOMS"
    if action.expect in {Expect.ALONE, Expect.HELD}:
        return "not to be synced"
    return _kind_of_deed(action)


def _kind_of_deed(action: Action) -> str:
    in_rooms = action.where is Where.ROOMS
    match action.deed:
        case Book(organizer=organizer):
            for_another = " for somebody else" if in_rooms and organizer else ""
            by_add_in = action.where is Where.ADD_IN
            kind = "booked by the add-in" if by_add_in else f"booked in {action.where}{for_another}"
        case HandOver():
            kind = "organizer changed in ROOMS"
        case Cancel() | Delete():
            kind = "cancelled in ROOMS" if in_rooms else "cancelled or deleted in Outlook"
        case _:
            kind = f"changed in {action.where}"
    return kind
