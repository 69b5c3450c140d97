"""`roomsync status`: what is wrong is said first, and scripts can tell by the exit code."""

from core.errors import ServiceUnavailableError


async def test_all_is_well(operator, world):
    await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()

    ended = await operator("status")

    assert ended.code == 0
    assert ended.out.startswith("Everything is in step.")
    assert "linked 1" in ended.words


async def test_a_difference_is_said_and_ends_with_1(a_world, operator_of):
    world = await a_world(resources={"Pilatus": {"opening_hours": {"mon-fri": "07:00-19:00"}}})
    event = await world.outlook("anna").books("Pilatus", at="today 18:30-20:00")
    await world.settles()

    ended = await operator_of(world)("status")

    assert ended.code == 1
    assert "1 difference is open" in ended.out
    await world.outlook("anna").deletes(event)


async def test_work_that_waits_is_no_trouble(operator, world):
    await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.booking_system.agenda.run_due()

    ended = await operator("status")

    assert ended.code == 0
    assert ended.out.startswith("Working.")


async def test_queues_that_cannot_be_counted_are_told_with_the_rest(operator, world, monkeypatch):
    async def down():
        raise ServiceUnavailableError("queue counts: no answer")

    monkeypatch.setattr(world.bus, "depths", down)

    ended = await operator("status")

    assert ended.code == 1
    assert "The queues cannot be counted - queue counts: no answer" in ended.words
    assert "Subscriptions" in ended.out
