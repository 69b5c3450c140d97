"""How the sync does right now, in the numbers an operator asks for first (docs/console.md)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from core.app.measuring import changed_something
from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.history import Activity
from core.domain.measure import PARTS

LATELY = timedelta(hours=1)
LINES = 1000

OVERDUE = timedelta(hours=3)
"""A full look is asked for every hour; what waits or is parked may miss one or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FullLooks:
    """When every mailbox has been looked at as a whole: `at` of `oldest`, the one longest ago.

    `missing`: synced mailboxes that never were.
    """

    at: datetime | None = None
    oldest: EventPlace | None = None
    missing: int = 0
    is_overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`p50_ms`, `p95_ms`: changes of the last hour; `errors`: given up and not made good yet.

    `parts_ms` are of what the ways of these changes consisted: of each part the median.
    """

    p50_ms: float | None
    p95_ms: float | None
    parts_ms: dict[str, float]
    changes: int
    full_looks: FullLooks
    errors: tuple[tuple[str, int], ...]


async def facts(services: Services) -> Facts:
    """Read a few small things; no system is asked."""
    now = services.clock.now()
    lines = [line for line in await services.activity.latest(LINES) if now - line.at <= LATELY]
    changes = [line for line in lines if changed_something(line)]
    latencies = sorted(line.latency_ms for line in changes if line.latency_ms is not None)
    reasons = Counter(entry.reason for entry in await services.given_up.all())
    return Facts(
        p50_ms=_within(latencies, 0.5),
        p95_ms=_within(latencies, 0.95),
        parts_ms=_parts(changes),
        changes=len(changes),
        full_looks=await full_looks(services),
        errors=tuple(reasons.most_common()),
    )


async def full_looks(services: Services) -> FullLooks:
    """Return how long ago the mailbox was looked at whose turn is longest ago."""
    places = (await services.roster.directory()).synced_places()
    known = await services.measures.full_looks()
    seen = [(known[place], place) for place in places if place in known]
    at, oldest = min(seen, key=lambda each: each[0], default=(None, None))
    overdue = at is not None and services.clock.now() - at > OVERDUE
    return FullLooks(at=at, oldest=oldest, missing=len(places) - len(seen), is_overdue=overdue)


def _parts(changes: Sequence[Activity]) -> dict[str, float]:
    """Return the median of each part of the ways, in their order; what nobody noted is left out."""
    ways = [line.parts.named(line.latency_ms) for line in changes]
    noted = {name: sorted(way[name] for way in ways if name in way) for name in PARTS}
    return {name: half for name, each in noted.items() if (half := _within(each, 0.5)) is not None}


def _within(latencies: Sequence[int], share: float) -> float | None:
    """Return within how many ms this share was mirrored; `latencies` are sorted."""
    if not latencies:
        return None
    return float(latencies[max(0, ceil(share * len(latencies)) - 1)])
