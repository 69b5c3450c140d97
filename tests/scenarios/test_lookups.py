"""Look-up rows are made up from links, and go where they lead to none."""

from datetime import timedelta

from core.app.lookups import Repaired, pointers_of, repair_lookups, sweep_lookups
from core.domain.ids import BookingId, MappingId
from core.domain.pointers import Pointer, booking_pointer

NINE = "tomorrow 09:00-10:00"


async def all_pointers(services):
    return {key: pointer.mapping_id async for key, pointer in services.pointers.all()}


async def test_missing_rows_are_made_up_and_those_there_stay(world):
    event = await world.outlook("anna").books("Säntis", at=NINE)
    await world.settles()
    services, link = await world.app.services(), await world.link_of(event)
    before = await all_pointers(services)
    assert await repair_lookups(services) == Repaired()

    world.tables.wipe("pointers")
    made = await repair_lookups(services)

    assert made == Repaired(made=len(pointers_of(link)))
    after = await all_pointers(services)
    assert after.items() <= before.items()
    assert set(after) == pointers_of(link)


async def test_rows_that_lead_nowhere_go_an_hour_later(world):
    """A pointer may name a link that somebody is about to make."""
    services = await world.app.services()
    lost, busy = (booking_pointer("Default", BookingId(number)) for number in (1, 2))
    lease = world.clock.now() + timedelta(minutes=1)
    await services.pointers.replace(lost, Pointer(mapping_id=MappingId("gone")))
    await services.pointers.replace(busy, Pointer(mapping_id=MappingId("new"), lease_until=lease))

    assert await repair_lookups(services) == Repaired()
    await world.advances(minutes=59, timers=())
    assert await repair_lookups(services) == Repaired()
    await world.advances(minutes=3, timers=())
    assert await repair_lookups(services) == Repaired(removed=2)

    assert await services.pointers.find(lost) is None
    assert await services.pointers.find(busy) is None


async def test_copies_that_only_witness_are_forgotten_after_half_a_year(world):
    await world.outlook("anna").books("Säntis", at=NINE, attendees=["marc"])
    await world.settles()
    services = await world.app.services()
    copies = [key async for key, pointer in services.pointers.all() if pointer.mapping_id is None]
    assert copies
    assert await sweep_lookups(services) == 0
    await world.advances(days=181, timers=())
    assert await sweep_lookups(services) == len(copies)


async def test_of_a_link_that_has_left_an_item_behind_the_row_stays(world):
    event = await world.outlook("anna").books("Säntis", at=NINE)
    await world.settles()
    services, link = await world.app.services(), await world.link_of(event)
    left = booking_pointer(link.mandator, BookingId(4711))
    await services.pointers.replace(left, Pointer(mapping_id=link.id))

    assert await repair_lookups(services) == Repaired()
    assert (await services.pointers.find(left)).mapping_id == link.id
