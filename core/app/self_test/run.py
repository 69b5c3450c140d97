"""Goes on with the run of a mailbox: one step after the other, each stored before the next.

docs/self-test.md has the states. What is done twice does no harm: the entry is made under the run's
own id, and what has been done already is seen.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.app.self_test.configuration import configuration_faults
from core.app.self_test.sighting import announce_entry
from core.app.self_test.silence import why_untold
from core.app.self_test.steps import (
    bookings_at,
    change,
    create,
    entry_time,
    is_found_by_asking,
    remove,
)
from core.app.services import Services
from core.app.subscribe import Callbacks
from core.domain.event import EventPlace
from core.domain.finding import Finding
from core.domain.job_kind import JobKind
from core.domain.self_test import (
    Said,
    SelfTest,
    SelfTestEntry,
    SelfTestStep,
    failed,
    passed,
    running,
)
from core.domain.work import MailboxJob
from core.errors import PreconditionFailedError, RoomSyncError, TransientError

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=3)
"""How long a notification may take: Graph's own maximum (graph-calendar 1.5)."""

TRIES_AFTER_S = (5.0, 20.0, 60.0)
"""When a step is tried again that failed in a way that may pass."""


class TakenOverError(Exception):
    """Somebody else has gone on with the run, or ended it."""


@dataclass(frozen=True, slots=True)
class _Later:
    """The run waits: it goes on by a message, at the latest after so many seconds."""

    after_s: float


type _Next = SelfTest | _Later
type _Step = Callable[["Runner", SelfTest, EventPlace], Awaitable[_Next]]


async def go_on_with(place: EventPlace, callbacks: Callbacks, services: Services) -> None:
    """Do all steps of a mailbox's run that can be done now; without a run there is nothing to do.

    A run that somebody else has changed meanwhile is theirs.
    """
    test = await services.self_tests.get(place.mailbox)
    if test is None or test.is_over:
        return
    try:
        await Runner(callbacks, services).run(test)
    except TakenOverError:
        log.info("self_test_taken_over", extra={"mailbox": place.mailbox})


class Runner:
    """Works on one run; its methods are the steps."""

    def __init__(self, callbacks: Callbacks, services: Services) -> None:
        self._callbacks, self._services = callbacks, services

    async def run(self, test: SelfTest) -> SelfTest:
        """Go on until the run is over or has to wait, and return it as it is stored."""
        while (step := test.current) is not None:
            test = await self._keep(running(test, self._now()))
            place = test.place
            try:
                if place is None:
                    following: _Next = await self._without_a_home(test)
                else:
                    following = await _STEPS[step.step](self, test, place)
            except RoomSyncError as error:
                # The step may have stored something on its way.
                test = await self._services.self_tests.get(test.mailbox) or test
                following = self._after(error, test)
            if isinstance(following, _Later):
                await self._wait(test, following)
                return test
            test = await self._keep(following)
        return test

    async def configuration(self, test: SelfTest, place: EventPlace) -> _Next:
        """Check the settings, and remove what former runs have left behind."""
        faults = await configuration_faults(test.mailbox, self._services)
        if faults:
            return failed(test, self._now(), Said.NOT_IN_ORDER, findings=plain(faults))
        for former in test.leftovers:
            await remove(place, former, None, self._services)
        return passed(replace(test, leftovers=()), self._now())

    async def create(self, test: SelfTest, place: EventPlace) -> _Next:
        """Create the entry; that is written down before it is tried, so that it is found again."""
        directory = await self._services.roster.directory()
        entry = test.entry
        if entry is None:
            zone = directory.zone_of(place.mailbox)
            entry = SelfTestEntry(time=entry_time(self._now(), zone))
            test = await self._keep(replace(test, entry=entry))
        event = await create(place, test.id, entry, self._services)
        entry = replace(entry, event_id=event.event_id, version=event.version)
        test = await self._keep(replace(test, entry=entry))
        await announce_entry(place, event.event_id, test.id, self._services)
        return passed(test, self._now())

    async def change(self, test: SelfTest, place: EventPlace) -> _Next:
        """Change the entry; from now on looks at it count."""
        entry = test.entry
        event_id = None if entry is None else entry.event_id
        if entry is None or event_id is None:
            return failed(test, self._now(), Said.INTERRUPTED)
        if entry.changing_since is None:
            entry = replace(entry, changing_since=self._now())
            test = await self._keep(replace(test, entry=entry))
        await change(place, event_id, self._services)
        return passed(replace(test, entry=replace(entry, changed_at=self._now())), self._now())

    async def notification(self, test: SelfTest, place: EventPlace) -> _Next:
        """Wait until we are told of the change; what nobody tells in time we ask for ourselves."""
        entry, now = test.entry, self._now()
        if entry is None or entry.changing_since is None:
            return failed(test, now, Said.INTERRUPTED)
        seen = await self._services.self_tests.sighting(test.mailbox, test.id)
        if seen is not None and seen.is_told:
            waited = max(seen.at - entry.changing_since, timedelta(0))
            return passed(test, now, Said.BY_PUSH, f"{waited.total_seconds():.1f} s")
        began = entry.changed_at or entry.changing_since
        left = began + PATIENCE - now
        if left > timedelta(0):
            return _Later(left.total_seconds())
        is_found = seen is not None or await is_found_by_asking(place, entry, self._services)
        why = await why_untold(place, self._callbacks, self._services)
        return failed(test, now, Said.BY_POLL if is_found else Said.UNSEEN, findings=plain([why]))

    async def delete(self, test: SelfTest, place: EventPlace) -> _Next:
        """Remove the entry, after a failure, too."""
        entry = test.entry
        if entry is None:
            return passed(test, self._now())
        await remove(place, test.id, entry.event_id, self._services)
        return passed(replace(test, entry=replace(entry, is_removed=True)), self._now())

    async def rooms(self, test: SelfTest, place: EventPlace) -> _Next:
        """Ask ROOMS what it shows of the resource where the entry was: nothing, if all is well.

        That it is known and can be booked was asked with the configuration.
        """
        if test.entry is not None and await bookings_at(place, test.entry, self._services):
            return failed(test, self._now(), Said.BOOKED)
        return passed(test, self._now())

    async def _without_a_home(self, test: SelfTest) -> _Next:
        faults = await configuration_faults(test.mailbox, self._services)
        return failed(test, self._now(), Said.NOT_IN_ORDER, findings=plain(faults))

    def _after(self, error: RoomSyncError, test: SelfTest) -> _Next:
        """Try a step again, or give it up and the run with it."""
        # What is so new may not be readable yet, or be changed by Exchange itself once more.
        may_pass = isinstance(error, TransientError | PreconditionFailedError)
        if may_pass and test.tries < len(TRIES_AFTER_S):
            asked = error.retry_after_s if isinstance(error, TransientError) else None
            return _Later(max(TRIES_AFTER_S[test.tries], asked or 0.0))
        step = test.current
        is_removal = step is not None and step.step is SelfTestStep.DELETE
        said = Said.LEFT_BEHIND if is_removal else Said.REFUSED
        return failed(test, self._now(), said, str(error))

    async def _wait(self, test: SelfTest, later: _Later) -> None:
        step = test.current
        if step is not None and step.step is not SelfTestStep.NOTIFICATION:
            test = await self._keep(replace(test, tries=test.tries + 1))
        if test.place is not None:
            now = self._now()
            job = MailboxJob(kind=JobKind.SELF_TEST, place=test.place, requested_at=now)
            await self._services.queue.send_jobs([job], now + timedelta(seconds=later.after_s))

    async def _keep(self, test: SelfTest) -> SelfTest:
        try:
            return await self._services.self_tests.put(test)
        except PreconditionFailedError as error:
            raise TakenOverError(test.mailbox) from error

    def _now(self) -> datetime:
        return self._services.clock.now()


def plain(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings without what only the operator who asks may see: a run is stored."""
    return tuple(replace(finding, detail="") for finding in findings)


_STEPS: dict[SelfTestStep, _Step] = {
    SelfTestStep.CONFIGURATION: Runner.configuration,
    SelfTestStep.CREATE: Runner.create,
    SelfTestStep.CHANGE: Runner.change,
    SelfTestStep.NOTIFICATION: Runner.notification,
    SelfTestStep.DELETE: Runner.delete,
    SelfTestStep.ROOMS: Runner.rooms,
}
