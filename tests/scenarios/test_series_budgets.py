"""Writes stay few, however many dates a series has (issue 5, 7): a year of Tuesdays, and a page."""

import pytest

from tests.kit.recurring import AT, FIRST, FIRST_DAY, every, items, weekly

WIDE = {"calendar_processing": {"BookingWindowInDays": 1080, "EnforceSchedulingHorizon": False}}
DAYS = every(7, 52)
EXCEPTIONS = 3


@pytest.fixture
async def wide(a_world):
    return await a_world(resources={"Säntis": WIDE, "Eiger": WIDE})


@pytest.fixture
async def in_outlook(wide):
    series = await wide.outlook("anna").books(
        "Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=52)
    )
    await wide.settles()
    return wide, series


@pytest.fixture
async def in_rooms(wide):
    first = await wide.rooms("anna").books_series(
        "Säntis", at=FIRST, participants=["marc"], recurrence=items(number=52)
    )
    await wide.settles()
    return wide, first


async def with_exceptions(world, first):
    """Move three of the items in ROOMS."""
    dates = await world.items(first)
    for at in (3, 20, 40):
        await world.rooms("anna").moves(dates[at], f"{DAYS[at]} 14:00-15:00")


class TestFromRooms:
    async def test_a_year_with_three_exceptions_is_one_create_and_three_writes(self, wide):
        async with wide.counts() as costs:
            first = await wide.rooms("anna").books_series(
                "Säntis", at=FIRST, recurrence=items(number=52)
            )
            await with_exceptions(wide, first)
        assert costs.graph_writes_in_all == 1 + EXCEPTIONS, str(costs)
        assert costs.rooms_writes == 1, str(costs)
        assert len(await wide.calendar("anna")) == 52

    async def test_mirrored_in_at_most_two_calls_and_one_per_exception(self, wide):
        """Until it is mirrored: what follows are answers and echoes."""
        async with wide.counts() as costs:
            first = await wide.rooms("anna").books_series(
                "Säntis", at=FIRST, recurrence=items(number=52)
            )
            await with_exceptions(wide, first)
        assert costs.graph_reads + costs.graph_writes <= 2 + EXCEPTIONS, str(costs)

    @pytest.mark.parametrize("what", ["title", "room", "time", "participants", "cancelled"])
    async def test_a_change_of_all_is_one_write(self, in_rooms, what):
        world, first = in_rooms
        anna = world.rooms("anna")
        async with world.counts() as costs:
            match what:
                case "title":
                    await anna.renames_following(first, "Budget")
                case "room":
                    await anna.changes_room_of_following(first, "Eiger")
                case "time":
                    await anna.moves_following(first, f"{FIRST_DAY} 14:00-15:00")
                case "participants":
                    await anna.sets_participants_of_series(first, "lea")
                case "cancelled":
                    await anna.cancels_series(first)
        assert costs.graph_writes_in_all == 1, str(costs)
        assert costs.rooms_writes == 0, str(costs)

    async def test_a_new_title_leaves_exceptions_exceptions_and_is_one_write(self, in_rooms):
        """The exceptions follow the master in Exchange by themselves."""
        world, first = in_rooms
        await with_exceptions(world, first)
        await world.settles()
        async with world.counts() as costs:
            await world.rooms("anna").renames_following(first, "Budget")
        assert costs.graph_writes_in_all == 1, str(costs)
        assert {e.subject for e in await world.calendar("anna")} == {"Budget"}

    async def test_one_item_is_one_write(self, in_rooms):
        world, first = in_rooms
        async with world.counts() as costs:
            await world.rooms("anna").renames((await world.items(first))[30], "Sonderthema")
        assert costs.graph_writes_in_all == 1, str(costs)
        assert costs.graph_reads_in_all <= 6, str(costs)


class TestFromOutlook:
    async def test_a_year_is_one_draft_and_the_link(self, wide):
        async with wide.counts() as costs:
            await wide.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=52))
        assert costs.rooms_writes == 1, str(costs)
        assert costs.graph_writes_in_all == 1, str(costs)
        assert costs.graph_reads + costs.graph_writes <= 3, str(costs)

    async def test_three_exceptions_are_three_writes(self, in_outlook):
        world, series = in_outlook
        anna = world.outlook("anna")
        async with world.counts() as costs:
            await anna.moves(await anna.date(series, DAYS[3]), to=f"{DAYS[3]} 14:00-15:00")
            await anna.renames(await anna.date(series, DAYS[20]), "Sonderthema")
            await anna.deletes(await anna.date(series, DAYS[40]))
        assert costs.rooms_writes == EXCEPTIONS, str(costs)
        assert costs.graph_writes_in_all == 0, str(costs)

    @pytest.mark.parametrize("what", ["subject", "room", "time", "people", "private", "deleted"])
    async def test_a_change_of_all_is_one_write(self, in_outlook, what):
        world, series = in_outlook
        anna = world.outlook("anna")
        async with world.counts() as costs:
            match what:
                case "subject":
                    await anna.renames(series, "Budget")
                case "room":
                    await anna.swaps_room(series, "Säntis", "Eiger")
                case "time":
                    await anna.moves(series, to=f"{FIRST_DAY} 14:00-15:00")
                case "people":
                    await anna.invites(series, "lea")
                case "private":
                    await anna.makes_private(series)
                case "deleted":
                    await anna.deletes(series)
        assert costs.rooms_writes == 1, str(costs)
        assert costs.graph_writes_in_all == 0, str(costs)

    async def test_a_longer_series_is_one_draft(self, in_outlook):
        """Shortened, each surplus date is cancelled by itself: ROOMS has no other way that keeps
        the rest as it is (R-610). That is no runaway, so the guard lets it pass.
        """
        world, series = in_outlook
        await world.outlook("anna").ends_after(series, 10)
        await world.settles()
        await world.then_rooms_has_dates("Säntis", AT, *DAYS[:10])
        async with world.counts() as costs:
            await world.outlook("anna").ends_after(series, 52)
        await world.then_rooms_has_dates("Säntis", AT, *DAYS)
        assert costs.rooms_writes <= 3, str(costs)

    async def test_what_follows_from_nothing_costs_nothing(self, in_outlook):
        world, series = in_outlook
        async with world.counts() as costs:
            await world.outlook("anna").wants_reminder(series, 30)
            await world.advances(minutes=12)
        assert costs.rooms_writes == costs.graph_writes_in_all == 0, str(costs)


async def test_a_delta_page_of_five_hundred_is_done_in_one_pass(a_world):
    """A series of 90 days and single meetings beside it, and nobody tells but delta."""
    world = await a_world(resources={"Säntis": WIDE, "Eiger": WIDE})
    await world.push(silent=True)
    anna = world.outlook("anna")
    for hour in range(8, 13):
        rule = weekly("monday", "tuesday", "wednesday", "thursday", "friday",
                      start="2026-03-03", until="2026-05-29")  # fmt: skip
        await anna.books("Säntis", at=f"{FIRST_DAY} {hour:02d}:00-{hour:02d}:50", recurrence=rule)
    await world.runs("delta_catch_up")
    booked = [b for b in await world.bookings() if b.is_alive]
    # 1 May is a holiday in Bern.
    assert len(booked) == 5 * 63
    await world.push_is_back()
