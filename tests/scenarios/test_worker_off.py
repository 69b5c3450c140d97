"""Without the background work nothing is linked, and the operator is told so (R-002)."""

from tests.functions.page import read_page

WHEN = "tomorrow 09:00-10:00"


async def silent_minutes(world):
    return (await world.app_answers("/api/console/status.json"))["worker_silent_minutes"]


async def test_with_the_worker_off_nothing_is_linked_and_the_console_says_so(world):
    await world.advances(minutes=2)
    assert await silent_minutes(world) == 0
    world.motor.works = False
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.rooms("marc").books("Eiger", at=WHEN)

    await world.advances(minutes=7)

    assert (await world.app_answers("/api/console/status.json"))["mappings"]["linked"] == 0
    assert await silent_minutes(world) in {6, 7}
    page = read_page((await world.calls_app("GET", "/api/console")).text)
    assert "bad" in page.by_id("overview").classes
    assert "The background work has stood still for" in page.by_id("overview").text

    world.motor.works = True
    await world.advances(minutes=2)
    await world.then_rooms_has("Säntis", WHEN, organizer="anna")
    assert await silent_minutes(world) == 0


async def test_a_worker_that_never_was_there_is_missed_once_jobs_pile_up(world):
    world.motor.works = False

    await world.advances(minutes=3)
    assert await silent_minutes(world) == 0
    await world.advances(minutes=4)
    assert await silent_minutes(world) >= 5

    world.motor.works = True
    await world.advances(minutes=1)
    assert await silent_minutes(world) == 0
