"""How the sync does right now, in the numbers an operator asks for first (docs/console.md)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from core.app.jobs import FULL_LOOK
from core.app.measuring import changed_something
from core.app.services import Services

LATELY = timedelta(hours=1)
LINES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`p50_ms`, `p95_ms`: changes of the last hour; `errors`: given up and not made good yet."""

    p50_ms: float | None
    p95_ms: float | None
    changes: int
    full_look_at: datetime | None
    errors: tuple[tuple[str, int], ...]


async def facts(services: Services) -> Facts:
    """Read three small things; no system is asked."""
    now = services.clock.now()
    lines = [line for line in await services.activity.latest(LINES) if now - line.at <= LATELY]
    changes = [line for line in lines if changed_something(line)]
    latencies = sorted(line.latency_ms for line in changes if line.latency_ms is not None)
    stored = await services.cursors.get(FULL_LOOK)
    reasons = Counter(entry.reason for entry in await services.given_up.all())
    return Facts(
        p50_ms=_within(latencies, 0.5),
        p95_ms=_within(latencies, 0.95),
        changes=len(changes),
        full_look_at=None if stored is None else datetime.fromisoformat(stored),
        errors=tuple(reasons.most_common()),
    )


def _within(latencies: Sequence[int], share: float) -> float | None:
    """Return within how many ms this share was mirrored; `latencies` are sorted."""
    if not latencies:
        return None
    return float(latencies[max(0, ceil(share * len(latencies)) - 1)])
