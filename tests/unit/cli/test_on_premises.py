"""The command line where mailboxes are on premises: import, doctor, status."""

import json
import re

import pytest

from core.domain.ids import PersonId
from tests.kit.on_premises import EWS, MIXED, by_application


@pytest.fixture
async def mixed(a_world):
    return await a_world(company={"exchange": MIXED})


async def test_settings_that_fit_both_kinds_of_exchange_are_in_order(mixed, operator_of):
    ended = await operator_of(mixed)("doctor")
    assert ended.code == 0
    assert "Nothing is wrong with the settings." in ended.words


async def test_an_environment_that_cannot_be_reached_is_told_with_what_to_do(a_world, operator_of):
    world = await a_world(company={"exchange": MIXED}, settings={"ews_environments": {}})
    ended = await operator_of(world)("doctor")
    assert ended.code == 1
    assert "environment cellar (4 mailboxes): cannot be reached: whoever lives there" in ended.words
    assert "ROOMSYNC_EWS_ENVIRONMENTS" in ended.words
    assert not re.search("(error|warning): environment contoso", ended.words)


async def test_an_application_finds_all_in_order_or_says_what_is_wrong(a_world, operator_of):
    world = await a_world(company={"exchange": MIXED}, settings=by_application())
    ended = await operator_of(world)("doctor")
    assert "Nothing is wrong with the settings." in ended.words
    wrong = by_application(client_secret="hunter2")
    world = await a_world(company={"exchange": MIXED}, settings=wrong)
    ended = await operator_of(world)("doctor")
    assert ended.code == 1
    assert "no token for EWS (status 401, AADSTS7000215)" in ended.words
    assert "enter its value, not its id" in ended.words
    assert "hunter2" not in ended.words


async def test_a_mailbox_outside_the_right_to_impersonate_is_a_note(mixed, operator_of):
    await mixed.exchange_control("impersonation", {"mailboxes": []})
    ended = await operator_of(mixed)("doctor")
    assert "environment cellar: whether mailboxes are licensed cannot be told" in ended.words
    await mixed.exchange_control("impersonation", {"mailboxes": None})


async def test_an_alias_on_premises_gives_way_to_the_primary_address(
    a_world, operator_of, tmp_path
):
    world = await a_world(company={"exchange": EWS}, marc={"aliases": ["m.weber@contoso.example"]})
    content = json.loads(json.dumps(world.company.as_settings()))
    (marc,) = [each for each in content["persons"] if each["rooms_id"] == 12]
    marc |= {"mail": "m.weber@contoso.example", "aliases": []}
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    ended = await operator_of(world)("settings", "import", str(path), "--yes")
    assert ended.code == 0, ended.err
    world.app.forget_settings()
    stored = await (await world.app.services()).settings.load()
    assert stored.persons[PersonId(12)].address == "marc.weber@contoso.example"


async def test_somebody_is_assigned_to_an_environment_by_csv(mixed, operator_of, tmp_path):
    path = tmp_path / "persons.csv"
    path.write_text("id;Umgebung;Sync-Modus\n13;contoso;EWS1\n12;cellar;EWS2\n", encoding="utf-8")
    ended = await operator_of(mixed)("settings", "import", str(path), "--yes")
    assert "person 13" in ended.words
    assert "needs an environment of kind ews, but is assigned to one of kind graph" in ended.words
    stored = await (await mixed.app.services()).settings.load()
    lea, marc = (stored.persons[PersonId(number)] for number in (13, 12))
    assert (lea.environment, marc.environment) == (None, "cellar")
    assert marc.assigned_environment == "cellar"


async def test_the_status_tells_environments_apart_and_no_subscription_is_late(mixed, operator_of):
    await mixed.advances(minutes=39)
    found = (await mixed.app_answers("/api/console/status.json"))["environments"]
    assert found == [
        {"id": "cellar", "kind": "ews", "mailboxes": 4, "watched": 4},
        {"id": "contoso", "kind": "graph", "mailboxes": 2, "watched": 2},
    ]
    status = await mixed.app_answers("/api/console/status.json")
    assert status["subscriptions"] == {"active": 6, "expiring": 0, "failed": 0}
    ended = await operator_of(mixed)("status")
    assert "cellar EWS 4 4" in ended.words
    assert "contoso Graph 2 2" in ended.words
