"""The drill: all tables and queues are lost, and an export of yesterday is all there is."""

import pytest

from core.adapters.tables.provision import TABLE_NAMES
from tests.kit.losses import nothing_is_written
from tests.kit.recurring import FIRST, weekly

NINE, TEN, ELEVEN = (f"2026-03-04 {hour:02}:00-{hour:02}:45" for hour in (9, 10, 11))
TWO, FOUR = "2026-03-04 14:00-15:00", "2026-03-04 16:00-17:00"


@pytest.fixture
async def backed_up(world, operator, tmp_path):
    """A world with meetings of all kinds, and its export."""
    kept = {
        "moved": await world.outlook("anna").books("Säntis", at=NINE, attendees=["marc"]),
        "gone": await world.outlook("anna").books("Eiger", at=NINE),
        "series": await world.outlook("marc").books("Eiger", at=FIRST, recurrence=weekly(times=5)),
        "private": await world.outlook("lea").books(
            "Säntis", at=TEN, subject="Kündigung", private=True
        ),
        "theirs": await world.rooms("marc").books("Säntis", at=ELEVEN),
    }
    await world.settles()
    file = tmp_path / "state.jsonl"
    assert (await operator("state", "export", str(file))).code == 0
    return file, kept


def is_lost(world):
    """Lose every row and every message; the settings of the app are all that is left."""
    world.tables.wipe(*TABLE_NAMES)
    for queue in ("sync-items", "mailbox-jobs", "notices", "failed-items"):
        while (batch := world.bus.next_batch(queue)) is not None:
            for message in batch.messages:
                world.bus.complete(message)
            world.bus.release(batch)
    world.restarts()


async def comes_back(world, operator, file):
    """Do what docs/operations.md says: import, rebuild, look at everything."""
    assert (await operator("state", "import", str(file), "--yes")).code == 0
    assert (await operator("rebuild", "--yes")).code == 0
    world.restarts()
    await world.advances(minutes=70)


async def test_a_backup_of_this_moment_comes_back_and_nothing_is_written_and_nobody_told(
    world, operator, backed_up
):
    file, _ = backed_up
    is_lost(world)
    async with nothing_is_written(world):
        await comes_back(world, operator, file)
    assert await world.disagreements() == []


async def test_what_happened_since_the_backup_is_found_and_nobody_is_told(
    world, operator, backed_up
):
    file, kept = backed_up
    anna = world.outlook("anna")
    await anna.moves(kept["moved"], to=TWO)
    await anna.deletes(kept["gone"])
    await anna.books("Pilatus", at=TWO)
    await world.rooms("lea").books("Eiger", at=FOUR)
    await world.settles()
    is_lost(world)
    async with nothing_is_written(world):
        await comes_back(world, operator, file)
    await world.then_rooms_has("Säntis", TWO)
    await world.then_rooms_has("Pilatus", TWO)
    assert await world.disagreements() == []


async def test_what_happened_while_it_was_down_follows_afterwards(world, operator, backed_up):
    file, kept = backed_up
    is_lost(world)
    await world.push(silent=True)
    anna = world.outlook("anna")
    await anna.moves(kept["moved"], to=TWO)
    await anna.deletes(kept["gone"])
    await world.rooms("lea").books("Eiger", at=FOUR)
    await world.push_is_back()

    await comes_back(world, operator, file)

    await world.then_rooms_has("Säntis", TWO)
    await world.then_outlook_has("lea", FOUR)
    living = [b for b in await world.bookings() if b.is_alive and b.slot == world.slot(NINE)]
    assert living == []
    assert await world.disagreements() == []
