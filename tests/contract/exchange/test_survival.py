from pathlib import Path

import pytest

from devstack.exchange.loading import WorldRefusedError
from devstack.kit.shelf import Shelf
from tests.contract.exchange.company import (
    ANNA,
    BOB,
    PROPERTY,
    SAENTIS,
    Company,
    Person,
    at,
    meeting,
    world,
)  # fmt: skip
from tests.contract.exchange.graph_types import GraphTypes
from tests.contract.exchange.serial import Dates, copy_of, series, times


async def reborn(company: Company, path: Path, types: GraphTypes | None) -> Company:
    """Return what a new process finds after the old one was killed: nobody closed anything."""
    await company.client.aclose()
    return Company(types, shelf=Shelf(path), start=company.clock.now(), seed=99)


async def test_a_killed_simulator_comes_back_as_it_was(tmp_path: Path, types: GraphTypes | None):
    path = tmp_path / "exchange.sqlite"
    company = Company(types, shelf=Shelf(path))
    company.sim.load(world())
    service, anna = await company.service(), company.outlook(ANNA)
    await company.subscribe(SAENTIS, service)
    await company.switch(if_match="ignored", transaction_id="conflict")
    await company.control("POST", "limits", {"page_max": 7})
    event = await anna.create(
        meeting(
            SAENTIS,
            transactionId="t-1",
            singleValueExtendedProperties=[{"id": PROPERTY, "value": "42"}],
        )
    )
    gone = await anna.create(meeting(day=5))
    await anna.delete(gone)
    window = "startDateTime=2026-03-01&endDateTime=2026-03-08"
    delta = await service.get(f"users/{ANNA}/calendarView/delta?{window}")
    state = await company.control("GET", "state")
    requests, mails = await company.requests(), await company.mails()

    after = await reborn(company, path, types)
    assert await after.control("GET", "state") == state
    assert await after.requests() == requests
    assert await after.mails() == mails
    assert (await after.control("GET", "switches"))["if_match"]["value"] == "ignored"
    assert (await after.control("GET", "limits"))["page_max"] == 7
    service, anna = (
        Person(after.client, p.headers["Authorization"], ANNA) for p in (service, anna)
    )
    link = delta.get("@odata.deltaLink") or delta["@odata.nextLink"]
    await service.get(link)
    await anna.create(meeting(transactionId="t-1"), expect=409)

    await after.settle()
    room = await after.outlook(SAENTIS).only()
    assert room["responseStatus"]["response"] == "accepted"
    assert room["iCalUId"] == event["iCalUId"]
    assert "created" in [n["changeType"] for n in after.endpoint.notices]
    again = await anna.create(meeting(day=6))
    assert again["id"] not in (event["id"], gone["id"])
    await after.close()


async def test_a_delivery_that_was_not_answered_is_repeated_after_a_kill(
    tmp_path: Path, types: GraphTypes | None
):
    path = tmp_path / "exchange.sqlite"
    company = Company(types, shelf=Shelf(path))
    company.sim.load(world())
    await company.subscribe(ANNA)
    company.endpoint.refuses_connections = True
    await company.outlook(ANNA).create(meeting())
    await company.settle()
    assert (await company.control("GET", "pending"))["notifications"] >= 1

    after = await reborn(company, path, types)
    assert (await after.control("GET", "pending"))["notifications"] >= 1
    await after.advance(10)
    assert "created" in [n["changeType"] for n in after.endpoint.notices]
    await after.close()


async def test_another_world_leaves_nothing_of_the_old_one(
    company: Company, anna: Person, service: Person
):
    await company.subscribe(ANNA, service)
    await anna.create(meeting(BOB, SAENTIS))
    company.sim.load(world(events=[{"mailbox": BOB, "event": meeting(SAENTIS, subject="Old")}]))
    await company.advance(60)

    assert company.endpoint.posts == []
    assert await anna.events() == []
    assert await company.mails() == []
    assert (await company.control("GET", "state"))["subscriptions"] == []
    assert (await company.requests())[0]["number"] > 1
    await service.events(ANNA)


async def test_events_of_a_world_are_there_silently(company: Company):
    old = meeting(SAENTIS, ANNA, subject="Old", sensitivity="private")
    company.sim.load(
        world(
            events=[
                {"mailbox": BOB, "event": old},
                {"mailbox": BOB, "event": meeting(ANNA, day=4), "deliver": False},
            ]
        )
    )
    (copy,) = await company.outlook(ANNA).events()
    room = await company.outlook(SAENTIS).only()
    _, own = await company.outlook(BOB).events()

    assert (copy["subject"], copy["responseStatus"]["response"]) == ("Old", "notResponded")
    assert (room["subject"], room["responseStatus"]["response"]) == ("Bob Kunz", "accepted")
    assert room["sensitivity"] == "normal"
    assert [a["status"]["response"] for a in own["attendees"]] == ["accepted", "none"]
    assert await company.mails() == []
    assert (await company.control("GET", "pending"))["assistant"] == 0

    bob = company.outlook(BOB)
    await bob.change(own, start=at("2026-03-03T08:00:00"))
    await company.settle()
    assert (await company.outlook(SAENTIS).only())["start"]["dateTime"][11:13] == "08"


async def test_what_the_control_api_set_is_still_set(tmp_path: Path, types: GraphTypes | None):
    path = tmp_path / "exchange.sqlite"
    company = Company(types, shelf=Shelf(path))
    company.sim.load(world())
    await company.switch(if_match="ignored")
    await company.control("POST", "notifications", {"delay_s": [60, 60]})
    await company.control("POST", "clock", {"skew_s": 30})
    await company.control("POST", "permissions", {"missing": ["Place.Read.All"]})
    renamed = {"mail": SAENTIS, "name": "Säntis Nord", "recreated": True}
    made = await company.control("POST", "mailboxes", renamed)

    after = await reborn(company, path, types)
    assert (await after.control("GET", "switches"))["if_match"]["value"] == "ignored"
    assert await after.control("GET", "permissions") == {"missing": ["Place.Read.All"]}
    service = await after.service()
    assert (await service.get(f"users/{made['id']}"))["displayName"] == "Säntis Nord"
    await after.subscribe(ANNA)
    event = await after.outlook(ANNA).create(meeting())
    await after.settle()
    assert event["createdDateTime"].startswith("2026-03-02T07:00:30")
    assert after.endpoint.notices == []
    await after.close()


async def test_a_killed_simulator_remembers_what_became_of_a_series(
    tmp_path: Path, types: GraphTypes | None
):
    path = tmp_path / "exchange.sqlite"
    company = Company(types, shelf=Shelf(path))
    company.sim.load(world())
    anna = company.outlook(ANNA)
    dates = Dates(anna, await anna.create(series(SAENTIS, BOB)))
    await company.settle()
    await anna.change(await dates.on("2026-03-10"), subject="Special")
    await anna.delete(await dates.on("2026-03-17"))
    state, plain = await company.control("GET", "state"), await dates.on("2026-03-24")

    after = await reborn(company, path, types)
    assert await after.control("GET", "state") == state
    (own,) = state["mailboxes"][ANNA]["events"]
    assert [e["subject"] for e in own["exceptionOccurrences"]] == ["Special"]
    assert own["cancelledOccurrences"] == [f"OID.{own['id']}.2026-03-17"]
    await after.settle()
    anna = after.outlook(ANNA)
    dates = Dates(anna, dates.master)
    assert await dates.details() == (["2026-03-17"], ["2026-03-10"])
    for mail in (SAENTIS, BOB):
        copy = await copy_of(after, mail)
        assert (await copy.on("2026-03-10"))["type"] == "exception"
    await anna.change(plain, subject="Last")
    await after.settle()
    assert [e["subject"] for e in await (await copy_of(after, BOB)).all()] == [
        "Weekly", "Special", "Canceled: Weekly", "Last",
    ]  # fmt: skip
    await after.close()


async def test_series_of_a_world_are_there_silently(company: Company):
    weekly_round = series(SAENTIS, BOB)
    company.sim.load(world(events=[{"mailbox": ANNA, "event": weekly_round}]))
    for mail in (ANNA, SAENTIS, BOB):
        assert len(await (await copy_of(company, mail)).all()) == 4
    assert await company.mails() == []

    anna = company.outlook(ANNA)
    dates = Dates(anna, await anna.only())
    await anna.change(await dates.on("2026-03-10"), subject="Special")
    await company.settle()
    room = await copy_of(company, SAENTIS)
    assert (await room.on("2026-03-10"))["responseStatus"]["response"] == "accepted"


async def test_a_world_with_an_impossible_series_is_refused_with_its_place(company: Company):
    wrong = series(limits=times(4, "2026-03-04"), start=at("2026-03-03T09:00:00"))
    with pytest.raises(WorldRefusedError, match=r"events\[0\].*startDate"):
        company.sim.load(world(events=[{"mailbox": ANNA, "event": wrong}]))
