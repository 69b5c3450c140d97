"""Begins self-tests: one at a time per mailbox; of all mailboxes some at a time, seconds apart.

everybody is asked for ──▶ under way    who is left is stored, a job queued
under way              ──▶ under way    the next ones begin, stored before the next job
under way              ──▶ over         everybody has begun, and nobody's test runs any more
under way              ──▶ forsaken     nobody goes on for twenty minutes
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from core.app.self_test.run import Runner
from core.app.services import Services
from core.app.subscribe import Callbacks
from core.domain.ids import MailboxKey
from core.domain.job_kind import JobKind
from core.domain.remark import Remark
from core.domain.self_test import FORSAKEN, SelfTest, begun
from core.domain.work import MailboxJob
from core.errors import PreconditionFailedError, RoomSyncError

LONGEST = timedelta(minutes=10)
"""How long a run takes at most while somebody works on it: no step waits longer than three."""

PACE = timedelta(seconds=3)
"""How far apart many of them begin: so they hinder neither each other nor the sync."""

AT_A_TIME = 20
"""How many begin by one job: a minute's worth."""

EVERYBODY = "self_test:everybody"
"""The cursor's name."""


class SelfTestRunningError(RoomSyncError):
    """A mailbox, or everybody's, is being tested already; the text says since when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Everybody:
    """The last time that all mailboxes were to be tested; `waiting` have not begun yet."""

    began_at: datetime
    touched_at: datetime
    total: int
    waiting: tuple[MailboxKey, ...]

    def under_way(self, tests: Collection[SelfTest], now: datetime) -> int:
        """Return how many have not ended yet; what nobody goes on with has."""
        running = sum(t.started_at >= self.began_at and t.is_running(now) for t in tests)
        return running + (len(self.waiting) if now - self.touched_at < FORSAKEN else 0)


_EVERYBODY = TypeAdapter(Everybody)


async def start(
    mailbox: MailboxKey, callbacks: Callbacks, services: Services, at: datetime | None = None
) -> SelfTest:
    """Begin the test of a mailbox and return it; it goes on in the background, from `at` on.

    SelfTestRunningError while one runs. What lives in no environment, or is not synced, fails at
    once: no queue leads to its mailbox.
    """
    now, known = services.clock.now(), await refuse_running(mailbox, services)
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
    care = MailboxJob(kind=JobKind.CARE_FOR_SELF_TESTS, place=None, requested_at=now)
    await services.queue.send_jobs([care], test.touched_at + LONGEST + FORSAKEN)
    job = MailboxJob(kind=JobKind.SELF_TEST, place=place, requested_at=now)
    await services.queue.send_jobs([job], at)
    return test


async def start_all(services: Services) -> Everybody:
    """Begin to test all synced mailboxes, paced; SelfTestRunningError while that is under way."""
    now = services.clock.now()
    await refuse_running_all(services)
    directory = await services.roster.directory()
    mailboxes = tuple(place.mailbox for place in directory.synced_places())
    begun_now = Everybody(began_at=now, touched_at=now, total=len(mailboxes), waiting=mailboxes)
    await _put(begun_now, services)
    await _queue(services, now)
    return begun_now


async def go_on_with_all(callbacks: Callbacks, services: Services) -> Sequence[SelfTest]:
    """Begin the next tests; one that runs already is left to run."""
    known, now, started = await everybody(services), services.clock.now(), []
    if known is None or not known.waiting:
        return ()
    some, later = known.waiting[:AT_A_TIME], known.waiting[AT_A_TIME:]
    for place, mailbox in enumerate(some):
        try:
            started.append(await start(mailbox, callbacks, services, now + place * PACE))
        except SelfTestRunningError:
            continue
    await _put(replace(known, waiting=later, touched_at=now), services)
    if later:
        await _queue(services, now + len(some) * PACE)
    return started


async def refuse_running(mailbox: MailboxKey, services: Services) -> SelfTest | None:
    """Return the last test of a mailbox; SelfTestRunningError while it runs."""
    known = await services.self_tests.get(mailbox)
    if known is not None and known.is_running(services.clock.now()):
        raise _running(known)
    return known


async def refuse_running_all(services: Services) -> None:
    """SelfTestRunningError while everybody's tests are under way."""
    known, now = await everybody(services), services.clock.now()
    if known is not None and known.under_way(await services.self_tests.all(), now):
        raise SelfTestRunningError(
            Remark(
                "all mailboxes are being tested since {since} UTC: wait for their results, or"
                " follow them",
                since=f"{known.began_at:%Y-%m-%d %H:%M:%S}",
            )
        )


async def everybody(services: Services) -> Everybody | None:
    """Return the last time that all were to be tested, None when there was none."""
    stored = await services.cursors.get(EVERYBODY)
    if stored is None:
        return None
    try:
        return _EVERYBODY.validate_json(stored)
    except ValidationError:
        return None


async def _put(known: Everybody, services: Services) -> None:
    await services.cursors.put(EVERYBODY, _EVERYBODY.dump_json(known).decode())


async def _queue(services: Services, due: datetime) -> None:
    job = MailboxJob(kind=JobKind.SELF_TEST_ALL, place=None, requested_at=services.clock.now())
    await services.queue.send_jobs([job], due)


def _running(test: SelfTest) -> SelfTestRunningError:
    return SelfTestRunningError(
        Remark(
            "mailbox {mailbox} is being tested since {since} UTC: wait for its result, or"
            " follow it",
            mailbox=test.mailbox,
            since=f"{test.started_at:%Y-%m-%d %H:%M:%S}",
        )
    )
