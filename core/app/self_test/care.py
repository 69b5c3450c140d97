"""Ends self-tests whose worker is gone, and removes the entries that were left behind."""

import logging
from dataclasses import replace
from datetime import timedelta

from core.app.self_test.steps import remove
from core.app.services import Services
from core.domain.job_kind import JobKind
from core.domain.self_test import Said, SelfTest, SelfTestStep, failed, passed
from core.domain.work import MailboxJob
from core.errors import PreconditionFailedError, RoomSyncError

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
"""When an entry is tried again that could not be removed; for a day, then once a day."""

FOR_HOURS = timedelta(days=1)


async def care_for_self_tests(services: Services) -> int:
    """End what nobody goes on with, remove what was left behind; return how many entries remain.

    Asked for by each run that begins (it comes when that may be forsaken), by itself while
    something is left, and once a day.
    """
    now, remaining, is_fresh = services.clock.now(), 0, False
    for test in await services.self_tests.all():
        if test.is_running(now) or (test.is_over and not test.left_behind and not test.leftovers):
            continue
        try:
            is_clean = await _end(test, services)
        except PreconditionFailedError:
            continue  # A new run has begun, or another worker cleans up.
        if not is_clean:
            remaining += 1
            is_fresh = is_fresh or now - test.started_at < FOR_HOURS
    if is_fresh:
        job = MailboxJob(kind=JobKind.CARE_FOR_SELF_TESTS, place=None, requested_at=now)
        await services.queue.send_jobs([job], now + AGAIN)
    return remaining


async def _end(test: SelfTest, services: Services) -> bool:
    """End a run and remove its entry; tell whether nothing of it is left."""
    now = services.clock.now()
    step = test.current
    if step is not None and step.step is not SelfTestStep.DELETE:
        test = failed(test, now, Said.INTERRUPTED)
        step = test.current
    is_clean = await _removed(test, services)
    if is_clean and test.entry is not None:
        test = replace(test, entry=replace(test.entry, is_removed=True))
    if is_clean:
        test = replace(test, leftovers=())
    if step is not None:
        test = passed(test, now) if is_clean else failed(test, now, Said.LEFT_BEHIND)
    await services.self_tests.put(test)
    return is_clean


async def _removed(test: SelfTest, services: Services) -> bool:
    place = test.place
    if place is None or place.environment not in services.calendars:
        # Nothing was made there by this run, or nobody can get there any more.
        return True
    try:
        if test.left_behind and test.entry is not None:
            await remove(place, test.id, test.entry.event_id, services)
        for former in test.leftovers:
            await remove(place, former, None, services)
    except (RoomSyncError, KeyError) as error:
        log.warning("self_test_left_behind", extra={"mailbox": test.mailbox, "why": str(error)})
        return False
    return True
