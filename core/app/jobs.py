"""Mailbox jobs: timers and lifecycle events only name them, the mailbox's session does them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from core.app.catch_up import catch_up
from core.app.job_requests import request_for_all, request_job
from core.app.outbox import send_overdue
from core.app.poll_rooms import poll_rooms
from core.app.reopening import care_for_parked
from core.app.retention import remove_what_is_over
from core.app.self_test.care import care_for_self_tests
from core.app.self_test.run import go_on_with
from core.app.self_test.start import go_on_with_all
from core.app.services import Services
from core.app.set_aside import collect_set_aside
from core.app.silence import hurry, judge
from core.app.standstill import report_standstill
from core.app.subscribe import (
    Callbacks,
    care_for_subscription,
    doubt_subscription,
    make_anew,
    reauthorize,
    restore,
)
from core.app.subscription_care import request_subscription_care
from core.app.subscription_orphans import compare_subscriptions
from core.app.sweep import sweep_links, sweep_mailbox, sweep_rooms
from core.app.sweep_parts import sweep_part, sweep_rooms_part
from core.app.worker_sign import note_worker, standstill
from core.domain.event import EventPlace
from core.domain.interval import Interval
from core.domain.job_kind import JobKind
from core.domain.scan import PartState
from core.domain.stagger import share
from core.domain.work import MailboxJob, Source, mailbox_session
from core.errors import InvalidPayloadError, PermanentError, PreconditionFailedError, TransientError


class UnknownJobError(InvalidPayloadError):
    """No such job: a newer version's, or garbage."""


PerMailbox = Callable[[EventPlace, Callbacks, Services], Awaitable[None]]

AGAIN_S: dict[str, tuple[float, ...]] = {
    JobKind.SUBSCRIBE: (61.0,) * 14,
    JobKind.REAUTHORIZE: (61.0,) * 14,
    JobKind.RESTORE: (61.0,) * 14,
    JobKind.MAKE_ANEW: (61.0,) * 3,
    JobKind.SCAN: (61.0,) * 5,
    JobKind.SUM_UP: (61.0,) * 5,
    JobKind.SELF_TEST: (5.0, 30.0, 61.0),
    JobKind.SELF_TEST_ALL: (5.0, 30.0, 61.0),
    JobKind.EXAMINE: (5.0, 30.0, 61.0),
}
"""When a failed job is tried again, until its timer asks for it anyway (R-864: each minute)."""

UNKNOWN_TRIES, UNKNOWN_AGAIN_S = 10, 61.0
"""How often and when a job that only a later version knows is tried again: a deployment takes
minutes.
"""

SPREAD_S = 30.0
"""Over which jobs that failed together are spread when they are tried again."""


async def do_job(job: MailboxJob, callbacks: Callbacks, services: Services) -> None:
    """Do one job; UnknownJobError for a kind that nobody knows."""
    if job.place is None:
        await _do_for_all(job, callbacks, services)
        return
    directory = await services.roster.directory()
    # A scan waits for all its mailboxes: it is told of one that has left the settings.
    if job.kind != JobKind.SCAN and not directory.watches(job.place):
        return
    deed = PER_MAILBOX.get(job.kind)
    if deed is None:
        raise UnknownJobError(f"unknown mailbox job {job.kind!r}")
    await deed(job.place, callbacks, services)


async def try_again(job: MailboxJob, error: Exception, services: Services) -> bool:
    """Schedule a failed job anew where its timer would come too late; tell whether it was.

    What a person must mend first is left to the timer. A subscription of which it could not be
    found out whether it lives counts as ended then, and a scan goes on without the mailbox.
    """
    delays = AGAIN_S.get(job.kind, ())
    is_hopeless = isinstance(error, (PermanentError, PreconditionFailedError))
    if is_hopeless or job.attempt >= len(delays):
        if job.kind == JobKind.RESTORE and job.place is not None:
            await doubt_subscription(job.place, services)
        if job.kind == JobKind.SCAN and job.place is not None:
            await _scan_without(job.place, services)
        return False
    asked = (error.retry_after_s if isinstance(error, TransientError) else None) or 0.0
    name = "rooms" if job.place is None else mailbox_session(job.place)
    delay = max(delays[job.attempt], asked) + SPREAD_S * share(name)
    due = services.clock.now() + timedelta(seconds=delay)
    await services.queue.send_jobs([replace(job, attempt=job.attempt + 1)], due)
    return True


async def wait_for_later(job: MailboxJob, services: Services) -> bool:
    """Schedule a job of an unknown kind anew; False when no later version has come to do it."""
    if job.attempt >= UNKNOWN_TRIES:
        return False
    due = services.clock.now() + timedelta(seconds=UNKNOWN_AGAIN_S)
    await services.queue.send_jobs([replace(job, attempt=job.attempt + 1)], due)
    return True


async def _do_for_all(job: MailboxJob, callbacks: Callbacks, services: Services) -> None:
    match job.kind:
        case JobKind.POLL_ROOMS:
            stood_still = await standstill(services)
            if stood_still is not None:
                await _after_standstill(stood_still, callbacks, services)
            await note_worker(services)
            await poll_rooms(services, is_in_step=stood_still is None)
            await judge(None, services)
            await hurry(services)
        case JobKind.POLL_ROOMS_AGAIN:
            await poll_rooms(services)
        case JobKind.SEND_OUTBOX | JobKind.REMOVE_WHAT_IS_OVER | JobKind.SUM_UP:
            await _do_for_tables(job, services)
        case JobKind.SWEEP_PART | JobKind.SWEEP_ROOMS_PART:
            await _sweep_part(job, services)
        case JobKind.COMPARE_SUBSCRIPTIONS:
            await compare_subscriptions(callbacks.of, services)
        case JobKind.SELF_TEST_ALL:
            await go_on_with_all(callbacks, services)
        case kind if kind in OF_ALL:
            await OF_ALL[kind](services)
        case _:
            raise UnknownJobError(f"unknown ROOMS job {job.kind!r}")


async def _do_for_tables(job: MailboxJob, services: Services) -> None:
    """Do what only our own tables need; what is too much for one run is asked for again."""
    if job.kind == JobKind.SEND_OUTBOX:
        await send_overdue(services)
    elif job.kind == JobKind.SUM_UP:
        await _sum_up(services)
    elif (await remove_what_is_over(services)).is_all:
        await care_for_self_tests(services)
    else:
        await services.queue.send_jobs([job])


async def _sweep_part(job: MailboxJob, services: Services) -> None:
    """Do one step, and ask for the next one at once if there is one.

    ROOMS has a job of its own, which waits while ROOMS is parked.
    """
    if job.kind == JobKind.SWEEP_ROOMS_PART:
        is_more_due = await sweep_rooms_part(services)
    else:
        await request_job(JobKind.SWEEP_ROOMS_PART, services)
        is_more_due = await sweep_part(services)
    if is_more_due:
        await services.queue.send_jobs([job])


async def _after_standstill(span: Interval, callbacks: Callbacks, services: Services) -> None:
    """Report it, and do at once what the timers would do within a quarter of an hour (S17)."""
    await report_standstill(span, services)
    await request_subscription_care(callbacks, services)
    await request_for_all(JobKind.CATCH_UP, services)


async def _catch_up(place: EventPlace, _: Callbacks, services: Services) -> None:
    await catch_up(place, services)
    await judge(place, services)


async def _wake_up(place: EventPlace, _: Callbacks, services: Services) -> None:
    await services.push.heard(place, services.clock.now())
    await catch_up(place, services, Source.WAKE_UP)


async def _sweep(place: EventPlace, _: Callbacks, services: Services) -> None:
    began = services.clock.now()
    await sweep_mailbox(place, services)
    await services.measures.note_full_look(place, began)


async def _read_policy(place: EventPlace, _: Callbacks, services: Services) -> None:
    await services.policies.refresh_if_due(place)


async def _scan(place: EventPlace, _: Callbacks, services: Services) -> None:
    from core.app.drift.scan_mailbox import scan_mailbox  # noqa: PLC0415 - only when it is asked for

    await scan_mailbox(place, services)


async def _scan_without(place: EventPlace, services: Services) -> None:
    from core.app.drift.scan_mailbox import note_unread  # noqa: PLC0415 - only when it is asked for

    await note_unread(place, PartState.FAILED, services)


async def _care_for_what_waits(services: Services) -> None:
    """Go on with what was parked, and check differences that were dealt with meanwhile."""
    from core.app.drift.recheck import recheck  # noqa: PLC0415 - not on the path of a notification

    await care_for_parked(services)
    await recheck(services)


async def _sum_up(services: Services) -> None:
    from core.app.drift.scans import sum_up  # noqa: PLC0415 - only when it is asked for

    await sum_up(services)


async def _examine(services: Services) -> None:
    from core.app.doctor.rounds import go_on_with_round  # noqa: PLC0415 - only when asked for

    await go_on_with_round(services)


PER_MAILBOX: dict[str, PerMailbox] = {
    JobKind.SUBSCRIBE: care_for_subscription,
    JobKind.REAUTHORIZE: reauthorize,
    JobKind.RESTORE: restore,
    JobKind.MAKE_ANEW: make_anew,
    JobKind.CATCH_UP: _catch_up,
    JobKind.WAKE_UP: _wake_up,
    JobKind.SWEEP: _sweep,
    JobKind.READ_POLICY: _read_policy,
    JobKind.SCAN: _scan,
    JobKind.SELF_TEST: go_on_with,
}


OF_ALL: dict[str, Callable[[Services], Awaitable[object]]] = {
    JobKind.SWEEP_ROOMS: sweep_rooms,
    JobKind.SWEEP_LINKS: sweep_links,
    JobKind.CARE_FOR_PARKED: _care_for_what_waits,
    JobKind.COLLECT_DEAD_LETTERS: collect_set_aside,
    JobKind.CARE_FOR_SELF_TESTS: care_for_self_tests,
    JobKind.EXAMINE: _examine,
}
"""Jobs without a mailbox that need nothing but the services."""
