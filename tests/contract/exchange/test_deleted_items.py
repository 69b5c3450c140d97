from tests.contract.exchange.company import ANNA, BOB, IMMUTABLE, SAENTIS, Company, Person, meeting


async def test_a_deleted_event_is_gone_for_readers(anna: Person):
    event = await anna.create(meeting())
    await anna.delete(event)

    assert (await anna.read(event, expect=404))["error"]["code"] == "ErrorItemNotFound"
    assert await anna.events() == []
    await anna.delete(event, expect=404)


async def test_a_deleted_event_may_still_be_readable_in_deleted_items(
    company: Company, anna: Person
):
    await company.switch(deleted_get="200")
    event = await anna.read(await anna.create(meeting()), **IMMUTABLE)
    await anna.delete(event)

    found = await anna.read(event)
    folder = await anna.get("me/mailFolders/deleteditems")
    assert found["parentFolderId"] == folder["id"]
    refused = await anna.change(event, subject="x", expect=400)
    assert refused["error"]["code"] == "ErrorCalendarCannotUpdateDeletedItem"


async def test_a_restored_event_keeps_its_immutable_id_only(company: Company, anna: Person):
    event = await anna.create(meeting())
    fixed = await anna.read(event, **IMMUTABLE)
    await company.subscribe(ANNA)
    await anna.delete(event)
    restored = (await anna.do("move", fixed, expect=201, destinationId="calendar")).json()
    await company.settle()

    assert restored["id"] != event["id"]
    assert (await anna.read(fixed, **IMMUTABLE))["id"] == fixed["id"]
    kinds = [n["changeType"] for n in company.endpoint.notices if n["changeType"] != "updated"]
    assert kinds == ["deleted", "created"]
    assert {n["resourceData"]["id"] for n in company.endpoint.notices} == {fixed["id"]}


async def test_the_organizers_delete_cancels_the_meeting(
    company: Company, anna: Person, bob: Person
):
    event = await anna.create(meeting(BOB, SAENTIS))
    await company.settle()
    await anna.delete(event)
    await company.settle()

    copy = await bob.only()
    assert (copy["isCancelled"], copy["showAs"]) == (True, "free")
    assert await company.outlook(SAENTIS).events() == []
    (mail,) = await company.mails("cancellation")
    assert (mail["to"], mail["subject"]) == ([BOB, SAENTIS], "Canceled: Budget")


async def test_an_attendees_delete_removes_the_own_copy_only(
    company: Company, anna: Person, bob: Person
):
    event = await anna.create(meeting(BOB))
    await company.settle()
    await bob.delete(await bob.only())
    await company.settle()

    assert (await anna.read(event))["attendees"][0]["status"]["response"] == "none"
    assert await company.mails("response") == []


async def test_an_attendees_delete_may_count_as_a_decline(
    company: Company, anna: Person, bob: Person
):
    await company.switch(attendee_delete_declines=True)
    event = await anna.create(meeting(BOB))
    await company.settle()
    await bob.delete(await bob.only())
    await company.settle()

    assert (await anna.read(event))["attendees"][0]["status"]["response"] == "declined"


async def test_an_update_brings_a_deleted_copy_back(company: Company, anna: Person, bob: Person):
    event = await anna.create(meeting(BOB))
    await company.settle()
    await bob.delete(await bob.only())
    await anna.change(event, subject="Again")
    await company.settle()

    assert (await bob.only())["subject"] == "Again"


async def test_cancel_says_why_and_only_the_organizer_may(
    company: Company, anna: Person, bob: Person
):
    event = await anna.create(meeting(BOB))
    await company.settle()
    refused = await bob.do("cancel", await bob.only(), expect=400)
    assert "need to be an organizer to cancel" in refused.json()["error"]["message"]

    await anna.do("cancel", event, Comment="no money")
    await company.settle()
    assert (await company.mails("cancellation"))[0]["text"] == "no money"
    assert (await bob.only())["isCancelled"] is True
    await anna.read(event, expect=404)


async def test_what_is_deleted_for_good_is_nowhere(company: Company, anna: Person, bob: Person):
    event = await anna.create(meeting(BOB))
    fixed = await anna.read(event, **IMMUTABLE)
    await company.settle()
    await anna.do("permanentDelete", event, expect=204)
    await company.settle()

    await anna.do("move", fixed, expect=404, destinationId="calendar")
    assert (await bob.only())["isCancelled"] is True


async def test_the_state_shows_what_lies_in_deleted_items(company: Company, anna: Person):
    event = await anna.create(meeting())
    await anna.create(meeting(day=4, subject="Kept"))
    await anna.delete(event)
    shown = (await company.control("GET", "state"))["mailboxes"][ANNA]["events"]

    assert [(e["subject"], e["isDeleted"]) for e in shown] == [("Budget", True), ("Kept", False)]
    assert all("singleValueExtendedProperties" in e for e in shown)
