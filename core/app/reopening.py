"""Asks what is parked whether it answers again, and lets what does go on (docs/parking.md)."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core.app.asking import trouble_of
from core.app.breakers import failure_in
from core.app.parking import care_later, tell
from core.app.services import Services
from core.domain.ids import EnvironmentId
from core.domain.job_kind import JobKind
from core.domain.scope import Scope
from core.domain.work import MailboxJob, WorkItem
from core.sync.breaker import Breaker, answered, opened, settled

log = logging.getLogger(__name__)

AT_REOPENING = (JobKind.SUBSCRIBE, JobKind.CATCH_UP)
"""What a mailbox that answers again is asked for once."""

AT_ONCE = 100


async def care_for_parked(services: Services) -> None:
    """Ask every parked scope that is due, and go on with what answers; repeat what a crash left.

    Each system for itself: one that keeps us waiting for its answer holds up no other.
    """
    await services.breakers.refresh(max_age=timedelta(0))
    now = services.clock.now()
    due: dict[EnvironmentId | None, list[Breaker]] = {}
    for breaker in services.breakers.everything():
        if breaker.needs_care(now):
            due.setdefault(breaker.scope.environment, []).append(breaker)
    ends = await asyncio.gather(
        *(_care_for(some, services) for some in due.values()), return_exceptions=True
    )
    for end in ends:
        if end is not None:
            raise end


async def _care_for(breakers: Sequence[Breaker], services: Services) -> None:
    for breaker in breakers:
        if breaker.is_parking:
            await _ask_again(breaker, services)
        else:
            await _go_on(breaker, services)


async def release(scope: Scope, services: Services) -> bool:
    """Let a scope go on by hand; False if it was not parked."""
    await services.breakers.refresh(max_age=timedelta(0))
    breaker = await services.breakers.known(scope)
    if breaker is None or not breaker.is_parking:
        return False
    await _reopen(breaker, services)
    return True


async def _ask_again(breaker: Breaker, services: Services) -> None:
    trouble = await trouble_of(breaker.scope, services, turn=breaker.probes + 1)
    if trouble is None:
        await _reopen(breaker, services)
        return
    book, now = services.breakers, services.clock.now()
    later = opened(breaker.scope, failure_in(trouble), now, book.limits, breaker)
    await care_later(later.due, services)
    await book.save(later)


async def _reopen(breaker: Breaker, services: Services) -> None:
    """Let looks through again, then queue those that were kept."""
    book = services.breakers
    half_open = answered(breaker, services.clock.now(), book.limits)
    await care_later(half_open.due, services)
    if not await book.save(half_open):
        return
    book.forgive(breaker.scope)
    log.info("reopened", extra={"scope": breaker.scope.name})
    await tell("reopened", f"{breaker.scope.name} answers again", services)
    known = await book.known(breaker.scope)
    if known is not None:
        await _go_on(known, services)


async def _go_on(breaker: Breaker, services: Services) -> None:
    """Queue what waits for a scope that answers, and close its breaker after the trial.

    At the end of the trial the rows are read once more: somebody slow may have left one.
    """
    waiting = await _queue_waiting(breaker.scope, services)
    if not breaker.is_drained:
        await services.queue.send_jobs(await _jobs_at_reopening(breaker.scope, services))
    log.info("parked_work_queued", extra={"scope": breaker.scope.name, "number": waiting})
    after = settled(replace(breaker, is_drained=True), services.clock.now())
    await services.breakers.save(after)


async def _queue_waiting(scope: Scope, services: Services) -> int:
    """Queue all that was parked, oldest first; a row goes only after its look is queued."""
    waiting = await services.parked.of(scope)
    for start in range(0, len(waiting), AT_ONCE):
        some = waiting[start : start + AT_ONCE]
        await services.queue.send([p.work for p in some if isinstance(p.work, WorkItem)])
        await services.queue.send_jobs([p.work for p in some if isinstance(p.work, MailboxJob)])
        for parked in some:
            await services.parked.remove(parked)
    return len(waiting)


async def _jobs_at_reopening(scope: Scope, services: Services) -> list[MailboxJob]:
    now = services.clock.now()
    if scope.is_rooms:
        return [MailboxJob(kind=JobKind.POLL_ROOMS, place=None, requested_at=now)]
    directory = await services.roster.directory()
    return [
        MailboxJob(kind=kind, place=place, requested_at=now)
        for place in directory.synced_places()
        if scope.covers(Scope(place.environment, place.mailbox))
        for kind in AT_REOPENING
    ]
