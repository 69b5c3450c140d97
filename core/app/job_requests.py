"""Asks for jobs: all that a timer does; `core.app.jobs` does them."""

import contextlib
from collections.abc import Sequence

from core.app.patiently import send_patiently
from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.ids import is_resource_mailbox
from core.domain.job_kind import JobKind
from core.domain.work import MailboxJob


async def request_job(kind: JobKind, services: Services) -> None:
    """Queue one job that is no single mailbox's."""
    job = MailboxJob(kind=kind, place=None, requested_at=services.clock.now())
    await services.queue.send_jobs([job])


async def request_for_each(kind: JobKind, places: Sequence[EventPlace], services: Services) -> int:
    """Queue one job per mailbox, however many and however busy the bus is; return how many."""
    now = services.clock.now()
    jobs = [MailboxJob(kind=kind, place=place, requested_at=now) for place in places]
    await send_patiently(jobs, services.queue.send_jobs)
    return len(jobs)


async def request_for_all(kind: JobKind, services: Services) -> int:
    """Queue one job per synced mailbox; return how many."""
    directory = await services.roster.directory()
    return await request_for_each(kind, directory.synced_places(), services)


async def request_policies(services: Services) -> None:
    """Queue a look at the policy of every synced resource mailbox (R-901)."""
    directory = await services.roster.directory()
    places = [place for place in directory.synced_places() if is_resource_mailbox(place.mailbox)]
    await request_for_each(JobKind.READ_POLICY, places, services)


async def request_full_pass(services: Services) -> None:
    """Queue at once a look at every link, every mailbox's full window and every booking (P2)."""
    await request_job(JobKind.SWEEP_LINKS, services)
    await request_job(JobKind.SWEEP_ROOMS, services)
    await request_for_all(JobKind.SWEEP, services)
    await request_job(JobKind.COLLECT_DEAD_LETTERS, services)


async def request_scheduled_scan(services: Services, *, is_full: bool) -> None:
    """Begin the scan of the night; one that runs, or nobody who is synced, is none."""
    from core.app.drift.scans import (  # noqa: PLC0415 - only when it is asked for
        NothingToScanError,
        ScanOrder,
        ScanRunningError,
        request_scan,
    )

    with contextlib.suppress(NothingToScanError, ScanRunningError):
        await request_scan(ScanOrder(is_full=is_full, is_scheduled=True), services)
