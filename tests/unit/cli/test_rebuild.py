"""`roomsync rebuild`: shows first, restores when asked, says what it could not tell (S05)."""

from tests.kit.losses import loses_links, nothing_is_written


async def test_it_shows_first_and_restores_when_asked(world, operator):
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.rooms("marc").books("Eiger", at="tomorrow 09:00-10:00")
    await world.settles()
    loses_links(world)

    async with nothing_is_written(world):
        shown = await operator("rebuild")
        waiting = await operator("rebuild")
        done = await operator("rebuild", "--yes")
        again = await operator("rebuild", "--yes")

    assert "run `roomsync rebuild`" not in shown.err
    assert "the table of links is empty and was not before" in waiting.words
    assert "found on both sides 2" in shown.words
    assert "Would restore: 2. Nothing was changed: say --yes to do it." in shown.words
    assert "Restored: 2." in done.words
    assert "link there already 2" in again.words
    assert "Restored: 0." in again.words


async def test_a_mailbox_that_cannot_be_read_is_named(world, operator):
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.rooms("marc").books("Eiger", at="tomorrow 09:00-10:00")
    await world.settles()
    loses_links(world)
    denied = {"error": {"code": "ErrorAccessDenied", "message": "no"}}
    await world.graph_fault("GET", "/users/anna.meier.*/calendarView", status=403, body=denied)

    shown = await operator("rebuild")

    assert shown.code == 1
    assert "not read: contoso/p11:" in shown.words
    assert "found on both sides 1" in shown.words
    assert "a booking whose event was not found: listed, not made anew 0" in shown.words
    assert (await operator("rebuild", "--yes")).code == 0


async def test_somebody_may_do_without(world, operator):
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    loses_links(world)

    given_up = await operator("rebuild", "--give-up")
    await world.settles()

    assert "Links are made again" in given_up.words
    assert "the table of links" not in (await operator("rebuild")).words
