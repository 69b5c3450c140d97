from datetime import timedelta
from typing import Any

import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    EIGER,
    SAENTIS,
    Company,
    at,
    invited,
    meeting,
    resource,
    world,
)  # fmt: skip
from tests.contract.exchange.serial import Dates, copy_of, endless, pattern, series, times

ZURICH = "Europe/Zurich"


def with_policy(company: Company, **policy: Any) -> None:
    company.sim.load(world(resources=[resource(policy)]))


async def booked(company: Company, **more: Any) -> Dates:
    """Let Anna invite the room to a series and wait for its answer."""
    anna = company.outlook(ANNA)
    dates = Dates(anna, await anna.create(series(SAENTIS, **more)))
    await company.settle()
    return dates


async def answers(dates: Dates) -> list[str]:
    """Return the room's answer to each date, as the organizer sees it."""
    return [e["attendees"][0]["status"]["response"] for e in await dates.all()]


async def answer(dates: Dates) -> str:
    found: str = (await dates.again())["attendees"][0]["status"]["response"]
    return found


async def occupy(company: Company, *days: int) -> None:
    bob = company.outlook(BOB)
    for day in days:
        await bob.create(meeting(SAENTIS, day=day, hour=8))
    await company.settle()


async def test_one_conflict_declines_a_whole_series_by_default(company: Company):
    await occupy(company, 24)
    dates = await booked(company)

    assert await answer(dates) == "declined"
    assert len(await company.outlook(SAENTIS).events()) == 1
    texts = [m["text"] for m in await company.mails("response")]
    assert texts[-1] == "Your request was declined because there are conflicts."


async def test_taken_dates_are_declined_one_by_one_below_the_thresholds(company: Company):
    with_policy(company, ConflictPercentageAllowed=50, MaximumConflictInstances=2)
    await occupy(company, 10, 24)
    dates = await booked(company)

    assert await answer(dates) == "accepted"
    assert await answers(dates) == ["accepted", "declined", "accepted", "declined"]
    assert await dates.details() == ([], ["2026-03-10", "2026-03-24"])
    room = company.outlook(SAENTIS)
    (master,) = [e for e in await room.events() if e["type"] == "seriesMaster"]
    copy = Dates(room, master)
    assert await copy.starts() == ["2026-03-03T08:00", "2026-03-17T08:00"]
    assert len(await company.mails("response")) == 2 + 1 + 2


@pytest.mark.parametrize(
    "policy",
    [
        {"ConflictPercentageAllowed": 50, "MaximumConflictInstances": 1},
        {"ConflictPercentageAllowed": 49, "MaximumConflictInstances": 4},
        {"ConflictPercentageAllowed": 100},
        {"MaximumConflictInstances": 4},
    ],
)
async def test_more_than_either_threshold_declines_all(company: Company, policy: dict[str, int]):
    with_policy(company, **policy)
    await occupy(company, 10, 24)

    assert await answer(await booked(company)) == "declined"


async def test_two_series_conflict_on_the_dates_they_share(company: Company):
    with_policy(company, ConflictPercentageAllowed=50, MaximumConflictInstances=9)
    bob = company.outlook(BOB)
    rule = pattern("relativeMonthly", daysOfWeek=["tuesday"], index="second")
    await bob.create(series(SAENTIS, repeats=rule, limits=times(3, "2026-03-10")))
    await company.settle()
    dates = await booked(company, limits=times(8))

    found = dict(zip([s[5:10] for s in await dates.starts()], await answers(dates), strict=True))
    assert [day for day, said in found.items() if said == "declined"] == ["03-10", "04-14"]


async def test_an_exception_of_another_series_makes_room(company: Company):
    bob = company.outlook(BOB)
    other = Dates(bob, await bob.create(series(SAENTIS, limits=times(1))))
    await company.settle()
    await bob.delete(await other.on("2026-03-03"))
    await company.settle()

    assert await answer(await booked(company)) == "accepted"


async def test_rooms_may_take_no_series(company: Company):
    with_policy(company, AllowRecurringMeetings=False)

    assert await answer(await booked(company)) == "declined"


async def test_conflicts_may_be_allowed_altogether(company: Company):
    with_policy(company, AllowConflicts=True)
    await occupy(company, 10)

    assert await answers(await booked(company)) == ["accepted"] * 4


async def test_dates_that_last_too_long_decline_the_series(company: Company):
    with_policy(company, MaximumDurationInMinutes=30)

    assert await answer(await booked(company)) == "declined"


@pytest.mark.parametrize("limits", [endless(), times(40)])
async def test_a_series_beyond_the_window_is_declined(company: Company, limits: dict[str, Any]):
    dates = await booked(company, limits=limits)

    assert await answer(dates) == "declined"
    assert await company.outlook(SAENTIS).events() == []


@pytest.mark.parametrize("limits", [endless(), times(40)])
async def test_without_the_horizon_a_series_is_cut_off_at_the_window(
    company: Company, limits: dict[str, Any]
):
    with_policy(company, EnforceSchedulingHorizon=False, BookingWindowInDays=30)
    dates = await booked(company, limits=limits)
    room = await copy_of(company, SAENTIS)

    assert await answer(dates) == "accepted"
    assert room.master["recurrence"]["range"]["type"] == "endDate"
    assert room.master["recurrence"]["range"]["endDate"] == "2026-03-31"
    assert (await room.starts())[-1] == "2026-03-31T07:00"
    assert (await dates.again())["recurrence"]["range"]["type"] == limits["type"]

    await company.outlook(ANNA).change(dates.master, subject="Renamed")
    await company.settle()
    assert len(await room.all()) == 5
    beyond = await dates.on("2026-04-07")
    await company.outlook(ANNA).change(
        beyond, start=at("2026-04-07T14:00:00", ZURICH), end=at("2026-04-07T15:00:00", ZURICH)
    )
    await company.settle()
    shown = await dates.on("2026-04-07")
    assert shown["attendees"][0]["status"]["response"] == "declined"


async def test_a_series_wholly_beyond_the_window_is_declined_anyway(company: Company):
    with_policy(company, EnforceSchedulingHorizon=False, BookingWindowInDays=30)

    assert await answer(await booked(company, limits=times(4, "2026-06-02"))) == "declined"


async def test_a_moved_date_is_decided_on_alone(company: Company):
    dates = await booked(company)
    await company.outlook(BOB).create(meeting(SAENTIS, day=11, hour=8))
    await company.settle()
    await company.outlook(ANNA).change(
        await dates.on("2026-03-10"),
        start=at("2026-03-11T09:00:00", ZURICH),
        end=at("2026-03-11T10:00:00", ZURICH),
    )
    await company.settle()

    assert await answers(dates) == ["accepted", "declined", "accepted", "accepted"]
    assert await answer(dates) == "accepted"
    room = await company.outlook(SAENTIS).events()
    assert [e["type"] for e in room].count("seriesMaster") == 1

    await company.outlook(ANNA).change(
        await dates.on("2026-03-10"),
        start=at("2026-03-12T09:00:00", ZURICH),
        end=at("2026-03-12T10:00:00", ZURICH),
    )
    await company.settle()
    assert await answers(dates) == ["accepted"] * 4


async def test_a_date_changed_before_the_answer_is_answered_with_the_series(company: Company):
    await company.control("POST", "timing", {"assistant_s": [5, 5]})
    dates = await booked(company)
    await company.outlook(ANNA).change(await dates.on("2026-03-10"), subject="Special")
    await company.settle()
    room = await copy_of(company, SAENTIS)
    assert {e["responseStatus"]["response"] for e in await room.all()} == {"notResponded"}

    await company.advance(timedelta(seconds=5).total_seconds())
    assert await answers(dates) == ["accepted"] * 4
    assert {e["responseStatus"]["response"] for e in await room.all()} == {"accepted"}
    assert {e["showAs"] for e in await room.all()} == {"busy"}


async def test_a_series_occupies_the_room_against_single_meetings(company: Company):
    await booked(company)
    bob = company.outlook(BOB)
    for day, said in ((17, "declined"), (18, "accepted")):
        event = await bob.create(meeting(SAENTIS, day=day, hour=8))
        await company.settle()
        assert (await bob.read(event))["attendees"][0]["status"]["response"] == said


async def test_two_rooms_answer_each_for_itself(company: Company):
    no_series = resource({"AllowRecurringMeetings": False}, mail=EIGER, rooms_id=102, name="Eiger")
    company.sim.load(world(resources=[resource({}), no_series]))
    dates = await booked(company, attendees=invited(SAENTIS, EIGER))
    said = [a["status"]["response"] for a in (await dates.again())["attendees"]]

    assert said == ["accepted", "declined"]
