from typing import Any

import pytest

from tests.contract.exchange.company import (
    ANNA,
    IMMUTABLE,
    PROPERTY,
    Company,
    Person,
    at,
    meeting,
)  # fmt: skip
from tests.contract.exchange.serial import (
    YEAR,
    Dates,
    endless,
    pattern,
    series,
    times,
    until,
    weekly,
)

EVERY_DAY = ["monday", "tuesday", "wednesday", "thursday", "friday"]


def days(starts: list[str]) -> list[str]:
    return [start[5:10] for start in starts]


@pytest.mark.parametrize(
    ("repeats", "limits", "expected"),
    [
        (pattern("daily", interval=3), times(3), ["03-03", "03-06", "03-09"]),
        (weekly("tuesday", "friday"), until("2026-03-13"), ["03-03", "03-06", "03-10", "03-13"]),
        (pattern("absoluteMonthly", dayOfMonth=3), times(3), ["03-03", "04-03", "05-03"]),
        (
            pattern("absoluteMonthly", dayOfMonth=31),
            times(4, "2026-03-31"),
            ["03-31", "04-30", "05-31", "06-30"],
        ),
        (
            pattern("relativeMonthly", daysOfWeek=EVERY_DAY, index="last"),
            times(3, "2026-04-30"),
            ["04-30", "05-29", "06-30"],
        ),
        (
            pattern("relativeMonthly", daysOfWeek=["saturday", "sunday"], index="second"),
            times(3, "2026-03-07"),
            ["03-07", "04-05", "05-03"],
        ),
        (
            pattern("relativeMonthly", daysOfWeek=["tuesday"], index="first", interval=2),
            times(3),
            ["03-03", "05-05", "07-07"],
        ),
    ],
)
async def test_a_pattern_means_these_dates(
    anna: Person, repeats: dict[str, Any], limits: dict[str, Any], expected: list[str]
):
    dates = Dates(anna, await anna.create(series(repeats=repeats, limits=limits)))

    assert days(await dates.starts()) == expected


@pytest.mark.parametrize(
    ("repeats", "start", "expected"),
    [
        (
            pattern("absoluteYearly", dayOfMonth=29, month=2),
            "2024-02-29",
            ["2024-02-29", "2025-02-28", "2026-02-28"],
        ),
        (
            pattern("relativeYearly", daysOfWeek=["thursday"], month=11, index="fourth"),
            "2024-11-28",
            ["2024-11-28", "2025-11-27", "2026-11-26"],
        ),
    ],
)
async def test_a_yearly_pattern_means_these_dates(
    anna: Person, repeats: dict[str, Any], start: str, expected: list[str]
):
    made = await anna.create(series(repeats=repeats, limits=times(3, start)))
    found = await Dates(anna, made).starts("startDateTime=2024-01-01&endDateTime=2027-01-01")

    assert [f[:10] for f in found] == expected


async def test_the_week_begins_where_the_series_says(anna: Person):
    begins = {}
    for first in ("sunday", "monday"):
        repeats = weekly("tuesday", "sunday", interval=2, firstDayOfWeek=first)
        made = await anna.create(series(repeats=repeats, limits=times(4)))
        begins[first] = days(await Dates(anna, made).starts())

    assert begins == {
        "sunday": ["03-03", "03-15", "03-17", "03-29"],
        "monday": ["03-03", "03-08", "03-17", "03-22"],
    }


async def test_times_stay_on_the_wall_when_clocks_change(anna: Person):
    dates = Dates(anna, await anna.create(series(limits=times(2, "2026-03-24"))))

    assert await dates.starts() == ["2026-03-24T08:00", "2026-03-31T07:00"]


async def test_a_series_in_utc_drifts_over_the_change_of_clocks(anna: Person):
    dates = Dates(anna, await anna.create(series(zone="UTC", limits=times(2, "2026-03-24"))))

    assert await dates.starts() == ["2026-03-24T09:00", "2026-03-31T09:00"]


async def test_the_zone_of_the_series_may_be_another_than_the_events(anna: Person):
    limits = times(2, "2026-03-24", recurrenceTimeZone="W. Europe Standard Time")
    dates = Dates(anna, await anna.create(series(zone="UTC", limits=limits)))

    assert await dates.starts() == ["2026-03-24T09:00", "2026-03-31T08:00"]
    assert dates.master["recurrence"]["range"]["recurrenceTimeZone"] == "W. Europe Standard Time"


async def test_a_time_that_the_clocks_leave_out_moves_on(anna: Person):
    night = {"start": at("2026-03-22T02:30:00", "Europe/Zurich"),
             "end": at("2026-03-22T02:45:00", "Europe/Zurich")}  # fmt: skip
    repeats = weekly("sunday")
    made = await anna.create(series(repeats=repeats, limits=times(3, "2026-03-22"), **night))

    assert await Dates(anna, made).starts() == [
        "2026-03-22T01:30", "2026-03-29T01:30", "2026-04-05T00:30"
    ]  # fmt: skip


async def test_days_and_several_days_repeat_from_midnight_to_midnight(anna: Person):
    whole = {"start": at("2026-03-27T00:00:00", "Europe/Zurich"),
             "end": at("2026-03-30T00:00:00", "Europe/Zurich"), "isAllDay": True}  # fmt: skip
    made = await anna.create(
        series(repeats=weekly("friday"), limits=times(2, "2026-03-27"), **whole)
    )
    found = await Dates(anna, made).all(Prefer='outlook.timezone="Europe/Zurich"')

    assert [(e["start"]["dateTime"][:16], e["end"]["dateTime"][:16]) for e in found] == [
        ("2026-03-27T00:00", "2026-03-30T00:00"), ("2026-04-03T00:00", "2026-04-06T00:00"),
    ]  # fmt: skip


async def test_members_that_were_not_sent_are_filled_on_reading(anna: Person):
    made = await anna.create(series(limits=endless()))

    assert made["type"] == "seriesMaster"
    assert made["recurrence"] == {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "month": 0,
            "dayOfMonth": 0,
            "daysOfWeek": ["tuesday"],
            "firstDayOfWeek": "sunday",
            "index": "first",
        },
        "range": {
            "type": "noEnd",
            "startDate": "2026-03-03",
            "endDate": "0001-01-01",
            "recurrenceTimeZone": "W. Europe Standard Time",
            "numberOfOccurrences": 0,
        },
    }
    same = await anna.change(made, recurrence=made["recurrence"])
    assert same["recurrence"] == made["recurrence"]


async def test_a_pattern_that_does_not_fit_the_start_begins_later(anna: Person):
    made = await anna.create(series(repeats=weekly("thursday"), limits=times(2)))

    assert made["start"]["dateTime"].startswith("2026-03-05T08:00")
    assert made["recurrence"]["range"]["startDate"] == "2026-03-05"
    assert days(await Dates(anna, made).starts()) == ["03-05", "03-12"]


@pytest.mark.parametrize(
    ("repeats", "limits", "code"),
    [
        (weekly(), times(4, "2026-03-04"), "ErrorPropertyValidationFailure"),
        (pattern("weekly"), times(4), "ErrorPropertyValidationFailure"),
        (pattern("absoluteMonthly"), times(4), "ErrorPropertyValidationFailure"),
        (pattern("absoluteYearly", dayOfMonth=3), times(4), "ErrorPropertyValidationFailure"),
        (pattern("absoluteYearly", dayOfMonth=31, month=4), times(4),
         "ErrorPropertyValidationFailure"),
        (pattern("relativeMonthly", index="last"), times(4), "ErrorPropertyValidationFailure"),
        (pattern("daily", interval=0), times(4), "ErrorPropertyValidationFailure"),
        ({"type": "daily"}, times(4), "ErrorPropertyValidationFailure"),
        (pattern("daily", dayOfMonth=40), times(4), "ErrorPropertyValidationFailure"),
        (pattern("daily", daysOfWeek=["someday"]), times(4), "RequestBodyRead"),
        (pattern("daily", index="fifth"), times(4), "RequestBodyRead"),
        (pattern("hourly"), times(4), "RequestBodyRead"),
        (pattern("daily", step=2), times(4), "RequestBodyRead"),
        (weekly(), until("2026-02-01"), "ErrorRecurrenceEndDateTooEarly"),
        (weekly("friday"), until("2026-03-04"), "ErrorRecurrenceHasNoOccurrence"),
        (weekly(), times(0), "ErrorPropertyValidationFailure"),
        (weekly(), {"type": "endDate", "startDate": "2026-03-03"},
         "ErrorPropertyValidationFailure"),
        (weekly(), endless("yesterday"), "RequestBodyRead"),
        (weekly(), times(4, recurrenceTimeZone="Middle-earth"), "TimeZoneNotSupportedException"),
    ],
)  # fmt: skip
async def test_a_recurrence_that_cannot_be_is_refused(
    anna: Person, repeats: dict[str, Any], limits: dict[str, Any], code: str
):
    start = {"start": at("2026-03-03T09:00:00", "Europe/Zurich"),
             "end": at("2026-03-03T10:00:00", "Europe/Zurich")}  # fmt: skip
    answer = await anna.create(series(repeats=repeats, limits=limits, **start), expect=400)

    assert answer["error"]["code"] == code
    assert await anna.events() == []


async def test_dates_that_overlap_are_refused(anna: Person):
    long = {"end": at("2026-03-04T10:00:00", "Europe/Zurich")}
    answer = await anna.create(series(repeats=pattern("daily"), **long), expect=400)

    assert answer["error"]["code"] == "ErrorOccurrenceTimeSpanTooBig"
    await anna.create(series(repeats=pattern("daily", interval=2), **long))


async def test_a_list_shows_masters_and_a_view_their_dates(anna: Person):
    made = await anna.create(series())
    single = await anna.create(meeting(day=5))
    listed = await anna.events()
    view = (await anna.get(f"me/calendarView?{YEAR}"))["value"]
    window = "startDateTime=2026-03-17T08:30:00Z&endDateTime=2026-03-24T08:00:00Z"

    assert {e["id"] for e in listed} == {made["id"], single["id"]}
    assert [(e["type"], e["seriesMasterId"]) for e in view] == [
        ("occurrence", made["id"]), ("singleInstance", None),
        *[("occurrence", made["id"])] * 3,
    ]  # fmt: skip
    assert len({e["iCalUId"] for e in view} | {made["iCalUId"]}) == 6
    assert len((await anna.get(f"me/calendarView?{window}"))["value"]) == 1
    assert len((await anna.get(f"me/calendarView?{YEAR}&$top=2"))["value"]) == 2


async def test_a_single_meeting_becomes_a_series_and_one_again(anna: Person):
    single = await anna.create(meeting(day=3))
    rule = {"pattern": weekly(), "range": times(4)}
    master = await anna.change(single, recurrence=rule)
    again = await anna.change(single, recurrence=None)

    assert (master["type"], again["type"]) == ("seriesMaster", "singleInstance")
    assert single["iCalUId"] == master["iCalUId"] == again["iCalUId"]
    assert again["recurrence"] is None
    assert again["start"] == single["start"]
    await anna.get(f"me/events/{single['id']}/instances?{YEAR}", 400)


async def test_a_new_start_takes_the_range_along(anna: Person):
    made = await anna.create(series(limits=until("2026-03-31")))
    moved = await anna.change(
        made,
        start=at("2026-03-10T14:00:00", "Europe/Zurich"),
        end=at("2026-03-10T15:00:00", "Europe/Zurich"),
    )

    assert moved["recurrence"]["range"]["startDate"] == "2026-03-10"
    assert await Dates(anna, made).starts() == [
        "2026-03-10T13:00", "2026-03-17T13:00", "2026-03-24T13:00", "2026-03-31T12:00",
    ]  # fmt: skip


async def test_ids_are_shown_in_the_form_asked_for(anna: Person):
    dates = Dates(anna, await anna.create(series()))
    master = await anna.read(dates.master, **IMMUTABLE)
    (first, *_), (fixed, *_) = await dates.all(), await dates.all(**IMMUTABLE)

    assert first["id"] != fixed["id"]
    assert fixed["seriesMasterId"] == master["id"]
    assert (await anna.read(fixed))["id"] == first["id"]
    ids = {"InputIds": [first["id"]], "SourceIdType": "restId",
           "TargetIdType": "restImmutableEntryId"}  # fmt: skip
    answer = await anna.call("POST", "me/translateExchangeIds", ids, expect=200)
    assert answer.json()["value"][0]["targetId"] == fixed["id"]


async def test_the_first_date_is_told_in_full_by_a_read(company: Company, anna: Person):
    own = {"singleValueExtendedProperties": [{"id": PROPERTY, "value": "42"}]}
    dates = Dates(anna, await anna.create(series(**own)))
    first = await dates.on("2026-03-03")
    expand = f"?$expand=singleValueExtendedProperties($filter=id eq '{PROPERTY}')"
    shown = await anna.get(f"users/{ANNA}/events/{first['id']}{expand}")

    assert (shown["type"], shown["subject"], shown["recurrence"]) == ("occurrence", "Weekly", None)
    assert shown["originalStart"] == "2026-03-03T08:00:00.0000000Z"
    assert shown["singleValueExtendedProperties"][0]["value"] == "42"


async def test_a_deleted_series_comes_back_with_its_exceptions(anna: Person):
    dates = Dates(anna, await anna.create(series()))
    await anna.change(await dates.on("2026-03-10"), subject="Special")
    await anna.delete(await dates.on("2026-03-17"))
    fixed = await anna.read(dates.master, **IMMUTABLE)
    await anna.delete(dates.master)
    assert (await anna.get(f"me/calendarView?{YEAR}"))["value"] == []

    back = (await anna.do("move", fixed, expect=201, destinationId="calendar")).json()
    dates = Dates(anna, back)
    assert [e["subject"] for e in await dates.all()] == ["Weekly", "Special", "Weekly"]
    assert (await anna.read(await dates.on("2026-03-10")))["seriesMasterId"] == back["id"]
    await anna.do("permanentDelete", back, expect=204)
    assert (await anna.get(f"me/calendarView?{YEAR}"))["value"] == []
