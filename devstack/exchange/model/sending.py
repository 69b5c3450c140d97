"""To whom a change of a meeting is told, if its organizer may choose (EWS lets it, Graph does not).

A change that is told to nobody, and what is then told to everybody, still counts as a revision.
"""

from dataclasses import dataclass
from enum import StrEnum

from devstack.exchange.model.values import Attendee


class Sending(StrEnum):
    """Whom to write to: as Outlook and Graph do it, nobody, only who came or went, or all."""

    AS_NEEDED = "as needed"
    NOBODY = "nobody"
    CHANGED = "changed"
    EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Tidings:
    """Who is new, who is no longer wanted, and who stays and has to hear of a change."""

    added: list[Attendee]
    removed: list[Attendee]
    kept: list[Attendee]


def is_told(sending: Sending, tidings: Tidings, *, is_announced: bool) -> bool:
    """Tell whether a change gets a number of its own because somebody may hear of it."""
    is_asked = sending is Sending.EVERYBODY and bool(tidings.kept)
    return is_asked or is_announced or bool(tidings.added or tidings.removed)


def addressed(tidings: Tidings, sending: Sending, *, is_announced: bool) -> Tidings:
    """Return who is really written to."""
    if sending is Sending.NOBODY:
        return Tidings([], [], [])
    wants_all = sending is Sending.EVERYBODY or (sending is Sending.AS_NEEDED and is_announced)
    return Tidings(tidings.added, tidings.removed, tidings.kept if wants_all else [])
