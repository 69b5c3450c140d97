"""Every edit of a series in Outlook arrives in ROOMS (R-613 ... R-617, S02, S11, S12, S39)."""

import pytest

from tests.kit.recurring import AT, FIRST, daily, every, weekly

DAYS = every(7, 6)
FIRST_MIDDLE_LAST = pytest.mark.parametrize("day", [DAYS[0], DAYS[2], DAYS[5]])


@pytest.fixture
async def series(world):
    """Anna's six Tuesdays in the Säntis, with Marc, agreed on by both sides."""
    series = await world.outlook("anna").books(
        "Säntis", at=FIRST, subject="Jour fixe", attendees=["marc"], recurrence=weekly(times=6)
    )
    await world.settles()
    return series


@pytest.fixture
def anna(world):
    return world.outlook("anna")


@pytest.fixture
async def numbers(world, series):
    """The bookings as they are before the edit."""
    return await world.bookings_of(series)


class TestTheWholeSeries:
    async def test_its_subject(self, world, anna, series, numbers):
        async with world.counts() as costs:
            await anna.renames(series, "Budget")
        await world.then_rooms_has_dates("Säntis", AT, *DAYS, title="Budget")
        assert await world.bookings_of(series) == numbers
        assert costs.rooms_writes == 1, str(costs)

    async def test_somebody_more(self, world, anna, series):
        await anna.invites(series, "lea")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS, participants=["lea", "marc"])

    async def test_somebody_less(self, world, anna, series):
        await anna.uninvites(series, "marc")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS, participants=[])

    async def test_private(self, world, anna, series):
        await anna.makes_private(series)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS, title="Privat", participants=[])

    async def test_private_and_no_longer(self, world, anna, series):
        await anna.makes_private(series)
        await world.settles()
        await anna.makes_public(series)
        await world.settles()
        await world.then_rooms_has_dates(
            "Säntis", AT, *DAYS, title="Jour fixe", participants=["marc"]
        )

    async def test_another_room(self, world, anna, series, numbers):
        await anna.swaps_room(series, "Säntis", "Eiger")
        await world.settles()
        await world.then_rooms_has_nothing("Säntis")
        await world.then_rooms_has_dates("Eiger", AT, *DAYS, participants=["marc"])
        assert await world.bookings_of(series) == numbers

    async def test_no_room_any_more_and_again(self, world, anna, series):
        await anna.uninvites(series, "Säntis")
        await world.settles()
        await world.then_rooms_has_nothing("Säntis")
        await anna.invites(series, "Säntis")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS)

    async def test_another_time(self, world, anna, series, numbers):
        await anna.moves(series, to="2026-03-03 11:00-12:00")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", "11:00-12:00", *DAYS)
        assert await world.bookings_of(series) == numbers

    async def test_another_weekday(self, world, anna, series):
        wednesdays = weekly("wednesday", times=6, start="2026-03-04")
        await anna.changes(series, recurrence=wednesdays, **anna.times("2026-03-04 09:00-10:00"))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 6, "2026-03-04"))

    async def test_every_other_week(self, world, anna, series):
        await anna.changes_rule(series, interval=2)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(14, 6))

    async def test_two_days_a_week(self, world, anna, series):
        await anna.changes_rule(series, daysOfWeek=["tuesday", "thursday"])
        await world.settles()
        days = [*every(7, 3), *every(7, 3, "2026-03-05")]
        await world.then_rooms_has_dates("Säntis", AT, *days)

    async def test_daily_instead_of_weekly(self, world, anna, series):
        """R-615: whether old and new dates overlap or not."""
        await anna.changes(series, recurrence=daily(times=9))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(1, 9))

    async def test_shortened(self, world, anna, series, numbers):
        """R-615: surplus bookings are cancelled."""
        await anna.ends_after(series, 4)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS[:4])
        assert await world.bookings_of(series) == numbers[:4]

    async def test_extended(self, world, anna, series, numbers):
        """R-616, the other way: what is added is booked."""
        await anna.ends_after(series, 9)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 9))
        assert (await world.bookings_of(series))[:6] == numbers

    async def test_deleted(self, world, anna, series):
        async with world.counts() as costs:
            await anna.deletes(series)
        await world.then_rooms_has_nothing()
        assert costs.rooms_writes == 1, str(costs)
        assert world.error_mails() == []

    async def test_deleted_and_restored_it_is_not_booked_again(self, world, anna, series):
        """R-311, as a single meeting; at another time it is asked for anew."""
        await anna.deletes(series)
        await world.settles()
        await anna.restores(series)
        await world.settles()
        await world.then_rooms_has_nothing()
        await anna.moves(series, to=f"{DAYS[0]} 14:00-15:00")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", "14:00-15:00", *DAYS)

    async def test_called_off_with_a_word(self, world, anna, series):
        await anna.cancels(series, "Es hat sich erledigt.")
        await world.settles()
        await world.then_rooms_has_nothing()

    async def test_cancelled_from_today_on(self, world, anna, series):
        await world.advances(days=10, timers=())
        await anna.cancels_from_today(series)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS[:2])


class TestOneDate:
    @FIRST_MIDDLE_LAST
    async def test_another_time(self, world, anna, series, numbers, day):
        await anna.moves(await anna.date(series, day), to=f"{day} 14:00-15:30")
        await world.settles()
        others = [d for d in DAYS if d != day]
        await world.then_rooms_has_dates("Säntis", AT, *others, f"{day} 14:00-15:30")
        assert sorted(await world.bookings_of(series), key=str) == sorted(numbers, key=str)

    async def test_another_day(self, world, anna, series):
        await anna.moves(await anna.date(series, DAYS[2]), to="2026-03-19 09:00-10:00")
        await world.settles()
        await world.then_rooms_has("Säntis", "2026-03-19 09:00-10:00")

    @FIRST_MIDDLE_LAST
    async def test_another_subject(self, world, anna, series, day):
        await anna.renames(await anna.date(series, day), "Sonderthema")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS)
        renamed = [b for b in await world.bookings() if b.title == "Sonderthema"]
        assert [str(b.slot)[:10] for b in renamed] == [day]

    @FIRST_MIDDLE_LAST
    async def test_deleted(self, world, anna, series, day):
        """R-614."""
        async with world.counts() as costs:
            await anna.deletes(await anna.date(series, day))
        await world.then_rooms_has_dates("Säntis", AT, *(d for d in DAYS if d != day))
        assert costs.rooms_writes == 1, str(costs)

    @FIRST_MIDDLE_LAST
    async def test_another_room(self, world, anna, series, day):
        await anna.swaps_room(await anna.date(series, day), "Säntis", "Eiger")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *(d for d in DAYS if d != day))
        await world.then_rooms_has_dates("Eiger", AT, day, participants=["marc"])

    async def test_without_a_room(self, world, anna, series):
        await anna.uninvites(await anna.date(series, DAYS[1]), "Säntis")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *(d for d in DAYS if d != DAYS[1]))

    async def test_other_people(self, world, anna, series):
        await anna.invites(await anna.date(series, DAYS[1]), "lea")
        await world.settles()
        await world.then_rooms_has("Säntis", f"{DAYS[1]} {AT}", participants=["lea", "marc"])
        await world.then_rooms_has("Säntis", f"{DAYS[2]} {AT}", participants=["marc"])

    async def test_all_of_them_deleted_one_by_one(self, world, anna, series):
        for day in DAYS:
            await anna.deletes(await anna.date(series, day))
            await world.settles()
        await world.then_rooms_has_nothing()


class TestThisAndFollowing:
    @pytest.mark.parametrize("pause", [False, True], ids=["at once", "with pauses"])
    async def test_at_another_time(self, world, anna, series, pause):
        """R-611, S11: two series, each with its own half."""
        if pause:
            await world.advances(minutes=6)
        third = await anna.date(series, DAYS[2])
        later = await anna.changes_from(third, at="14:00-15:00", subject="Nachmittags")
        await world.settles()
        halves = [*DAYS[:2], *(f"{day} 14:00-15:00" for day in DAYS[2:])]
        await world.then_rooms_has_dates("Säntis", AT, *halves, participants=["marc"])
        assert len(await world.bookings_of(series)) == 2
        assert len(await world.bookings_of(later)) == 4
        await world.then_rooms_has("Säntis", f"{DAYS[2]} 14:00-15:00", title="Nachmittags")

    async def test_in_another_room(self, world, anna, series):
        third = await anna.date(series, DAYS[2])
        await anna.changes_from(third, attendees=anna._lines(["Eiger"], ["marc"]))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS[:2])
        await world.then_rooms_has_dates("Eiger", AT, *DAYS[2:])

    async def test_cancelled(self, world, anna, series):
        await anna.cancels_from(await anna.date(series, DAYS[3]))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS[:3])

    async def test_from_the_first_date_on_it_is_the_series(self, world, anna, series, numbers):
        first = await anna.date(series, DAYS[0])
        assert await anna.changes_from(first, at="14:00-15:00") == series
        await world.settles()
        await world.then_rooms_has_dates("Säntis", "14:00-15:00", *DAYS)
        assert await world.bookings_of(series) == numbers


class TestSingleAndSeries:
    async def test_a_single_meeting_becomes_a_series(self, world, anna):
        event = await anna.books("Säntis", at=FIRST, attendees=["marc"])
        await world.settles()
        booking = await world.booking_of(event)
        await anna.makes_series(event, weekly(times=5))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 5), participants=["marc"])
        assert (await world.bookings_of(event))[0] == booking

    async def test_a_series_becomes_a_single_meeting(self, world, anna, series, numbers):
        await anna.makes_single(series)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, DAYS[0])
        assert await world.bookings_of(series) == numbers[:1]

    async def test_and_a_series_again(self, world, anna, series):
        await anna.makes_single(series)
        await world.settles()
        await anna.makes_series(series, weekly(times=3, interval=2))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *every(14, 3))

    async def test_to_and_fro_before_anybody_looks(self, world, anna, series):
        await anna.makes_single(series)
        await anna.makes_series(series, weekly(times=6))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS)

    async def test_a_series_whose_first_date_is_over_becomes_a_single_meeting(
        self, world, anna, series, numbers
    ):
        """What was held keeps its booking (R-106), what was to come ends."""
        await world.advances(hours=30, timers=())
        await anna.makes_single(series)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, DAYS[0])
        assert await world.bookings_of(series) == numbers[:1]

    async def test_a_series_that_began_before_it_was_known_becomes_a_single_meeting(
        self, world, anna
    ):
        rule = weekly(times=3, start="2026-02-24")
        older = await anna.books("Eiger", at=f"2026-02-24 {AT}", recurrence=rule)
        await world.settles()
        await world.then_rooms_has_dates("Eiger", AT, *DAYS[:2])
        await anna.makes_single(older)
        await world.settles()
        await world.then_rooms_has_nothing("Eiger")
