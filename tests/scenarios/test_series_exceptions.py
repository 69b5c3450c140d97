"""Exceptions survive whatever does not concern them; what was deleted stays deleted (S10)."""

import pytest

from tests.kit.recurring import AT, FIRST, every, items, weekly

DAYS = every(7, 6)
MOVED = f"{DAYS[1]} 14:00-15:00"
THERE = [DAYS[0], MOVED, *DAYS[2:4], DAYS[5]]
"""One date was moved, the fifth deleted, the third has a title of its own, the fourth a room."""


async def with_exceptions_in_outlook(world):
    anna = world.outlook("anna")
    series = await anna.books(
        "Säntis", at=FIRST, subject="Jour fixe", attendees=["marc"], recurrence=weekly(times=6)
    )
    await world.settles()
    await anna.moves(await anna.date(series, DAYS[1]), to=MOVED)
    await anna.renames(await anna.date(series, DAYS[2]), "Sonderthema")
    await anna.swaps_room(await anna.date(series, DAYS[3]), "Säntis", "Eiger")
    await anna.deletes(await anna.date(series, DAYS[4]))
    await world.settles()
    return (await world.bookings_of(series))[0]


async def with_exceptions_in_rooms(world):
    anna = world.rooms("anna")
    first = await anna.books_series(
        "Säntis", at=FIRST, title="Jour fixe", participants=["marc"], recurrence=items(number=6)
    )
    await world.settles()
    dates = await world.items(first)
    await anna.moves(dates[1], MOVED)
    await anna.renames(dates[2], "Sonderthema")
    await anna.changes_room(dates[3], "Eiger")
    await anna.cancels(dates[4])
    await world.settles()
    return first


MADE = pytest.mark.parametrize(
    "make", [with_exceptions_in_outlook, with_exceptions_in_rooms], ids=["E", "R"]
)


async def then_they_are_as_before(world, *, room="Säntis", others="Jour fixe"):
    """Both sides show the exceptions as exceptions, `others` is the title of the plain dates."""
    await world.then_outlook_has_dates("anna", AT, *THERE)
    await world.then_outlook_has("anna", f"{DAYS[2]} {AT}", subject="Sonderthema")
    await world.then_outlook_has("anna", f"{DAYS[3]} {AT}", rooms=["Eiger"], subject=others)
    await world.then_rooms_has(room, MOVED, title=others)
    await world.then_rooms_has(room, f"{DAYS[2]} {AT}", title="Sonderthema")
    await world.then_rooms_has("Eiger", f"{DAYS[3]} {AT}", title=others)
    await world.then_rooms_has(room, f"{DAYS[0]} {AT}", title=others)


@MADE
async def test_they_arrive_as_exceptions(world, make):
    await make(world)
    await then_they_are_as_before(world)
    assert len([e for e in await world.events("anna") if e.is_alive]) == 1


@MADE
async def test_a_new_subject_in_outlook(world, make):
    series = await world.event_of(await make(world))
    await world.outlook("anna").renames(series, "Budget")
    await world.settles()
    await then_they_are_as_before(world, others="Budget")


@MADE
async def test_somebody_more_in_outlook(world, make):
    series = await world.event_of(await make(world))
    await world.outlook("anna").invites(series, "lea")
    await world.settles()
    await then_they_are_as_before(world)
    await world.then_rooms_has("Säntis", MOVED, participants=["lea", "marc"])
    # Another room means other attendees: that date keeps its own (graph-calendar 3.3).
    await world.then_rooms_has("Eiger", f"{DAYS[3]} {AT}", participants=["marc"])


@MADE
async def test_private_in_outlook(world, make):
    series = await world.event_of(await make(world))
    await world.outlook("anna").makes_private(series)
    await world.settles()
    await world.then_outlook_has_dates("anna", AT, *THERE, private=True)
    for booking in await world.bookings_of(series):
        shown = await world.booking(booking)
        assert (shown.title, shown.participants) == ("Privat", ())


@MADE
async def test_a_reminder_in_outlook_is_nobody_else_s_business(world, make):
    series = await world.event_of(await make(world))
    async with world.counts() as costs:
        await world.outlook("anna").wants_reminder(series, 30)
    assert costs.rooms_writes == costs.graph_writes_in_all == 0
    await then_they_are_as_before(world)


@MADE
async def test_a_change_of_one_plain_date_in_outlook(world, make):
    series = await world.event_of(await make(world))
    anna = world.outlook("anna")
    await anna.renames(await anna.date(series, DAYS[5]), "Schluss")
    await world.settles()
    await then_they_are_as_before(world)
    await world.then_rooms_has("Säntis", f"{DAYS[5]} {AT}", title="Schluss")


@MADE
async def test_a_change_of_one_plain_item_in_rooms(world, make):
    first = await make(world)
    last = (await world.items(first))[-1]
    await world.rooms("anna").renames(last, "Schluss")
    await world.settles()
    await then_they_are_as_before(world)
    await world.then_outlook_has("anna", f"{DAYS[5]} {AT}", subject="Schluss")


@MADE
async def test_the_exception_itself_is_changed_again_and_put_back(world, make):
    series = await world.event_of(await make(world))
    anna = world.outlook("anna")
    moved = await anna.date(series, DAYS[1])
    await anna.moves(moved, to=f"{DAYS[1]} 16:00-17:00")
    await world.settles()
    await world.then_rooms_has("Säntis", f"{DAYS[1]} 16:00-17:00")
    await anna.moves(moved, to=f"{DAYS[1]} {AT}")
    await world.settles()
    await world.then_rooms_has("Säntis", f"{DAYS[1]} {AT}")
    item = await world.booking_of(moved)
    await world.rooms("anna").moves(item, MOVED)
    await world.settles()
    await then_they_are_as_before(world)


@MADE
async def test_a_new_title_of_the_series_in_rooms_leaves_what_was_deleted_deleted(world, make):
    """S10; ROOMS gives the title to all items still to come, so the exceptions have it, too."""
    first = await make(world)
    await world.rooms("anna").renames_following((await world.items(first))[0], "Budget")
    await world.settles()
    await world.then_outlook_has_dates("anna", AT, *THERE, subject="Budget")
    await world.then_outlook_has("anna", f"{DAYS[3]} {AT}", rooms=["Eiger"])


@MADE
async def test_the_rest_of_the_series_is_cancelled_in_rooms(world, make):
    first = await make(world)
    await world.rooms("anna").cancels_series(first)
    await world.settles()
    left = [b for b in await world.bookings() if b.is_alive]
    shown = await world.calendar("anna")
    assert sorted(str(e.slot) for e in shown) == sorted(str(b.slot) for b in left)


@MADE
async def test_a_new_time_of_the_series_in_outlook_forgets_them_as_exchange_does(world, make):
    """Graph-calendar 3.3: all are lost, the deleted date comes back, and ROOMS shows the same."""
    series = await world.event_of(await make(world))
    await world.outlook("anna").moves(series, to=f"{DAYS[0]} 16:00-17:00")
    await world.settles()
    await world.then_outlook_has_dates("anna", "16:00-17:00", *DAYS)
    await world.then_rooms_has_dates("Säntis", "16:00-17:00", *DAYS, title="Jour fixe")
    await world.then_rooms_has_nothing("Eiger")


@MADE
async def test_another_length_in_rooms_keeps_what_rooms_keeps(world, make):
    """R-610: a redrawn series is a new one; what it shows is what counts."""
    first = await make(world)
    await world.rooms("anna").redraws(first, items(number=3))
    await world.settles()
    shown, left = (
        await world.calendar("anna"),
        [b for b in await world.bookings() if b.is_alive],
    )
    assert sorted(str(e.slot) for e in shown) == sorted(str(b.slot) for b in left)


@MADE
async def test_passes_and_time_change_nothing(world, make):
    series = await world.event_of(await make(world))
    async with world.counts() as costs:
        await world.advances(hours=3)
        await world.full_pass()
    assert costs.rooms_writes == costs.graph_writes_in_all == 0, str(costs)
    await then_they_are_as_before(world)
    assert (await world.event(series)).is_alive


async def test_it_is_moved_while_the_series_gets_another_subject(world):
    """The others' subject is written over it and taken back; what else it says is not forgotten."""
    anna = world.outlook("anna")
    series = await anna.books("Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=6))
    await anna.renames(await anna.date(series, DAYS[2]), "Budget")
    await world.settles()
    await anna.renames(series, "Jour fixe")
    date = await anna.date(series, DAYS[2])
    await anna.moves(date, to=f"{DAYS[2]} 15:00-16:00")
    await anna.invites(date, "lea")
    await world.settles()
    there = {"title": "Budget", "participants": ["marc", "lea"]}
    await world.then_rooms_has("Säntis", f"{DAYS[2]} 15:00-16:00", **there)
    await world.then_rooms_has("Säntis", f"{DAYS[1]} {AT}", title="Jour fixe")
