"""How far ahead: booking windows, endless series, the moving horizon (D14, R-642 ... R-644, S12).

The hourly sweep is what moves windows and horizon on; here it comes every few days.
"""

from datetime import timedelta

import pytest

from tests.kit.recurring import (
    AT,
    FIRST,
    FIRST_DAY,
    WORKING_DAYS,
    every,
    items,
    recurring,
    weekly,
)

WIDE = {"calendar_processing": {"BookingWindowInDays": 1080, "EnforceSchedulingHorizon": False}}
NARROW = {"calendar_processing": {"BookingWindowInDays": 30, "EnforceSchedulingHorizon": False}}
WINDOWS = {
    "the mailbox's": (NARROW, 30),
    "that of ROOMS": ({"book_ahead_days": 30, **WIDE}, 30),
    "both, ROOMS' is shorter": ({"book_ahead_days": 15, **NARROW}, 15),
}
DAYS = every(7, 10)


def within(world, days, ahead, hour=9):
    limit = world.clock.now() + timedelta(days=ahead)
    return [d for d in days if world.slot(f"{d} {hour:02d}:00-10:00").start <= limit]


@pytest.fixture(params=WINDOWS)
async def narrow(request, a_world):
    room, ahead = WINDOWS[request.param]
    world = await a_world(resources={"Säntis": room})
    series = await world.outlook("anna").books(
        "Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=10)
    )
    await world.settles()
    return world, series, ahead


class TestDatesBeyondTheWindow:
    async def test_keep_their_invitation_and_have_no_booking(self, narrow):
        """R-640: nobody is told, for nothing is wrong."""
        world, _, ahead = narrow
        await world.then_rooms_has_dates("Säntis", AT, *within(world, DAYS, ahead))
        await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=["Säntis"], attendees=["marc"])
        assert world.error_mails() == []
        assert await world.differences() == []

    async def test_are_booked_when_the_window_reaches_them(self, narrow):
        """R-644: the vendor never does."""
        world, _, ahead = narrow
        await world.days_go_by(22)
        booked = [b for b in await world.bookings() if b.is_alive]
        reached = within(world, DAYS, ahead - 1)
        assert set(reached) <= {str(b.slot)[:10] for b in booked}
        assert len(reached) >= 5
        assert world.error_mails() == []
        assert await world.differences() == []

    async def test_are_all_booked_in_the_end(self, narrow):
        world, _, _ = narrow
        await world.days_go_by(60)
        await world.then_rooms_has_dates("Säntis", AT, *DAYS)

    async def test_follow_changes_of_the_series_when_they_come(self, narrow):
        world, series, _ = narrow
        await world.outlook("anna").renames(series, "Budget")
        await world.settles()
        await world.days_go_by(60)
        await world.then_rooms_has_dates("Säntis", AT, *DAYS, title="Budget")

    async def test_that_were_deleted_meanwhile_are_never_booked(self, narrow):
        world, series, _ = narrow
        anna = world.outlook("anna")
        await anna.deletes(await anna.date(series, DAYS[8]))
        await world.settles()
        await world.days_go_by(60)
        await world.then_rooms_has_dates("Säntis", AT, *(d for d in DAYS if d != DAYS[8]))


class TestWhatIsBeyondTheWindow:
    """What was deleted or changed there is so whatever rule we write; Exchange forgets it (3.3)."""

    @pytest.fixture
    async def edited(self, a_world):
        world = await a_world(resources={"Säntis": NARROW})
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=10))
        await world.settles()
        await anna.renames(await anna.date(series, DAYS[7]), "Anders")
        await anna.moves(await anna.date(series, DAYS[8]), to=f"{DAYS[8]} 16:00-17:00")
        await anna.deletes(await anna.date(series, DAYS[6]))
        await world.settles()
        return world, series

    async def test_stays_when_rooms_moves_what_it_has(self, edited):
        world, series = edited
        first = (await world.bookings_of(series))[0]
        await world.rooms("anna").moves_following(first, f"{DAYS[0]} 14:00-15:00")
        await world.settles()
        at_another_time = (*DAYS[:6], DAYS[7], f"{DAYS[8]} 16:00-17:00", DAYS[9])
        await world.then_outlook_has_dates("anna", "14:00-15:00", *at_another_time)
        await world.then_outlook_has("anna", f"{DAYS[7]} 14:00-15:00", subject="Anders")
        await world.days_go_by(60)
        await world.then_rooms_has_dates("Säntis", "14:00-15:00", *at_another_time)

    async def test_stays_deleted_in_another_calendar(self, edited):
        world, series = edited
        first = (await world.bookings_of(series))[0]
        await world.rooms("anna").hands_over_series(first, "lea")
        await world.settles()
        shown = [str(d.slot)[:10] for d in await world.calendar("lea")]
        assert shown == [day for day in DAYS if day != DAYS[6]]

    async def test_is_back_by_a_rule_of_its_organizers_and_booked_in_time(self, edited):
        """S10: Outlook forgets it, too, and shows what is back."""
        world, series = edited
        await world.outlook("anna").moves(series, to=f"{DAYS[0]} 14:00-15:00")
        await world.settles()
        await world.then_outlook_has_dates("anna", "14:00-15:00", *DAYS, rooms=["Säntis"])
        await world.then_rooms_has_dates("Säntis", "14:00-15:00", *DAYS[:5])
        await world.days_go_by(60)
        await world.then_rooms_has_dates("Säntis", "14:00-15:00", *DAYS)


async def test_a_date_beyond_the_window_that_is_taken_when_the_window_reaches_it(a_world):
    world = await a_world(resources={"Säntis": {"book_ahead_days": 30, **WIDE}})
    block = {"start": f"{DAYS[6]}T07:00:00Z", "end": f"{DAYS[6]}T12:00:00Z", "title": "Reinigung"}
    await world.rooms_control("resources", {"rooms_id": 101, "blocking_times": [block]})
    await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=10))
    await world.settles()
    assert world.error_mails() == []
    await world.days_go_by(60)
    await world.then_rooms_has_dates("Säntis", AT, *(d for d in DAYS if d != DAYS[6]))
    await world.then_outlook_has("anna", f"{DAYS[6]} {AT}", rooms=[])
    assert len(world.error_mails(to="anna")) == 1


async def test_cancelling_the_only_date_in_the_window_leaves_those_that_wait(a_world):
    """In ROOMS that was one booking: of the dates it does not know yet, nobody spoke."""
    short = {"BookingWindowInDays": 6, "EnforceSchedulingHorizon": False}
    world = await a_world(resources={"Säntis": {"calendar_processing": short}})
    series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=5))
    await world.settles()
    await world.rooms("anna").cancels(await world.booking_of((await dates_of(world, series))[0]))
    await world.settles()
    await world.then_outlook_has_dates("anna", AT, *every(7, 5)[1:], rooms=["Säntis"])
    await world.days_go_by(30, at_a_time=3)
    booked = sorted(str(b.slot)[:10] for b in await world.bookings() if b.is_promise)
    assert booked == every(7, 5)[1:]


async def test_handing_over_the_only_date_in_the_window_leaves_those_that_wait(a_world):
    """In ROOMS that was one booking, too: the others stay their organizer's, and are booked."""
    short = {"BookingWindowInDays": 6, "EnforceSchedulingHorizon": False}
    world = await a_world(resources={"Säntis": {"calendar_processing": short}})
    series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=5))
    await world.settles()
    only = await world.booking_of((await dates_of(world, series))[0])
    async with world.counts("lea") as costs:
        await world.rooms("anna").hands_over(only, "lea")
    await world.then_outlook_has("lea", FIRST, rooms=["Säntis"])
    await world.then_outlook_has_dates("anna", AT, *every(7, 5)[1:], rooms=["Säntis"])
    assert costs.graph_writes_in_all <= 3, str(costs)
    await world.days_go_by(30, at_a_time=3)
    booked = sorted((str(b.slot)[:10], b.organizer) for b in await world.bookings() if b.is_promise)
    assert booked == [(FIRST_DAY, "lea"), *((day, "anna") for day in every(7, 5)[1:])]


async def dates_of(world, series):
    return await world.outlook("anna").dates(series)


async def test_a_pattern_that_rooms_has_not_with_all_dates_beyond_its_window(a_world):
    """Single bookings: the first no ends the asking, and all dates wait (R-640, R-641)."""
    world = await a_world(resources={"Säntis": {"book_ahead_days": 12, **WIDE}})
    rule = recurring("relativeMonthly", daysOfWeek=WORKING_DAYS, index="last", times=3)
    await world.outlook("anna").books("Säntis", at=FIRST, recurrence=rule)
    await world.settles()
    await world.then_rooms_has_nothing("Säntis")
    assert not world.error_mails()
    await world.days_go_by(30)
    await world.then_rooms_has_dates("Säntis", AT, "2026-03-31")


class TestEndless:
    @pytest.fixture
    async def endless(self, a_world):
        world = await a_world(resources={"Säntis": WIDE})
        series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly())
        await world.settles()
        return world, series

    async def test_is_booked_for_a_year(self, endless):
        world, series = endless
        assert 48 <= len(await world.bookings_of(series)) <= 53

    async def test_no_end_is_written_back(self, endless):
        """D14, R-642 the other way."""
        world, series = endless
        await world.days_go_by(20)
        assert (await world.event(series)).recurrence["range"]["type"] == "noEnd"

    async def test_the_horizon_moves_on(self, endless):
        world, series = endless
        before = await world.bookings_of(series)
        await world.days_go_by(70)
        after = await world.bookings_of(series)
        assert after[: len(before)] == before
        assert len(after) >= len(before) + 5

    async def test_gets_an_end_and_loses_it_again_s12(self, endless):
        """s12: R-643 the other way: an end that is taken away is taken away."""
        world, series = endless
        anna = world.outlook("anna")
        await anna.ends_on(series, every(7, 4)[-1])
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 4))
        await anna.never_ends(series)
        await world.settles()
        assert 48 <= len(await world.bookings_of(series)) <= 53

    async def test_loses_dates_and_keeps_going(self, endless):
        world, series = endless
        anna = world.outlook("anna")
        await anna.deletes(await anna.date(series, "2026-03-17"))
        await world.settles()
        await world.days_go_by(20)
        booked = {str(b.slot)[:10] for b in await world.bookings() if b.is_alive}
        assert "2026-03-17" not in booked

    async def test_has_one_booking_left_that_is_handed_over(self, endless):
        """What ROOMS has of it is a single booking: no series goes along, date by date (P7)."""
        world, series = endless
        first = (await world.bookings_of(series))[0]
        await world.rooms("anna").makes_single(first)
        await world.settles()
        async with world.counts("lea") as costs:
            await world.rooms("anna").hands_over(first, "lea")
        await world.then_outlook_has("lea", FIRST, rooms=["Säntis"])
        assert costs.graph_writes_in_all <= 3, str(costs)

    async def test_ends_by_this_and_following(self, endless):
        world, series = endless
        anna = world.outlook("anna")
        await anna.cancels_from(await anna.date(series, "2026-03-24"))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 3))


async def test_an_end_in_rooms_changed_there_moves_the_end_in_outlook_s12(world):
    """s12, the other way round: ROOMS knows no endless series, so only its end moves."""
    first = await world.rooms("anna").books_series("Säntis", at=FIRST, recurrence=items(number=10))
    await world.settles()
    await world.rooms("anna").redraws(first, items(number=4))
    await world.settles()
    await world.then_outlook_has_dates("anna", AT, *every(7, 4))
    again = (await world.bookings_of(await world.event_of(first)))[0]
    await world.rooms("anna").redraws(again, items(number=7))
    await world.settles()
    await world.then_outlook_has_dates("anna", AT, *every(7, 7))


async def test_an_endless_series_that_the_mailbox_does_not_take_at_all(world):
    """Its window is enforced by default: Exchange decides (R-900), nothing is booked."""
    series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly())
    await world.settles()
    assert (await world.event(series)).answers["Säntis"] == "declined"
    await world.then_rooms_has_nothing("Säntis")


async def test_an_endless_yearly_series_has_one_booking_and_gets_its_second(a_world):
    world = await a_world(resources={"Säntis": WIDE})
    rule = recurring("absoluteYearly", dayOfMonth=3, month=3, start=FIRST_DAY)
    series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=rule)
    await world.settles()
    before = await world.bookings_of(series)
    assert 1 <= len(before) <= 2
    await world.days_go_by(40)
    booked = [(await world.booking(b)).slot for b in await world.bookings_of(series)]
    assert [str(slot)[:10] for slot in booked] == ["2026-03-03", "2027-03-03"]


async def test_a_tightened_window_takes_no_booking_away(a_world):
    """R-901: tightened rules do not revoke existing bookings."""
    world = await a_world(resources={"Säntis": WIDE})
    series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=10))
    await world.settles()
    await world.exchange_control("mailboxes", {"mail": world.company.address("Säntis"), **NARROW})
    await world.advances(hours=30, timers=["room_policies", "full_sweep"])
    await world.then_rooms_has_dates("Säntis", AT, *DAYS)
    assert len(await world.bookings_of(series)) == 10


class TestEndlessAndBounded:
    """D14 the other way: the policy `endless_series: bounded` (R-642, R-643)."""

    @pytest.fixture
    async def endless(self, a_world):
        world = await a_world(
            resources={"Säntis": WIDE}, company={"app_policies": {"endless_series": "bounded"}}
        )
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, attendees=["marc"], recurrence=weekly())
        return world, series

    async def test_gets_the_end_of_its_last_booked_date(self, endless):
        world, series = endless
        await world.settles()
        booked = await world.bookings_of(series)
        last = (await world.booking(booked[-1])).slot.start
        limits = (await world.event(series)).recurrence["range"]
        assert (limits["type"], limits["endDate"]) == ("endDate", str(last.date()))
        assert 48 <= len(booked) <= 53

    async def test_keeps_its_exceptions_and_deleted_dates(self, endless):
        world, series = endless
        anna = world.outlook("anna")
        _, second, third, _ = every(7, 4)
        await anna.moves(await anna.date(series, second), to=f"{second} 15:00-16:00")
        await anna.deletes(await anna.date(series, third))
        await world.settles()
        shown = [d.slot for d in await world.calendar("anna")]
        assert world.slot(f"{second} 15:00-16:00") in shown
        assert world.slot(f"{third} {AT}") not in shown
        assert (await world.event(series)).recurrence["range"]["type"] == "endDate"

    async def test_without_its_end_again_it_gets_a_later_one(self, endless):
        """R-643 follows the same setting."""
        world, series = endless
        await world.settles()
        before = len(await world.bookings_of(series))
        await world.days_go_by(30)
        await world.outlook("anna").never_ends(series)
        await world.settles()
        assert (await world.event(series)).recurrence["range"]["type"] == "endDate"
        assert len(await world.bookings_of(series)) >= before
