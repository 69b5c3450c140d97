"""Nobody comes, somebody leaves early, somebody gives the room back (R-116)."""

from tests.kit.world import World

TODAY = "today 10:00-11:00"
CHECK_IN = {"Säntis": {"checkin": True}}


async def test_whoever_leaves_early_frees_the_room_on_both_sides(world: World):
    booking = await world.rooms("anna").books("Säntis", at=TODAY, participants=["marc"])
    await world.settles()
    await world.advances(hours=2, minutes=30, timers=())
    await world.rooms("anna").checks_out(booking)
    await world.settles()
    event = await world.event(await world.event_of(booking))
    assert event.slot.end == (await world.booking(booking)).slot.end
    assert event.slot.end <= world.clock.now()


async def test_nobody_came_and_the_room_is_free_on_both_sides(a_world):
    world = await a_world(resources=CHECK_IN)
    await world.rooms("anna").books("Säntis", at=TODAY, participants=["marc"])
    await world.settles()
    world.deeds.note("ROOMS", "takes back what nobody came to")
    await world.advances(hours=2, minutes=20, timers=())
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.then_outlook_has_nothing("anna")


async def test_whoever_came_keeps_the_room(a_world):
    world = await a_world(resources=CHECK_IN)
    booking = await world.rooms("anna").books("Säntis", at=TODAY)
    await world.settles()
    await world.advances(hours=2, timers=())
    await world.rooms("anna").checks_in(booking)
    await world.advances(minutes=30, timers=())
    await world.then_outlook_has("anna", TODAY, rooms=["Säntis"])


async def test_a_room_given_back_before_it_begins_takes_its_event_along(world: World):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    await world.rooms("anna").releases(booking)
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.then_outlook_has_nothing("anna")
