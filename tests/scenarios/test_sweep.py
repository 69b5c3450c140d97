"""The sweep finds within the hour what nobody told, whatever happens to its runs (P1)."""

import pytest

from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
ROOMS = ("Säntis", "Eiger", "Pilatus")


@pytest.fixture
async def booked(world):
    """Three meetings of three people, and a sweep that has come round."""
    for name, room in zip(("anna", "marc", "lea"), ROOMS, strict=True):
        await world.outlook(name).books(room, at=WHEN)
    await world.settles()
    await world.advances(minutes=7, timers=["full_sweep"])
    return await world.bookings()


async def all_are_moved(world, booked):
    """Nobody is told of it, and neither poll nor delta asks."""
    await world.push(silent=True)
    for booking in booked:
        await world.rooms(booking.organizer).moves(booking, to=LATER)


async def then_all_have_moved(world):
    for name in ("anna", "marc", "lea"):
        await world.then_outlook_has(name, LATER)


async def test_a_part_at_a_time_it_comes_round_in_an_hour(world, booked):
    await all_are_moved(world, booked)
    found = []
    for _ in range(30):
        await world.advances(minutes=2, timers=["full_sweep"])
        found.append(len([e for e in await world.all_events() if e.slot == world.slot(LATER)]))
    assert found[-1] >= len(ROOMS)
    assert len(set(found)) > 2, "not all at once"
    await then_all_have_moved(world)


@pytest.mark.parametrize("moment", Moment)
async def test_what_nobody_told_is_found_within_the_hour_whatever_happens_to_runs(
    world, booked, moment
):
    """No worker for half of it, then one that dies again and again while it notes how far it is."""
    await all_are_moved(world, booked)
    world.motor.works = False
    await world.advances(minutes=30, timers=["full_sweep"])
    world.motor.works = True
    world.interruptions.strike("tables.cursors.put", WorkerKilledError, moment=moment, times=4)
    await world.advances(minutes=31, timers=["full_sweep"])
    await then_all_have_moved(world)


async def test_after_a_standstill_of_hours_everything_is_looked_at_by_the_first_run(world, booked):
    await all_are_moved(world, booked)
    await world.advances(hours=3, timers=())
    await world.runs("full_sweep")
    await then_all_have_moved(world)


async def test_while_rooms_is_down_mailboxes_and_links_of_others_are_looked_at(world, booked):
    """Parked, its part waits; when it answers it goes on from where it was."""
    await all_are_moved(world, booked)
    await world.rooms_fault("GET", "", times=100_000, status=503)
    await world.rooms_fault("POST", "", times=100_000, status=503)
    await world.advances(minutes=40, timers=["full_sweep", "parked_care"])
    await world.rooms_control_delete("faults")
    await world.advances(minutes=60, timers=["full_sweep", "parked_care"])
    await then_all_have_moved(world)
