"""Two edits of one series before anybody looks: both arrive (P10, the merge per date).

Where both sides change the same: ROOMS wins time and resource, Exchange the subject (design 5).
"""

from itertools import combinations, product

import pytest

from tests.kit.recurring import FIRST, every, items

DAYS = every(7, 4)
LATER = "14:00-15:00"
IN_ROOMS = {
    "title": lambda anna, dates: anna.renames_following(dates[0], "Titel"),
    "time": lambda anna, dates: anna.moves_following(dates[0], f"{DAYS[0]} {LATER}"),
    "room": lambda anna, dates: anna.changes_room_of_following(dates[0], "Eiger"),
    "people": lambda anna, dates: anna.sets_participants_of_series(dates[0], "lea"),
    "title of one": lambda anna, dates: anna.renames(dates[1], "Einzeln"),
    "time of one": lambda anna, dates: anna.moves(dates[2], f"{DAYS[2]} 16:00-17:00"),
    "one less": lambda anna, dates: anna.cancels(dates[3]),
}


async def renames_one(anna, series):
    await anna.renames((await anna.dates(series))[1], "Einmal")


async def moves_one(anna, series):
    await anna.moves((await anna.dates(series))[2], to=f"{DAYS[2]} 10:00-11:00")


async def deletes_one(anna, series):
    await anna.deletes((await anna.dates(series))[3])


IN_OUTLOOK = {
    "subject": lambda anna, series: anna.renames(series, "Thema"),
    "time": lambda anna, series: anna.moves(series, to=f"{DAYS[0]} 11:00-12:00"),
    "room": lambda anna, series: anna.swaps_room(series, "Säntis", "Pilatus"),
    "people": lambda anna, series: anna.invites(series, "peter"),
    "length": lambda anna, series: anna.ends_after(series, 6),
    "subject of one": renames_one,
    "time of one": moves_one,
    "one less": deletes_one,
}


@pytest.fixture
async def first(world):
    first = await world.rooms("anna").books_series(
        "Säntis", at=FIRST, title="Jour fixe", participants=["marc"], recurrence=items(number=4)
    )
    await world.settles()
    return first


@pytest.mark.parametrize(("one", "other"), list(combinations(IN_ROOMS, 2)))
async def test_both_in_rooms(world, first, one, other):
    anna, dates = world.rooms("anna"), await world.items(first)
    await IN_ROOMS[one](anna, dates)
    await IN_ROOMS[other](anna, dates)
    await world.settles()
    if {one, other} == {"time", "people"}:
        await world.then_outlook_has_dates("anna", LATER, *DAYS, attendees=["lea"])


@pytest.mark.parametrize(("one", "other"), list(combinations(IN_OUTLOOK, 2)))
async def test_both_in_outlook(world, first, one, other):
    anna, series = world.outlook("anna"), await world.event_of(first)
    await IN_OUTLOOK[one](anna, series)
    await IN_OUTLOOK[other](anna, series)
    await world.settles()


@pytest.mark.parametrize(("there", "here"), list(product(IN_ROOMS, IN_OUTLOOK)))
async def test_one_in_each(world, first, there, here):
    series, dates = await world.event_of(first), await world.items(first)
    await IN_OUTLOOK[here](world.outlook("anna"), series)
    await IN_ROOMS[there](world.rooms("anna"), dates)
    await world.settles()
    if (there, here) == ("title", "subject"):
        assert {b.title for b in await world.bookings() if b.is_alive} == {"Thema"}
    if (there, here) == ("time", "time"):
        await world.then_outlook_has_dates("anna", LATER, *DAYS)


async def test_moved_here_and_redrawn_there(world):
    """The rule that fits most dates takes none along against its booking."""
    anna = world.rooms("anna")
    first = await anna.books_series("Säntis", at=FIRST, recurrence=items(number=2, interval=2))
    await world.settles()
    series = await world.event_of(first)
    await world.outlook("anna").moves(series, to=f"{DAYS[0]} 12:00-13:00")
    await anna.redraws(first, items(number=3, days=[2, 4]))
    await world.settles()
    booked = sorted(str(b.slot) for b in await world.bookings() if b.is_alive)
    assert len(booked) == 3
    assert sorted(str(e.slot) for e in await world.calendar("anna")) == booked


@pytest.mark.parametrize("handed", ["the item that stays", "a new item", "all items"])
async def test_redrawn_and_handed_over_in_rooms(world, handed):
    """Who gets one item of a series that has just been redrawn does not get the series with it."""
    anna = world.rooms("anna")
    first = await anna.books_series("Säntis", at=FIRST, recurrence=items(number=3, interval=2))
    await world.settles()
    await anna.redraws(first, items(number=4))
    stays, new, *_ = await world.items(first)
    match handed:
        case "the item that stays":
            await anna.hands_over(stays, "lea")
            left = {"lea": [DAYS[0]], "anna": DAYS[1:]}
        case "a new item":
            await anna.hands_over(new, "lea")
            left = {"lea": [DAYS[1]], "anna": [DAYS[0], *DAYS[2:]]}
        case _:
            await anna.hands_over_series(first, "lea")
            left = {"lea": DAYS, "anna": []}
    await world.settles()
    for person, days in left.items():
        await world.then_outlook_has_dates(person, "09:00-10:00", *days)
