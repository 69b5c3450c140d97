"""Groups as attendees: who is behind an address (R-008)."""

from datetime import timedelta

import pytest

from core.app.groups import GroupBook
from core.domain.policies import Policies
from core.errors import NotPermittedError, ServiceUnavailableError
from tests.contract.adapters.graph.conftest import CONTOSO, requests_to
from tests.unit.builders import a_directory


async def test_a_group_costs_two_reads(calendar, simulator):
    await calendar.group_members("team@contoso.example")
    called = [line.operation for line in requests_to(simulator) if line.actor == "service"]
    assert called == ["group.list", "group.members"]


@pytest.mark.over_http
async def test_a_missing_permission_is_said(calendar, control):
    denied = {"status": 403, "body": {"error": {"code": "Authorization_RequestDenied"}}}
    await control("faults", {"match": {"path": "/groups"}, "times": 1, "do": denied})
    with pytest.raises(NotPermittedError):
        await calendar.group_members("team@contoso.example")


@pytest.mark.over_http
async def test_a_group_that_was_deleted_meanwhile_is_none(calendar, control):
    gone = {"status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}}
    await control("faults", {"match": {"path": "transitiveMembers"}, "times": 1, "do": gone})
    assert await calendar.group_members("team@contoso.example") is None


TEAM = "team@contoso.example"
EXPANDING = a_directory(policies=Policies(resolve_groups=True))


@pytest.fixture
def book(calendar, clock):
    return GroupBook({CONTOSO: calendar}, clock)


def asked(simulator):
    return len([line for line in requests_to(simulator) if line.operation == "group.list"])


async def test_only_the_groups_among_attendees_are_expanded(book, simulator):
    addresses = [TEAM.upper(), "anna@contoso.example", "all@fabrikam.example", "Nur ein Name"]
    found = await book.among(addresses, CONTOSO, EXPANDING)
    assert list(found) == [TEAM]
    assert [member.address for member in found[TEAM]] == [
        "anna@contoso.example",
        "beat@contoso.example",
        "guest@fabrikam.example",
    ]
    assert asked(simulator) == 1, "neither known people nor other organisations"


async def test_nothing_is_asked_unless_the_settings_want_it(book, simulator):
    assert await book.among([TEAM], CONTOSO, a_directory()) == {}
    assert asked(simulator) == 0


async def test_what_is_behind_an_address_is_remembered_for_an_hour(book, simulator, clock, control):
    unknown = "empfang@contoso.example"
    for _ in range(3):
        found = await book.among([TEAM, unknown], CONTOSO, EXPANDING)
        assert len(found[TEAM]) == 3
    assert asked(simulator) == 2
    await control("groups", {"mail": TEAM, "members": ["beat@contoso.example"]})
    clock.advance(timedelta(minutes=59))
    assert len((await book.among([TEAM], CONTOSO, EXPANDING))[TEAM]) == 3
    clock.advance(timedelta(minutes=1))
    assert len((await book.among([TEAM], CONTOSO, EXPANDING))[TEAM]) == 1


async def test_without_the_permission_a_group_stays_a_group(book, control):
    await control("permissions", {"missing": ["GroupMember.Read.All"]})
    assert await book.among([TEAM], CONTOSO, EXPANDING) == {}


@pytest.mark.over_http
async def test_a_directory_that_does_not_answer_is_asked_again(book, control):
    down = {"status": 503, "body": {"error": {"code": "ServiceNotAvailable"}}}
    await control("faults", {"match": {"path": "/groups"}, "times": 1, "do": down})
    with pytest.raises(ServiceUnavailableError):
        await book.among([TEAM], CONTOSO, EXPANDING)
    assert TEAM in await book.among([TEAM], CONTOSO, EXPANDING)
