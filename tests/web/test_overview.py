"""The overview's facts: what an operator asks first, each told with its reason."""

import re
from datetime import timedelta

from tests.web.trouble import done, gives_up, reads


async def page(world, language="en"):
    answer = await world.calls_app("GET", "/api/console", params={"language": language})
    assert answer.status_code == 200
    return answer.text


async def test_the_mailbox_that_was_not_looked_at_for_longest_is_named(world):
    before = await reads(world, "overview")
    assert (before["full_look_at"], before["full_look_missing"]) == (None, 6)
    assert "not yet" in await page(world)

    began = world.clock.now()
    await world.full_pass()
    await world.advances(minutes=1)
    measures = (await world.app.services()).measures
    late = next(place for place in await measures.full_looks() if place.mailbox == "r102")
    await measures.note_full_look(late, began - timedelta(hours=5))

    told = await reads(world, "overview")
    assert (told["full_look_mailbox"], told["full_look_missing"]) == ("contoso/r102", 0)
    assert "(Eiger is the longest ago)" in await page(world)


async def test_what_was_given_up_and_what_was_refused_are_told_by_reason(world):
    await gives_up(world)
    await world.outlook("lea").books("Pilatus", at="tomorrow 13:00-14:00")
    await world.settles()
    taken = await world.outlook("marc").books("Pilatus", at="tomorrow 13:30-14:30")
    await world.settles()

    told = await page(world, "de")
    assert "so nicht angenommen</a> 1" in told
    assert re.search(r"Abgelehnt, nach Grund</dt><dd>Die Ressource ist schon gebucht 1<", told)

    (line,) = (await reads(world, "given-up"))["entries"]
    listed = await world.calls_app("GET", "/api/console/given-up", params={"language": "de"})
    assert "<b>so nicht angenommen</b>" in listed.text
    assert line["reason"] in listed.text
    await world.outlook("marc").deletes(taken)
    await world.settles()
    await done(world, "given-up/replay", names=[line["name"]])
    await world.settles()
