"""Who is behind an address in Exchange (R-020, R-023)."""

from dataclasses import replace

import pytest

from core.adapters.graph.mailboxes import GraphMailboxDirectory
from core.errors import NotPermittedError
from core.ports.mailboxes import MailboxFacts, MailboxKind
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


@pytest.mark.parametrize(
    "address",
    ["anna@contoso.example", "A.Meier@contoso.example", "o'hara@contoso.example"],
)
async def test_an_alias_leads_to_the_primary_address(mailboxes, address):
    found = await mailboxes.find(CONTOSO, address)

    assert found is not None
    assert replace(found, mailbox_id="") == MailboxFacts(
        address="anna@contoso.example",
        aliases=("a.meier@contoso.example", "o'hara@contoso.example"),
        kind=MailboxKind.PERSON,
        is_usable=True,
    )


async def test_a_mailbox_that_is_made_anew_has_another_id_one_that_is_renamed_has_not(
    mailboxes, control
):
    first = await mailboxes.find(CONTOSO, "saentis@contoso.example")
    order = {"mail": "saentis@contoso.example", "new_mail": "saentis-2@contoso.example"}
    await control("mailboxes", order)
    renamed = await mailboxes.find(CONTOSO, "saentis@contoso.example")
    await control("mailboxes", {"mail": "saentis-2@contoso.example", "recreated": True})
    anew = await mailboxes.find(CONTOSO, "saentis-2@contoso.example")

    assert first.mailbox_id
    assert first.mailbox_id == renamed.mailbox_id
    assert renamed.mailbox_id != anew.mailbox_id


async def test_a_room_is_told_from_a_person(mailboxes):
    found = await mailboxes.find(CONTOSO, "saentis@contoso.example")

    assert found is not None
    assert (found.kind, found.is_usable) == (MailboxKind.RESOURCE, True)


async def test_somebody_without_a_licence_is_known_and_not_usable(mailboxes):
    found = await mailboxes.find(CONTOSO, "beat@contoso.example")

    assert found is not None
    assert (found.address, found.is_usable) == ("beat@contoso.example", False)


@pytest.mark.parametrize("address", ["nobody@contoso.example", "x@fabrikam.example", "'"])
async def test_nothing_is_found_behind_an_unknown_address(mailboxes, address):
    assert await mailboxes.find(CONTOSO, address) is None


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
