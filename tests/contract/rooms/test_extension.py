"""Automatic extension: until somebody leaves, comes, or the day ends (R-112)."""

import pytest

from tests.contract.rooms.requests import booked

AT_EIGHT = {"beginn": "2026-03-02T08:00:00Z", "ende": "2026-03-02T09:00:00Z"}


@pytest.fixture
async def extending(house):
    await house.control().post("resources", json={"rooms_id": 106, "auto_extension": True})
    return house


async def end_of(house, booking) -> str:
    return (await house.state())[booking["id"]]["end"]


async def test_what_nobody_leaves_goes_on_by_quarters_of_an_hour(extending, anna):
    booking = await booked(anna, ressourceId=106, **AT_EIGHT)
    await extending.advance(hours=2)
    assert await end_of(extending, booking) == "2026-03-02T09:15:00Z"
    await extending.advance(minutes=15)
    assert await end_of(extending, booking) == "2026-03-02T09:30:00Z"


async def test_each_step_is_a_change_that_is_announced_but_not_mailed(extending, anna):
    booking = await booked(anna, ressourceId=106, **AT_EIGHT)
    before = (await extending.state())[booking["id"]]["modifiedOn"]
    await extending.advance(seconds=1)
    told = len(extending.receiver.requests)
    mails = len(await extending.mails())
    await extending.advance(hours=2)
    await extending.advance(seconds=1)
    assert len(extending.receiver.requests) == told + 1
    assert len(await extending.mails()) == mails
    assert (await extending.state())[booking["id"]]["modifiedOn"] > before


async def test_it_ends_at_the_check_out(extending, anna):
    booking = await booked(anna, ressourceId=106, **AT_EIGHT)
    await extending.advance(hours=2)
    await extending.advance(minutes=5)
    await anna.put(f"/v1.0/bookings/{booking['id']}/checkout")
    await extending.advance(hours=2)
    assert await end_of(extending, booking) == "2026-03-02T09:05:00Z"


async def test_it_ends_where_somebody_else_begins(extending, anna, beat):
    booking = await booked(anna, ressourceId=106, **AT_EIGHT)
    await booked(beat, ressourceId=106, beginn="2026-03-02T09:20:00Z", ende="2026-03-02T10:00:00Z")
    for _ in range(4):
        await extending.advance(hours=1)
    assert await end_of(extending, booking) == "2026-03-02T09:20:00Z"


async def test_it_ends_at_a_blocking_time(extending, anna):
    block = [{"start": "2026-03-02T09:10:00Z", "end": "2026-03-02T09:30:00Z"}]
    await extending.control().post("resources", json={"rooms_id": 106, "blocking_times": block})
    booking = await booked(anna, ressourceId=106, **AT_EIGHT)
    for _ in range(3):
        await extending.advance(hours=1)
    assert await end_of(extending, booking) == "2026-03-02T09:10:00Z"


async def test_it_ends_with_the_resource_s_day(extending, anna):
    late = {"beginn": "2026-03-02T22:00:00Z", "ende": "2026-03-02T22:50:00Z"}
    booking = await booked(anna, ressourceId=106, **late)
    await extending.advance(hours=15, minutes=50)
    for _ in range(8):
        await extending.advance(minutes=15)
    assert await end_of(extending, booking) == "2026-03-02T23:00:00Z", "midnight in Zurich"


async def test_where_check_in_is_asked_for_nothing_goes_on_without_it(extending, anna):
    await extending.control().post("resources", json={"rooms_id": 103, "auto_extension": True})
    booking = await booked(anna, ressourceId=103, **AT_EIGHT)
    await extending.advance(hours=1)
    await anna.put(f"/v1.0/bookings/{booking['id']}/checkin")
    await extending.advance(hours=1)
    assert await end_of(extending, booking) == "2026-03-02T09:15:00Z"


async def test_without_the_setting_a_booking_just_ends(house, anna):
    booking = await booked(anna, ressourceId=106, **AT_EIGHT)
    await house.advance(hours=3)
    assert await end_of(house, booking) == "2026-03-02T09:00:00Z"
