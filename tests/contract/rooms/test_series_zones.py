"""In which zone the dates of a series are computed, and what its organizer sees (R-660..R-662)."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from devstack.kit.clock import VirtualClock
from devstack.kit.world import World
from devstack.rooms.simulator import RoomsSimulator
from tests.contract.rooms.conftest import House, world
from tests.contract.rooms.receiver import Receiver
from tests.contract.rooms.series import booked_series, items_of

BERN, EASTERN, LONDON = "Europe/Zurich", "America/New_York", "Europe/London"


def three_zones(**changes) -> World:
    """The creator in Bern, the organizer in New York, the resource in London."""
    content = {
        "start": "2023-10-01T07:00:00Z",
        "persons": [
            {"mail": "c@x.example", "name": "C", "rooms_id": 11, "pin": "11", "time_zone": BERN}
            | changes.get("creator", {}),
            {"mail": "o@x.example", "name": "O", "rooms_id": 12, "time_zone": EASTERN},
        ],
        "locations": [{"id": 1, "name": "London", "time_zone": LONDON}],
        "resources": [{"rooms_id": 106, "name": "Thames", "mode": "None", "time_zone": LONDON}],
    }
    return World.model_validate(json.loads(json.dumps(content)))


async def local_starts(anna, zone: str) -> list[str]:
    """Book daily from 27 October to 6 November at 9 in a zone; return what New York sees."""
    begin = datetime(2023, 10, 27, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    booking = await booked_series(
        anna,
        {"recurrenceType": "Daily", "endByDate": True, "endDate": "2023-11-06T00:00:00Z"},
        personOrganisatorId=12,
        beginn=begin.isoformat(),
        ende=begin.replace(hour=begin.hour + 1).isoformat(),
    )
    items = await items_of(anna, booking["serienId"])
    moments = [datetime.fromisoformat(i["start"]) for i in items]
    return [m.astimezone(ZoneInfo(EASTERN)).strftime("%d %H") for m in moments]


@pytest.fixture
async def autumn():
    """A house in October 2023."""
    clock = VirtualClock(datetime(2023, 10, 1, 7, tzinfo=UTC))
    simulator = RoomsSimulator(clock=clock)
    yield House(simulator, clock, Receiver())
    await simulator.aclose()


@pytest.mark.parametrize(
    ("source", "zone", "hours"),
    [
        ("organizer", EASTERN, ["09"] * 11),
        ("creator", BERN, ["03"] * 2 + ["04"] * 7 + ["03"] * 2),
        ("location", LONDON, ["04"] * 2 + ["05"] * 7 + ["04"] * 2),
    ],
)
async def test_the_vendors_own_example(autumn, source, zone, hours):
    """R-661: no exception with the organizer's zone, 7 with the creator's or the location's."""
    autumn.simulator.load(three_zones())
    await autumn.switch(series_zone=source)

    seen = await local_starts(autumn.client("11"), zone)

    days = ["27", "28", "29", "30", "31", "01", "02", "03", "04", "05", "06"]
    assert seen == [f"{d} {h}" for d, h in zip(days, hours, strict=True)]
    assert sum(h != hours[0] for h in hours) == (0 if source == "organizer" else 7)


async def test_a_person_has_a_source_of_their_own_only_where_it_is_adjustable(autumn):
    autumn.simulator.load(three_zones(creator={"series_zone_source": "creator"}))
    fixed = await local_starts(autumn.client("11"), BERN)
    autumn.simulator.load(three_zones(creator={"series_zone_source": "creator"}))
    await autumn.control().post("parameters", json={"id": 114, "value": "true"})

    adjusted = await local_starts(autumn.client("11"), BERN)

    assert {s[3:] for s in fixed} == {"03"}
    assert {s[3:] for s in adjusted} == {"03", "04"}


async def test_a_time_in_the_missing_hour_is_an_hour_later_that_day(house, anna):
    """02:30 does not exist in Bern on 29 March 2026."""
    booking = await booked_series(
        anna,
        {"recurrenceType": "Daily", "iterations": 3},
        beginn="2026-03-28T01:30:00Z",
        ende="2026-03-28T01:45:00Z",
    )

    items = await items_of(anna, booking["serienId"])

    assert [(i["start"][8:16], i["end"][8:16]) for i in items] == [
        ("28T01:30", "28T01:45"),
        ("29T01:30", "29T01:45"),
        ("30T00:30", "30T00:45"),
    ]


SEED = {
    "titel": "Tagwacht",
    "ressourceId": 106,
    "beginn": "2026-03-02T08:00:00Z",
    "ende": "2026-03-02T08:15:00Z",
}


@pytest.mark.parametrize(
    ("recurrence", "days"),
    [
        (
            {"recurrenceType": "Daily", "everyWeekDay": True, "occurences": 6},
            ["03-02", "03-03", "03-04", "03-05", "03-06", "03-09"],
        ),
        (
            {"recurrenceType": "Yearly", "dayInMonth": 29, "monthOfYear": 2, "occurences": 3},
            ["02-28", "02-29", "02-28"],
        ),
        (
            {
                "recurrenceType": "Yearly",
                "weekNumber": 5,
                "days": [1],
                "monthOfYear": 5,
                "endDate": "2027-12-31",
            },
            ["05-25", "05-31"],
        ),
    ],
)
async def test_a_world_has_series_that_the_api_cannot_make(house, recurrence, days):
    seed = {"creator": 11, "booking": SEED, "recurrence": recurrence}

    house.simulator.load(world(bookings=[seed]))

    state = (await house.state()).values()
    assert [b["begin"][5:10] for b in state] == days
    assert {b["series"]["recurrenceType"] for b in state} == {recurrence["recurrenceType"]}
    assert await house.mails() == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"recurrence": {"recurrenceType": "Hourly", "occurences": 2}}, "bookings[0]"),
        ({"recurrence": {"recurrenceType": "Daily"}}, "series_endless"),
        ({"recurrence": {"recurrenceType": "Daily", "times": 2}}, "times"),
        ({"user_groups": [{"id": 1, "members": [99]}]}, "there is no person 99"),
    ],
)
async def test_a_world_with_an_unclear_series_is_refused(house, part, words):
    seed = {"creator": 11, "booking": SEED} | {k: v for k, v in part.items() if k == "recurrence"}
    groups = part.get("user_groups", [])

    content = {**json.loads(world().model_dump_json()), "bookings": [seed], "user_groups": groups}
    answer = await house.control().post("world", json={"world": content})

    assert answer.status_code == 400
    assert words in answer.text
