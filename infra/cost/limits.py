"""How much of each limit a company uses, and how large it could become until half of it is used."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from infra.cost.company import DAY_S, HOUR_S, PARALLEL, SHORTEST_S, SWEEP, Company
from infra.cost.counted import MEAN

GRAPH_PER_SECOND = 130_000 / 10
"""Requests of one application, over all tenants."""
GRAPH_PER_MAILBOX = 10_000 / 600
"""Requests of one application to one mailbox."""
TABLES_PER_SECOND = 20_000
"""Calls of a storage account, of entities of 1 KiB."""
PARTITION_PER_SECOND = 2_000
"""Entities of 1 KiB in one partition."""
CREDITS_PER_SECOND = 1_000
"""Of a namespace of Service Bus Standard; a message sent is one, one received is another."""
CREDITS_PER_MESSAGE = 2
BETWEEN_S = round(DAY_S / SWEEP.runs_per_day)
"""From one part of the sweep to the next."""
INSTANCES = 40
"""To which each group of functions may grow (`maximumInstances`)."""
ENOUGH = 0.5
"""What may be used of a limit: the rest is for bursts, and for catching up after a standstill."""


@dataclass(frozen=True, slots=True)
class Use:
    """How much is asked of something that has a limit."""

    what: str
    unit: str
    asked: float
    limit: float

    @property
    def share(self) -> float:
        """Return how much of the limit is used."""
        return self.asked / self.limit


def uses(company: Company) -> tuple[Use, ...]:
    """Return what is used of each limit in the busiest hour."""
    peak, sweep = company.peak(), company.sweep()
    changes = company.changes * company.peak_share / HOUR_S
    one = replace(company, mailboxes=1)
    of_mailbox = one.peak().graph
    return (
        Use("Graph, all mailboxes", "requests/s", peak.graph, GRAPH_PER_SECOND),
        Use("Graph, one mailbox", "requests/s", of_mailbox, GRAPH_PER_MAILBOX),
        Use("tables, the account", "calls/s", peak.tables, TABLES_PER_SECOND),
        Use(
            "tables, busiest partition", "entities/s",
            changes * MEAN.executions, PARTITION_PER_SECOND,
        ),
        Use(
            "Service Bus, on average", "credits/s",
            peak.messages * CREDITS_PER_MESSAGE, CREDITS_PER_SECOND,
        ),
        Use(
            "Service Bus, a part of the sweep", f"credits in {BETWEEN_S} s",
            sweep.messages * CREDITS_PER_MESSAGE, CREDITS_PER_SECOND * BETWEEN_S,
        ),
        Use(
            "instances of `sync_items`", "instances",
            peak.executions * SHORTEST_S / PARALLEL, INSTANCES,
        ),
    )  # fmt: skip


def first_met(company: Company) -> Use:
    """Return what is used most."""
    return max(uses(company), key=lambda use: use.share)


def largest(company: Company, enough: float = ENOUGH) -> int:
    """Return how many mailboxes a company like this may have until so much of a limit is used."""
    sizes = range(100, 1_000_000, 100)
    fits = (n for n in sizes if first_met(replace(company, mailboxes=n)).share > enough)
    return next(fits, sizes[-1]) - 100


def burst_s(company: Company) -> float:
    """Return for how many seconds a part of the sweep takes all credits of the namespace."""
    return company.sweep().messages * CREDITS_PER_MESSAGE / CREDITS_PER_SECOND


def each(companies: tuple[Company, ...]) -> Iterator[tuple[Use, ...]]:
    """Yield each limit with its use by all of the companies."""
    yield from zip(*(uses(company) for company in companies), strict=True)
