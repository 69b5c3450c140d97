"""Series with several rooms on each date: a booking each, or one room per meeting (D7, R-501)."""

import pytest

from tests.kit.recurring import AT, FIRST, every, items, weekly

DAYS = every(7, 4)
MANY = {"policies": {"resources_per_event": "many"}}


class TestSeveralRooms:
    """D7."""

    @pytest.fixture
    async def two(self, a_world):
        world = await a_world(company=MANY)
        series = await world.outlook("anna").books(
            "Säntis", "Eiger", at=FIRST, attendees=["marc"], recurrence=weekly(times=4)
        )
        await world.settles()
        return world, series

    async def test_each_date_has_a_booking_in_each_room(self, two):
        world, series = two
        for room in ("Säntis", "Eiger"):
            await world.then_rooms_has_dates(room, AT, *DAYS, participants=["marc"])
        assert len(await world.bookings_of(series)) == 8

    async def test_one_date_loses_one_of_them(self, two):
        world, series = two
        anna = world.outlook("anna")
        await anna.uninvites(await anna.date(series, DAYS[1]), "Eiger")
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS)
        await world.then_rooms_has_dates("Eiger", AT, DAYS[0], *DAYS[2:])

    async def test_a_change_reaches_all_of_them(self, two):
        world, series = two
        await world.outlook("anna").renames(series, "Budget")
        await world.outlook("anna").moves(series, to=f"{DAYS[0]} 14:00-15:00")
        await world.settles()
        for room in ("Säntis", "Eiger"):
            await world.then_rooms_has_dates(room, "14:00-15:00", *DAYS, title="Budget")

    async def test_one_room_is_cancelled_in_rooms(self, two):
        world, _ = two
        eigers = [b for b in await world.bookings() if b.resource == "Eiger"]
        for booking in eigers:
            await world.rooms("anna").cancels(booking)
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=["Säntis"])

    async def test_one_room_refuses_one_date(self, a_world):
        block = {"start": f"{DAYS[2]}T07:00:00Z", "end": f"{DAYS[2]}T12:00:00Z", "title": "R"}
        world = await a_world(company=MANY, resources={"Eiger": {"blocking_times": [block]}})
        await world.outlook("anna").books("Säntis", "Eiger", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS)
        await world.then_rooms_has_dates("Eiger", AT, *DAYS[:2], DAYS[3])
        await world.then_outlook_has("anna", f"{DAYS[2]} {AT}", rooms=["Säntis"])
        assert len(world.error_mails(to="anna")) == 1

    async def test_where_only_one_is_taken_the_second_leaves_all_dates(self, world):
        """`one`: a second room is one too many (R-420)."""
        await world.outlook("anna").books("Säntis", "Eiger", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        booked = {b.resource for b in await world.bookings() if b.is_alive}
        assert len(booked) == 1
        await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=list(booked))
        assert len(world.error_mails(to="anna")) == 1

    async def test_where_only_one_is_taken_another_one_invited_takes_its_place(self, world):
        """`one`, R-501: the bookings move, and the first room is taken off all dates."""
        anna = world.outlook("anna")
        series = await anna.books("Säntis", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        numbers = await world.bookings_of(series)
        await anna.invites(series, "Eiger")
        await world.settles()
        await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=["Eiger"])
        await world.then_rooms_has_dates("Eiger", AT, *DAYS)
        assert await world.bookings_of(series) == numbers


class TestOfDifferentRooms:
    """D7 `many`: each date keeps the rooms that are its own, whatever the others get."""

    async def test_an_item_that_was_moved_to_another_room_before_anybody_looked(self, a_world):
        world = await a_world(company=MANY)
        await world.push(silent=True)
        first = await world.rooms("anna").books_series(
            "Säntis", at=FIRST, recurrence=items(number=4)
        )
        await world.rooms("anna").changes_room((await world.items(first))[1], "Eiger")
        await world.push_is_back()
        await world.full_pass()
        await world.then_outlook_has("anna", f"{DAYS[0]} {AT}", rooms=["Säntis"])
        await world.then_outlook_has("anna", f"{DAYS[1]} {AT}", rooms=["Eiger"])

    @pytest.mark.parametrize("others", [[], ["Pilatus"]], ids=["one less", "another one"])
    async def test_a_new_organizer_gets_each_date_with_its_own(self, a_world, others):
        """R-103: what all are invited to is taken off where it is not booked."""
        world = await a_world(company=MANY)
        anna = world.outlook("anna")
        series = await anna.books("Säntis", "Eiger", at=FIRST, recurrence=weekly(times=4))
        await world.settles()
        date = await anna.date(series, DAYS[1])
        await anna.uninvites(date, "Eiger")
        for room in others:
            await anna.invites(date, room)
        await world.settles()
        for room in ("Säntis", "Eiger"):
            items_of_room = [b for b in await world.bookings() if b.resource == room]
            await world.rooms("anna").hands_over_series(items_of_room[0], "lea")
        for booking in await world.bookings():
            if booking.resource in others and booking.is_alive and booking.organizer != "lea":
                await world.rooms("anna").hands_over(booking, "lea")
        await world.settles()
        await world.then_outlook_has("lea", f"{DAYS[0]} {AT}", rooms=["Säntis", "Eiger"])
        await world.then_outlook_has("lea", f"{DAYS[1]} {AT}", rooms=["Säntis", *others])
        await world.then_rooms_has_dates("Eiger", AT, DAYS[0], *DAYS[2:])
