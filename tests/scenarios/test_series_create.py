"""Series appear on the other side, whatever their rule (R-600 ... R-602, R-640, R-641, D14)."""

import pytest

from tests.kit.recurring import AT, FIRST, daily, every, items, recurring, weekly

pytestmark = pytest.mark.in_both_depths

LAST_FRIDAYS = ["2026-03-27", "2026-04-24", "2026-05-29"]
RULES = {
    "daily": (daily(times=5), every(1, 5), True),
    "every third day": (daily(times=4, interval=3), every(3, 4), True),
    "weekly": (weekly(times=6), every(7, 6), True),
    "every other week": (weekly(times=4, interval=2), every(14, 4), True),
    "until a day": (weekly(until="2026-03-24"), every(7, 4), True),
    "two days a week": (
        weekly("tuesday", "thursday", times=4),
        ["2026-03-03", "2026-03-05", "2026-03-10", "2026-03-12"],
        True,
    ),
    "working days": (
        weekly("monday", "tuesday", "wednesday", "thursday", "friday", times=6),
        [*every(1, 4), *every(1, 2, "2026-03-09")],
        True,
    ),
    "monthly by day": (
        recurring("absoluteMonthly", dayOfMonth=3, times=3),
        ["2026-03-03", "2026-04-03", "2026-05-03"],
        True,
    ),
    "monthly by weekday": (
        recurring("relativeMonthly", daysOfWeek=["tuesday"], index="first", times=3),
        ["2026-03-03", "2026-04-07", "2026-05-05"],
        True,
    ),
    "last Friday": (
        recurring(
            "relativeMonthly", daysOfWeek=["friday"], index="last", times=3, start="2026-03-27"
        ),
        LAST_FRIDAYS,
        True,
    ),
    "last working day": (
        recurring(
            "relativeMonthly",
            daysOfWeek=["monday", "tuesday", "wednesday", "thursday", "friday"],
            index="last",
            times=3,
            start="2026-03-31",
        ),
        ["2026-03-31", "2026-04-30", "2026-05-29"],
        False,
    ),
    "the 31st": (
        recurring("absoluteMonthly", dayOfMonth=31, times=3, start="2026-03-31"),
        ["2026-03-31", "2026-04-30", "2026-05-31"],
        True,
    ),
}
WIDE = {"calendar_processing": {"BookingWindowInDays": 1080, "EnforceSchedulingHorizon": False}}


@pytest.mark.parametrize("name", RULES)
async def test_a_series_made_in_outlook_is_booked(world, name):
    recurrence, days, _ = RULES[name]
    series = await world.outlook("anna").books(
        "Säntis", at=f"{days[0]} {AT}", subject="Jour fixe", attendees=["marc"],
        recurrence=recurrence,
    )  # fmt: skip
    await world.settles()
    await world.then_rooms_has_dates(
        "Säntis", AT, *days, title="Jour fixe", organizer="anna", participants=["marc"]
    )
    await world.then_outlook_has_dates("anna", AT, *days, rooms=["Säntis"], attendees=["marc"])
    assert len(await world.bookings_of(series)) == len(days)
    assert world.notices() == []


@pytest.mark.parametrize("name", RULES)
async def test_what_rooms_knows_is_one_series_there_and_the_rest_are_single_bookings(world, name):
    """R-600, R-601, R-641: a difference that no user sees."""
    recurrence, days, is_series = RULES[name]
    await world.outlook("anna").books("Säntis", at=f"{days[0]} {AT}", recurrence=recurrence)
    await world.settles()
    numbers = {b.series for b in await world.bookings() if b.is_alive}
    assert (len(numbers) == 1 and None not in numbers) is is_series, numbers


async def test_yearly_is_booked_by_single_bookings_of_one_link(a_world):
    """R-601: within the horizon that is one date, or two."""
    world = await a_world(resources={"Säntis": WIDE})
    rule = recurring("absoluteYearly", dayOfMonth=3, month=3, times=4)
    series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=rule)
    await world.settles()
    booked = await world.bookings_of(series)
    assert [str((await world.booking(b)).slot)[:10] for b in booked][:1] == ["2026-03-03"]
    assert {(await world.booking(b)).series for b in booked} == {None}


ITEMS = {
    "daily": (items("Daily", 5), every(1, 5)),
    "weekly": (items("Weekly", 6), every(7, 6)),
    "every other week": (items("Weekly", 4, interval=2), every(14, 4)),
    "two days a week": (
        items("Weekly", 4, days=[2, 4]),
        ["2026-03-03", "2026-03-05", "2026-03-10", "2026-03-12"],
    ),
    "until a day": (
        {"recurrenceType": "Weekly", "interval": 1, "endByDate": True,
         "endDate": "2026-03-24T23:00:00Z"},
        every(7, 4),
    ),
    "monthly by day": (
        items("Monthly", 3, dayOfMonth=3), ["2026-03-03", "2026-04-03", "2026-05-03"]
    ),
    "monthly by weekday": (
        items("MonthlyNth", 3, dayOfWeek=4, dayOfWeekInMonth=1),
        ["2026-03-03", "2026-04-07", "2026-05-05"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ITEMS)
async def test_a_series_made_in_rooms_is_one_series_in_outlook(world, name):
    recurrence, days = ITEMS[name]
    first = await world.rooms("anna").books_series(
        "Säntis", at=FIRST, title="Jour fixe", participants=["marc"], recurrence=recurrence
    )
    await world.settles()
    await world.then_outlook_has_dates(
        "anna", AT, *days, subject="Jour fixe", attendees=["marc"], rooms=["Säntis"]
    )
    series = await world.event_of(first)
    assert (await world.event(series)).is_series
    await world.then_room_accepted((await world.outlook("anna").dates(series))[-1], "Säntis")
    assert world.notices() == []


async def test_a_yearly_series_of_rooms_is_one_in_outlook(a_world):
    """ROOMS' own interface makes them, the API does not (R-601)."""
    booking = {
        "titel": "Jahrestag",
        "beginn": "2026-03-03T08:00:00Z",
        "ende": "2026-03-03T09:00:00Z",
        "ressourceId": 101,
        "personOrganisatorId": 11,
        "statusId": 21,
    }
    rule = {"recurrenceType": "Yearly", "dayInMonth": 3, "monthOfYear": 3, "occurences": 3}
    seeded = {"creator": 11, "booking": booking, "recurrence": rule}
    world = await a_world(company={"bookings": [seeded]}, resources={"Säntis": WIDE})
    world.deeds.note("ROOMS", "has a series from before")
    await world.full_pass()
    (series,) = [e for e in await world.events("anna") if e.is_alive]
    assert series.is_series
    assert series.recurrence["pattern"]["type"] == "absoluteYearly"
    await world.then_outlook_has("anna", FIRST, subject="Jahrestag", rooms=["Säntis"])


async def test_exceptions_made_before_the_first_look_come_along(world):
    """Everything is one look: the dates as they are then."""
    anna = world.outlook("anna")
    series = await anna.books("Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=6))
    await anna.moves(await anna.date(series, "2026-03-10"), to="2026-03-11 14:00-15:00")
    await anna.deletes(await anna.date(series, "2026-03-17"))
    await anna.renames(await anna.date(series, "2026-03-24"), "Sonderthema")
    await anna.swaps_room(await anna.date(series, "2026-03-31"), "Säntis", "Eiger")
    await world.settles()
    await world.then_rooms_has_dates(
        "Säntis", AT, "2026-03-03", "2026-03-11 14:00-15:00", "2026-03-24", "2026-04-07"
    )
    await world.then_rooms_has_dates("Eiger", AT, "2026-03-31")
    await world.then_rooms_has("Säntis", f"2026-03-24 {AT}", title="Sonderthema")


async def test_exceptions_of_a_draft_in_rooms_come_along(world):
    """R-612, R-662: a date that is held at another time is an exception, not another rule."""
    anna = world.rooms("anna")
    first = await anna.books_series("Säntis", at=FIRST, recurrence=items(number=6))
    dates = await world.items(first)
    await anna.moves(dates[1], "2026-03-11 14:00-15:00")
    await anna.cancels(dates[2])
    await anna.renames(dates[3], "Sonderthema")
    await anna.changes_room(dates[4], "Eiger")
    await world.settles()
    await world.then_outlook_has_dates(
        "anna", AT, "2026-03-03", "2026-03-11 14:00-15:00", "2026-03-24", "2026-03-31", "2026-04-07"
    )
    await world.then_outlook_has("anna", f"2026-03-24 {AT}", subject="Sonderthema")
    await world.then_outlook_has("anna", f"2026-03-31 {AT}", rooms=["Eiger"])


async def test_a_series_in_progress_is_booked_from_now_on(world):
    """R-106: what is over is nobody's."""
    await world.outlook("anna").books(
        "Säntis", at=f"2026-02-17 {AT}", recurrence=weekly(start="2026-02-17", times=5)
    )
    await world.settles()
    await world.then_rooms_has_dates("Säntis", AT, *every(7, 3))


async def test_a_series_without_a_room_is_nobody_s(world):
    await world.outlook("anna").books(at=FIRST, attendees=["marc"], recurrence=weekly(times=4))
    await world.settles()
    await world.then_rooms_has_nothing()
    assert await world.differences() == []


async def test_a_room_that_is_invited_to_one_date_only_is_booked_once(world):
    """R-641."""
    anna = world.outlook("anna")
    series = await anna.books(at=FIRST, attendees=["marc"], recurrence=weekly(times=4))
    await world.settles()
    await anna.invites(await anna.date(series, "2026-03-10"), "Säntis")
    await world.settles()
    await world.then_rooms_has_dates("Säntis", AT, "2026-03-10", participants=["marc"])
