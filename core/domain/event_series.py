"""A series as Exchange shows it in one mailbox: its master, and what single dates say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.event import Event
from core.domain.series import Recurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSeries:
    """One copy of a series. Dates are named by their original start (UTC), never by their id (S01).

    `exceptions` are the dates that differ from the master in anything, complete events each;
    `cancelled` are dates of the rule that were deleted. All others are as the master says.
    """

    master: Event
    recurrence: Recurrence
    exceptions: Mapping[datetime, Event] = field(default_factory=dict)
    cancelled: frozenset[datetime] = frozenset()
