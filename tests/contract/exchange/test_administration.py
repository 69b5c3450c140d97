"""Mailboxes and groups change while everything runs (S08, S36)."""

import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    BOSS,
    SAENTIS,
    TEAM,
    WORLD,
    ZOE,
    Company,
    Person,
    at,
    invited,
    meeting,
    world,
)
from tests.contract.exchange.test_assistant import answers

NEW = "saentis-2@contoso.example"


async def change(company: Company, mail: str = SAENTIS, expect: int = 200, **order: object) -> dict:
    return await company.control("POST", "mailboxes", {"mail": mail, **order}, expect)


async def test_a_mailbox_without_licence_is_served_no_more_and_keeps_its_content(
    company: Company, anna: Person, service: Person
):
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    await change(company, licensed=False)
    refused = await service.get(f"users/{SAENTIS}/events", 404)
    assert refused["error"]["code"] == "MailboxNotEnabledForRESTAPI"
    await anna.change(own, subject="Other")
    await company.settle()
    await change(company, licensed=True)
    assert len(await service.events(SAENTIS)) == 1


async def test_a_renamed_room_keeps_its_mailbox_and_its_meetings(
    company: Company, anna: Person, service: Person
):
    before = await service.get(f"users/{SAENTIS}")
    await anna.create(meeting(SAENTIS))
    await company.settle()
    await change(company, name="Säntis Nord")
    after = await service.get(f"users/{SAENTIS}")
    assert (after["id"], after["displayName"]) == (before["id"], "Säntis Nord")
    assert len(await service.events(SAENTIS)) == 1


async def test_a_new_address_keeps_the_old_one_as_alias(
    company: Company, anna: Person, service: Person
):
    before = await service.get(f"users/{SAENTIS}")
    await change(company, new_mail=NEW)
    after = await service.get(f"users/{before['id']}?$select=id,mail,proxyAddresses")
    assert after["mail"] == NEW
    assert after["proxyAddresses"] == [f"SMTP:{NEW}", f"smtp:{SAENTIS}"]
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "accepted"}, "the old address still works"
    assert len(await service.events(NEW)) == 1


async def test_an_address_that_was_given_up_leads_nowhere(
    company: Company, anna: Person, service: Person
):
    await change(company, new_mail=NEW, keeps_old_address=False)
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "none"}
    assert (await service.get(f"users/{SAENTIS}/events", 404))["error"]["code"] == (
        "ErrorInvalidUser"
    )


async def test_a_recreated_room_has_another_id_and_knows_nothing(
    company: Company, anna: Person, service: Person
):
    before = await service.get(f"users/{SAENTIS}")
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    await company.subscribe(SAENTIS, service)
    company.endpoint.posts.clear()
    after = await change(company, recreated=True)
    await company.settle()
    assert after["id"] != before["id"]
    assert await service.events(SAENTIS) == []
    assert (await company.control("GET", "state"))["subscriptions"] == []
    assert company.endpoint.posts == [], "nothing tells that it is gone"
    assert answers(await anna.read(own)) == {SAENTIS: "accepted"}, "the organizer still believes it"
    await service.get(f"users/{before['id']}/events", 404)


async def test_what_was_on_its_way_to_a_mailbox_that_is_gone_is_lost(
    company: Company, anna: Person
):
    await company.control("POST", "timing", {"propagation_s": [5, 5], "assistant_s": [5, 5]})
    await anna.create(meeting(SAENTIS))
    await change(company, recreated=True)
    await company.advance(20)
    assert await company.outlook(SAENTIS).events() == []


async def test_a_room_gets_another_policy(company: Company, anna: Person):
    await change(company, calendar_processing={"MaximumDurationInMinutes": 30})
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "declined"}


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ({"mail": "nobody@contoso.example", "name": "x"}, "nobody@contoso.example"),
        ({"mail": SAENTIS, "new_mail": ANNA}, ANNA),
        ({"mail": ANNA, "calendar_processing": {}}, "no resource"),
        ({"mail": SAENTIS, "calendar_processing": {"Window": 1}}, "Window"),
    ],
)
async def test_an_order_that_cannot_be_changes_nothing(
    company: Company, service: Person, order: dict, text: str
):
    assert text in str(await company.control("POST", "mailboxes", order, 400))
    assert (await service.get(f"users/{SAENTIS}"))["mail"] == SAENTIS


async def test_mail_to_a_group_reaches_those_who_are_in_it_then(company: Company, anna: Person):
    await anna.create(meeting(TEAM))
    await company.control("POST", "groups", {"mail": TEAM, "members": [BOSS]})
    await anna.create(meeting(TEAM, hour=11))
    await company.settle()
    assert len(await company.outlook(BOB).events()) == 1
    assert len(await company.outlook(BOSS).events()) == 2


async def test_a_declined_room_is_asked_again_when_it_is_invited_again(
    company: Company, anna: Person, bob: Person
):
    first = await bob.create(meeting(SAENTIS))
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "declined"}
    await bob.delete(first)
    await anna.change(own, attendees=invited())
    await company.settle()
    await anna.change(own, attendees=invited(SAENTIS))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "accepted"}


async def test_a_declined_room_that_stays_invited_is_asked_again_by_an_update(
    company: Company, anna: Person, bob: Person
):
    first = await bob.create(meeting(SAENTIS))
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    await bob.delete(first)
    await anna.change(own, attendees=invited(SAENTIS))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "declined"}, "nobody was asked"
    await anna.change(own, start=at("2026-03-03T09:00:00"), end=at("2026-03-03T09:30:00"))
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "accepted"}


async def test_a_person_takes_the_room_s_yes_back(company: Company, anna: Person):
    own = await anna.create(meeting(SAENTIS))
    await company.settle()
    room = company.outlook(SAENTIS)
    await room.do("decline", await room.only(), comment="Wasserschaden")
    await company.settle()
    assert answers(await anna.read(own)) == {SAENTIS: "declined"}
    assert await room.events() == []


async def test_a_delegate_books_for_the_boss_and_the_boss_is_the_organizer(
    company: Company, bob: Person
):
    own = await bob.create(meeting(SAENTIS), BOSS)
    await company.settle()
    assert own["organizer"]["emailAddress"]["address"] == BOSS
    (copy,) = await company.outlook(SAENTIS).events()
    assert copy["organizer"]["emailAddress"]["address"] == BOSS
    await bob.read(own, expect=404)


async def test_an_external_request_to_a_room_that_takes_them_is_answered(company: Company):
    await change(company, calendar_processing={"ProcessExternalMeetingMessages": True})
    own = await company.outlook(ZOE).create(meeting(SAENTIS))
    await company.settle()
    assert answers(await company.outlook(ZOE).read(own)) == {SAENTIS: "accepted"}


async def test_a_group_may_have_a_mailbox_and_organize(company: Company):
    shared = {"mail": TEAM, "name": "Team", "rooms_person": False, "delegates": [BOB]}
    company.sim.load(world(persons=[*WORLD["persons"], shared]))
    bob = company.outlook(BOB)
    own = await bob.create(meeting(SAENTIS), TEAM)
    await company.settle()
    assert own["organizer"]["emailAddress"]["address"] == TEAM
    (copy,) = await company.outlook(SAENTIS).events()
    assert copy["organizer"]["emailAddress"]["address"] == TEAM
