"""Parks what fails as a whole, keeps what is asked of it, and lets it go on (docs/parking.md)."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from core.app.asking import trouble_of, trouble_of_environment
from core.app.breakers import failed_scope, failure_in
from core.app.room_policies import READ_POLICY
from core.app.services import Services
from core.app.silence import POLL_AGAIN
from core.app.worker_sign import note_worker, standstill
from core.domain.history import Activity
from core.domain.parked import to_park
from core.domain.scope import ROOMS, Scope, scope_of
from core.domain.work import CARE_FOR_PARKED, WAKE_UP, MailboxJob, Source, WorkItem
from core.errors import RoomSyncError
from core.sync.breaker import Breaker, answered, opened, settled
from core.telemetry import count as count_event

log = logging.getLogger(__name__)

REPEATED = frozenset(
    {"catch_up", WAKE_UP, "sweep", "subscribe", READ_POLICY, "poll_rooms", POLL_AGAIN}
)
"""Jobs that their timers ask for again: of a parked scope they are dropped."""

ROOMS_JOBS = frozenset({"poll_rooms", POLL_AGAIN, "sweep_rooms"})
"""Jobs without a mailbox that ask ROOMS; the others need our tables, or several mailboxes."""

AT_REOPENING = ("subscribe", "catch_up")
"""What a mailbox that answers again is asked for once."""

AT_ONCE = 100


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
    await _care_later(breaker.due, services)
    if not await book.save(breaker):
        return await book.parking([scope])
    book.forgive(scope)
    count_event("parked", scope=scope.name, kind=breaker.kind)
    log.error("parked", extra={"scope": scope.name, "why": breaker.why})
    await _tell("parked", f"{scope.name}: {breaker.why}", services)
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
    if job.kind != "poll_rooms":
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


async def care_for_parked(services: Services) -> None:
    """Ask every parked scope that is due, and go on with what answers; repeat what a crash left."""
    await services.breakers.refresh(max_age=timedelta(0))
    for breaker in services.breakers.everything():
        if not breaker.needs_care(services.clock.now()):
            continue
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
    await _care_later(later.due, services)
    await book.save(later)


async def _reopen(breaker: Breaker, services: Services) -> None:
    """Let looks through again, then queue those that were kept."""
    book = services.breakers
    half_open = answered(breaker, services.clock.now(), book.limits)
    await _care_later(half_open.due, services)
    if not await book.save(half_open):
        return
    book.forgive(breaker.scope)
    log.info("reopened", extra={"scope": breaker.scope.name})
    await _tell("reopened", f"{breaker.scope.name} answers again", services)
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
        return [MailboxJob(kind="poll_rooms", place=None, requested_at=now)]
    directory = await services.roster.directory()
    return [
        MailboxJob(kind=kind, place=place, requested_at=now)
        for place in directory.synced_places()
        if scope.covers(Scope(place.environment, place.mailbox))
        for kind in AT_REOPENING
    ]


async def _queue_one(work: WorkItem | MailboxJob, services: Services) -> None:
    if isinstance(work, WorkItem):
        await services.queue.send([work])
    else:
        await services.queue.send_jobs([work])


async def _care_later(due: datetime, services: Services) -> None:
    job = MailboxJob(kind=CARE_FOR_PARKED, place=None, requested_at=services.clock.now())
    await services.queue.send_jobs([job], due)


async def _tell(outcome: str, text: str, services: Services) -> None:
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
