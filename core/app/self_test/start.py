"""Begins self-tests: one at a time per mailbox, many of them one after the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.app.self_test.run import Runner
from core.app.self_test.sighting import CARE, SELF_TEST
from core.app.services import Services
from core.app.subscribe import Callbacks
from core.domain.ids import MailboxKey
from core.domain.self_test import FORSAKEN, SelfTest, begun
from core.domain.work import MailboxJob
from core.errors import PreconditionFailedError, RoomSyncError

LONGEST = timedelta(minutes=10)
"""How long a run takes at most while somebody works on it: no step waits longer than three."""

PACE = timedelta(seconds=3)
"""How far apart many of them begin: so they hinder neither each other nor the sync."""


class SelfTestRunningError(RoomSyncError):
    """A mailbox is being tested already; the text says since when."""


async def start(
    mailbox: MailboxKey, callbacks: Callbacks, services: Services, at: datetime | None = None
) -> SelfTest:
    """Begin the test of a mailbox and return it; it goes on in the background, from `at` on.

    SelfTestRunningError while one runs. What lives in no environment, or is not synced, fails at
    once: no queue leads to its mailbox.
    """
    now = services.clock.now()
    known = await services.self_tests.get(mailbox)
    if known is not None and known.is_running(now):
        raise _running(known)
    directory = await services.roster.directory()
    owner = directory.owner_of(mailbox)
    is_watched = owner is not None and directory.watches(owner.place)
    place = owner.place if owner is not None and is_watched else None
    test = begun(services.new_id(), mailbox, place, now if at is None else at)
    if known is not None:
        left = (known.id,) if known.left_behind else ()
        test = replace(test, leftovers=(*known.leftovers, *left), version=known.version)
    try:
        test = await services.self_tests.put(test)
    except PreconditionFailedError:
        other = await services.self_tests.get(mailbox)
        raise _running(other or test) from None
    if place is None:
        return await Runner(callbacks, services).run(test)
    care = MailboxJob(kind=CARE, place=None, requested_at=now)
    await services.queue.send_jobs([care], test.touched_at + LONGEST + FORSAKEN)
    job = MailboxJob(kind=SELF_TEST, place=place, requested_at=now)
    await services.queue.send_jobs([job], at)
    return test


async def start_all(callbacks: Callbacks, services: Services) -> Sequence[SelfTest]:
    """Begin the tests of all synced mailboxes, paced; one that runs already is left to run."""
    directory = await services.roster.directory()
    due, begun_now = services.clock.now(), []
    for place in directory.synced_places():
        try:
            begun_now.append(await start(place.mailbox, callbacks, services, due))
        except SelfTestRunningError:
            continue
        due += PACE
    return begun_now


def _running(test: SelfTest) -> SelfTestRunningError:
    return SelfTestRunningError(
        f"mailbox {test.mailbox} is being tested since {test.started_at:%Y-%m-%d %H:%M:%S} UTC:"
        " wait for its result, or follow it"
    )
