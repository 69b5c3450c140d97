"""Parks what fails as a whole, and keeps what is asked of it (docs/parking.md).

`reopening` lets it go on.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from core.app.asking import trouble_of, trouble_of_environment
from core.app.breakers import failed_scope, failure_in
from core.app.services import Services
from core.app.worker_sign import note_worker, standstill
from core.domain.history import Activity
from core.domain.job_kind import JobKind
from core.domain.parked import to_park
from core.domain.scope import ROOMS, Scope, scope_of
from core.domain.work import MailboxJob, Source, WorkItem
from core.errors import RoomSyncError
from core.sync.breaker import Breaker, opened
from core.telemetry.metrics import count
from core.telemetry.vocabulary import PARKINGS

log = logging.getLogger(__name__)

REPEATED = frozenset(
    {
        JobKind.CATCH_UP,
        JobKind.WAKE_UP,
        JobKind.SWEEP,
        JobKind.SUBSCRIBE,
        JobKind.READ_POLICY,
        JobKind.POLL_ROOMS,
        JobKind.POLL_ROOMS_AGAIN,
        JobKind.SWEEP_ROOMS_PART,
    }
)
"""Jobs that their timers ask for again: of a parked scope they are dropped."""

ROOMS_JOBS = frozenset(
    {
        JobKind.POLL_ROOMS,
        JobKind.POLL_ROOMS_AGAIN,
        JobKind.SWEEP_ROOMS,
        JobKind.SWEEP_ROOMS_PART,
    }
)
"""Jobs without a mailbox that ask ROOMS; the others need our tables, or several mailboxes."""


async def parked_by(error: Exception, tries: int, services: Services) -> Breaker | None:
    """Return what a failure is parked by, None if it is tried again as any other.

    So many failures, or so many tries of one look, that a whole scope may be down make us ask it.
    """
    scope = failed_scope(error)
    if scope is None:
        return None
    book, failure = services.breakers, failure_in(error)
    await book.refresh()
    is_enough = book.strike(scope, failure, tries)
    found = await book.parking([scope])
    if found is not None or not is_enough:
        return found
    async with book.asking(scope):
        found = await book.parking([scope])
        return found if found is not None else await _ask(scope, services)


async def _ask(scope: Scope, services: Services) -> Breaker | None:
    """Ask a scope that has failed; of a mailbox that does not answer, its environment, too."""
    trouble = await trouble_of(scope, services)
    if trouble is None:
        services.breakers.forgive(scope)
        return None
    if scope.place is not None:
        whole = Scope(scope.environment)
        wide = await trouble_of_environment(whole, services, but=scope.place)
        if wide is not None:
            return await _open(whole, wide, services)
    return await _open(scope, trouble, services)


async def _open(scope: Scope, trouble: Exception, services: Services) -> Breaker | None:
    """Park a scope. The next question is under way before anybody can see it parked."""
    book, now = services.breakers, services.clock.now()
    breaker = opened(scope, failure_in(trouble), now, book.limits, await book.known(scope))
    await care_later(breaker.due, services)
    if not await book.save(breaker):
        return await book.parking([scope])
    book.forgive(scope)
    count(
        PARKINGS,
        kind=breaker.kind,
        environment=scope.environment or "",
        mailbox=scope.mailbox or "",
    )
    log.error("parked", extra={"scope": scope.name, "kind": breaker.kind, "why": breaker.why})
    await tell("parked", f"{scope.name}: {breaker.why}", services)
    return breaker


async def is_kept(work: WorkItem | MailboxJob, scopes: Iterable[Scope], services: Services) -> bool:
    """Keep what is asked of a parked scope; False if it may be done.

    Without tables nothing can be kept: then it is tried, and fails as anything else does.
    """
    try:
        breaker = await services.breakers.parking(scopes)
        if breaker is None:
            return False
        await park(work, breaker, services)
    except RoomSyncError as error:
        log.warning("not_parked", extra={"why": str(error)})
        return False
    return True


async def is_job_kept(job: MailboxJob, services: Services) -> bool:
    """Keep a job of a parked scope; the poll that tells that a worker is there still tells it.

    The first one after a standstill is done all the same: it reports that (S17).
    """
    if job.kind != JobKind.POLL_ROOMS:
        return await is_kept(job, _scopes_of_job(job), services)
    if await services.breakers.parking([ROOMS]) is None or await standstill(services) is not None:
        return False
    await note_worker(services)
    return True


async def is_kept_after(error: Exception, work: WorkItem | MailboxJob, services: Services) -> bool:
    """Keep what has failed because its scope fails as a whole; False if it is to be tried again."""
    try:
        tries = work.attempt + 1 if isinstance(work, WorkItem) else 1
        breaker = await parked_by(error, tries, services)
        if breaker is None:
            return False
        await park(work, breaker, services)
    except RoomSyncError as trouble:
        log.warning("not_parked", extra={"why": str(trouble)})
        return False
    return True


async def park(work: WorkItem | MailboxJob, breaker: Breaker, services: Services) -> None:
    """Keep what is asked of a parked scope until it answers again.

    It may have been opened again meanwhile, and what waited for it read already: then the work is
    queued at once.
    """
    if isinstance(work, MailboxJob) and work.kind in REPEATED:
        return
    kept = to_park(work)
    await services.parked.put(breaker.scope, kept)
    log.info("work_parked", extra={"scope": breaker.scope.name})
    if await services.breakers.read_parking(breaker.scope) is None:
        await _queue_one(kept, services)


async def _queue_one(work: WorkItem | MailboxJob, services: Services) -> None:
    if isinstance(work, WorkItem):
        await services.queue.send([work])
    else:
        await services.queue.send_jobs([work])


async def care_later(due: datetime, services: Services) -> None:
    """Schedule the next question."""
    job = MailboxJob(kind=JobKind.CARE_FOR_PARKED, place=None, requested_at=services.clock.now())
    await services.queue.send_jobs([job], due)


async def tell(outcome: str, text: str, services: Services) -> None:
    """Let the console tell what was parked, or goes on."""
    await services.activity.add(
        Activity(
            at=services.clock.now(),
            mapping_id=None,
            outcome=outcome,
            text=text,
            source=Source.SWEEP,
        )
    )


def _scopes_of_job(job: MailboxJob) -> tuple[Scope, ...]:
    """Return what a job needs: its mailbox, or ROOMS; others without a mailbox need neither."""
    if job.place is not None:
        return (scope_of(job.place),)
    return (ROOMS,) if job.kind in ROOMS_JOBS else ()
