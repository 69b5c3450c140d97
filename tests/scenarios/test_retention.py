"""What is over for good is removed once a day; nothing follows from it (docs/state.md)."""

from core.app.retention import remove_what_is_over

NINE = "tomorrow 09:00-10:00"


async def rows(world, *tables):
    return [
        row.partition
        for name in tables or ("mappings", "pointers", "waiting")
        async for row in world.tables.table(name).query()
        if row.key != "condition"
    ]


async def test_what_is_long_over_goes_with_all_its_rows(world):
    await world.outlook("anna").books("Säntis", at=NINE)
    cancelled = await world.rooms("marc").books("Eiger", at=NINE)
    await world.rooms("lea").books("Pilatus", at=NINE)
    await world.settles()
    await world.outlook("anna").books("Pilatus", at=NINE)
    await world.settles()
    await world.rooms("marc").cancels(cancelled)
    await world.settles()

    await world.advances(days=60, timers=())
    assert (await remove_what_is_over(await world.app.services())).links == 0
    await world.advances(days=32, timers=())
    removed = await remove_what_is_over(await world.app.services())

    assert (removed.links, removed.is_all) == (4, True)
    assert await rows(world, "mappings", "waiting") == []
    await world.advances(days=90, timers=())
    await remove_what_is_over(await world.app.services())
    assert await rows(world) == []


async def test_what_was_cancelled_stays_while_it_could_be_restored(world):
    event = await world.outlook("anna").books("Säntis", at="2026-11-02 09:00-10:00")
    await world.settles()
    await world.outlook("anna").deletes(event)
    await world.settles()
    await world.advances(days=120, timers=())
    assert (await remove_what_is_over(await world.app.services())).links == 0


async def test_the_timer_does_it_and_goes_on_until_all_is_done(world, monkeypatch):
    monkeypatch.setattr("core.app.retention.MOST", 2)
    for hour in range(9, 14):
        await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
    await world.settles()
    await world.advances(days=100, timers=())
    await world.runs("retention")
    await world.settles()
    assert await rows(world, "mappings") == []
