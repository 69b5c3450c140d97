"""The worker is killed in the middle of a series: the end is the same as without (P12, S33)."""

import pytest

from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.kills import dies_after_any_call
from tests.kit.recurring import AT, FIRST, every, items, weekly

DAYS = every(7, 4)
COMPANY = {"resources": {"Pilatus": None}}
CONFIRMED = r"^rooms\.PUT\..*reservation/confirm"
MINUTES = 26
"""A draft of ROOMS that a killed worker left ends by itself after so long."""


async def booked(world):
    return [b for b in await world.bookings() if b.is_promise and b.resource == "Säntis"]


async def living(world):
    return [e for e in await world.events("anna") if e.is_alive and e.is_organizer]


async def nothing(world):
    return None


async def nothing_more(world, _):
    return None


async def in_outlook(world):
    """Four Tuesdays, the second renamed, the third deleted."""
    anna = world.outlook("anna")
    series = await anna.books("Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=4))
    await anna.renames(await anna.date(series, DAYS[1]), "Budget")
    await anna.deletes(await anna.date(series, DAYS[2]))
    await world.settles()
    return series


async def in_rooms(world):
    anna = world.rooms("anna")
    first = await anna.books_series(
        "Säntis", at=FIRST, participants=["marc"], recurrence=items(number=4)
    )
    await world.settles()
    return first


async def in_progress(world):
    first = await in_rooms(world)
    await world.advances(hours=30, timers=())
    return first


async def plain_in_outlook(world):
    await booked_in_outlook_without_exceptions(world, None)
    await world.settles()


async def left_aside(world):
    """A run died right after a draft with refused dates was confirmed: they are parked on Zoom."""
    world.interruptions.strike(CONFIRMED, WorkerKilledError, moment=Moment.AFTER)
    await booked_in_outlook_without_exceptions(world, None)
    while not world.host.kills:
        await world.steps()
    world.host.kills = 0
    assert {b.resource for b in await world.bookings() if b.is_promise} == {"Säntis", "Zoom"}


async def declined_by_the_room(world, _):
    keeper = world.outlook("Säntis")
    await keeper.answers(await keeper.finds(), "decline")


async def booked_in_outlook(world, _):
    anna = world.outlook("anna")
    series = await anna.books("Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=4))
    await anna.renames(await anna.date(series, DAYS[1]), "Budget")


async def booked_in_outlook_without_exceptions(world, _):
    anna = world.outlook("anna")
    await anna.books("Säntis", at=FIRST, attendees=["marc"], recurrence=weekly(times=4))


async def booked_in_rooms(world, _):
    anna = world.rooms("anna")
    await anna.books_series("Säntis", at=FIRST, participants=["marc"], recurrence=items(number=4))


async def renamed_in_outlook(world, series):
    await world.outlook("anna").renames(series, "Jour fixe")


async def moved_in_outlook(world, series):
    await world.outlook("anna").moves(series, to=f"{DAYS[0]} 14:00-15:00")


async def moved_in_rooms(world, first):
    await world.rooms("anna").moves_following(first, f"{DAYS[0]} 14:00-15:00")


async def moved_in_rooms_where_it_has_exceptions(world, series):
    first = (await world.bookings_of(series))[0]
    await world.rooms("anna").moves_following(first, f"{DAYS[0]} 14:00-15:00")


async def split_in_rooms(world, first):
    third = (await world.items(first))[2]
    await world.rooms("anna").moves_following(third, f"{DAYS[2]} 14:00-15:00")


async def handed_over(world, first):
    await world.rooms("anna").hands_over_series(first, "lea")


async def handed_over_from_the_second_on(world, first):
    second = (await world.items(first))[1]
    await world.rooms("anna").hands_over_series(second, "lea")


async def cancelled_in_rooms(world, first):
    await world.rooms("anna").cancels_series(first)


async def then_four(world):
    await world.then_rooms_has_dates("Säntis", AT, *DAYS)
    await world.then_outlook_has_dates("anna", AT, *DAYS)


async def then_four_accepted(world):
    """The room has been invited again to the whole series, once."""
    await then_four(world)
    shown = await world.calendar("anna")
    assert {event.answers.get("Säntis") for event in shown} == {"accepted"}


async def then_without_the_third(world):
    days = [DAYS[0], DAYS[1], DAYS[3]]
    await world.then_rooms_has_dates("Säntis", AT, *days)
    await world.then_outlook_has_dates("anna", AT, *days)


async def then_all_later(world):
    """A new time in Outlook brings back what was deleted: Exchange forgets it (3.3)."""
    await world.then_rooms_has_dates("Säntis", "14:00-15:00", *DAYS)
    await world.then_outlook_has_dates("anna", "14:00-15:00", *DAYS)


async def then_later_without_the_third(world):
    days = [DAYS[0], DAYS[1], DAYS[3]]
    await world.then_rooms_has_dates("Säntis", "14:00-15:00", *days)
    await world.then_outlook_has_dates("anna", "14:00-15:00", *days)


async def then_two_series(world):
    times = {AT: DAYS[:2], "14:00-15:00": DAYS[2:]}
    wanted = {world.slot(f"{day} {time}") for time, days in times.items() for day in days}
    assert {b.slot for b in await booked(world)} == wanted
    assert len({e.event_id for e in await living(world)}) == 2


async def then_lea(world):
    await world.then_outlook_has_dates("lea", AT, *DAYS)
    await world.then_outlook_has_nothing("anna")


async def then_all_but_the_first_are_leas(world):
    await world.then_rooms_has_dates("Säntis", AT, *DAYS)
    await world.then_outlook_has_dates("anna", AT, DAYS[0])
    await world.then_outlook_has_dates("lea", AT, *DAYS[1:])


async def then_nothing(world):
    await world.then_outlook_has_nothing("anna")
    await world.then_rooms_has_nothing()


async def then_one_without_a_room(world):
    await then_some_without_a_room(world, 1)


async def then_two_without_a_room(world):
    await then_some_without_a_room(world, 2)


async def then_some_without_a_room(world, number):
    assert len(await booked(world)) == len(DAYS) - number
    assert len(world.error_mails(to="anna")) == 1


async def partly_booked(world):
    await booked_in_outlook_without_exceptions(world, None)
    await world.settles()


async def free_again(world, _):
    number = world.company.resource_number("Säntis")
    world.deeds.note("ROOMS' administrator", "lifts the blocking times")
    await world.rooms_control("resources", {"rooms_id": number, "blocking_times": []})
    await world.full_pass()


async def then_all_have_the_room(world):
    await world.full_pass()
    await world.then_rooms_has_dates("Säntis", AT, *DAYS)
    await world.then_outlook_has_dates("anna", AT, *DAYS, rooms=["Säntis"])
    assert len(world.error_mails(to="anna")) == 1


def taken_on(*days):
    blocks = [
        {"start": f"{day}T07:00:00Z", "end": f"{day}T10:00:00Z", "title": "Reinigung"}
        for day in days
    ]
    return {"resources": {"Säntis": {"blocking_times": blocks}, "Pilatus": None}}


COMPANIES = {
    "series, two dates free again": taken_on(DAYS[1], DAYS[2]),
    "series, one date taken": taken_on(DAYS[2]),
    "series, two dates left aside by a run that died": taken_on(DAYS[1], DAYS[2]),
}

STORIES = {
    "series, two dates free again": (partly_booked, free_again, then_all_have_the_room),
    "series booked in Outlook": (nothing, booked_in_outlook, then_four),
    "series, one date taken": (
        nothing,
        booked_in_outlook_without_exceptions,
        then_one_without_a_room,
    ),
    "series, two dates left aside by a run that died": (
        left_aside,
        nothing_more,
        then_two_without_a_room,
    ),
    "series declined by its room": (plain_in_outlook, declined_by_the_room, then_four_accepted),
    "series booked in ROOMS": (nothing, booked_in_rooms, then_four),
    "series renamed in Outlook": (in_outlook, renamed_in_outlook, then_without_the_third),
    "series moved in Outlook": (in_outlook, moved_in_outlook, then_all_later),
    "series moved in ROOMS": (in_rooms, moved_in_rooms, then_all_later),
    "series with exceptions moved in ROOMS": (
        in_outlook,
        moved_in_rooms_where_it_has_exceptions,
        then_later_without_the_third,
    ),
    "series split in ROOMS": (in_rooms, split_in_rooms, then_two_series),
    "series handed over": (in_rooms, handed_over, then_lea),
    "series handed over in the middle": (
        in_progress,
        handed_over_from_the_second_on,
        then_all_but_the_first_are_leas,
    ),
    "series cancelled in ROOMS": (in_rooms, cancelled_in_rooms, then_nothing),
}


@pytest.mark.parametrize("story", STORIES)
async def test_a_kill_after_any_call_ends_like_no_kill(story):
    company = COMPANIES.get(story, COMPANY)
    await dies_after_any_call(
        story,
        STORIES[story],
        company,
        patience_minutes=MINUTES,
        over_http=STORIES[story][0] is left_aside,
    )
