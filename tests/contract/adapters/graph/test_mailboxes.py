"""Who is behind an address in Exchange (R-020, R-023)."""

import pytest

from core.adapters.graph.mailboxes import GraphMailboxDirectory
from core.errors import NotPermittedError
from core.ports.mailboxes import MailboxKind
from devstack.kit.world import World
from tests.contract.adapters.graph.conftest import CONTOSO, WORLD, requests_to


@pytest.fixture
def mailboxes(connection, simulator):
    persons = [
        {**WORLD["persons"][0], "aliases": ["a.meier@contoso.example", "o'hara@contoso.example"]},
        {**WORLD["persons"][1], "mailbox": False},
    ]
    simulator.load(World.model_validate({**WORLD, "persons": persons}))
    return GraphMailboxDirectory(lambda _: connection)


async def test_an_address_costs_two_reads(mailboxes, simulator):
    await mailboxes.find(CONTOSO, "anna@contoso.example")

    called = [line.operation for line in requests_to(simulator) if line.actor == "service"]
    assert called == ["user.list", "settings.read"]


async def test_without_the_right_to_read_the_directory_that_is_said(mailboxes, control):
    denied = {"status": 403, "body": {"error": {"code": "Authorization_RequestDenied"}}}
    await control("faults", {"match": {"path": "/users"}, "times": 1, "do": denied})

    with pytest.raises(NotPermittedError):
        await mailboxes.find(CONTOSO, "anna@contoso.example")


async def test_without_the_right_to_read_settings_usability_stays_open(mailboxes, control):
    denied = {"status": 403, "body": {"error": {"code": "ErrorAccessDenied"}}}
    await control("faults", {"match": {"path": "mailboxSettings"}, "times": 1, "do": denied})

    found = await mailboxes.find(CONTOSO, "anna@contoso.example")

    assert found is not None
    assert (found.kind, found.is_usable) == (MailboxKind.UNKNOWN, None)
