"""What a company of some size asks for: in a day, and in the hour in which most is changed."""

from dataclasses import dataclass

from infra.cost.counted import MEAN, RENEWAL, RENEWALS_PER_DAY, TIMERS
from infra.cost.operations import Operations

SWEEP = TIMERS["full_sweep"]
DAY_S = 86_400
HOUR_S = 3_600
PARALLEL = 32
"""Sessions that one instance works on at once (host.json)."""
GROUPS = 15
"""Of functions, which are scaled together: HTTP, and each queue's and timer's by itself."""
READY_IN_ZONES = 2 * GROUPS
"""So many wait with `zoneRedundant`, whatever is set (Learn, Reliability in Functions)."""
SHORTEST_S = 1.0
"""So long an execution is billed at least (Microsoft Learn, Flex Consumption, billing)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """How large it is and how busy. All but `mailboxes` are assumptions: put in your own."""

    mailboxes: int
    """Synced ones: persons and resources."""
    changes_per_mailbox: float = 4
    """A day: what people do to meetings with a synced resource, in either system."""
    peak_share: float = 0.2
    """How much of a day's changes is done in its busiest hour."""
    links_per_mailbox: float = 10
    """Meetings and series that lie ahead and are linked."""
    memory_gb: float = 2
    """Of an instance (`instanceMemoryMB`)."""
    ready: int = 1
    """Instances that always wait (`alwaysReadyHttp`, `alwaysReadyWorkers`; `READY_IN_ZONES`)."""

    @property
    def changes(self) -> float:
        """Return the changes of a day."""
        return self.mailboxes * self.changes_per_mailbox

    @property
    def links(self) -> float:
        """Return all links that the sweep looks at."""
        return self.mailboxes * self.links_per_mailbox

    def base(self) -> Operations:
        """Return a day on which nothing changes."""
        day = RENEWAL.times(self.mailboxes * RENEWALS_PER_DAY)
        for timer in TIMERS.values():
            day += timer.run(self.mailboxes, self.links).times(timer.runs_per_day)
        return day

    def day(self) -> Operations:
        """Return a day with its changes."""
        return self.base() + MEAN.times(self.changes)

    def peak(self) -> Operations:
        """Return a second of the busiest hour, on the average of that hour."""
        changes = self.changes * self.peak_share / HOUR_S
        return self.base().times(1 / DAY_S) + MEAN.times(changes)

    def sweep(self) -> Operations:
        """Return what a part of the sweep queues at once, and what follows."""
        return SWEEP.run(self.mailboxes, self.links)


def gb_s_apart(of: Operations, memory_gb: float, seconds: float = SHORTEST_S) -> float:
    """Return what is billed at most: no execution shares an instance with another one."""
    return of.executions * max(seconds, SHORTEST_S) * memory_gb


def gb_s_shared(of: Operations, memory_gb: float, seconds: float = SHORTEST_S) -> float:
    """Return what is billed at least: each instance is always as full as it may be."""
    return gb_s_apart(of, memory_gb, seconds) / PARALLEL
