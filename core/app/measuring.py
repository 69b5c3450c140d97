"""Takes a measure of how the sync does, every five minutes, for the console's charts.

The timer does it itself, not through a queue: a backlog that no worker takes is to be seen, too.
It costs one look at the queues, three small reads and three small writes; no system is asked.
Telemetry, where it is on, is told how things stand (`core.app.standing_told`).
"""

from datetime import timedelta

from core.app.services import Services
from core.app.silence import push_status
from core.app.standing_told import tell_standing
from core.app.status import parked_scopes, queue_depths
from core.domain.history import Activity
from core.domain.measure import STEP, Measure, classed, parts_of_ways
from core.errors import RoomSyncError
from core.ports.queues import QueueCounts, QueueDepth
from core.sync.steps import Outcome
from core.telemetry.metrics import is_on

MOST = 2000
"""Lines of the list of what was done that one measure reads: about seven changes a second."""

REFUSED = frozenset({Outcome.REFUSED.value, "rejected"})
LINK_ONLY = " (link)"


async def take_measure(services: Services, counts: QueueCounts) -> Measure | None:
    """Measure since the last one, and keep it; None if that was only a moment ago."""
    now, last = services.clock.now(), await services.measures.latest()
    since = now - STEP if last is None else max(last.at, now - timedelta(hours=1))
    if last is not None and now - last.at < STEP / 5:
        return None
    lines = [line for line in await services.activity.latest(MOST) if since < line.at <= now]
    depths = await _depths(counts)
    push, parked = await push_status(services), await parked_scopes(services)
    measure = Measure(
        at=now,
        span_s=int((now - since).total_seconds()),
        changes=sum(map(changed_something, lines)),
        refused=sum(line.outcome in REFUSED for line in lines),
        given_up=sum(line.outcome == "given_up" for line in lines),
        latencies=classed(
            line.latency_ms
            for line in lines
            if line.latency_ms is not None and changed_something(line)
        ),
        waiting=None if depths is None else sum(d.active for d in depths.values()),
        later=None if depths is None else sum(d.scheduled for d in depths.values()),
        dead=None if depths is None else sum(d.dead for d in depths.values()),
        parked=sum(each.breaker.is_parking for each in parked),
        parts=parts_of_ways(
            line.parts.named(line.latency_ms) for line in lines if changed_something(line)
        ),
        silent=len(push.environments) + len(push.mailboxes) + int(push.is_rooms_silent),
    )
    await services.measures.add(measure)
    if is_on():
        await tell_standing(depths, push, parked, services)
    return measure


def changed_something(line: Activity) -> bool:
    """Tell whether a look wrote to one of the two systems."""
    return any(not name.endswith(LINK_ONLY) for name, _ in line.steps)


async def _depths(counts: QueueCounts) -> dict[str, QueueDepth] | None:
    try:
        return await queue_depths(counts)
    except RoomSyncError:
        return None
