"""A scan: what is compared, and how far it has got (docs/differences.md)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.event import EventPlace
from core.domain.ids import ResourceId
from core.domain.interval import Interval

STALE = timedelta(hours=6)
"""After so long without its end a scan keeps no other from beginning."""


class PartState(StrEnum):
    """What became of one mailbox of a scan."""

    DONE = "done"
    UNCHANGED = "unchanged"
    """Nothing had changed on either side since the last scan: nothing was compared."""
    NOT_SYNCED = "not_synced"
    PARKED = "parked"
    """It, or ROOMS, did not answer: nothing was compared, what was known of it stands."""
    FAILED = "failed"
    """Comparing it failed in a way that trying again did not mend: the log says which."""


UNREAD = frozenset({PartState.PARKED, PartState.FAILED})
"""A mailbox that nobody has compared. Should its job come all the same, it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan. `target` says in words what it is of; `resource`: only what concerns that one.

    `only` are its mailboxes, none for all that are synced.
    `is_scheduled`: the timer asked for it, so its end is told to the operators. `version` is the
    store's own.
    """

    id: str
    target: str
    window: Interval
    places: int
    only: tuple[EventPlace, ...] = ()
    is_full: bool = True
    resource: ResourceId | None = None
    is_scheduled: bool = False
    requested_at: datetime
    finished_at: datetime | None = None
    version: str = ""

    def is_running(self, told: int, now: datetime) -> bool:
        """Tell whether some of its mailboxes are still to come; of `told` the end is known."""
        if self.finished_at is not None or told >= self.places:
            return False
        return now - self.requested_at < STALE


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPart:
    """What the scan of one mailbox came to; `compared` counts meetings and dates of both sides.

    `fresh` were changed so lately that the sync is still at it.
    """

    place: EventPlace
    state: PartState
    at: datetime
    compared: int = 0
    found: int = 0
    fresh: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a scan has got, mailbox by mailbox."""

    scan: Scan
    parts: tuple[ScanPart, ...] = ()
    is_running: bool = False

    @property
    def done(self) -> int:
        """Return how many mailboxes are done."""
        return len(self.parts) - self.unread

    @property
    def unread(self) -> int:
        """Return of how many mailboxes is known that they cannot be compared now."""
        return sum(part.state in UNREAD for part in self.parts)

    @property
    def compared(self) -> int:
        """Return how many meetings and dates were compared."""
        return sum(part.compared for part in self.parts)

    @property
    def found(self) -> int:
        """Return how many differences were found."""
        return sum(part.found for part in self.parts)
