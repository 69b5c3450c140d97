"""A round of the doctor: paced over jobs, one at a time, and nobody asked twice who is silent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from core.app.doctor.examination import LastRun, keep, last_run
from core.app.doctor.rounds import (
    AT_A_TIME,
    FORSAKEN,
    RoundRunningError,
    begin_round,
    go_on_with_round,
    last_round,
)
from core.domain.directory import Environment, directory
from core.domain.finding import Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import MailboxKey, PersonId
from core.domain.job_kind import JobKind
from core.domain.policies import Policies
from core.errors import NotPermittedError, ServiceUnavailableError
from core.ports.mailboxes import MailboxFacts, MailboxKind
from core.ports.rooms_directory import RoomsPerson
from tests.unit.app.test_directory import CONTOSO, somebody

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
PEOPLE = 45
LAST, LAST_NUMBER = MailboxKey("p55"), PersonId(55)


class Company:
    """Forty-five people whose systems can be told to fail; counts what is asked of them."""

    def __init__(self):
        self.now, self.jobs, self.asked, self.stored = NOW, [], [], {}
        self.is_denied = self.is_rooms_silent = False
        self.unknown = set()
        self.whole = directory(
            global_sync_enabled=True,
            policies=Policies(lead_follow_up="holds"),
            environments=[Environment(id=CONTOSO, kind="graph", domains=("contoso.example",))],
            persons=[somebody(n, f"p{n}@contoso.example") for n in range(11, 11 + PEOPLE)],
            resources=[],
        )
        self.services = SimpleNamespace(
            clock=SimpleNamespace(now=lambda: self.now),
            cursors=self,
            queue=self,
            roster=SimpleNamespace(directory=self.directory),
            mailboxes=self,
            rooms_directory=self,
            calendars={CONTOSO: self},
            around=None,
        )

    async def directory(self):
        return self.whole

    async def get(self, name):
        return self.stored.get(name)

    async def put(self, name, value):
        self.stored[name] = value

    async def send_jobs(self, jobs, due=None):
        assert due is None
        self.jobs += jobs

    async def find(self, environment, address):
        self.asked.append(("find", address))
        if self.is_denied:
            raise NotPermittedError(f"{environment}: 401")
        if address in self.unknown:
            return None
        return MailboxFacts(address=address, kind=MailboxKind.PERSON, is_usable=True)

    async def find_by_ical_uid(self, place, ical_uid):
        self.asked.append(("open", place.mailbox))
        assert ical_uid

    async def resources(self, numbers):
        assert numbers == []
        if self.is_rooms_silent:
            raise ServiceUnavailableError("503")
        return {}

    async def person(self, number):
        self.asked.append(("person", number))
        return RoomsPerson(address=f"p{number}@contoso.example", is_active=True)

    async def works(self):
        """Do all jobs; return how many there were."""
        done = 0
        while self.jobs:
            (job,) = self.jobs
            assert (job.kind, job.place) == (JobKind.EXAMINE, None)
            self.jobs.clear()
            await go_on_with_round(self.services)
            done += 1
        return done

    async def heard(self):
        run = await last_run(self)
        assert run is not None
        return [(f.kind, f.who) for f in run.findings]


@pytest.fixture
def company():
    return Company()


async def test_a_round_asks_some_mailboxes_per_job_and_says_how_far_it_is(company):
    begun = await begin_round(company.services)
    assert (begun.done, begun.total) == (0, PEOPLE)
    company.jobs.clear()
    await go_on_with_round(company.services)
    await go_on_with_round(company.services)

    on_the_way = await last_round(company.services)

    assert (on_the_way.done, on_the_way.is_running(NOW)) == (AT_A_TIME, True)
    assert await last_run(company) is None
    del company.jobs[1:]
    await company.works()
    ended = await last_round(company.services)
    assert (ended.done, ended.is_running(NOW), ended.ended_at) == (PEOPLE, False, NOW)


async def test_each_mailbox_is_asked_for_once_and_what_was_found_is_kept_with_its_time(company):
    company.unknown = {"p12@contoso.example", "p55@contoso.example"}
    await begin_round(company.services)
    company.now += timedelta(minutes=1)

    assert await company.works() == 1 + -(-PEOPLE // AT_A_TIME)

    assert len(company.asked) == len(set(company.asked)) == 3 * PEOPLE
    assert await company.heard() == [(Kind.UNKNOWN_MAILBOX, "12"), (Kind.UNKNOWN_MAILBOX, "55")]
    assert (await last_run(company)).at == company.now
    assert "@" not in str(company.stored)


async def test_without_credentials_the_first_answer_is_enough_for_all_of_an_environment(company):
    company.is_denied = True
    await begin_round(company.services)
    await company.works()

    assert await company.heard() == [(Kind.EXCHANGE_SILENT, CONTOSO)]
    assert len([what for what, _ in company.asked if what == "find"]) <= 4
    assert not [what for what, _ in company.asked if what == "open"]


async def test_a_mailbox_that_is_somebody_elses_is_not_opened_for_the_second_one(company):
    last = company.whole.persons[LAST_NUMBER]
    others = [p for p in company.whole.persons.values() if p.id != LAST_NUMBER]
    company.whole = company.whole.with_owners(
        [*others, replace(last, address="p11@contoso.example")], []
    )
    await begin_round(company.services)
    await company.works()

    opened = {mailbox for what, mailbox in company.asked if what == "open"}
    assert len(opened) == PEOPLE - 1
    assert LAST not in opened


async def test_rooms_that_is_silent_is_asked_once(company):
    company.is_rooms_silent = True
    await begin_round(company.services)
    await company.works()
    assert await company.heard() == [(Kind.ROOMS_SILENT, "")]


async def test_while_a_round_runs_another_one_is_refused_and_told_since_when(company):
    await begin_round(company.services)
    with pytest.raises(RoundRunningError, match="since 07:00:00 UTC"):
        await begin_round(company.services, LAST)
    assert len(company.jobs) == 1


async def test_a_round_whose_job_was_lost_hinders_nobody_for_ever(company):
    await begin_round(company.services)
    company.jobs.clear()
    company.now += FORSAKEN
    assert (await last_round(company.services)).is_forsaken(company.now)
    await begin_round(company.services)
    await company.works()
    assert await company.heard() == []


async def test_a_job_that_comes_twice_or_late_asks_nobody_again(company):
    await begin_round(company.services)
    company.jobs *= 2
    while company.jobs:
        company.jobs.pop()
        await go_on_with_round(company.services)
    assert len(company.asked) == 3 * PEOPLE
    await go_on_with_round(company.services)
    assert len(company.asked) == 3 * PEOPLE
    assert company.jobs == []


class TestOneMailboxAgain:
    async def test_only_what_was_known_of_it_is_replaced(self, company):
        company.unknown = {"p12@contoso.example", "p13@contoso.example"}
        await begin_round(company.services)
        await company.works()
        at = company.now
        company.unknown, company.asked, company.now = set(), [], NOW + timedelta(hours=1)

        await begin_round(company.services, MailboxKey("p12"))
        assert await company.works() == 1

        assert company.asked == [
            ("find", "p12@contoso.example"),
            ("person", 12),
            ("open", "p12"),
        ]
        assert await company.heard() == [(Kind.UNKNOWN_MAILBOX, "13")]
        assert (await last_run(company)).at == at

    async def test_an_answer_proves_that_its_environment_answers(self, company):
        silent = found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, CONTOSO, error="401")
        other = found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, "cellar", error="401")
        note = found(Kind.SCOPE_UNASKED, Part.ENVIRONMENT, CONTOSO, by="graph")
        await keep(LastRun(NOW, (silent, other, note)), company)

        await begin_round(company.services, LAST)
        await company.works()

        assert await company.heard() == [
            (Kind.EXCHANGE_SILENT, "cellar"),
            (Kind.SCOPE_UNASKED, CONTOSO),
        ]

    async def test_silence_stays_what_it_was(self, company):
        silent = found(Kind.EXCHANGE_SILENT, Part.ENVIRONMENT, CONTOSO, error="contoso: 401")
        await keep(LastRun(NOW, (silent,)), company)
        company.is_denied = True

        await begin_round(company.services, LAST)
        await company.works()

        assert set(await company.heard()) == {(Kind.EXCHANGE_SILENT, CONTOSO)}


async def test_what_cannot_be_read_of_a_round_counts_as_none(company):
    company.stored["doctor:round"] = "{"
    assert await last_round(company.services) is None
    await begin_round(company.services)
