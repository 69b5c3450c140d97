"""What is counted: everything that somebody bills or limits."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Numbers of calls and the like; fractions where a mean of several things is meant."""

    graph_reads: float = 0
    graph_writes: float = 0
    rooms_reads: float = 0
    rooms_writes: float = 0
    table_reads: float = 0
    """Point reads and queries, each page of a query one."""
    table_writes: float = 0
    """Single writes and transactions, each transaction one."""
    sends: float = 0
    """Calls that send: several messages may go in one."""
    messages: float = 0
    """Messages sent, and taken once each."""
    executions: float = 0
    """Functions run: webhooks, timers, batches of messages."""
    spans: float = 0
    events: float = 0
    """Lines of the log."""

    @property
    def graph(self) -> float:
        """Return all requests to Microsoft Graph."""
        return self.graph_reads + self.graph_writes

    @property
    def rooms(self) -> float:
        """Return all requests to ROOMS."""
        return self.rooms_reads + self.rooms_writes

    @property
    def tables(self) -> float:
        """Return all calls of tables."""
        return self.table_reads + self.table_writes

    def __add__(self, other: "Operations") -> "Operations":
        return Operations(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})

    def times(self, number: float) -> "Operations":
        """Return the same so many times."""
        return Operations(**{name: getattr(self, name) * number for name in NAMES})


NAMES = tuple(field.name for field in fields(Operations))
