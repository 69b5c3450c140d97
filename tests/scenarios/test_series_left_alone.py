"""Series are part 3: until then recurring meetings with a room are left alone, nothing breaks."""

WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 8},
}
WHEN = "tomorrow 09:00-10:00"


async def test_a_series_with_its_exceptions_is_left_alone(world):
    anna = world.outlook("anna")
    async with world.counts() as costs:
        series = await anna.books("Säntis", at=WHEN, attendees=["marc"], recurrence=WEEKLY)
        await world.settles()
        first, second, third, fourth, *_ = await anna.dates(series)
        await anna.changes(first, subject="Erster Termin")
        await anna.changes(second, **anna.times("2026-03-11 14:00-15:00"))
        await anna.swaps_room(third, "Säntis", "Eiger")
        await anna.deletes(fourth)
        await world.settles()
        await world.advances(minutes=6)
        await world.full_pass()

    assert (costs.rooms_writes, costs.graph_writes_in_all) == (0, 0), str(costs)
    await world.then_rooms_has_nothing()
    assert len(await anna.dates(series)) == 7
    assert world.error_mails() == []


async def test_a_rescheduled_and_a_deleted_series_are_left_alone(world):
    anna = world.outlook("anna")
    async with world.counts() as costs:
        series = await anna.books("Säntis", at=WHEN, recurrence=WEEKLY)
        await world.settles()
        await anna.changes((await anna.dates(series))[2], subject="Ausnahme")
        await world.advances(minutes=6)
        await anna.changes(series, **anna.times("tomorrow 11:00-12:00"))
        await world.advances(minutes=6)
        await anna.deletes(series)
        await world.advances(minutes=6)

    assert (costs.rooms_writes, costs.graph_writes_in_all) == (0, 0), str(costs)
    await world.then_rooms_has_nothing()
    await world.then_outlook_has_nothing("Säntis")


async def test_a_series_keeps_nobody_from_single_meetings_beside_it(world):
    anna = world.outlook("anna")
    await anna.books("Säntis", at=WHEN, recurrence=WEEKLY)
    await world.settles()
    event = await anna.books("Säntis", at="tomorrow 10:00-11:00", subject="Einzeln")
    await world.settles()

    await world.then_rooms_has("Säntis", "tomorrow 10:00-11:00", title="Einzeln")
    await world.then_room_accepted(event, "Säntis")
