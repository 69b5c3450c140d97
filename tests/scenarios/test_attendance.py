"""Nobody comes, somebody leaves early, somebody gives the room back (R-116)."""

import pytest

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


async def test_whoever_checks_out_early_frees_the_room_and_the_attendees_hear_it_once(world: World):
    booking = await world.rooms("anna").books("Säntis", at=TODAY, participants=["lea"])
    await world.settles()
    await world.advances(hours=2, minutes=30, timers=())
    before = len(world.exchange.controls.mails.since(0))
    await world.rooms("anna").checks_out(booking)
    await world.settles()
    mails = world.exchange.controls.mails.since(0)[before:]
    leas = [mail.kind for mail in mails if world.company.address("lea") in mail.to]
    assert leas == ["update"]


async def test_a_running_room_given_back_ends_on_both_sides(world: World):
    booking = await world.rooms("anna").books("Säntis", at=TODAY)
    await world.settles()
    await world.advances(hours=2, minutes=15, timers=())
    await world.rooms("anna").releases(booking)
    await world.settles()
    event = await world.event(await world.event_of(booking))
    assert event.slot.end == (await world.booking(booking)).slot.end <= world.clock.now()


class TestExtension:
    """ROOMS makes a running booking longer until somebody leaves (R-112)."""

    @pytest.fixture
    async def world(self, a_world):
        return await a_world(resources={"Säntis": {"auto_extension": True}})

    async def test_with_attendees_it_stays_in_rooms_and_nobody_is_mailed(self, world):
        booking = await world.rooms("anna").books("Säntis", at=TODAY, participants=["lea"])
        await world.settles()
        before = len(world.exchange.controls.mails.since(0))
        async with world.counts() as costs:
            await world.advances(hours=3, minutes=20)
        await world.then_rooms_has("Säntis", "today 10:00-11:30")
        await world.then_outlook_has("anna", TODAY, attendees=["lea"])
        assert (costs.graph_writes, costs.rooms_writes) == (0, 0)
        assert len(world.exchange.controls.mails.since(0)) == before
        assert await world.differences() == []
        world.expected.stays_different(booking, "missing", "its event is over (R-112)")

    async def test_without_attendees_the_event_follows(self, world):
        await world.rooms("anna").books("Säntis", at=TODAY)
        await world.settles()
        world.deeds.note("ROOMS", "makes it longer")
        await world.advances(hours=3, minutes=5)
        await world.then_outlook_has("anna", "today 10:00-11:15", rooms=["Säntis"])

    async def test_when_it_is_over_nothing_is_left_open(self, world):
        await world.rooms("anna").books("Säntis", at=TODAY, participants=["lea"])
        await world.rooms("marc").books("Säntis", at="today 12:00-12:15")
        await world.settles()
        await world.advances(hours=5, timers=("rooms_poll",))
        await world.then_rooms_has("Säntis", "today 10:00-12:00")
        await world.then_outlook_has("anna", TODAY)
        assert await world.differences() == []

    async def test_what_is_changed_meanwhile_is_synced_as_ever(self, world):
        booking = await world.rooms("anna").books("Säntis", at=TODAY, participants=["lea"])
        await world.settles()
        await world.advances(hours=3, minutes=5)
        event = await world.event_of(booking)
        await world.outlook("anna").renames(event, "Dauert länger")
        await world.settles()
        await world.then_rooms_has("Säntis", "today 10:00-11:15", title="Dauert länger")
        await world.then_outlook_has("anna", TODAY, subject="Dauert länger")
        world.expected.stays_different(booking, "missing", "its event is over (R-112)")

    async def test_somebody_who_leaves_after_the_end_ends_the_booking_only(self, world):
        booking = await world.rooms("anna").books("Säntis", at=TODAY, participants=["lea"])
        await world.settles()
        await world.advances(hours=3, minutes=7)
        await world.rooms("anna").checks_out(booking)
        await world.settles()
        await world.then_outlook_has("anna", TODAY)

    async def test_what_has_not_begun_is_made_longer_on_both_sides(self, world):
        booking = await world.rooms("anna").books(
            "Säntis", at="today 14:00-15:00", participants=["lea"]
        )
        await world.settles()
        await world.rooms("anna").moves(booking, to="today 14:00-16:00")
        await world.settles()
        await world.then_outlook_has("anna", "today 14:00-16:00", attendees=["lea"])
