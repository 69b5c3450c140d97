"""Our own tables, queues and worker: can what is needed be done, and is somebody at work?"""

from collections.abc import Mapping

from core.app.doctor.surroundings import Surroundings
from core.app.services import Services
from core.app.worker_sign import silent_minutes
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.job_kind import JobKind
from core.domain.work import MailboxJob
from core.errors import RoomSyncError
from core.ports.queues import QueueDepth

PROBE = "doctor:probe"
"""The cursor's name."""


async def own_findings(around: Surroundings, services: Services) -> list[Finding]:
    """Return what is wrong with tables, queues and the worker: some calls of each."""
    depths, told = await _depths(around)
    told += await _tables(services)
    told += await _sending(services)
    told += await _worker(depths, services)
    return told


async def _tables(services: Services) -> list[Finding]:
    """Write, read and remove one row."""
    try:
        stamp = services.clock.now().isoformat()
        await services.cursors.put(PROBE, stamp)
        is_same = await services.cursors.get(PROBE) == stamp
        await services.cursors.remove(PROBE)
    except RoomSyncError as error:
        return [found(Kind.TABLES, Part.SERVICE, error=error)]
    return [] if is_same else [found(Kind.TABLES_FORGET, Part.SERVICE)]


async def _sending(services: Services) -> list[Finding]:
    """Queue a job that does no harm: that self-tests are cared for."""
    job = MailboxJob(
        kind=JobKind.CARE_FOR_SELF_TESTS, place=None, requested_at=services.clock.now()
    )
    try:
        await services.queue.send_jobs([job])
    except RoomSyncError as error:
        return [found(Kind.QUEUES, Part.SERVICE, error=error)]
    return []


async def _depths(around: Surroundings) -> tuple[Mapping[str, QueueDepth], list[Finding]]:
    try:
        depths = await around.counts.depths()
    except RoomSyncError as error:
        return {}, [found(Kind.QUEUE_COUNTS, Part.SERVICE, error=error)]
    return depths, [
        found(Kind.QUEUE_MISSING, Part.SERVICE, queue=name)
        for name in around.queues
        if name not in depths
    ]


async def _worker(depths: Mapping[str, QueueDepth], services: Services) -> list[Finding]:
    minutes = await silent_minutes(services, dict(depths))
    return [found(Kind.NO_WORKER, Part.SERVICE, minutes=minutes)] if minutes else []
