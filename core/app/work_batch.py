"""A batch of looks from one queue session: merged by key, each on its own, none lost.

An exception in one look never abandons the others: what may succeed later is scheduled again, what
cannot goes to `failed-items` with its reason (design 6).
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from core.app.breakers import scopes_of
from core.app.failures import delay_after, is_unforeseen, retry_class_of, said_by, where
from core.app.find_link import find_readable
from core.app.given_up import give_up, make_good
from core.app.giving_up import tell_organizer
from core.app.jobs import UnknownJobError, do_job, try_again, wait_for_later
from core.app.later_messages import put_back
from core.app.parking import is_job_kept, is_kept, is_kept_after
from core.app.report import FORWARDED, Report
from core.app.self_test.sighting import is_of_self_test, note_sighting
from core.app.services import Services
from core.app.silence import TOLD, note_look
from core.app.subscribe import Callbacks
from core.app.suspects import WORKER_DIED, is_deadly, without_suspects
from core.app.sync_item import sync_item
from core.app.traced import job_span, look_span, note_outcome, note_report, traces_by_key
from core.app.whereabouts import NotYetThereError
from core.domain.history import Activity
from core.domain.ids import is_resource_mailbox
from core.domain.work import EventKey, GivenUp, ItemKey, MailboxJob, Source, WorkItem, home_of
from core.errors import (
    GuardTrippedError,
    InvalidPayloadError,
    LaterFormError,
    RetryClass,
    TransientError,
)
from core.ports.turn import turn_of
from core.telemetry.metrics import count
from core.telemetry.tracing import failed
from core.telemetry.vocabulary import GIVEN_UP, RETRIES

log = logging.getLogger(__name__)

_RANK = {Source.OPERATOR: 0, Source.PUSH: 1, Source.WAKE_UP: 2}
"""Which source a merged look has; among all others it is the first one's."""

MOST_EARLY_TRIES = 3
"""A notified event that cannot be read after this many tries was deleted at once (12.2)."""

MOST_WITNESS_TRIES = 1
"""The same for a resource's copy of a meeting."""

LISTED_LATER = timedelta(minutes=5)
"""When a look is taken once more that could not be listed as given up."""


async def work_batch(
    items: Sequence[WorkItem], services: Services, deliveries: Sequence[int] = ()
) -> None:
    """Take all looks of a batch, one after the other.

    `deliveries` says how often each was delivered: what kills the worker takes no others along.
    """
    counted = list(zip(items, deliveries or [1] * len(items), strict=True))
    for deadly in [look for look in counted if is_deadly(*look)]:
        counted.remove(deadly)
        await _give_up_deadly(deadly[0], services)
    now_due = await without_suspects(counted, services)
    traces = traces_by_key(now_due)
    for item in merged(now_due):
        with look_span(item, traces[item.key], services.clock.now()):
            await _work(item, services)


def merged(items: Sequence[WorkItem]) -> tuple[WorkItem, ...]:
    """Merge looks at the same key into one: the oldest trigger counts, no version is forgotten."""
    by_key: dict[ItemKey, WorkItem] = {}
    for item in items:
        known = by_key.get(item.key)
        by_key[item.key] = item if known is None else _merge(known, item)
    return tuple(by_key.values())


def _merge(one: WorkItem, other: WorkItem) -> WorkItem:
    first = min(one, other, key=lambda item: item.first_seen)
    # Somebody may wait for the answer to a look that was asked for by hand; and what was told is
    # not to count as found by ourselves (S16).
    told = min(one, other, first, key=lambda item: _RANK.get(item.source, len(_RANK)))
    return replace(
        first,
        source=told.source,
        trace_id=told.trace_id,
        traceparent=told.traceparent or first.traceparent,
        also=tuple(dict.fromkeys((*first.also, *one.versions, *other.versions))),
        given_up=one.given_up or other.given_up,
        deaths=min(one.deaths, other.deaths),
        deleted=one.deleted or other.deleted,
        thorough=one.thorough or other.thorough,
        attempt=min(one.attempt, other.attempt),
    )


async def _work(item: WorkItem, services: Services) -> None:
    # What a person asks for is tried, parked or not.
    is_asked_for = item.source is Source.OPERATOR
    try:
        if item.source in TOLD:
            await note_look(item, None, services)
        if not is_asked_for and await is_kept(item, scopes_of(item.key), services):
            note_outcome(item.source, "parked")
            return
        await _look(item, services)
    except NotYetThereError as error:
        failed(error)
        if item.attempt < _most_early_tries(item):
            await _again(item, error, RetryClass.OTHER, services)
        else:
            await make_good(item, None, services)
    except GuardTrippedError as error:
        failed(error)
        await _give_up(item, "guard", error, services)
    except Exception as error:  # noqa: BLE001 - the boundary: nothing else of the batch is harmed
        failed(error)
        if await is_kept_after(error, item, services):
            note_outcome(item.source, "parked")
            return
        if is_unforeseen(error):
            log.error("look_failed_unexpectedly", extra=where(error))  # noqa: TRY400 - see where
        kind = retry_class_of(error)
        if kind is None:
            await _give_up(item, type(error).__name__, error, services)
        else:
            await _again(item, error, kind, services)


async def _look(item: WorkItem, services: Services) -> None:
    """Take a look in the turn of its mailbox, and tell whoever waits for it."""
    if is_of_self_test(item.key):
        await note_sighting(item, services)
        return
    async with asyncio.timeout(services.limits.handler_s):
        with turn_of(home_of(item.key)):
            report = await sync_item(item, services)
    note_report(item.source, report)
    if report.outcome != FORWARDED:
        await make_good(item, report.mapping_id, services)
    if item.source not in TOLD:
        await note_look(item, report, services)
    if item.source is Source.OPERATOR:
        await _answer(item, report, services)


def _most_early_tries(item: WorkItem) -> int:
    """Return how often an unreadable event is tried: a copy that only witnesses is soon let go.

    In a resource mailbox it was mostly declined or taken off; delta finds the rest.
    """
    place = item.key.place if isinstance(item.key, EventKey) else None
    is_witness = place is not None and is_resource_mailbox(place.mailbox)
    return MOST_WITNESS_TRIES if is_witness else MOST_EARLY_TRIES


async def _answer(item: WorkItem, report: Report, services: Services) -> None:
    """Tell the person who asked for a look that there was nothing to do, and why.

    A pass that took steps is in the list already; a forwarded look is answered where it ends.
    """
    if report.steps or report.outcome == FORWARDED:
        return
    await services.activity.add(
        Activity(
            at=services.clock.now(),
            mapping_id=report.mapping_id,
            outcome=report.outcome,
            text=report.reason,
            source=item.source,
            trace_id=item.trace_id,
        )
    )


async def _again(item: WorkItem, error: Exception, kind: RetryClass, services: Services) -> None:
    """Schedule a copy of the look, or give it up when the table of its class is used up."""
    delay = delay_after(error, kind, item.attempt + 1, services.retries)
    if delay is None:
        await _give_up(item, f"tries_used_up:{kind}", error, services)
        return
    log.info("look_scheduled_again", extra={"kind": kind, "delay_s": delay})
    count(RETRIES, **{"work": "look", "class": kind})
    note_outcome(item.source, "again")
    due = services.clock.now() + timedelta(seconds=delay)
    await services.queue.schedule(replace(item, attempt=item.attempt + 1), due)


async def _give_up(item: WorkItem, reason: str, error: Exception, services: Services) -> None:
    """Give a look up; while that cannot be written down, it is kept for later.

    Let through, the failure would give the whole batch back, to come again at once.
    """
    log.warning("look_given_up", extra={"reason": reason, "error": type(error).__name__})
    count(GIVEN_UP, work="look", reason=reason.partition(":")[0])
    note_outcome(item.source, "given_up")
    try:
        await _list(item, reason, error, services)
    except TransientError as trouble:
        log.warning("look_not_listed", extra={"error": type(trouble).__name__})
        await services.queue.schedule(item, services.clock.now() + LISTED_LATER)


async def _list(item: WorkItem, reason: str, error: Exception, services: Services) -> None:
    """Put a look on the list of what was given up; what is on it already is no news to anybody."""
    text = said_by(error, reason)
    link = await find_readable(item.key, services)
    is_news = await give_up(item, reason, text, link, services)
    if not isinstance(error, GuardTrippedError):
        await tell_organizer(link, services)
    # Whoever asked for a look waits for its answer, news or not.
    if not is_news and item.source is not Source.OPERATOR:
        return
    await services.activity.add(
        Activity(
            at=services.clock.now(),
            mapping_id=None if link is None else link.id,
            outcome="given_up",
            text=f"{reason}: {text}",
            source=item.source,
            trace_id=item.trace_id,
        )
    )


async def _give_up_deadly(item: WorkItem, services: Services) -> None:
    count(GIVEN_UP, work="look", reason=WORKER_DIED)
    link = await find_readable(item.key, services)
    if await give_up(item, WORKER_DIED, "the worker died over it again and again", link, services):
        await tell_organizer(link, services)


async def read_batch[Message](
    bodies: Sequence[bytes], read: Callable[[bytes], Message], services: Services, queue: str
) -> list[Message]:
    """Read all messages of a batch; one that cannot be read goes to `failed-items`, as it is.

    That of a later version waits for it.
    """
    messages = []
    for body in bodies:
        try:
            messages.append(read(body))
        except LaterFormError as error:
            await put_back(body, queue, error, services)
        except InvalidPayloadError as error:
            log.warning("message_unreadable")
            count(GIVEN_UP, work="message", reason="unreadable")
            raw = body.decode("utf-8", "replace")
            await services.queue.give_up(GivenUp(reason="unreadable", text=str(error), raw=raw))
    return messages


async def do_jobs(jobs: Sequence[MailboxJob], callbacks: Callbacks, services: Services) -> None:
    """Do each different job of a batch once; a failed one is tried again, or left to its timer."""
    for job in {(job.kind, job.place): job for job in jobs}.values():
        with job_span(job, services.clock.now()):
            await _do(job, callbacks, services)


async def _do(job: MailboxJob, callbacks: Callbacks, services: Services) -> None:
    try:
        if await is_job_kept(job, services):
            return
        with turn_of(job.place):
            await do_job(job, callbacks, services)
    except UnknownJobError as error:
        failed(error)
        if await wait_for_later(job, services):
            return
        count(GIVEN_UP, work="job", reason="unknown_job")
        await services.queue.give_up(GivenUp(reason="unknown_job", text=str(error), job=job))
    except Exception as error:  # noqa: BLE001 - the boundary of one job
        failed(error)
        if await is_kept_after(error, job, services):
            return
        log.error("job_failed", extra={"kind": job.kind, **where(error)})  # noqa: TRY400 - see where
        if await try_again(job, error, services):
            count(RETRIES, **{"work": "job", "class": retry_class_of(error) or "other"})
