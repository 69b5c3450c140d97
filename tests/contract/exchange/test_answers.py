import pytest

from tests.contract.exchange.company import BOB, SAENTIS, Company, Person, at, meeting


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("accept", ("accepted", "busy")),
        ("tentativelyAccept", ("tentativelyAccepted", "tentative")),
    ],
)
async def test_an_answer_stays_on_the_copy_and_reaches_the_organizer(
    company: Company, anna: Person, bob: Person, action: str, expected: tuple[str, str]
):
    event = await anna.create(meeting(BOB))
    await company.settle()
    await bob.do(action, await bob.only(), comment="fine")
    copy = await bob.only()
    assert (copy["responseStatus"]["response"], copy["showAs"]) == expected
    assert (await anna.read(event))["attendees"][0]["status"]["response"] == "none"

    await company.settle()
    after = await anna.read(event)
    assert after["attendees"][0]["status"] == {
        "response": expected[0], "time": "2026-03-02T07:00:00.0000000Z",
    }  # fmt: skip
    assert after["@odata.etag"] != event["@odata.etag"]
    (mail,) = await company.mails("response")
    assert (mail["from"], mail["to"], mail["text"]) == (BOB, [anna.own], "fine")


async def test_a_decline_removes_the_copy(company: Company, anna: Person, bob: Person):
    event = await anna.create(meeting(BOB))
    await company.settle()
    slot = {"start": at("2026-03-04T09:00:00"), "end": at("2026-03-04T10:00:00")}
    await bob.do("decline", await bob.only(), proposedNewTime=slot)
    await company.settle()

    assert await bob.events() == []
    attendee = (await anna.read(event))["attendees"][0]
    assert attendee["status"]["response"] == "declined"
    assert attendee["proposedNewTime"]["start"]["dateTime"] == "2026-03-04T09:00:00.0000000"


async def test_a_decline_may_leave_the_copy(company: Company, anna: Person, bob: Person):
    await company.switch(decline_removes=False)
    await anna.create(meeting(BOB))
    await company.settle()
    await bob.do("decline", await bob.only())

    copy = await bob.only()
    assert (copy["responseStatus"]["response"], copy["showAs"]) == ("declined", "free")


async def test_a_silent_answer_tells_nobody(company: Company, anna: Person, bob: Person):
    event = await anna.create(meeting(BOB))
    await company.settle()
    await bob.do("accept", await bob.only(), sendResponse=False)
    await company.settle()

    assert (await anna.read(event))["attendees"][0]["status"]["response"] == "none"
    assert await company.mails("response") == []


async def test_the_organizer_does_not_answer_the_own_meeting(anna: Person):
    event = await anna.create(meeting(BOB))
    refused = await anna.do("accept", event, expect=400)

    assert refused.json()["error"]["code"] == "ErrorInvalidRequest"


async def test_an_answer_that_nobody_asked_for_is_refused(
    company: Company, anna: Person, bob: Person
):
    await anna.create(meeting(BOB, responseRequested=False))
    await company.settle()
    copy = await bob.only()

    await bob.do("accept", copy, expect=400)
    await bob.do("accept", copy, sendResponse=False)


async def test_an_answer_to_a_time_that_was_moved_meanwhile_is_out_of_date(
    company: Company, anna: Person, bob: Person
):
    event = await anna.create(meeting(BOB))
    await company.settle()
    await bob.do("accept", await bob.only())
    await anna.change(event, start=at("2026-03-03T08:00:00"))
    await company.settle()

    assert (await anna.read(event))["attendees"][0]["status"]["response"] == "none"


async def test_the_service_answers_for_a_room(company: Company, anna: Person, service: Person):
    event = await anna.create(meeting(SAENTIS))
    await company.settle()
    copy = await company.outlook(SAENTIS).only()
    await service.do("decline", copy, SAENTIS, comment="ROOMS says no")
    await company.settle()

    assert (await anna.read(event))["attendees"][0]["status"]["response"] == "declined"
    assert await company.outlook(SAENTIS).events() == []
    mail = (await company.mails("response"))[-1]
    assert (mail["from"], mail["cause"]["actor"]) == (SAENTIS, "service")
