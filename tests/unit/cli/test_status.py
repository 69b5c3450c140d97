"""`roomsync status`: what is wrong is said first, and scripts can tell by the exit code."""

import json

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
    told = await operator_of(world)("status", "--json")
    assert told.code == 1
    content = json.loads(told.out)
    (trouble,) = content.pop("troubles")
    assert (trouble["trouble"], trouble["level"], trouble["number"]) == ("differences", "look", 1)
    assert "roomsync differences list" in trouble["advice"]
    assert content == await world.app_answers("/api/console/status.json")
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


async def test_what_is_parked_is_told_with_its_reason_and_released_by_hand(operator, world):
    down = {"status": 503, "body": {"error": {"code": "serviceNotAvailable", "message": "-"}}}
    order = {"match": {"actor": "service"}, "times": 100_000, "do": down}
    await world.exchange_control("faults", order)
    await world.rooms("anna").books("Säntis", at="2026-03-10 09:00-10:00")
    await world.advances(minutes=10, timers=())

    ended = await operator("status")

    assert ended.code == 1
    assert "1 system or mailbox does not answer and is parked" in ended.words
    assert "exchange/contoso" in ended.words
    assert "503" in ended.words

    await world.exchange_control_delete("faults")
    assert "exchange/contoso goes on" in (await operator("release", "exchange/contoso")).words
    assert "is not parked" in (await operator("release", "rooms")).words
    assert (await operator("release", "exchange/nowhere")).code == 2
    await world.advances(minutes=20, timers=())
    await world.then_outlook_has("anna", "2026-03-10 09:00-10:00")
