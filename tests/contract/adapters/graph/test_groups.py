"""Groups as attendees: who is behind an address (R-008)."""

import pytest

from core.domain.meeting import Attendee
from core.errors import NotPermittedError
from tests.contract.adapters.graph.conftest import requests_to


async def test_a_group_is_its_people_through_all_levels(calendar):
    assert await calendar.group_members("team@contoso.example") == (
        Attendee("anna@contoso.example", "Anna Meier"),
        Attendee("beat@contoso.example", "Beat Kunz"),
        Attendee("guest@fabrikam.example", "guest@fabrikam.example"),
    )


async def test_a_group_is_found_in_any_spelling(calendar):
    assert await calendar.group_members("Team@Contoso.example")


@pytest.mark.parametrize(
    "address", ["anna@contoso.example", "o'hara@contoso.example", "nobody@fabrikam.example"]
)
async def test_what_is_no_group_has_no_members(calendar, address):
    assert await calendar.group_members(address) is None


async def test_a_group_costs_two_reads(calendar, simulator):
    await calendar.group_members("team@contoso.example")
    called = [line.operation for line in requests_to(simulator) if line.actor == "service"]
    assert called == ["group.list", "group.members"]


async def test_a_missing_permission_is_said(calendar, control):
    denied = {"status": 403, "body": {"error": {"code": "Authorization_RequestDenied"}}}
    await control("faults", {"match": {"path": "/groups"}, "times": 1, "do": denied})
    with pytest.raises(NotPermittedError):
        await calendar.group_members("team@contoso.example")


async def test_a_group_that_was_deleted_meanwhile_is_none(calendar, control):
    gone = {"status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}}
    await control("faults", {"match": {"path": "transitiveMembers"}, "times": 1, "do": gone})
    assert await calendar.group_members("team@contoso.example") is None
