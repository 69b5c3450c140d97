"""Everybody's self-tests: paced over jobs, one time at a time, whatever is lost or done twice."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from core.app.self_test import start as starting
from core.app.self_test.start import (
    AT_A_TIME,
    PACE,
    SelfTestRunningError,
    everybody,
    go_on_with_all,
    start_all,
)
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey, MappingId
from core.domain.job_kind import JobKind
from core.domain.self_test import FORSAKEN, Said, begun, failed, running

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
CONTOSO = EnvironmentId("contoso")
PLACES = [EventPlace(CONTOSO, MailboxKey(f"p{number}")) for number in range(11, 56)]


class KilledError(BaseException):
    """The worker died."""


class Company:
    """Forty-five mailboxes; notes who begins when, and dies after so many if it is told to."""

    def __init__(self):
        self.now, self.jobs, self.stored, self.tests = NOW, [], {}, {}
        self.begun, self.dies_after = [], None
        self.services = SimpleNamespace(
            clock=SimpleNamespace(now=lambda: self.now),
            cursors=self,
            queue=self,
            roster=SimpleNamespace(directory=self.directory),
            self_tests=SimpleNamespace(all=self.all),
        )

    async def directory(self):
        return SimpleNamespace(synced_places=lambda: PLACES)

    async def get(self, name):
        return self.stored.get(name)

    async def put(self, name, value):
        self.stored[name] = value

    async def all(self):
        return list(self.tests.values())

    async def send_jobs(self, jobs, due):
        self.jobs += [(job, due) for job in jobs]

    async def start(self, mailbox, callbacks, services, at):
        assert (callbacks, services) == (None, self.services)
        known = self.tests.get(mailbox)
        if known is not None and known.is_running(self.now):
            raise SelfTestRunningError(mailbox)
        if self.dies_after is not None and len(self.begun) == self.dies_after:
            self.dies_after = None
            raise KilledError
        self.begun.append((mailbox, at))
        self.tests[mailbox] = begun(MappingId(mailbox), mailbox, None, at)
        return self.tests[mailbox]

    async def works(self):
        """Do every job when it is due; one whose worker dies comes again."""
        done = 0
        while self.jobs:
            job, due = self.jobs[0]
            assert (job.kind, job.place) == (JobKind.SELF_TEST_ALL, None)
            self.now = max(self.now, due)
            try:
                await go_on_with_all(None, self.services)
            except KilledError:
                continue
            self.jobs.pop(0)
            done += 1
        return done

    def ends(self):
        self.tests = {
            mailbox: failed(running(test, self.now), self.now, Said.REFUSED)
            for mailbox, test in self.tests.items()
        }


@pytest.fixture
def company(monkeypatch):
    made = Company()
    monkeypatch.setattr(starting, "start", made.start)
    return made


async def test_they_begin_seconds_apart_over_several_jobs(company):
    known = await start_all(company.services)
    assert (known.total, known.under_way([], NOW)) == (len(PLACES), len(PLACES))

    assert await company.works() == -(-len(PLACES) // AT_A_TIME)

    assert [mailbox for mailbox, _ in company.begun] == [place.mailbox for place in PLACES]
    assert [at for _, at in company.begun] == [NOW + PACE * n for n in range(len(PLACES))]


async def test_while_some_are_under_way_they_are_not_begun_again(company):
    await start_all(company.services)
    await company.works()
    with pytest.raises(SelfTestRunningError, match="since 2026-03-02 07:00:00 UTC"):
        await start_all(company.services)

    company.ends()

    assert (await everybody(company.services)).under_way(await company.all(), company.now) == 0
    await start_all(company.services)
    await company.works()
    assert len(company.begun) == 2 * len(PLACES)


async def test_one_that_is_tested_already_is_left_to_run(company):
    own = PLACES[3].mailbox
    company.tests[own] = begun(MappingId("own"), own, None, NOW)
    await start_all(company.services)
    await company.works()

    assert company.tests[own].id == "own"
    assert len(company.begun) == len(PLACES) - 1


@pytest.mark.parametrize("after", [0, 1, AT_A_TIME, AT_A_TIME + 1])
async def test_a_worker_that_dies_begins_nobody_twice_and_forgets_nobody(company, after):
    company.dies_after = after
    await start_all(company.services)
    await company.works()

    began = [mailbox for mailbox, _ in company.begun]
    assert sorted(began) == sorted({place.mailbox for place in PLACES})


async def test_a_job_that_was_lost_hinders_nobody_for_ever(company):
    await start_all(company.services)
    company.jobs.clear()
    company.now += FORSAKEN - timedelta(seconds=1)
    with pytest.raises(SelfTestRunningError):
        await start_all(company.services)
    company.now += timedelta(seconds=1)
    await start_all(company.services)
    await company.works()
    assert len(company.begun) == len(PLACES)


async def test_a_job_that_comes_late_begins_nobody(company):
    assert await go_on_with_all(None, company.services) == ()
    await start_all(company.services)
    await company.works()
    assert await go_on_with_all(None, company.services) == ()
    company.stored[starting.EVERYBODY] = "{"
    assert await everybody(company.services) is None
