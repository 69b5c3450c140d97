"""What was decided and done, told without subjects and people (D13)."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import MappingId, ResourceId
from core.domain.interval import Interval

HISTORY_CAP = 60
"""How many entries of each link's history are kept, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One pass over one link: why we looked, what we found, what we did.

    `steps` are (name, reason) pairs as planned; `found` names the aspects that had changed, per
    side; `latency_ms` runs from the first trigger to the end of the pass.
    """

    at: datetime
    source: str
    outcome: str
    steps: tuple[tuple[str, str], ...] = ()
    found: tuple[str, ...] = ()
    latency_ms: int | None = None
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
    steps: tuple[tuple[str, str], ...] = ()
    trace_id: str = ""
