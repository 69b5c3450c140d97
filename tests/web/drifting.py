"""A company in which both sides differ, and nobody told of it."""

from tests.web.trouble import does, reads

WHEN = "tomorrow 09:00-10:00"
ELSE = "tomorrow 11:00-12:00"


async def drifts_apart(world):
    """Anna's event was renamed, Marc's booking moved: without a word of either."""
    renamed = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["lea"])
    moved = await world.rooms("marc").books("Eiger", at=WHEN, title="Planung")
    await world.settles()
    await world.push(silent=True)
    await world.outlook("anna").renames(renamed, "Budget")
    await world.rooms("marc").moves(moved, to=ELSE)
    await world.advances(minutes=3, timers=())
    return renamed, moved


async def scans(world, **asked):
    """Compare everything; return what is different, by the mailbox."""
    answer = await does(world, "differences/scan", **asked)
    assert answer.status_code == 200, answer.text
    await world.settles()
    found = (await reads(world, "differences"))["differences"]
    return {each["mailbox"]["mailbox"]: each for each in found}


async def comes_back(world):
    """Let the sync put right what it has not been told of."""
    await world.push_is_back()
    await world.advances(minutes=65)
