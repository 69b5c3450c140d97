import pytest

from devstack.exchange.model.zones import UnknownTimeZoneError, windows_name, zone
from tests.contract.exchange.company import ANNA, Company, Person, at, meeting, world


@pytest.mark.parametrize("name", ["W. Europe Standard Time", "Europe/Zurich"])
async def test_windows_and_iana_names_go_in_and_utc_comes_out(anna: Person, name: str):
    event = await anna.create(
        meeting(start=at("2026-03-30T09:00:00", name), end=at("2026-03-30T10:00:00.5", name))
    )

    assert event["start"] == at("2026-03-30T07:00:00.0000000")
    assert event["end"] == at("2026-03-30T08:00:00.5000000")
    assert event["originalStartTimeZone"] == "W. Europe Standard Time"


async def test_the_original_zone_may_be_kept_as_it_was_sent(company: Company, anna: Person):
    await company.switch(original_time_zone="as_sent")
    event = await anna.create(
        meeting(start=at("2026-03-30T09:00:00", "Europe/Zurich"), end=at("2026-03-30T10:00:00"))
    )

    assert event["originalStartTimeZone"] == "Europe/Zurich"
    assert event["originalEndTimeZone"] == "UTC"


@pytest.mark.parametrize("name", ["Europe/Zurich", "W. Europe Standard Time"])
async def test_times_come_in_the_preferred_zone(anna: Person, name: str):
    event = await anna.create(meeting())
    wanted = f'outlook.timezone="{name}", IdType="ImmutableId"'
    shown = await anna.call("GET", f"me/events/{event['id']}", Prefer=wanted)

    assert shown.json()["start"] == at("2026-03-03T10:00:00.0000000", name)
    assert shown.json()["id"] != event["id"]
    applied = f'IdType="ImmutableId", outlook.timezone="{name}"'
    assert shown.headers["preference-applied"] == applied
    refused = await anna.read(event, expect=400, Prefer='outlook.timezone="Mars"')
    assert refused["error"]["code"] == "TimeZoneNotSupportedException"


async def test_a_missing_zone_is_utc_and_an_offset_keeps_its_instant(anna: Person):
    event = await anna.create(
        meeting(
            start={"dateTime": "2026-03-03T09:00:00.1234567"},
            end=at("2026-03-03T12:00:00+02:00", "Europe/Zurich"),
        )
    )

    assert event["start"]["dateTime"] == "2026-03-03T09:00:00.1234560"
    assert event["end"]["dateTime"] == "2026-03-03T10:00:00.0000000"


async def test_a_time_that_does_not_exist_is_shifted_and_a_double_one_is_the_first(anna: Person):
    gap = await anna.create(
        meeting(
            start=at("2026-03-29T02:30:00", "Europe/Zurich"),
            end=at("2026-10-25T02:30:00", "Europe/Zurich"),
        )
    )
    shown = await anna.read(gap, Prefer='outlook.timezone="Europe/Zurich"')

    assert shown["start"]["dateTime"] == "2026-03-29T03:30:00.0000000"
    assert gap["end"]["dateTime"] == "2026-10-25T00:30:00.0000000"


async def test_all_day_is_whole_days_of_one_zone(anna: Person):
    event = await anna.create(
        meeting(
            isAllDay=True,
            start=at("2026-03-28T00:00:00", "Europe/Zurich"),
            end=at("2026-03-31T00:00:00", "Europe/Zurich"),
        )
    )
    assert (event["start"], event["end"]) == (
        at("2026-03-27T23:00:00.0000000"), at("2026-03-30T22:00:00.0000000"),
    )  # fmt: skip
    own = await anna.read(event, Prefer=f'outlook.timezone="{event["originalStartTimeZone"]}"')
    assert own["start"]["dateTime"] == "2026-03-28T00:00:00.0000000"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at("2026-03-28T00:00:00"), at("2026-03-29T00:00:00", "Europe/Zurich")),
        (at("2026-03-28T00:00:00"), at("2026-03-28T00:00:00")),
        (at("2026-03-28T00:00:00"), at("2026-03-28T12:00:00")),
        (at("2026-03-28T09:00:00"), at("2026-03-29T09:00:00")),
    ],
)
async def test_all_day_that_is_not_is_refused(anna: Person, start: dict, end: dict):
    await anna.create(meeting(isAllDay=True, start=start, end=end), expect=400)


async def test_legacy_zones_come_from_a_world_but_are_no_input(company: Company):
    event = meeting(originalStartTimeZone="tzone://Microsoft/Custom")
    event["originalEndTimeZone"] = "tzone://Microsoft/Utc"
    company.sim.load(world(events=[{"mailbox": ANNA, "event": event}]))
    anna = company.outlook(ANNA)
    found = await anna.only()

    assert found["originalStartTimeZone"] == "tzone://Microsoft/Custom"
    assert found["originalEndTimeZone"] == "tzone://Microsoft/Utc"
    refused = await anna.create(
        meeting(start=at("2026-03-03T09:00:00", "tzone://Microsoft/Custom")), expect=400
    )
    assert refused["error"]["code"] == "TimeZoneNotSupportedException"


async def test_the_supported_zones_are_listed_in_both_languages(anna: Person):
    windows = (await anna.get("me/outlook/supportedTimeZones()"))["value"]
    iana = await anna.get(
        "me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')"
    )

    assert "W. Europe Standard Time" in [z["alias"] for z in windows]
    assert "Europe/Zurich" in [z["alias"] for z in iana["value"]]


@pytest.mark.parametrize(
    ("iana", "windows"),
    [
        ("Europe/Zurich", "W. Europe Standard Time"),
        ("Europe/London", "GMT Standard Time"),
        ("America/New_York", "Eastern Standard Time"),
        ("America/Detroit", "Eastern Standard Time"),
        ("Asia/Kolkata", "India Standard Time"),
        ("Pacific/Auckland", "New Zealand Standard Time"),
        ("UTC", "UTC"),
    ],
)
def test_zones_are_called_as_windows_calls_them(iana: str, windows: str):
    assert windows_name(iana) == windows
    assert zone(windows).info.utcoffset(None) == zone(iana).info.utcoffset(None)


def test_an_unknown_zone_is_an_error_with_its_name():
    with pytest.raises(UnknownTimeZoneError, match="Mars"):
        zone("Mars")


async def test_a_view_shows_what_overlaps_the_window_by_start(anna: Person):
    for day, hour in ((4, 9), (3, 9), (2, 22)):
        await anna.create(meeting(day=day, hour=hour))
    shown = await anna.get(
        "me/calendarView?startDateTime=2026-03-02T22:30:00Z&endDateTime=2026-03-04T09:00:00"
    )

    assert [e["start"]["dateTime"][:13] for e in shown["value"]] == [
        "2026-03-02T22", "2026-03-03T09",
    ]  # fmt: skip
    window = "startDateTime=2026-03-02T23:30:00%2B01:00&endDateTime=2026-03-04T10:00:00%2B01:00"
    assert (await anna.get(f"me/calendarView?{window}"))["value"] == shown["value"]
