"""What was decided and done, told without subjects and people (D13)."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import MappingId, ResourceId
from core.domain.interval import Interval

HISTORY_CAP = 60
"""How many entries of each link's history are kept, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Of what a change's way consists, in milliseconds; None is not known (`core.app.evidence`).

    `provider`: from the change to the first trigger; `queue`: from there to the look; `write`: the
    steps of the look.
    """

    provider_ms: int | None = None
    queue_ms: int | None = None
    write_ms: int | None = None

    def own_ms(self, total_ms: int | None) -> int | None:
        """Return what is neither queue nor write, of the whole since the first trigger: our own."""
        if total_ms is None or self.queue_ms is None or self.write_ms is None:
            return None
        return max(0, total_ms - self.queue_ms - self.write_ms)

    def named(self, total_ms: int | None) -> dict[str, int]:
        """Return every part that is known, by its name, in the order of the way."""
        every = {
            "provider": self.provider_ms,
            "queue": self.queue_ms,
            "own": self.own_ms(total_ms),
            "write": self.write_ms,
        }
        return {name: part for name, part in every.items() if part is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a pass has seen and made: versions of both sides, ids of mails, other links.

    `links` are those that had its bookings before, and those that got some of them.
    """

    exchange: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    links: tuple[MappingId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One pass over one link: why we looked, what we found, what we did.

    `steps` are (name, reason) pairs as planned; `found` names the aspects that had changed, per
    side; `latency_ms` runs from the first trigger to the end of the pass, `parts` are of it but for
    the provider's, which comes before. Older entries have no parts and no evidence.
    """

    at: datetime
    source: str
    outcome: str
    steps: tuple[tuple[str, str], ...] = ()
    found: tuple[str, ...] = ()
    latency_ms: int | None = None
    parts: Parts = Parts()
    evidence: Evidence = Evidence()
    attempt: int = 0
    trace_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One line of the console's list of what was just synced, refused or given up.

    `text` says it in one line; `steps` are those of the pass, as in its HistoryEntry. `trace_id` is
    the look's own, by which whoever asked for it finds the answer.
    """

    at: datetime
    mapping_id: MappingId | None
    outcome: str
    text: str
    source: str
    resource: ResourceId | None = None
    time: Interval | None = None
    latency_ms: int | None = None
    parts: Parts = Parts()
    steps: tuple[tuple[str, str], ...] = ()
    trace_id: str = ""
