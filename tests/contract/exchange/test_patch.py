import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    BOSS,
    SAENTIS,
    Company,
    Person,
    at,
    invited,
    meeting,
)  # fmt: skip

ROOM = {
    "displayName": "Säntis",
    "locationType": "conferenceRoom",
    "locationUri": SAENTIS,
    "uniqueId": SAENTIS,
    "uniqueIdType": "directory",
}


async def test_a_patch_changes_what_was_sent_and_nothing_else(anna: Person):
    before = await anna.create(meeting(BOB, categories=["Red"], location={"displayName": "Here"}))
    after = await anna.change(before, showAs="oof")

    moving = {"@odata.etag", "changeKey", "lastModifiedDateTime", "showAs"}
    assert {k: v for k, v in before.items() if k not in moving} == {
        k: v for k, v in after.items() if k not in moving
    }
    assert after["showAs"] == "oof"


async def test_attendees_are_replaced_whole_and_who_is_left_out_is_uninvited(
    company: Company, anna: Person, bob: Person
):
    event = await anna.create(meeting(BOB, BOSS))
    await company.settle()
    await bob.do("accept", await bob.only())
    await company.settle()
    after = await anna.change(event, attendees=invited(BOB, SAENTIS))
    await company.settle()

    kept = {a["emailAddress"]["address"]: a["status"]["response"] for a in after["attendees"]}
    assert kept == {BOB: "accepted", SAENTIS: "none"}
    boss = await company.outlook("boss@contoso.example").only()
    assert (boss["isCancelled"], boss["subject"], boss["showAs"]) == (
        True, "Canceled: Budget", "free",
    )  # fmt: skip


async def test_only_the_changed_attendees_get_mail(company: Company, anna: Person):
    event = await anna.create(meeting(BOB))
    await company.control("DELETE", "mails")
    await anna.change(event, attendees=invited(BOB, BOSS))
    assert [(m["kind"], m["to"]) for m in await company.mails()] == [("invitation", [BOSS])]

    await company.control("DELETE", "mails")
    await anna.change(event, attendees=invited(BOSS))
    assert [(m["kind"], m["to"]) for m in await company.mails()] == [("cancellation", [BOB])]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Other"},
        {"start": at("2026-03-03T08:30:00")},
        {"end": at("2026-03-03T10:30:00")},
        {"location": {"displayName": "Elsewhere"}},
        {"body": {"contentType": "html", "content": "<p>new</p>"}},
    ],
)
async def test_what_concerns_everybody_is_mailed_to_everybody_once(
    company: Company, anna: Person, change: dict
):
    event = await anna.create(meeting(BOB, BOSS))
    await company.control("DELETE", "mails")
    await anna.change(event, **change)

    assert [(m["kind"], m["to"]) for m in await company.mails()] == [("update", [BOB, BOSS])]


@pytest.mark.parametrize(
    "change",
    [
        {"sensitivity": "private"},
        {"showAs": "free"},
        {"categories": ["Red"]},
        {"isReminderOn": False},
        {"reminderMinutesBeforeStart": 5},
        {"singleValueExtendedProperties": [{"id": "String 0x0037", "value": "x"}]},
        {"subject": "Budget"},
        {"start": at("2026-03-03T10:00:00", "Europe/Zurich")},
    ],
)
async def test_private_things_and_equal_values_mail_nobody(
    company: Company, anna: Person, change: dict
):
    event = await anna.create(meeting(BOB))
    await company.control("DELETE", "mails")
    await anna.change(event, **change)

    assert await company.mails() == []


async def test_a_mail_names_the_request_that_caused_it(company: Company, anna: Person):
    await anna.create(meeting(BOB, SAENTIS))
    await company.settle()
    (request,) = await company.requests()

    causes = {mail["kind"]: mail["cause"] for mail in await company.mails()}
    cause = {"actor": f"user:{ANNA}", "request": request["number"]}
    assert causes == {"invitation": cause, "response": cause}


async def test_location_replaces_all_locations(anna: Person):
    event = await anna.create(meeting(locations=[ROOM, {"displayName": "Lobby"}]))
    assert [place["displayName"] for place in event["locations"]] == ["Säntis", "Lobby"]
    assert event["location"]["displayName"] == "Säntis"

    after = await anna.change(event, location={"displayName": "Garden"})
    assert [(p["displayName"], p["uniqueIdType"]) for p in after["locations"]] == [
        ("Garden", "private")
    ]
    assert (await anna.change(event, location=None))["locations"] == []


async def test_a_location_alone_books_nothing(company: Company, anna: Person):
    await anna.create(meeting(locations=[ROOM]))
    await company.settle()

    assert await company.outlook(SAENTIS).events() == []


async def test_read_only_values_and_annotations_are_ignored(anna: Person):
    sent = meeting(
        id="mine",
        iCalUId="mine",
        organizer={"emailAddress": {"address": BOB, "name": "Bob"}},
        isOrganizer=False,
        responseStatus={"response": "declined"},
        type="singleInstance",
    ) | {"@odata.type": "#microsoft.graph.event"}
    sent["start"]["@odata.type"] = "#microsoft.graph.dateTimeTimeZone"
    event = await anna.create(sent)

    assert event["iCalUId"] != "mine"
    assert event["organizer"]["emailAddress"]["address"] == ANNA
    assert event["responseStatus"]["response"] == "organizer"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"subjekt": "x"}, "RequestBodyRead"),
        ({"show_as": None}, "RequestBodyRead"),
        ({"showAs": "sleeping"}, "RequestBodyRead"),
        ({"isAllDay": "yes"}, "RequestBodyRead"),
        ({"attendees": {}}, "RequestBodyRead"),
        ({"attendees": [{"emailAddress": {"mail": BOB}}]}, "RequestBodyRead"),
        ({"start": {"dateTime": "soon", "timeZone": "UTC"}}, "ErrorPropertyValidationFailure"),
        ({"end": at("2026-03-03T08:00:00")}, "ErrorPropertyValidationFailure"),
        ({"isAllDay": True}, "ErrorPropertyValidationFailure"),
        ({"start": at("2026-03-03T09:00:00", "Mars")}, "TimeZoneNotSupportedException"),
        ({"subject": "x" * 256}, "ErrorPropertyValidationFailure"),
        (
            {"attendees": [{"emailAddress": {"address": f"p{n}@x.example"}} for n in range(501)]},
            "ErrorInvalidRecipients",
        ),
        ({"singleValueExtendedProperties": [{"id": "X", "value": "1"}]}, "ErrorInvalidRequest"),
    ],
)
async def test_a_bad_body_is_refused_with_its_code_and_changes_nothing(
    anna: Person, members: dict, code: str
):
    event = await anna.create(meeting())
    refused = await anna.call("PATCH", f"me/events/{event['id']}", members, expect=400)
    assert refused.json()["error"]["code"] == code
    assert await anna.read(event) == event

    refused = await anna.call("POST", "me/events", meeting() | members, expect=400)
    assert refused.json()["error"]["code"] == code


async def test_broken_json_and_a_missing_start_are_refused(company: Company, anna: Person):
    answer = await company.client.post("/v1.0/me/events", content=b"{", headers=anna.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "RequestBodyRead")
    refused = await anna.create({"subject": "x"}, expect=400)
    assert refused["error"]["code"] == "ErrorPropertyValidationFailure"


async def test_attendees_without_an_address_are_kept(company: Company, anna: Person):
    event = await anna.create(meeting(attendees=[{"emailAddress": {"name": "Somebody"}}]))
    await company.settle()

    assert event["attendees"][0]["emailAddress"] == {"name": "Somebody", "address": ""}
    assert await company.mails() == []
