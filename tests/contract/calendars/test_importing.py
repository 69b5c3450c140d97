"""Entries on their way into a simulated mailbox, and what its owner then sees there."""

import httpx
import pytest

from devstack.calendars.entries import read_entries
from devstack.calendars.importing import Importer, MailboxUnreachableError, Outcome, Result
from tests.contract.calendars.snippets import (
    ANNA,
    OUTLOOK_ZONE,
    SAENTIS,
    USUAL,
    opened,
    vcalendar,
    vevent,
)
from tests.contract.exchange.company import BASE

MEETING = vevent(
    "SUMMARY:Budget\\, erste Lesung",
    "DTSTART;TZID=W. Europe Standard Time:20260310T090000",
    "DTEND;TZID=W. Europe Standard Time:20260310T100000",
    "ATTENDEE;CUTYPE=ROOM;CN=Matterhorn:mailto:szi3@a.example",
    "ATTENDEE;ROLE=OPT-PARTICIPANT;CN=Emily:mailto:emily@contoso.example",
    "CLASS:PRIVATE",
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
    "CATEGORIES:Finanzen",
    "DESCRIPTION:Guten Tag",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:-PT45M",
    "END:VALARM",
)


async def imported(company, setting, text: str) -> tuple[Outcome, ...]:
    importer = Importer(company.client, setting.owner_mail)
    outcomes = await importer.put(read_entries(opened(text), setting), company.clock.now())
    await company.settle()
    return outcomes


async def test_an_entry_becomes_an_event_of_the_owner_with_the_room_invited(company, setting):
    (outcome,) = await imported(company, setting, vcalendar(OUTLOOK_ZONE, MEETING))

    found = await company.outlook(ANNA).only()
    assert (outcome.result, outcome.needs_booking) == (Result.IMPORTED, True)
    assert found["subject"] == "Budget, erste Lesung"
    assert found["start"]["dateTime"] == "2026-03-10T08:00:00.0000000"
    assert found["originalStartTimeZone"] == "W. Europe Standard Time"
    assert (found["sensitivity"], found["showAs"]) == ("private", "oof")
    assert found["reminderMinutesBeforeStart"] == 45
    assert found["categories"] == ["Finanzen"]
    assert "Guten Tag" in found["bodyPreview"]
    assert found["location"]["uniqueId"] == SAENTIS
    assert {a["emailAddress"]["address"]: a["type"] for a in found["attendees"]} == {
        "emily@contoso.example": "optional",
        SAENTIS: "resource",
    }
    assert (await company.outlook(SAENTIS).only())["responseStatus"]["response"] == "accepted"


async def test_an_all_day_entry_is_one_in_the_mailbox_too(company, setting):
    text = vcalendar(vevent("DTSTART;VALUE=DATE:20260311", "DTEND;VALUE=DATE:20260313"))

    await imported(company, setting, text)

    found = await company.outlook(ANNA).events(query="?$select=isAllDay,start,end")
    (zoned,) = (
        await company.outlook(ANNA).get(
            f"users/{ANNA}/events", Prefer='outlook.timezone="Europe/Zurich"'
        )
    )["value"]
    assert found[0]["isAllDay"] is True
    assert (zoned["start"]["dateTime"][:16], zoned["end"]["dateTime"][:16]) == (
        "2026-03-11T00:00",
        "2026-03-13T00:00",
    )


async def test_importing_twice_changes_nothing(company, setting):
    text = vcalendar(OUTLOOK_ZONE, MEETING, vevent("SUMMARY:B", *USUAL, uid="2"))
    await imported(company, setting, text)
    before = await company.outlook(ANNA).events()
    await company.control("DELETE", "requests")

    outcomes = await imported(company, setting, text)

    assert [outcome.result for outcome in outcomes] == [Result.ALREADY_THERE] * 2
    assert await company.outlook(ANNA).events() == before
    assert not any(request["changed"] for request in await company.requests())
    assert outcomes[0].needs_booking


async def test_what_was_moved_since_is_left_where_it_is(company, setting):
    text = vcalendar(OUTLOOK_ZONE, MEETING)
    await imported(company, setting, text)
    anna = company.outlook(ANNA)
    await anna.change(await anna.only(), subject="Budget, zweite Lesung")

    await imported(company, setting, text)

    assert (await anna.only())["subject"] == "Budget, zweite Lesung"


async def test_what_was_deleted_since_comes_back(company, setting):
    text = vcalendar(OUTLOOK_ZONE, MEETING)
    await imported(company, setting, text)
    anna = company.outlook(ANNA)
    await anna.delete(await anna.only())

    (outcome,) = await imported(company, setting, text)

    assert outcome.result is Result.IMPORTED
    assert (await anna.only())["subject"] == "Budget, erste Lesung"


async def test_the_same_entry_twice_without_a_uid_is_one_event(company, setting):
    nameless = vevent("SUMMARY:A", *USUAL, uid="")

    outcomes = await imported(company, setting, vcalendar(nameless, nameless))

    assert [o.result for o in outcomes] == [Result.IMPORTED, Result.ALREADY_THERE]
    assert len(await company.outlook(ANNA).events()) == 1


@pytest.mark.parametrize("reaction", ["conflict", "ignored"])
async def test_a_second_import_is_harmless_however_exchange_takes_a_repeated_transaction(
    company, setting, reaction
):
    await company.switch(transaction_id=reaction)
    text = vcalendar(OUTLOOK_ZONE, MEETING)

    await imported(company, setting, text)
    await imported(company, setting, text)

    assert len(await company.outlook(ANNA).events()) == 1


async def test_many_entries_are_found_again_over_several_pages(company, setting):
    await company.control("POST", "limits", {"page_max": 3})
    text = vcalendar(*(vevent(f"SUMMARY:{n}", *USUAL, uid=str(n)) for n in range(8)))
    await imported(company, setting, text)

    outcomes = await imported(company, setting, text)

    assert {outcome.result for outcome in outcomes} == {Result.ALREADY_THERE}


async def test_past_entries_are_imported_and_need_no_booking(company, setting):
    text = vcalendar(
        vevent("DTSTART:20260301T090000Z", "DTEND:20260302T070000Z", "LOCATION:M", uid="over"),
        vevent("DTSTART:20260301T090000Z", "DTEND:20260302T070100Z", "LOCATION:M", uid="runs"),
    )

    outcomes = await imported(company, setting, text)

    assert [o.result for o in outcomes] == [Result.IMPORTED] * 2
    assert [(o.is_past, o.needs_booking) for o in outcomes] == [(True, False), (False, True)]


async def test_what_exchange_refuses_is_told_in_its_words_and_the_rest_imported(company, setting):
    crowd = [f"ATTENDEE:mailto:p{n}@a.example" for n in range(501)]
    text = vcalendar(
        vevent(f"SUMMARY:{'x' * 256}", *USUAL, uid="1"),
        vevent("SUMMARY:crowd", *USUAL, *crowd, uid="2"),
        vevent("SUMMARY:fine", *USUAL, uid="3"),
    )

    outcomes = await imported(company, setting, text)

    assert [(o.result, o.reason) for o in outcomes] == [
        (
            Result.REFUSED,
            "The subject is longer than 255 characters. (ErrorPropertyValidationFailure)",
        ),
        (Result.REFUSED, "An event takes at most 500 attendees. (ErrorInvalidRecipients)"),
        (Result.IMPORTED, ""),
    ]


async def test_what_cannot_be_imported_is_not_sent(company, setting):
    outcomes = await imported(company, setting, vcalendar(vevent("SUMMARY:A")))

    assert [(o.result, o.reason, o.transaction_id) for o in outcomes] == [
        (Result.NOT_IMPORTABLE, "it has no DTSTART", None)
    ]
    assert await company.outlook(ANNA).events() == []


async def test_an_answer_that_is_lost_is_told_and_a_second_import_completes(company, setting):
    text = vcalendar(OUTLOOK_ZONE, MEETING, vevent("SUMMARY:B", *USUAL, uid="2"))
    fault = {"match": {"method": "POST"}, "times": 1, "do": {"fail_after_success": 504}}
    await company.control("POST", "faults", fault)
    read, now = read_entries(opened(text), setting), company.clock.now()
    transport = httpx.ASGITransport(company.sim.app)

    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        first = await Importer(client, ANNA).put(read, now)
        second = await Importer(client, ANNA).put(read, now)

    assert [(o.result, o.reason) for o in first] == [
        (Result.REFUSED, "Gateway Timeout (504)"),
        (Result.IMPORTED, ""),
    ]
    assert [o.result for o in second] == [Result.ALREADY_THERE] * 2
    assert len(await company.outlook(ANNA).events()) == 2


async def test_a_mailbox_that_cannot_be_opened_stops_before_anything_is_written(company, setting):
    importer = Importer(company.client, "nobody@contoso.example")

    with pytest.raises(MailboxUnreachableError, match="InvalidAuthenticationToken"):
        await importer.put(read_entries(opened(vcalendar(MEETING)), setting), company.clock.now())


async def test_an_exchange_that_is_away_is_said_plainly(setting, company):
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    transport = httpx.MockTransport(away)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as client:
        with pytest.raises(MailboxUnreachableError, match="Exchange does not answer: ConnectError"):
            await Importer(client, ANNA).put((), company.clock.now())
