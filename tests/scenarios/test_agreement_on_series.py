"""The kit sees where both sides differ on a series: nothing is synced, people do it by hand."""

import uuid

import pytest

WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 4},
}
ITEMS = {"recurrenceType": "Weekly", "interval": 1, "iterations": 4}
FIRST = "2026-03-03 09:00-10:00"
OID = str(uuid.UUID(int=7, version=4))
WINDOW = {"calendar_processing": {"BookingWindowInDays": 10, "EnforceSchedulingHorizon": False}}


@pytest.fixture
async def by_hand(a_world):
    """Anna's series in both systems, linked by hand; the service hears of nothing."""

    async def made(recurrence=WEEKLY, items=ITEMS, **changes):
        world = await a_world(**changes)
        await world.push(silent=True)
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, attendees=["marc"], recurrence=recurrence)
        await anna.links(series, OID)
        draft = await world.rooms("anna").begins_booking("Säntis", at=FIRST, participants=["marc"])
        await world.rooms("anna").draws_up(draft, items)
        first = await world.add_in("anna").confirms(draft, syncAppointmentOid=OID)
        await world.settles()
        return world, series, first

    return made


async def fields(world):
    return sorted(f.field for f in await world.disagreements())


@pytest.fixture(autouse=True)
def nothing_is_closed(monkeypatch):
    """These worlds are not to be closed: nothing in them was synced."""

    async def nothing(_):
        return None

    monkeypatch.setattr("tests.kit.scenario.assert_closed", nothing)


async def test_a_series_that_is_the_same_on_both_sides(by_hand):
    world, _, first = await by_hand()
    assert len(await world.items(first)) == 4
    assert await fields(world) == []


async def test_a_series_without_any_booking(by_hand):
    world, _, first = await by_hand()
    await world.rooms("anna").cancels_series(first)
    assert await fields(world) == ["missing"] * 4


async def test_a_series_without_a_link(a_world):
    world = await a_world()
    await world.push(silent=True)
    series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=WEEKLY)
    await world.outlook("anna").uninvites((await world.outlook("anna").dates(series))[1], "Säntis")
    await world.settles()
    assert await fields(world) == ["missing"] * 3


async def test_bookings_without_any_series(by_hand):
    world, series, _ = await by_hand()
    await world.outlook("anna").deletes(series)
    assert await fields(world) == ["missing"] * 4


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        ("moves", ["time"]),
        ("renames", ["subject"]),
        ("deletes", ["missing"]),
        ("uninvites", ["resources"]),
    ],
)
async def test_one_date_that_was_changed_in_outlook(by_hand, deed, expected):
    world, series, _ = await by_hand()
    anna = world.outlook("anna")
    date = await anna.date(series, "2026-03-10")
    match deed:
        case "moves":
            await anna.moves(date, to="2026-03-10 14:00-15:00")
        case "renames":
            await anna.renames(date, "Anders")
        case "deletes":
            await anna.deletes(date)
        case "uninvites":
            await anna.uninvites(date, "Säntis")
    await world.settles()
    (found,) = await world.disagreements()
    assert [found.field] == expected


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        ("moves", ["missing", "missing"]),
        ("renames", ["subject"]),
        ("cancels", ["missing"]),
        ("changes room", ["answer", "resources"]),
    ],
)
async def test_one_item_that_was_changed_in_rooms(by_hand, deed, expected):
    world, series, first = await by_hand()
    anna, item = world.rooms("anna"), (await world.items(first))[1]
    match deed:
        case "moves":
            await anna.moves(item, to="2026-03-11 14:00-15:00")
        case "renames":
            await anna.renames(item, "Anders")
        case "cancels":
            await anna.cancels(item)
        case "changes room":
            await anna.changes_room(item, "Eiger")
    found = await world.disagreements()
    assert sorted(f.field for f in found) in (expected, ["resources"])
    dates = [f.date for f in found if f.date]
    second = (await world.outlook("anna").date(series, "2026-03-10")).original_start
    assert set(dates) <= {second}


async def test_the_same_change_on_both_sides(by_hand):
    world, series, first = await by_hand()
    item = (await world.items(first))[2]
    date = await world.outlook("anna").date(series, "2026-03-17")
    await world.outlook("anna").moves(date, to="2026-03-18 14:00-15:00")
    await world.rooms("anna").moves(item, to="2026-03-18 14:00-15:00")
    await world.settles()
    assert await fields(world) == []


async def test_a_deleted_date_needs_no_booking(by_hand):
    world, series, first = await by_hand()
    await world.outlook("anna").deletes(await world.outlook("anna").date(series, "2026-03-24"))
    await world.rooms("anna").cancels((await world.items(first))[3])
    await world.settles()
    assert await fields(world) == []


async def test_two_bookings_for_one_date(by_hand):
    world, _, first = await by_hand()
    slot = "2026-03-10 09:00-10:00"
    draft = await world.rooms("anna").begins_booking("Eiger", at=slot, participants=["marc"])
    await world.add_in("anna").confirms(draft, syncAppointmentOid=OID)
    assert await fields(world) == ["link"]
    assert len(await world.items(first)) == 4


async def test_single_bookings_of_one_link_are_as_good_as_a_series(by_hand):
    world, _, first = await by_hand()
    await world.rooms("anna").cancels_series(first)
    for day in ("03", "10", "17", "24"):
        slot = f"2026-03-{day} 09:00-10:00"
        draft = await world.rooms("anna").begins_booking("Säntis", at=slot, participants=["marc"])
        await world.add_in("anna").confirms(draft, syncAppointmentOid=OID)
    assert await fields(world) == []


async def test_dates_beyond_the_window_need_no_booking(by_hand):
    world, _, first = await by_hand(items=ITEMS | {"iterations": 2}, resources={"Säntis": WINDOW})
    assert len(await world.items(first)) == 2
    assert await fields(world) == []
    await world.advances(days=9, timers=())
    assert await fields(world) == ["missing"]


async def test_a_room_that_declined_one_date_needs_no_booking_there(by_hand):
    world, _, first = await by_hand()
    copy = await world.outlook("Säntis").finds()
    declined = await world.outlook("Säntis").date(copy, "2026-03-17")
    await world.outlook("Säntis").answers(declined, "decline")
    await world.settles()
    assert await fields(world) == ["answer"]
    await world.rooms("anna").cancels((await world.items(first))[2])
    assert await fields(world) == []


async def test_a_difference_that_is_announced_for_one_date_only(by_hand):
    world, series, first = await by_hand()
    await world.rooms("anna").cancels((await world.items(first))[2])
    date = await world.outlook("anna").date(series, "2026-03-17")
    world.expected.stays_different(date, "missing", "it was cancelled by hand")
    (tolerated,) = world.expected.tolerated
    (found,) = await world.disagreements()
    assert tolerated.covers(found)
    await world.rooms("anna").cancels((await world.items(first))[0])
    assert [tolerated.covers(f) for f in await world.disagreements()] == [False, True]


async def test_an_endless_series_is_asked_for_a_year(by_hand):
    endless = {"pattern": WEEKLY["pattern"], "range": {"type": "noEnd", "startDate": "2026-03-03"}}
    wide = {"calendar_processing": {"BookingWindowInDays": 1000, "EnforceSchedulingHorizon": False}}
    world, _, _ = await by_hand(endless, ITEMS | {"iterations": 48}, resources={"Säntis": wide})
    assert await fields(world) == []


class TestWhatPeopleDo:
    async def test_this_and_following_ends_one_series_and_makes_another(self, by_hand):
        world, series, _ = await by_hand()
        anna = world.outlook("anna")
        third = await anna.date(series, "2026-03-17")
        new = await anna.changes_from(third, at="14:00-15:00", subject="Neu")
        await world.settles()
        await world.then_outlook_has_dates(
            "anna", "09:00-10:00", "2026-03-03", "2026-03-10",
            "2026-03-17 14:00-15:00", "2026-03-24 14:00-15:00",
        )  # fmt: skip
        assert (await world.event(new)).rooms == ("Säntis",)
        await world.then_outlook_has("anna", "2026-03-17 14:00-15:00", subject="Neu")

    async def test_a_rule_is_changed_member_by_member(self, by_hand):
        world, series, _ = await by_hand()
        anna = world.outlook("anna")
        await anna.changes_rule(series, interval=2)
        await anna.ends_after(series, 2)
        await world.then_outlook_has_dates("anna", "09:00-10:00", "2026-03-03", "2026-03-17")
        await anna.makes_single(series)
        await world.then_outlook_has_dates("anna", "09:00-10:00", "2026-03-03")
        await anna.makes_series(series, WEEKLY)
        await anna.cancels_from(await anna.date(series, "2026-03-17"))
        await world.then_outlook_has_dates("anna", "09:00-10:00", "2026-03-03", "2026-03-10")

    async def test_what_is_cancelled_from_today_on_keeps_what_was(self, by_hand):
        world, series, _ = await by_hand()
        await world.advances(days=10, timers=())
        await world.outlook("anna").cancels_from_today(series)
        await world.then_outlook_has_dates("anna", "09:00-10:00", "2026-03-03", "2026-03-10")

    async def test_rooms_series_are_redrawn_shortened_and_ended(self, by_hand):
        world, _, first = await by_hand()
        anna = world.rooms("anna")
        again = await anna.redraws(
            first, {"recurrenceType": "Daily", "interval": 2, "iterations": 3}
        )
        await world.then_rooms_has_dates(
            "Säntis", "09:00-10:00", "2026-03-03", "2026-03-05", "2026-03-07"
        )
        await anna.moves_following(again, "2026-03-03 11:00-12:00")
        second = (await world.items(again))[1]
        await anna.makes_single(second)
        await world.then_rooms_has_dates("Säntis", "11:00-12:00", "2026-03-03", "2026-03-05")
        await anna.cancels_series(again)
        await world.then_rooms_has_dates("Säntis", "11:00-12:00", "2026-03-05")
