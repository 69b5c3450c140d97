"""The sign of life of the background work: without it nothing is linked, and that is said (R-002).

A timer asks for a poll of ROOMS every minute, and a worker does it. Whoever of the two stands
still, the sign grows old. It costs one small read and one small write a minute.
"""

from datetime import datetime, timedelta

from core.app.services import Services
from core.domain.interval import Interval
from core.ports.queues import QueueDepth

WORKER_SEEN = "worker:seen"
"""The cursor's name."""

PATIENCE = timedelta(minutes=5)
"""A worker that is being moved or started anew is silent for a minute or two."""

JOBS = "mailbox-jobs"
PILED_UP = 5
"""Polls that nobody took, where no worker was ever seen."""


async def note_worker(services: Services) -> None:
    """Note that a worker is at work now."""
    await services.cursors.put(WORKER_SEEN, services.clock.now().isoformat())


async def standstill(services: Services) -> Interval | None:
    """Return the time in which no worker was at work until now, None if there was no such time."""
    now, stored = services.clock.now(), await services.cursors.get(WORKER_SEEN)
    seen = now if stored is None else datetime.fromisoformat(stored)
    return Interval(seen, now) if now - seen > PATIENCE else None


async def silent_minutes(services: Services, queues: dict[str, QueueDepth]) -> int:
    """Return for how long no worker was at work, 0 while all is well.

    Where none was ever seen, jobs that pile up are the sign: a minute each.
    """
    stored = await services.cursors.get(WORKER_SEEN)
    if stored is None:
        waiting = queues[JOBS].active if JOBS in queues else 0
        return waiting if waiting >= PILED_UP else 0
    silent = services.clock.now() - datetime.fromisoformat(stored)
    return int(silent / timedelta(minutes=1)) if silent > PATIENCE else 0
