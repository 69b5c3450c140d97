"""What the doctor makes of answers: clocks, our own addresses, policies of mailboxes, queues."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from core.app.doctor.clocks import apart, clock_findings
from core.app.doctor.own import own_findings
from core.app.doctor.processing import odd
from core.app.doctor.surroundings import Surroundings
from core.app.doctor.webhook import webhook_findings
from core.app.doctor.wording import advice, command, what
from core.app.subscribe import Callbacks
from core.domain.directory import Environment, directory
from core.domain.finding import Part, Severity, found
from core.domain.ids import EnvironmentId
from core.domain.policies import Policies
from core.domain.room_policy import AutomateProcessing, RoomPolicy
from core.errors import NotPermittedError, ServiceUnavailableError
from core.ports.queues import QueueDepth
from core.ports.web import WebAnswer

NOW = datetime(2026, 3, 2, 7, 0, 0, 400_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Hands:
    def now(self):
        return NOW


class FakeWeb:
    """Answers by address; where it has none, nobody is there."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    async def ask(self, method, url):
        self.asked.append((method, url))
        for name, answer in self.answers.items():
            if name in url:
                return answer(url) if callable(answer) else answer
        raise ServiceUnavailableError("no answer (refused)")


class Counts:
    def __init__(self, *names):
        self.names = names

    async def depths(self):
        if not self.names:
            raise ServiceUnavailableError("queue counts: ClientAuthenticationError")
        return {name: QueueDepth(active=0, scheduled=0, dead=0) for name in self.names}


def around(web, *, base="https://sync.example.com/api/webhooks", counts=None, **more):
    return Surroundings(
        web=web,
        callbacks=Callbacks(base),
        counts=counts or Counts("sync-items"),
        queues=("sync-items",),
        **more,
    )


def of_kind(*kinds):
    return directory(
        global_sync_enabled=True,
        policies=Policies(),
        environments=[Environment(id=EnvironmentId(k), kind=k, domains=()) for k in kinds],
        persons=[],
        resources=[],
    )


def echo(url):
    return WebAnswer(status=200, body=url.partition("validationToken=")[2])


@pytest.mark.parametrize(
    ("told_s", "ahead_s"), [(0, 0), (-0.4, 0), (31, 31), (-31, -30), (400, 400), (-400, -399)]
)
def test_a_date_of_whole_seconds_is_compared_with_both_ends_of_the_question(told_s, ahead_s):
    assert apart(NOW + told_s * SECOND, NOW, NOW) == ahead_s * SECOND


class TestClocks:
    async def check(self, **seconds):
        answers = {
            name: WebAnswer(status=401, date=None if s is None else NOW + s * SECOND)
            for name, s in seconds.items()
        }
        clocks = {name: f"https://{name}/" for name in (*seconds, "silent")}
        return await clock_findings(around(FakeWeb(**answers), clocks=clocks), Hands())

    async def test_clocks_that_go_as_ours_say_nothing_and_those_that_do_not_tell_neither(self):
        assert await self.check(exchange=1, rooms=-20, other=None) == []

    async def test_one_clock_that_differs_is_named_with_how_much(self):
        (found,) = await self.check(exchange=0, rooms=-91)
        assert what(found) == "the clock of rooms differs from ours by -90 s"
        assert found.severity is Severity.WARNING
        assert "see which of them is wrong" in advice(found)

    async def test_where_all_differ_ours_is_suspected_and_minutes_are_an_error(self):
        (found,) = await self.check(exchange=400, rooms=402)
        assert found.severity is Severity.ERROR
        assert "our clock is wrong, probably" in what(found)
        assert "exchange +400 s, rooms +402 s" in what(found)


class TestOurOwnAddresses:
    async def check(self, web, *kinds, **more):
        found = await webhook_findings(of_kind(*(kinds or ("graph",))), around(web, **more))
        return [finding.kind for finding in found]

    async def test_an_address_that_echoes_the_token_and_refuses_the_unsigned_is_fine(self):
        web = FakeWeb(graph=echo, rooms=WebAnswer(status=401))
        assert await self.check(web) == []
        assert {method for method, _ in web.asked} == {"POST"}

    async def test_nobody_there_is_told_once(self):
        assert await self.check(FakeWeb()) == ["webhook_silent"]

    async def test_somebody_else_there_is_told(self):
        web = FakeWeb(graph=WebAnswer(status=200, body="<html>"), rooms=WebAnswer(status=404))
        assert await self.check(web) == ["webhook_foreign", "rooms_webhook"]

    async def test_a_webhook_of_rooms_that_is_not_used_is_not_asked(self):
        web = FakeWeb(graph=echo)
        assert await self.check(web, is_rooms_heard=False) == []
        assert len(web.asked) == 1

    async def test_without_tls_exchange_online_calls_nobody(self):
        web = FakeWeb(graph=echo, rooms=WebAnswer(status=401))
        assert await self.check(web, base="http://sync.example.com/api") == ["webhook_insecure"]
        assert await self.check(web, base="http://127.0.0.1:7071/api") == []

    async def test_on_premises_it_is_said_where_to_look(self):
        web = FakeWeb(rooms=WebAnswer(status=401))
        assert await self.check(web, "ews") == ["servers_unasked"]


class TestPolicies:
    def codes(self, **values):
        return [kind for kind, _ in odd(RoomPolicy(**values), 365)]

    def test_what_is_not_known_is_not_judged(self):
        assert self.codes() == []

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"automate_processing": AutomateProcessing.AUTO_UPDATE}, "not_auto_accepting"),
            ({"allow_conflicts": True}, "conflicts_allowed"),
            ({"allow_recurring_meetings": False}, "no_series"),
            ({"maximum_conflict_instances": 0}, "one_conflict"),
            ({"conflict_percentage_allowed": 0}, "one_conflict"),
            ({"booking_window_days": 180}, "short_window"),
            ({"maximum_duration_minutes": 480}, "short_meetings"),
        ],
    )
    def test_each_value_is_told_with_its_parameter(self, values, code):
        assert self.codes(**values) == [code]
        ((kind, facts),) = odd(RoomPolicy(**values), 365)
        finding = found(kind, Part.RESOURCE, "101", **facts)
        assert re.search(r"^Set-CalendarProcessing -Identity <address> -\w+ \S+", command(finding))

    def test_values_that_do_no_harm_are_not_told(self):
        assert (
            self.codes(
                automate_processing=AutomateProcessing.AUTO_ACCEPT,
                allow_conflicts=False,
                allow_recurring_meetings=True,
                booking_window_days=1080,
                maximum_duration_minutes=0,
                maximum_conflict_instances=100,
                conflict_percentage_allowed=50,
            )
            == []
        )


class Cursors(dict):
    async def get(self, name):
        return dict.get(self, name)

    async def put(self, name, value):
        self[name] = value

    async def remove(self, name):
        self.pop(name, None)


class Denied(Cursors):
    async def put(self, name, value):  # noqa: ARG002 - the port's
        raise NotPermittedError("tables: AuthorizationPermissionMismatch")


class Queue:
    def __init__(self, error=None):
        self.error, self.jobs = error, []

    async def send_jobs(self, jobs, due=None):  # noqa: ARG002 - the port's
        if self.error is not None:
            raise self.error
        self.jobs += jobs


class Own:
    clock = Hands()

    def __init__(self, cursors=None, queue=None):
        self.cursors = Cursors() if cursors is None else cursors
        self.queue = queue or Queue()


class TestOurselves:
    async def check(self, own, counts=None):
        return {f.kind: f for f in await own_findings(around(FakeWeb(), counts=counts), own)}

    async def test_tables_and_queues_that_work_say_nothing_and_keep_nothing(self):
        own = Own()
        assert await self.check(own) == {}
        assert own.cursors == {}
        assert [job.kind for job in own.queue.jobs] == ["care_for_self_tests"]

    async def test_tables_that_are_only_read_are_told_with_the_role(self):
        (found,) = (await self.check(Own(cursors=Denied()))).values()
        assert (found.kind, found.severity) == ("tables", Severity.ERROR)
        assert "'Storage Table Data Contributor'" in command(found)

    async def test_queues_that_nothing_can_be_sent_to_are_told(self):
        own = Own(queue=Queue(NotPermittedError("UnauthorizedAccess")))
        assert set(await self.check(own)) == {"queues"}

    async def test_a_queue_that_is_missing_is_named(self):
        found = await self.check(Own(), Counts("notices"))
        assert set(found) == {"queue_missing"}
        assert "--name sync-items" in command(found["queue_missing"])

    async def test_queues_that_cannot_be_counted_are_a_warning(self):
        found = await self.check(Own(), Counts())
        assert found["queue_counts"].severity is Severity.WARNING

    async def test_nobody_at_work_is_an_error(self):
        seen = (NOW - timedelta(hours=1)).isoformat()
        found = await self.check(Own(cursors=Cursors({"worker:seen": seen})))
        assert "since 60 minutes" in what(found["no_worker"])
