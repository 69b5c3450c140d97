"""The timer measures by itself, also when no worker works; the overview tells it."""

from core.app.measuring import take_measure
from core.errors import ServiceUnavailableError
from tests.web.trouble import reads


async def test_every_five_minutes_what_was_done_is_measured(world):
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()

    await world.advances(minutes=11)

    found = (await reads(world, "measures"))["measures"]
    assert len(found) == 3
    assert sum(each["changes"] for each in found) == 1
    assert max(each["mirrored_within_ms_95"] or 0 for each in found) > 0
    (parts,) = [each["parts_of_way_ms_mean"] for each in found if each["parts_of_way_ms_mean"]]
    assert list(parts) == ["provider", "queue", "own", "write"]
    assert parts["provider"] > 0
    assert (found[-1]["waiting"], found[-1]["dead"]) == (0, 0)
    assert (await reads(world, "measures", span="30d"))["measures"]
    page = await world.calls_app("GET", "/api/console")
    assert "<svg" in page.text
    assert "From change to mirrored: now" in page.text
    assert "Where the time goes: now" in page.text
    assert page.text.count('<span class="part provider">until we were told') == 2
    assert (await reads(world, "overview"))["parts_of_way_ms_half"].keys() == parts.keys()


async def test_a_moment_after_a_measure_nothing_is_measured(world):
    services = await world.app.services()
    assert await take_measure(services, world.app.counts) is not None
    assert await take_measure(services, world.app.counts) is None


async def test_queues_that_cannot_be_counted_are_unknown_not_empty(world):
    class Down:
        async def depths(self):
            raise ServiceUnavailableError("the broker is down")

    measure = await take_measure(await world.app.services(), Down())

    assert measure is not None
    assert measure.waiting is None
