from typing import Any

import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    IMMUTABLE,
    PROPERTY,
    Company,
    Person,
    at,
    meeting,
)  # fmt: skip
from tests.contract.exchange.serial import Dates, pattern, series, times, weekly

ZURICH = "Europe/Zurich"


def moved(day: str, hour: int = 9) -> dict[str, Any]:
    return {"start": at(f"{day}T{hour:02d}:00:00", ZURICH),
            "end": at(f"{day}T{hour + 1:02d}:00:00", ZURICH)}  # fmt: skip


@pytest.fixture
async def dates(anna: Person) -> Dates:
    return Dates(anna, await anna.create(series()))


async def test_a_changed_date_becomes_an_exception(anna: Person, dates: Dates):
    plain = await dates.on("2026-03-10")
    changed = await anna.change(plain, subject="Special", **moved("2026-03-11", 14))

    assert (changed["type"], changed["subject"]) == ("exception", "Special")
    assert changed["originalStart"] == plain["originalStart"]
    assert changed["seriesMasterId"] == dates.master["id"]
    assert (changed["id"], changed["iCalUId"]) == (plain["id"], plain["iCalUId"])
    assert changed["@odata.etag"] != plain["@odata.etag"]
    assert await dates.starts() == [
        "2026-03-03T08:00", "2026-03-11T13:00", "2026-03-17T08:00", "2026-03-24T08:00"
    ]  # fmt: skip
    assert [e["subject"] for e in await dates.all()] == ["Weekly", "Special", "Weekly", "Weekly"]
    assert len(await anna.events()) == 1
    assert await dates.details() == ([], ["2026-03-10"])


async def test_a_deleted_date_stays_away(anna: Person, dates: Dates):
    gone = await dates.on("2026-03-10")
    await anna.delete(gone)

    assert len(await dates.all()) == 3
    assert await dates.details() == (["2026-03-10"], [])
    answer = await anna.read(gone, expect=404)
    assert answer["error"]["code"] == "ErrorCalendarOccurrenceIsDeletedFromRecurrence"
    await anna.change(gone, subject="x", expect=404)


async def test_the_reaction_to_a_deleted_date_is_a_switch(
    company: Company, anna: Person, dates: Dates
):
    gone = await dates.on("2026-03-10")
    await anna.delete(gone)
    await company.switch(deleted_occurrence="400")

    await anna.read(gone, expect=400)


async def test_an_exception_can_be_cancelled_too(company: Company, anna: Person):
    dates = Dates(anna, await anna.create(series(BOB)))
    exception = await anna.change(await dates.on("2026-03-10"), subject="Special")
    await anna.do("cancel", exception, comment="not this time")
    await company.settle()

    assert await dates.details() == (["2026-03-10"], [])
    (mail,) = await company.mails("cancellation")
    assert (mail["to"], mail["text"]) == ([BOB], "not this time")


@pytest.mark.parametrize("day", ["2026-03-03", "2026-03-02", "2026-03-17", "2026-03-18"])
async def test_a_date_does_not_move_to_or_past_its_neighbours(anna: Person, dates: Dates, day: str):
    plain = await dates.on("2026-03-10")
    answer = await anna.change(plain, expect=400, **moved(day, 16))

    assert answer["error"]["code"] == "ErrorOccurrenceCrossingBoundary"
    assert (await dates.on("2026-03-10"))["type"] == "occurrence"


async def test_a_date_may_move_to_where_a_deleted_neighbour_was(anna: Person, dates: Dates):
    await anna.delete(await dates.on("2026-03-17"))
    await anna.change(await dates.on("2026-03-10"), **moved("2026-03-18"))

    assert (await dates.starts())[1] == "2026-03-18T08:00"


async def test_neighbours_are_where_they_were_moved_to(anna: Person, dates: Dates):
    await anna.change(await dates.on("2026-03-17"), **moved("2026-03-13"))
    await anna.change(await dates.on("2026-03-10"), expect=400, **moved("2026-03-13", 14))
    await anna.change(await dates.on("2026-03-10"), **moved("2026-03-12"))


async def test_a_date_does_not_last_into_the_next(anna: Person):
    made = await anna.create(series(repeats=pattern("daily")))
    plain = await Dates(anna, made).on("2026-03-04")

    await anna.change(plain, end=at("2026-03-05T09:30:00", ZURICH), expect=400)
    await anna.change(plain, end=at("2026-03-05T09:00:00", ZURICH))


@pytest.mark.parametrize(
    "change",
    [
        {"recurrence": {"pattern": weekly("wednesday"), "range": times(4)}},
        {"recurrence": {"pattern": weekly(), "range": times(9)}},
        moved("2026-03-03", 14),
        {"end": at("2026-03-03T11:00:00", ZURICH)},
        {"start": at("2026-03-03T08:00:00"), "end": at("2026-03-03T09:00:00")},
    ],
)
async def test_rescheduling_a_series_forgets_its_exceptions(
    anna: Person, dates: Dates, change: dict[str, Any]
):
    exception = await anna.change(await dates.on("2026-03-10"), subject="Special")
    await anna.delete(await dates.on("2026-03-17"))
    kept = await dates.on("2026-03-24")
    await anna.change(dates.master, **change)

    assert await dates.details() == ([], [])
    assert {e["type"] for e in await dates.all()} == {"occurrence"}
    assert {e["subject"] for e in await dates.all()} == {"Weekly"}
    await anna.read(exception, expect=404)
    await anna.read(kept, expect=404)


async def test_other_changes_reach_what_an_exception_has_not_said_itself(
    anna: Person, dates: Dates
):
    renamed = await anna.change(await dates.on("2026-03-10"), subject="Special")
    shifted = await anna.change(await dates.on("2026-03-17"), **moved("2026-03-18"))
    await anna.delete(await dates.on("2026-03-24"))
    await anna.change(dates.master, subject="Monthly", location={"displayName": "Bistro"})

    assert [(e["subject"], e["location"]["displayName"]) for e in await dates.all()] == [
        ("Monthly", "Bistro"), ("Special", "Bistro"), ("Monthly", "Bistro"),
    ]  # fmt: skip
    assert (await dates.starts())[2] == "2026-03-18T08:00"
    assert await dates.details() == (["2026-03-24"], ["2026-03-10", "2026-03-17"])
    for exception in (renamed, shifted):
        await anna.read(exception)


async def test_an_exception_has_people_of_its_own_until_the_series_asks_otherwise(
    company: Company, anna: Person, service: Person
):
    made = await anna.create(series(BOB))
    dates = Dates(anna, made)
    alone = await anna.change(await dates.on("2026-03-10"), attendees=[])
    await anna.change(await dates.on("2026-03-17"), subject="Special")
    await anna.change(made, attendees=[])

    assert (await anna.read(alone))["attendees"] == []
    assert {len(e["attendees"]) for e in await dates.all()} == {0}


async def test_properties_are_inherited_by_plain_dates_and_an_exceptions_own(
    company: Company, anna: Person
):
    def own(value: str) -> list[dict[str, str]]:
        return [{"id": PROPERTY, "value": value}]

    expand = f"$expand=singleValueExtendedProperties($filter=id eq '{PROPERTY}')"
    made = await anna.create(series(singleValueExtendedProperties=own("1")))
    dates = Dates(anna, made)
    await anna.change(await dates.on("2026-03-10"), singleValueExtendedProperties=own("2"))
    await anna.change(await dates.on("2026-03-17"), subject="Special")
    await company.switch(exception_properties="own")
    await anna.change(await dates.on("2026-03-24"), subject="Bare")
    await anna.change(made, singleValueExtendedProperties=own("3"))

    found = await dates.all(f"startDateTime=2026-03-01&endDateTime=2026-04-01&{expand}")
    values = [e.get("singleValueExtendedProperties", [{"value": None}])[0]["value"] for e in found]
    assert values == ["3", "2", "1", None]
    nested = await dates.again(f"?$expand=exceptionOccurrences({expand})")
    shown = nested["exceptionOccurrences"][0]["singleValueExtendedProperties"]
    assert shown[0]["value"] == "2"
    window = "startDateTime=2026-03-01&endDateTime=2026-04-01"
    view = (await anna.get(f"me/calendarView?{window}&{expand}"))["value"]
    assert [e["singleValueExtendedProperties"][0]["value"] for e in view[:3]] == ["3", "2", "1"]


async def test_the_lists_of_dates_may_be_withheld(company: Company, anna: Person, dates: Dates):
    await anna.delete(await dates.on("2026-03-10"))
    await company.switch(exception_occurrences=False)
    query = "?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences"
    master = await dates.again(query)

    assert "cancelledOccurrences" not in master
    assert "exceptionOccurrences" not in master


async def test_the_default_id_of_an_exception_may_be_new(
    company: Company, anna: Person, dates: Dates
):
    plain = await dates.on("2026-03-10")
    fixed = await anna.read(plain, **IMMUTABLE)
    await company.switch(exception_id="new")
    changed = await anna.change(plain, subject="Special")

    assert changed["id"] != plain["id"]
    await anna.read(plain, expect=404)
    assert (await anna.read(fixed))["subject"] == "Special"


async def test_an_occurrence_has_no_rule_of_its_own(anna: Person, dates: Dates):
    plain = await dates.on("2026-03-10")
    rule = {"pattern": weekly(), "range": times(4, "2026-03-10")}

    await anna.change(plain, recurrence=rule, expect=400)
    await anna.change(plain, recurrence=None)
    await anna.do("move", plain, expect=400, destinationId="deleteditems")


async def test_every_change_of_a_date_changes_the_master(
    company: Company, anna: Person, service: Person, dates: Dates
):
    await company.subscribe(ANNA, service)
    versions = [(await dates.again())["@odata.etag"]]
    plain = await dates.on("2026-03-10")
    for act in (
        lambda: anna.change(plain, subject="Special"),
        lambda: anna.change(plain, **moved("2026-03-12")),
        lambda: anna.delete(plain),
    ):
        await act()
        versions.append((await dates.again())["@odata.etag"])
    await company.settle()
    master = await anna.read(dates.master, **IMMUTABLE)

    assert len(set(versions)) == 4
    assert {n["resourceData"]["id"] for n in company.endpoint.notices} == {master["id"]}
    assert {n["changeType"] for n in company.endpoint.notices} == {"updated"}


async def test_a_stale_version_of_a_date_is_refused(anna: Person, dates: Dates):
    plain = await dates.on("2026-03-10")
    await anna.change(plain, subject="Special", if_match=plain["@odata.etag"])

    await anna.change(plain, subject="x", expect=412, if_match=plain["@odata.etag"])


async def test_the_last_date_may_be_kept_from_deletion(company: Company, anna: Person):
    dates = Dates(anna, await anna.create(series(limits=times(2))))
    first, second = await dates.all()
    await anna.delete(first)
    await company.switch(last_occurrence_delete="refused")
    await anna.delete(second, expect=400)
    assert len(await dates.all()) == 1

    await company.switch(last_occurrence_delete="allowed")
    await anna.delete(second)
    assert await dates.all() == []


async def test_a_single_meeting_made_of_a_series_has_no_dates(anna: Person, dates: Dates):
    exception = await anna.change(await dates.on("2026-03-10"), subject="Special")
    await anna.change(dates.master, recurrence=None)

    await anna.read(exception, expect=404)
    assert len((await anna.get("me/calendarView?startDateTime=2026-01-01&endDateTime=2027-01-01"))[
        "value"]) == 1  # fmt: skip


async def test_a_reader_may_lag_behind_a_changed_date(
    company: Company, anna: Person, service: Person, dates: Dates
):
    await company.switch(read_lag_s=10)
    plain = await dates.on("2026-03-10")
    await anna.change(plain, subject="Special")
    path = f"users/{ANNA}/events/{plain['id']}"
    assert (await service.get(path))["subject"] == "Weekly"

    await company.advance(10)
    assert (await service.get(path))["subject"] == "Special"


async def test_schedules_show_every_date(anna: Person, dates: Dates):
    await anna.change(await dates.on("2026-03-10"), **moved("2026-03-11"))
    await anna.change(await dates.on("2026-03-17"), showAs="free")
    await anna.delete(await dates.on("2026-03-24"))
    await anna.create(meeting(day=25))
    body = {"Schedules": [ANNA], "StartTime": at("2026-03-02T00:00:00"),
            "EndTime": at("2026-03-30T00:00:00"), "AvailabilityViewInterval": 60}  # fmt: skip
    answer = await anna.call("POST", "me/calendar/getSchedule", body, expect=200)
    (shown,) = answer.json()["value"]

    assert [e["start"]["dateTime"][:16] for e in shown["scheduleItems"]] == [
        "2026-03-03T08:00", "2026-03-11T08:00", "2026-03-25T09:00",
    ]  # fmt: skip
    assert shown["availabilityView"].count("2") == 3
