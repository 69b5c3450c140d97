import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    BOSS,
    CARLA,
    DORA,
    SAENTIS,
    TEAM,
    ZOE,
    Company,
    Person,
    at,
    meeting,
    world,
)  # fmt: skip


async def ask(person: Person, *addresses: str, expect: int = 200, **more: object) -> dict:
    body = {
        "schedules": list(addresses),
        "startTime": at("2026-03-03T09:00:00", "Europe/Zurich"),
        "endTime": at("2026-03-03T13:00:00", "Europe/Zurich"),
        "availabilityViewInterval": 60,
    } | more
    path = f"users/{person.own}/calendar/getSchedule"
    return (await person.call("POST", path, body, expect=expect)).json()


async def test_one_digit_per_interval_and_the_highest_wins(
    company: Company, anna: Person, service: Person
):
    await anna.create(meeting(hour=8, showAs="tentative", subject="Maybe"))
    await anna.create(meeting(hour=9, hours=2, showAs="oof"))
    await anna.create(meeting(hour=10, showAs="busy"))
    await anna.create(meeting(hour=11, showAs="free"))
    (schedule,) = (await ask(service, ANNA))["value"]

    assert schedule["availabilityView"] == "1330"
    assert [i["status"] for i in schedule["scheduleItems"]] == ["tentative", "oof", "busy"]
    first = schedule["scheduleItems"][0]
    assert first["subject"] == "Maybe"
    assert first["start"] == at("2026-03-03T08:00:00.0000000")
    assert schedule["workingHours"]["timeZone"]["name"] == "W. Europe Standard Time"


@pytest.mark.parametrize(("elsewhere", "view"), [(0, "0000"), (4, "4000")])
async def test_working_elsewhere_is_free_or_four(
    company: Company, anna: Person, elsewhere: int, view: str
):
    await company.switch(schedule_working_elsewhere=elsewhere)
    await anna.create(meeting(hour=8, showAs="workingElsewhere"))

    assert (await ask(anna, ANNA))["value"][0]["availabilityView"] == view


async def test_private_things_and_foreign_calendars_show_times_only(
    company: Company, anna: Person, bob: Person, service: Person
):
    await anna.create(meeting(sensitivity="private"))
    await anna.create(meeting(hour=10))
    private, plain = (await ask(service, ANNA))["value"][0]["scheduleItems"]
    assert (private["isPrivate"], "subject" in private) == (True, False)
    assert plain["subject"] == "Budget"

    foreign = (await ask(bob, ANNA))["value"][0]["scheduleItems"]
    assert ["subject" in item for item in foreign] == [False, False]


async def test_what_is_cancelled_or_declined_is_free(company: Company, anna: Person, bob: Person):
    event = await anna.create(meeting(BOB, SAENTIS))
    await company.settle()
    assert [s["availabilityView"] for s in (await ask(anna, BOB, SAENTIS))["value"]] == [
        "0100", "0200",
    ]  # fmt: skip
    await anna.do("cancel", event)
    await company.settle()

    assert [s["availabilityView"] for s in (await ask(anna, BOB, SAENTIS))["value"]] == [
        "0000", "0000",
    ]  # fmt: skip


async def test_a_group_shows_all_its_members_and_an_unknown_address_its_error(
    company: Company, anna: Person, bob: Person
):
    await bob.create(meeting(hour=8))
    await company.outlook(BOSS).create(meeting(hour=9))
    team, unknown = (await ask(anna, TEAM, "nobody@contoso.example"))["value"]

    assert team["availabilityView"] == "2200"
    assert unknown["error"]["responseCode"] == "ErrorMailRecipientNotFound"
    assert unknown["scheduleItems"] == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"schedules": [f"p{n}@x.example" for n in range(101)]}, "ErrorMailboxDataArrayTooBig"),
        ({"endTime": at("2026-06-03T09:00:00")}, "ErrorTimeIntervalTooBig"),
        ({"endTime": at("2026-03-03T07:00:00")}, "ErrorInvalidTimeInterval"),
        ({"availabilityViewInterval": 4}, "ErrorInvalidTimeInterval"),
        ({"availabilityViewInterval": 300}, "ErrorInvalidTimeInterval"),
        ({"startTime": at("2026-03-03T09:00:00", "Mars")}, "TimeZoneNotSupportedException"),
        ({"people": []}, "RequestBodyRead"),
    ],
)
async def test_limits_are_kept(anna: Person, more: dict, code: str, company: Company):
    plain = company.client
    body = {
        "schedules": [ANNA],
        "startTime": at("2026-03-03T09:00:00"),
        "endTime": at("2026-03-03T13:00:00"),
    } | more
    answer = await plain.post("/v1.0/me/calendar/getSchedule", json=body, headers=anna.headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(("entries", "is_too_long"), [(1000, False), (1001, True)])
async def test_a_calendar_with_too_many_entries_is_an_error_of_that_address(
    company: Company, anna: Person, entries: int, is_too_long: bool
):
    seeds = [{"mailbox": ANNA, "event": meeting(subject=str(n))} for n in range(entries)]
    company.sim.load(world(events=seeds))
    (schedule,) = (await ask(anna, ANNA))["value"]

    assert ("error" in schedule) == is_too_long


async def test_whole_days_are_those_of_the_mailbox_that_is_asked_about(
    company: Company, anna: Person
):
    whole = {
        "isAllDay": True,
        "start": at("2026-03-03T00:00:00", "Asia/Tokyo"),
        "end": at("2026-03-04T00:00:00", "Asia/Tokyo"),
    }
    await anna.create(meeting(**whole, showAs="oof"))
    day = {
        "startTime": at("2026-03-02T12:00:00", "Europe/Zurich"),
        "endTime": at("2026-03-04T12:00:00", "Europe/Zurich"),
        "availabilityViewInterval": 720,
    }
    (schedule,) = (await ask(anna, ANNA, **day))["value"]

    assert schedule["availabilityView"] == "0330"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (ZOE, "ErrorMailRecipientNotFound"),
        (CARLA, "ErrorMailRecipientNotFound"),
        (DORA, "ErrorProxyRequestNotAllowed"),
    ],
)
async def test_the_application_is_told_nothing_of_those_who_live_elsewhere(
    company: Company, service: Person, address: str, code: str
):
    own, other = (await ask(service, ANNA, address))["value"]

    assert ("error" in own, other["error"]["responseCode"]) == (False, code)
