import pytest

from tests.contract.exchange.company import BOB, PROPERTY, SAENTIS, Company, Person, meeting

OTHER = "String {11111111-2222-3333-4444-555555555555} Name Other"
NUMBER = "Integer {11111111-2222-3333-4444-555555555555} Id 0x8233"


def linked(value: str, name: str = PROPERTY) -> dict:
    return meeting(singleValueExtendedProperties=[{"id": name, "value": value}])


def expanded(*names: str) -> str:
    wanted = " or ".join(f"id eq '{name}'" for name in names)
    return f"$expand=singleValueExtendedProperties($filter={wanted})"


def finding(name: str, value: str, sign: str = "ep/value eq '{}'") -> str:
    condition = f"ep/id eq '{name}' and {sign.format(value)}"
    return f"?$filter=singleValueExtendedProperties/Any(ep: {condition})"


async def test_a_property_shows_only_when_it_is_expanded(anna: Person):
    event = await anna.create(linked("42"))
    assert "singleValueExtendedProperties" not in event
    await anna.change(event, singleValueExtendedProperties=[{"id": OTHER, "value": "x"}])

    path = f"me/events/{event['id']}?"
    shown = await anna.get(path + expanded(PROPERTY))
    assert shown["singleValueExtendedProperties"] == [{"id": PROPERTY, "value": "42"}]
    both = await anna.get(path + expanded(PROPERTY, OTHER))
    assert {p["value"] for p in both["singleValueExtendedProperties"]} == {"42", "x"}
    none = await anna.get(path + expanded(NUMBER))
    assert "singleValueExtendedProperties" not in none


async def test_an_expanded_list_with_a_narrow_select_keeps_id_and_version(anna: Person):
    event = await anna.create(linked("42"))
    (shown,) = await anna.events(query=f"?$select=subject&{expanded(PROPERTY)}")

    assert set(shown) == {"@odata.etag", "id", "subject", "singleValueExtendedProperties"}
    assert shown["@odata.etag"] == event["@odata.etag"]


async def test_the_set_is_found_in_any_case_the_name_only_as_it_is(anna: Person):
    event = await anna.create(linked("Aa"))

    for name, value, count in [
        (PROPERTY, "Aa", 1),
        (PROPERTY.replace("c000", "C000"), "aA", 1),
        (PROPERTY.replace("AppointmentOid", "appointmentoid"), "Aa", 0),
        (PROPERTY, "A", 0),
        (OTHER, "Aa", 0),
    ]:
        found = await anna.events(query=finding(name, value))
        assert [e["id"] for e in found] == [event["id"]] * count
        assert all("singleValueExtendedProperties" not in e for e in found)


@pytest.mark.parametrize(
    ("sign", "count"),
    [
        ("startswith(ep/value,'ab')", 1),
        ("contains(ep/value,'BC')", 1),
        ("ep/value ne 'abcd'", 0),
        ("ep/value ne 'x'", 1),
    ],
)
async def test_values_are_found_by_their_parts(anna: Person, sign: str, count: int):
    await anna.create(linked("abcd"))

    assert len(await anna.events(query=finding(PROPERTY, "", sign))) == count


async def test_the_guid_may_come_back_as_it_was_sent(company: Company, anna: Person):
    upper = PROPERTY.replace("c000-000000000046", "C000-000000000046")
    event = await anna.create(linked("1", upper))
    path = f"me/events/{event['id']}?{expanded(PROPERTY)}"
    assert (await anna.get(path))["singleValueExtendedProperties"][0]["id"] == PROPERTY
    await company.switch(property_guid="as_sent")

    assert (await anna.get(path))["singleValueExtendedProperties"][0]["id"] == upper


async def test_a_property_stays_on_its_copy_and_writing_it_saves_silently(
    company: Company, anna: Person, bob: Person
):
    event = await anna.create(meeting(BOB, SAENTIS))
    await company.settle()
    before = await anna.read(event)
    after = await anna.change(event, singleValueExtendedProperties=[{"id": NUMBER, "value": "7"}])
    await company.settle()

    assert after["@odata.etag"] != before["@odata.etag"]
    state = (await company.control("GET", "state"))["mailboxes"]
    assert state[anna.own]["events"][0]["singleValueExtendedProperties"] == [
        {"id": NUMBER, "value": "7"}
    ]
    assert state[BOB]["events"][0]["singleValueExtendedProperties"] == []
    assert state[SAENTIS]["events"][0]["singleValueExtendedProperties"] == []
    assert [m["kind"] for m in await company.mails()] == ["invitation", "response"]


async def test_the_same_transaction_makes_one_event(company: Company, anna: Person):
    first = await anna.create(meeting(BOB, transactionId="t-1"))
    again = await anna.create(meeting(BOB, transactionId="t-1", subject="Twice"))
    await anna.create(meeting(day=4, transactionId="t-2"))

    assert (again["id"], again["transactionId"], again["subject"]) == (
        first["id"], "t-1", "Budget",
    )  # fmt: skip
    assert len(await anna.events()) == 2
    assert len(await company.mails("invitation")) == 1
    changes = [r["changed"] for r in await company.requests() if r["method"] == "POST"]
    assert changes == [True, False, True]


async def test_a_repeated_transaction_may_be_a_conflict_or_ignored(company: Company, anna: Person):
    await company.switch(transaction_id="conflict")
    await anna.create(meeting(transactionId="t-1"))
    refused = await anna.create(meeting(transactionId="t-1"), expect=409)
    assert refused["error"]["code"] == "ErrorDuplicateTransactionId"

    await company.switch(transaction_id="ignored")
    await anna.create(meeting(transactionId="t-1"))
    assert len(await anna.events()) == 2


async def test_a_transaction_is_of_one_mailbox_and_never_changes(anna: Person, bob: Person):
    event = await anna.create(meeting(transactionId="t-1"))
    await bob.create(meeting(transactionId="t-1"))

    changed = await anna.change(event, transactionId="t-2")
    assert changed["transactionId"] == "t-1"


async def test_copies_are_found_by_their_common_uid(
    company: Company, anna: Person, bob: Person, service: Person
):
    event = await anna.create(meeting(BOB))
    await anna.create(meeting(day=4))
    await company.settle()
    query = f"?$filter=iCalUId eq '{event['iCalUId']}'"

    assert [e["id"] for e in await service.events(anna.own, query)] == [event["id"]]
    assert [e["id"] for e in await service.events(BOB, query)] == [(await bob.only())["id"]]


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ("start/dateTime ge '2026-03-04T00:00:00'", [5, 4]),
        ("start/dateTime ge '2026-03-04T00:00:00' and end/dateTime lt '2026-03-05'", [4]),
        ("not (subject eq 'day 4') or startswith(subject,'DAY 4')", [5, 4, 3]),
        ("showAs eq 'oof'", []),
        ("isAllDay eq false and lastModifiedDateTime ge 2026-03-02T07:00:00Z", [5, 4, 3]),
        ("transactionId eq null", [5, 4, 3]),
    ],
)
async def test_events_are_filtered(anna: Person, condition: str, days: list[int]):
    for day in (3, 4, 5):
        await anna.create(meeting(day=day, subject=f"day {day}"))
    found = await anna.events(query=f"?$filter={condition}")

    assert [e["subject"] for e in found] == [f"day {day}" for day in days]


@pytest.mark.parametrize(
    "query",
    [
        "$filter=subject eq",
        "$filter=subject like 'x'",
        "$filter=(subject eq 'x'",
        "$filter='x' eq subject",
        "$filter=colour eq 'red'",
        "$filter=singleValueExtendedProperties eq 'x'",
        "$filter=subject/any(s: s eq 'x')",
        "$select=colour",
        "$expand=attachments",
        "$expand=singleValueExtendedProperties",
        "$orderby=colour",
        "$top=many",
        "$search=x",
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(anna: Person, query: str):
    await anna.create(meeting())

    await anna.get(f"me/events?{query}", 400)


async def test_events_are_ordered_and_paged(anna: Person):
    for day in (3, 5, 4):
        await anna.create(meeting(day=day, subject=f"day {day}"))
    page = await anna.get("me/events?$orderby=start/dateTime desc&$top=2&$select=subject")
    assert [e["subject"] for e in page["value"]] == ["day 5", "day 4"]
    rest = await anna.get(page["@odata.nextLink"])

    assert [set(e) for e in rest["value"]] == [{"@odata.etag", "id", "subject"}]
    assert rest["value"][0]["subject"] == "day 3"
