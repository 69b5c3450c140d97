"""Every edit of a series in ROOMS arrives in Outlook (R-610 ... R-612, R-624, R-103, S11)."""

import pytest

from tests.kit.recurring import AT, FIRST, every, items

DAYS = every(7, 6)
FIRST_MIDDLE_LAST = pytest.mark.parametrize("at", [0, 2, 5])


@pytest.fixture
async def first(world):
    """Anna's six Tuesdays in the Säntis, with Marc, agreed on by both sides."""
    first = await world.rooms("anna").books_series(
        "Säntis", at=FIRST, title="Jour fixe", participants=["marc"], recurrence=items(number=6)
    )
    await world.settles()
    return first


@pytest.fixture
def anna(world):
    return world.rooms("anna")


@pytest.fixture
async def series(world, first):
    """The event as it is before the edit."""
    return await world.event_of(first)


async def messages(world, person="marc"):
    """Return the kinds of meeting messages somebody got."""
    address = world.company.address(person)
    mails = world.exchange.controls.mails.since(0)
    return [m.kind for m in mails if address in m.to and m.kind != "response"]


class TestTheWholeSeries:
    async def test_its_title(self, world, anna, first, series):
        async with world.counts() as costs:
            await anna.renames_following(first, "Budget")
        await world.then_outlook_has_dates("anna", AT, *DAYS, subject="Budget")
        assert await world.event_of(first) == series
        assert costs.graph_writes_in_all == 1, str(costs)
        assert await messages(world) == ["invitation", "update"]

    async def test_its_participants(self, world, anna, first):
        await anna.sets_participants_of_series(first, "lea")
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS, attendees=["lea"])
        assert await messages(world) == ["invitation", "cancellation"]

    async def test_its_room(self, world, anna, first, series):
        async with world.counts() as costs:
            await anna.changes_room_of_following(first, "Eiger")
        await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=["Eiger"])
        await world.then_outlook_has_nothing("Säntis")
        assert await world.event_of(first) == series
        assert costs.graph_writes_in_all == 1, str(costs)

    async def test_its_time(self, world, anna, first, series):
        async with world.counts() as costs:
            await anna.moves_following(first, "2026-03-03 11:00-12:30")
        await world.then_outlook_has_dates("anna", "11:00-12:30", *DAYS)
        assert await world.event_of(first) == series
        assert costs.graph_writes_in_all == 1, str(costs)
        assert await messages(world) == ["invitation", "update"]

    async def test_its_weekday(self, world, anna, first):
        await anna.moves_following(first, "2026-03-05 09:00-10:00")
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *every(7, 6, "2026-03-05"))

    async def test_another_pattern(self, world, anna, first):
        """R-610: ROOMS recreates the series, people get one update."""
        await anna.redraws(first, items("Daily", 4, interval=2))
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *every(2, 4))
        assert len([e for e in await world.events("anna") if e.is_alive]) == 1
        assert await messages(world) == ["invitation", "update"]

    async def test_every_other_week(self, world, anna, first):
        await anna.redraws(first, items("Weekly", 6, interval=2))
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *every(14, 6))

    async def test_two_days_a_week(self, world, anna, first):
        await anna.redraws(first, items("Weekly", 6, days=[2, 4]))
        await world.settles()
        days = [*every(7, 3), *every(7, 3, "2026-03-05")]
        await world.then_outlook_has_dates("anna", AT, *days)

    async def test_shortened(self, world, anna, first):
        await anna.redraws(first, items(number=4))
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS[:4])

    async def test_extended(self, world, anna, first):
        await anna.redraws(first, items(number=9))
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *every(7, 9))

    async def test_cancelled(self, world, anna, first):
        async with world.counts() as costs:
            await anna.cancels_series(first)
        await world.then_outlook_has_nothing("anna")
        await world.then_outlook_has_nothing("Säntis")
        assert costs.graph_writes_in_all == 1, str(costs)
        assert await messages(world) == ["invitation", "cancellation"]

    async def test_cancelled_when_some_of_it_is_over(self, world, anna, first):
        """R-624: past ones stay in ROOMS, and so they do in Outlook."""
        await world.advances(days=10, timers=())
        await anna.cancels_series(first)
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS[:2])
        await world.then_rooms_has_dates("Säntis", AT, *DAYS[:2])

    async def test_its_rooms_given_back(self, world, anna, first):
        """R-115: the meetings stay."""
        await anna.takes_off_room_of_series(first)
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=[], attendees=["marc"])
        await world.then_outlook_has_nothing("Säntis")


class TestOneItem:
    @FIRST_MIDDLE_LAST
    async def test_another_time(self, world, anna, first, series, at):
        day, item = DAYS[at], (await world.items(first))[at]
        async with world.counts() as costs:
            await anna.moves(item, f"{day} 14:00-15:00")
        others = [d for d in DAYS if d != day]
        await world.then_outlook_has_dates("anna", AT, *others, f"{day} 14:00-15:00")
        assert await world.event_of(item) == series
        assert costs.graph_writes_in_all == 1, str(costs)

    @FIRST_MIDDLE_LAST
    async def test_another_title(self, world, anna, first, at):
        item = (await world.items(first))[at]
        async with world.counts() as costs:
            await anna.renames(item, "Sonderthema")
        await world.then_outlook_has_dates("anna", AT, *DAYS)
        await world.then_outlook_has("anna", f"{DAYS[at]} {AT}", subject="Sonderthema")
        assert costs.graph_writes_in_all == 1, str(costs)

    @FIRST_MIDDLE_LAST
    async def test_another_room(self, world, anna, first, at):
        await anna.changes_room((await world.items(first))[at], "Eiger")
        await world.settles()
        await world.then_outlook_has("anna", f"{DAYS[at]} {AT}", rooms=["Eiger"])
        await world.then_outlook_has_dates("anna", AT, *DAYS)

    @FIRST_MIDDLE_LAST
    async def test_cancelled(self, world, anna, first, at):
        async with world.counts() as costs:
            await anna.cancels((await world.items(first))[at])
        await world.then_outlook_has_dates("anna", AT, *(d for d in DAYS if d != DAYS[at]))
        assert costs.graph_writes_in_all == 1, str(costs)

    async def test_other_participants(self, world, anna, first):
        await anna.sets_participants((await world.items(first))[1], "marc", "lea")
        await world.settles()
        await world.then_outlook_has("anna", f"{DAYS[1]} {AT}", attendees=["lea", "marc"])
        await world.then_outlook_has("anna", f"{DAYS[2]} {AT}", attendees=["marc"])

    async def test_past_the_next_one(self, world, anna, first):
        """Exchange keeps a date between its neighbours: the item leaves the series."""
        await anna.moves((await world.items(first))[1], "2026-03-19 09:00-10:00")
        await world.settles()
        days = ["2026-03-19" if d == DAYS[1] else d for d in DAYS]
        await world.then_outlook_has_dates("anna", AT, *days, rooms=["Säntis"])

    async def test_all_of_them_cancelled_one_by_one(self, world, anna, first):
        for item in await world.items(first):
            await anna.cancels(item)
            await world.settles()
        await world.then_outlook_has_nothing("anna")

    async def test_another_organizer(self, world, anna, first):
        """R-103."""
        item = (await world.items(first))[2]
        await anna.hands_over(item, "lea")
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *(d for d in DAYS if d != DAYS[2]))
        await world.then_outlook_has_dates("lea", AT, DAYS[2], rooms=["Säntis"])


class TestThisAndFollowing:
    async def test_at_another_time_is_another_series(self, world, anna, first, series):
        """R-611."""
        third = (await world.items(first))[2]
        await anna.moves_following(third, f"{DAYS[2]} 14:00-15:00")
        await world.settles()
        halves = [*DAYS[:2], *(f"{day} 14:00-15:00" for day in DAYS[2:])]
        await world.then_outlook_has_dates("anna", AT, *halves, rooms=["Säntis"])
        assert await world.event_of(first) == series
        assert await world.event_of(third) != series
        assert (await world.event(await world.event_of(third))).is_series

    async def test_with_another_title_it_stays_one(self, world, anna, first):
        await anna.renames_following((await world.items(first))[2], "Budget")
        await world.settles()
        shown = await world.calendar("anna")
        assert [e.subject for e in shown] == ["Jour fixe"] * 2 + ["Budget"] * 4
        await world.then_outlook_has_dates("anna", AT, *DAYS)

    async def test_in_another_room(self, world, anna, first):
        await anna.changes_room_of_following((await world.items(first))[2], "Eiger")
        await world.settles()
        shown = await world.calendar("anna")
        assert [e.rooms for e in shown] == [("Säntis",)] * 2 + [("Eiger",)] * 4

    async def test_with_other_participants_is_another_series(self, world, anna, first):
        third = (await world.items(first))[2]
        await anna.sets_participants_of_series(third, "lea")
        await world.settles()
        shown = await world.calendar("anna")
        assert [e.attendees for e in shown] == [("marc",)] * 2 + [("lea",)] * 4


class TestSingleAndSeries:
    async def test_a_single_booking_becomes_a_series(self, world, anna):
        booking = await anna.books("Säntis", at=FIRST, participants=["marc"])
        await world.settles()
        event = await world.event_of(booking)
        await anna.redraws(booking, items(number=4))
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *every(7, 4), attendees=["marc"])
        assert await world.event_of(booking) == event

    async def test_a_series_becomes_a_single_booking(self, world, anna, first):
        await anna.makes_single(first)
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, DAYS[0], rooms=["Säntis"])


class TestAnotherOrganizer:
    """R-103 stands above R-603: for series, too."""

    async def test_the_series_moves_to_the_other_calendar(self, world, anna, first):
        await anna.hands_over_series(first, "lea")
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        await world.then_outlook_has_dates("lea", AT, *DAYS, rooms=["Säntis"], attendees=["marc"])
        series = await world.event_of(first)
        assert (series.mailbox, (await world.event(series)).is_series) == ("lea", True)

    async def test_with_its_exceptions(self, world, anna, first):
        dates = await world.items(first)
        await anna.moves(dates[1], "2026-03-11 14:00-15:00")
        await anna.cancels(dates[3])
        await world.settles()
        await anna.hands_over_series(first, "lea")
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        days = [DAYS[0], "2026-03-11 14:00-15:00", DAYS[2], DAYS[4], DAYS[5]]
        await world.then_outlook_has_dates("lea", AT, *days)

    async def test_the_room_is_never_free_meanwhile(self, world, anna, first):
        dates = await world.items(first)
        await anna.hands_over_series(first, "lea")
        while not await world.steps():
            for item in dates:
                shown = await world.booking(item)
                assert (shown.resource, shown.cancelled) == ("Säntis", False)


async def test_a_meeting_without_a_room_becomes_a_series_of_such(world, anna):
    """What lies on an online resource is somebody's own, not a date that was refused (R-640)."""
    booking = await anna.books("Säntis", at=FIRST)
    await world.settles()
    await anna.takes_off_room(booking)
    await world.settles()
    await anna.redraws(booking, items(number=3))
    await world.settles()
    assert len([b for b in await world.bookings() if b.is_alive]) == 3
    assert len(await world.calendar("anna")) == 3
