"""What is wrong with the settings, on the console's page and as JSON; nobody is named there."""

import pytest

from core.app.doctor.examination import examine
from tests.functions.test_console_page import shown
from web.board.findings import MOST


async def answered(world):
    return await world.app_answers("/api/console/doctor.json")


@pytest.fixture
async def wrong(a_world):
    return await a_world(
        anna={"mode": "O365"}, resources={"Eiger": {"external_identifier": "raum-17"}}
    )


async def test_settings_in_order_are_told_so(world):
    _, page = await shown(world)

    section = page.by_id("configuration")
    assert "Nothing is wrong with the settings." in section.text
    assert "have not been asked yet" in section.text
    assert await answered(world) == {"asked_at": None, "to_correct": 0, "findings": []}


async def test_contradictions_are_listed_with_what_to_do(wrong):
    _, page = await shown(wrong)

    section, lines = page.by_id("configuration"), page.by_id("configuration").all("li")
    assert section.all("h2")[0].text == "Configuration 2"
    assert [line.classes for line in lines] == [{"bad"}, {"bad"}]
    assert "wrong person 11 has the mode O365" in lines[0].text
    assert "resource 102 Eiger has an External Identifier other than" in lines[1].text
    assert "2 settings are to correct" in page.by_id("overview").text


async def test_nobody_is_named_and_no_address_shown(wrong):
    answer, _ = await shown(wrong)

    told = str((await answered(wrong))["findings"]) + answer.text
    for word in ("Anna", "Meier", "@contoso", "raum-17"):
        assert word not in told


async def test_what_the_last_run_heard_stays_until_it_is_no_question_any_more(world):
    settings = world.company.as_settings()
    settings["persons"][0]["mail"] = "nobody@contoso.example"
    await world._app_call("PUT", "/api/dev/world", settings)
    await examine(await world.app.services())

    told = await answered(world)
    _, page = await shown(world)

    assert [(f["who"], f["code"]) for f in told["findings"]] == [
        ("11", "unknown_mailbox"),
        ("11", "other_address_of_person"),
    ]
    assert "Exchange and ROOMS were asked on 2026-03-02 08:00" in page.by_id("configuration").text

    settings["persons"][0]["mode"] = "None"
    await world._app_call("PUT", "/api/dev/world", settings)
    assert (await answered(world))["findings"] == []
    await world.imports()


async def test_of_very_many_findings_the_first_are_listed(world):
    settings = world.company.as_settings()
    settings["resources"] += [
        {"rooms_id": 1000 + n, "name": f"Raum {n}", "location": 1} for n in range(MOST + 7)
    ]
    await world._app_call("PUT", "/api/dev/world", settings)

    _, page = await shown(world)

    assert len(page.by_id("configuration").all("li")) == MOST
    assert "7 more: roomsync doctor" in page.by_id("configuration").text
    await world.imports()


async def test_mailboxes_of_several_environments_are_counted_apart(a_world):
    world = await a_world(company={"exchange": "mixed"})
    _, page = await shown(world)
    numbers = page.by_id("overview").text
    assert "of them in cellar by EWS" in numbers
    assert "of them in contoso by Graph" in numbers
    _, page = await shown(await a_world(company={"exchange": "graph"}))
    assert "by Graph" not in page.by_id("overview").text
