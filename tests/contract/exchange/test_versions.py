from datetime import timedelta

from tests.contract.exchange.company import ANNA, BOB, IMMUTABLE, Company, Person, meeting


async def test_every_save_gives_a_new_version_even_if_nothing_changed(
    company: Company, anna: Person
):
    first = await anna.create(meeting())
    company.clock.advance(timedelta(minutes=1))
    second = await anna.change(first, subject="Budget")

    assert second["@odata.etag"] == f'W/"{second["changeKey"]}"' != first["@odata.etag"]
    assert second["lastModifiedDateTime"] == "2026-03-02T07:01:00.0000000Z"
    assert second["createdDateTime"] == first["createdDateTime"]


async def test_the_log_tells_a_real_change_from_a_mere_save(company: Company, anna: Person):
    event = await anna.create(meeting())
    await anna.change(event, subject="Budget")
    await anna.change(event, subject="Other")
    await anna.read(event)

    assert [(r["operation"], r["changed"]) for r in await company.requests()] == [
        ("event.create", True),
        ("event.update", False),
        ("event.update", True),
        ("event.read", False),
    ]


async def test_a_stale_version_is_refused(anna: Person):
    first = await anna.create(meeting())
    second = await anna.change(first, if_match=first["@odata.etag"], subject="two")
    refused = await anna.change(first, if_match=first["@odata.etag"], subject="x", expect=412)
    assert refused["error"]["code"] == "ErrorIrresolvableConflict"

    await anna.change(first, if_match=second["@odata.etag"], subject="three")
    await anna.change(first, if_match="*", subject="four")
    stale = first["@odata.etag"]
    await anna.call("DELETE", f"me/events/{first['id']}", expect=412, If_Match=stale)


async def test_versions_can_be_ignored(company: Company, anna: Person):
    await company.switch(if_match="ignored")
    first = await anna.create(meeting())
    await anna.change(first, subject="two")

    await anna.change(first, if_match=first["@odata.etag"], subject="three")


async def test_the_assistants_steps_move_the_organizers_version(company: Company, anna: Person):
    event = await anna.create(meeting("saentis@contoso.example"))
    await company.settle()

    await anna.change(event, if_match=event["@odata.etag"], subject="x", expect=412)


async def test_both_id_forms_find_an_event_whatever_the_header_says(anna: Person):
    event = await anna.create(meeting())
    fixed = await anna.read(event, **IMMUTABLE)

    assert fixed["id"] != event["id"]
    assert (await anna.read(fixed))["id"] == event["id"]
    lowered = "AAMk" + event["id"][4:].lower()
    assert (await anna.read({"id": lowered}, expect=404))["error"]["code"] == "ErrorItemNotFound"
    refused = await anna.read({"id": "not-an-id"}, expect=400)
    assert refused["error"]["code"] == "ErrorInvalidIdMalformed"


async def test_an_id_is_good_in_its_own_mailbox_only(anna: Person, bob: Person):
    event = await anna.create(meeting())

    assert (await bob.read(event, expect=404))["error"]["code"] == "ErrorItemNotFound"


async def test_moving_an_event_changes_the_default_id_only(anna: Person):
    created = await anna.create(meeting())
    other = (await anna.call("POST", "me/calendars", {"name": "Side"}, expect=201)).json()
    fixed = await anna.read(created, **IMMUTABLE)
    moved = (await anna.do("move", created, expect=201, destinationId=other["id"])).json()

    assert moved["id"] != created["id"]
    await anna.read(created, expect=404)
    assert (await anna.read(moved, **IMMUTABLE))["id"] == fixed["id"]
    assert await anna.events() == []
    found = (await anna.get(f"me/calendars/{other['id']}/events"))["value"]
    assert [e["id"] for e in found] == [moved["id"]]


async def test_ids_are_translated_between_their_forms(anna: Person):
    event = await anna.create(meeting())
    fixed = await anna.read(event, **IMMUTABLE)
    answer = await anna.call(
        "POST",
        "me/translateExchangeIds",
        {
            "inputIds": [event["id"], "nonsense"],
            "sourceIdType": "restId",
            "targetIdType": "restImmutableEntryId",
        },
        expect=200,
    )
    first, second = answer.json()["value"]

    assert first == {"sourceId": event["id"], "targetId": fixed["id"]}
    assert second["errorDetails"]["code"] == "ErrorInvalidIdMalformed"


async def test_a_new_event_and_a_change_can_take_a_while_to_be_readable(
    company: Company, anna: Person, service: Person
):
    await company.switch(read_lag_s=2)
    event = await anna.create(meeting())
    await service.read(event, ANNA, expect=404)
    assert await service.events(ANNA) == []
    await company.advance(2)
    assert (await service.read(event, ANNA))["subject"] == "Budget"

    await anna.change(event, subject="Other")
    assert (await service.read(event, ANNA))["subject"] == "Budget"
    assert (await anna.read(event))["subject"] == "Other"
    await company.advance(2)
    assert (await service.read(event, ANNA))["subject"] == "Other"


async def test_the_simulators_own_clock_may_be_wrong(company: Company, anna: Person):
    await company.control("POST", "clock", {"skew_s": -90})
    event = await anna.create(meeting(BOB))

    assert event["createdDateTime"] == "2026-03-02T06:58:30.0000000Z"
