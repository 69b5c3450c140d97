"""What both sides talk about, in neither side's words: the value that is compared and merged."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.ids import PersonId, ResourceId
from core.domain.interval import Interval


class Aspect(StrEnum):
    """The parts of a meeting that are synced (R-201 ... R-208); each is compared on its own."""

    SUBJECT = "subject"
    TIME = "time"
    RESOURCES = "resources"
    ORGANIZER = "organizer"
    ATTENDEES = "attendees"
    PRIVATE = "private"
    SHOW_AS = "show_as"
    REMINDER = "reminder"


class ShowAs(StrEnum):
    """How the time counts in free/busy (R-206, R-215)."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    WORKING_ELSEWHERE = "workingElsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person or group that takes part; `address` is lower case, empty if only a name is known."""

    address: str
    name: str = ""

    @property
    def identity(self) -> str:
        """Return what makes two mentions the same attendee: the address, else the name."""
        return self.address or f"name:{self.name.strip().casefold()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One event or booking as the other side needs to know it.

    `organizer` and `resources` are ROOMS ids: an organizer unknown to ROOMS is None. `show_as` and
    `reminder_minutes` are None where a side does not carry them; a reminder of -1 means "off".
    """

    subject: str
    time: Interval
    resources: tuple[ResourceId, ...]
    organizer: PersonId | None
    attendees: tuple[Attendee, ...] = ()
    private: bool = False
    show_as: ShowAs | None = None
    reminder_minutes: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "resources", tuple(sorted(set(self.resources))))
        by_identity = {attendee.identity: attendee for attendee in reversed(self.attendees)}
        ordered = tuple(by_identity[identity] for identity in sorted(by_identity))
        object.__setattr__(self, "attendees", ordered)
