from tests.contract.exchange.company import (
    ANNA,
    BOB,
    BOSS,
    CARLA,
    DORA,
    SAENTIS,
    TEAM,
    Company,
    Person,
    at,
    invited,
    meeting,
)  # fmt: skip


async def test_every_attendee_gets_a_copy_of_its_own(company: Company, anna: Person, bob: Person):
    own = await anna.create(meeting(BOB, SAENTIS))
    assert await bob.events() == []
    await company.settle()
    copy, room = await bob.only(), await company.outlook(SAENTIS).only()

    assert len({e["iCalUId"] for e in (own, copy, room)}) == 1
    assert len({e["id"] for e in (own, copy, room)}) == 3
    assert [e["isOrganizer"] for e in (own, copy, room)] == [True, False, False]
    assert copy["organizer"]["emailAddress"] == {"name": "Anna Meier", "address": ANNA}
    assert (copy["responseStatus"]["response"], copy["showAs"]) == ("notResponded", "tentative")
    assert own["responseStatus"]["response"] == "organizer"
    assert copy["subject"] == "Budget"


async def test_the_organizers_change_arrives_later_and_the_answer_goes_back(
    company: Company, anna: Person, bob: Person
):
    own = await anna.create(meeting(BOB))
    await company.settle()
    await bob.do("accept", await bob.only())
    await company.settle()
    own = await anna.read(own)
    assert own["attendees"][0]["status"]["response"] == "accepted"

    await anna.change(own, subject="Budget 2027")
    assert (await bob.only())["subject"] == "Budget"
    await company.settle()

    copy = await bob.only()
    assert copy["subject"] == "Budget 2027"
    assert copy["responseStatus"]["response"] == "accepted"


async def test_a_moved_meeting_asks_everybody_again(company: Company, anna: Person, bob: Person):
    own = await anna.create(meeting(BOB))
    await company.settle()
    await bob.do("accept", await bob.only())
    await company.settle()

    moved = await anna.change(own, start=at("2026-03-03T10:00:00"), end=at("2026-03-03T11:00:00"))
    assert moved["attendees"][0]["status"]["response"] == "none"
    await company.settle()
    copy = await bob.only()

    assert copy["start"]["dateTime"] == "2026-03-03T10:00:00.0000000"
    assert (copy["responseStatus"]["response"], copy["showAs"]) == ("notResponded", "tentative")


async def test_nothing_but_answers_travels_upwards(
    company: Company, anna: Person, bob: Person, service: Person
):
    own = await anna.create(meeting(BOB))
    await company.settle()
    before = await anna.read(own)
    copy = await bob.change(await bob.only(), categories=["Red"], showAs="oof")
    await service.change(copy, BOB, subject="only here")
    await company.settle()

    assert await anna.read(own) == before
    assert (await bob.only())["subject"] == "only here"

    await anna.change(own, subject="from above")
    await company.settle()
    copy = await bob.only()
    assert (copy["subject"], copy["categories"]) == ("from above", ["Red"])


async def test_a_person_may_not_change_the_meeting_on_an_attendees_copy(
    company: Company, anna: Person, bob: Person
):
    await anna.create(meeting(BOB))
    await company.settle()
    answer = await bob.change(await bob.only(), subject="mine", expect=403)

    assert answer["error"]["code"] == "ErrorAccessDenied"


async def test_attendee_copies_can_be_closed_for_the_application_too(
    company: Company, anna: Person, bob: Person, service: Person
):
    await company.switch(attendee_copy_patch="refused")
    await anna.create(meeting(BOB))
    await company.settle()
    copy = await bob.only()

    await service.change(copy, BOB, subject="mine", expect=403)
    await service.change(copy, BOB, categories=["Blue"])


async def test_an_alias_a_group_and_an_on_premises_mailbox_are_reached(
    company: Company, bob: Person
):
    await bob.create(meeting("A.Meier@contoso.example", TEAM, DORA))
    await company.settle()

    for mail in (ANNA, BOSS, DORA):
        assert (await company.outlook(mail).only())["subject"] == "Budget"
    (mail,) = await company.mails("invitation")
    assert mail["to"] == [ANNA, BOSS, DORA]


async def test_unknown_people_and_people_without_mailbox_get_mail_only(
    company: Company, anna: Person
):
    await anna.create(meeting(CARLA, "who@elsewhere.example"))
    await company.settle()

    (mail,) = await company.mails()
    assert (mail["kind"], mail["to"]) == ("invitation", [CARLA, "who@elsewhere.example"])


async def test_hidden_attendees_see_only_themselves(company: Company, anna: Person, bob: Person):
    await anna.create(meeting(BOB, BOSS, hideAttendees=True))
    await company.settle()

    assert [a["emailAddress"]["address"] for a in (await bob.only())["attendees"]] == [BOB]


async def test_updates_that_overtake_each_other_end_with_the_latest(
    company: Company, anna: Person, bob: Person
):
    await company.control("POST", "timing", {"propagation_s": [0.1, 5]})
    own = await anna.create(meeting(BOB))
    for number in range(6):
        own = await anna.change(own, subject=f"Version {number}")
    await company.advance(10)

    assert (await bob.only())["subject"] == "Version 5"


async def test_an_attendee_who_left_and_came_back_has_the_present_meeting(
    company: Company, anna: Person, bob: Person
):
    own = await anna.create(meeting(BOB))
    await company.settle()
    await anna.change(own, attendees=[])
    await anna.change(own, attendees=invited(BOB))
    await company.settle()

    copy = await bob.only()
    assert (copy["subject"], copy["isCancelled"]) == ("Budget", False)


async def test_another_address_of_the_same_mailbox_is_the_same_attendee(
    company: Company, anna: Person, bob: Person
):
    own = await bob.create(meeting(ANNA, SAENTIS))
    await company.settle()
    await anna.do("accept", await anna.only())
    await company.settle()
    before = await company.mails()
    answered = await bob.change(own, attendees=invited("a.meier@contoso.example", SAENTIS.upper()))
    await company.settle()

    assert [a["status"]["response"] for a in answered["attendees"]] == ["accepted", "accepted"]
    assert await company.mails() == before
    assert (await anna.only())["isCancelled"] is False
