"""What is billed, by what unit, and how much of it a company uses; prices are yours to put in."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.cost.company import DAY_S, Company, gb_s_apart, gb_s_shared
from infra.cost.counted import MEAN
from infra.cost.ingest import Told
from infra.cost.operations import Operations

GB = 10**9
"""What Log Analytics calls a GB."""
DAYS = 30
LOG_ALERTS = 9
METRIC_SERIES = 7
"""Four rules of platform metrics; that of dead letters watches each of the four queues."""


@dataclass(frozen=True, slots=True)
class Meter:
    """One line of a bill: `per` units cost one price."""

    name: str
    unit: str
    per: float
    least: float
    """Units used in the best case."""
    most: float
    """Units used in the worst one; the same where there is only one."""

    def costs(self, prices: Mapping[str, float]) -> tuple[float, float] | None:
        """Return what it comes to at least and at most; None where no price is given."""
        price = prices.get(self.name)
        if price is None:
            return None
        return self.least / self.per * price, self.most / self.per * price


def meters_of(of: Operations, memory_gb: float, logged: float) -> tuple[Meter, ...]:
    """Return what these operations are billed as, with so many bytes of telemetry."""
    bus = 2 * of.messages
    return (
        Meter("executions", "million executions", 1e6, of.executions, of.executions),
        Meter("gb_s", "GB-s on demand", 1, gb_s_shared(of, memory_gb), gb_s_apart(of, memory_gb)),
        Meter("tables", "10,000 transactions", 1e4, of.tables, of.tables),
        Meter("bus", "million operations", 1e6, bus, bus),
        Meter("logs", "GB ingested", GB, logged, logged),
    )


def month_of(company: Company, told: Told) -> tuple[Meter, ...]:
    """Return a month's bill: all operations, and what costs the same however little happens."""
    base, changes = company.base(), MEAN.times(company.changes)
    logged = (told.of(changes, base) + told.metrics(company.ready)) * DAYS
    always = company.ready * company.memory_gb * DAY_S * DAYS
    return (
        *meters_of((base + changes).times(DAYS), company.memory_gb, logged),
        Meter("ready_gb_s", "GB-s always ready", 1, always, always),
        Meter("bus_hours", "hours of the namespace", 1, 24 * DAYS, 24 * DAYS),
        Meter("log_alerts", "rules that ask logs", 1, LOG_ALERTS, LOG_ALERTS),
        Meter("metric_alerts", "series that rules watch", 1, METRIC_SERIES, METRIC_SERIES),
    )


def total(meters: tuple[Meter, ...], prices: Mapping[str, float]) -> tuple[float, float] | None:
    """Return what all of it comes to; None unless each has its price."""
    found = [meter.costs(prices) for meter in meters]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    return sum(least for least, _ in known), sum(most for _, most in known)
