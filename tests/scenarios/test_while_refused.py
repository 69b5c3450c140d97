"""What happens to a meeting, and around it, while a refusal stands (R-401 ... R-403, P6, P7)."""

import pytest

from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.outlook import EventRef
from tests.kit.world import World

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
BLOCK = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "Reinigung"}
BLOCK_LATER = BLOCK | {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z"}
ROOMS = pytest.mark.parametrize("room", ["Säntis", "Pilatus"], ids=["master", "no master"])
IS_MASTER = {"Säntis": True, "Pilatus": False}


async def settings_change(world: World, part: str = "", name: str = "", **facts: object) -> None:
    """Change somebody's settings, or the global switch, as an import does."""
    world.lets_a_moment_pass()
    if part:
        getattr(world.company, part)[name].update(facts)
    await world.imports()
    await world.runs("subscription_care")
    await world.full_pass()


async def global_switch(world: World, *, is_on: bool) -> None:
    world.company.global_sync = is_on
    await settings_change(world)


def is_told_once(world: World) -> bool:
    return [mail.to for mail in world.error_mails()] == [("anna",)]


def stays_refused(world: World, event: EventRef, room: str, cause: str) -> None:
    if not IS_MASTER[room]:
        world.expected.stays_different(event, "missing", "R-403", shown=cause)


@pytest.fixture
async def refused(a_world):
    """Peter has the room; Anna's wish for it was refused, and she was told."""

    async def made(room, when=WHEN, **facts):
        world = await a_world(company={"policies": {"hold_for_unsynced": False}})
        peters = await world.rooms("peter").books(room, at=WHEN)
        event = await world.outlook("anna").books(room, at=when, attendees=["marc"], **facts)
        await world.settles()
        assert is_told_once(world)
        return world, event, peters

    return made


class TestSwitchesMeanwhile:
    @ROOMS
    async def test_its_organizer_is_switched_off_and_on(self, refused, room):
        world, _, peters = await refused(room)
        await settings_change(world, "persons", "anna", sync_disabled=True)
        await world.rooms("peter").cancels(peters)
        await world.settles()
        await world.then_rooms_has_nothing()
        await settings_change(world, "persons", "anna", sync_disabled=False)
        await world.advances(minutes=70)
        await world.then_rooms_has(room, WHEN, organizer="anna")
        await world.then_outlook_has("anna", WHEN, rooms=[room])

    async def test_a_resource_off_and_on_that_is_free_by_then_is_booked(self, refused):
        world, _, peters = await refused("Pilatus")
        await settings_change(world, "resources", "Pilatus", mode="None")
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=10)
        await world.then_rooms_has_nothing()
        await settings_change(world, "resources", "Pilatus", mode="Microsoft365")
        await world.then_rooms_has("Pilatus", WHEN, organizer="anna")

    async def test_a_resource_off_and_on_that_is_still_taken_is_listed_again(self, refused):
        world, event, _ = await refused("Pilatus")
        await settings_change(world, "resources", "Pilatus", mode="None")
        assert await world.differences() == []
        await settings_change(world, "resources", "Pilatus", mode="Microsoft365")
        stays_refused(world, event, "Pilatus", "occupied")

    async def test_the_global_switch_goes_off_and_on(self, refused):
        """R-001"""
        world, _, peters = await refused("Pilatus")
        await global_switch(world, is_on=False)
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=10)
        await world.then_rooms_has_nothing()
        await global_switch(world, is_on=True)
        await world.then_rooms_has("Pilatus", WHEN, organizer="anna")

    @ROOMS
    async def test_sync_master_becomes_the_opposite(self, refused, room):
        world, _, peters = await refused(room)
        await settings_change(world, "resources", room, sync_master=not IS_MASTER[room])
        await world.advances(minutes=70)
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=70)
        await world.then_rooms_has(room, WHEN, organizer="anna")
        await world.then_outlook_has("anna", WHEN, rooms=[room], attendees=["marc"])
        assert is_told_once(world)


class TestTheMeetingChanges:
    @ROOMS
    async def test_made_private_it_is_the_same_no(self, refused, room):
        """P6: it is asked for again, as private; that the room is taken was told."""
        world, event, peters = await refused(room)
        await world.outlook("anna").changes(event, sensitivity="private")
        await world.settles()
        assert is_told_once(world)
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=70)
        await world.then_rooms_has(room, WHEN, organizer="anna", private=True)
        assert is_told_once(world)

    @ROOMS
    async def test_made_private_and_moved_to_another_refused_hour(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK, BLOCK_LATER]}})
        anna = world.outlook("anna")
        event = await anna.books(room, at=WHEN, subject="Kündigung")
        await world.settles()
        await anna.changes(event, sensitivity="private", **anna.times(LATER))
        await world.settles()
        _, second = world.error_mails(to="anna")
        assert "Kündigung" not in second.subject + second.text
        stays_refused(world, event, room, "blocking_time")

    async def test_deleted_and_restored_it_is_asked_for_again(self, refused):
        """R-311 keeps a cancelled booking from coming back; here there was none."""
        world, event, peters = await refused("Pilatus")
        await world.outlook("anna").deletes(event)
        await world.rooms("peter").cancels(peters)
        await world.settles()
        await world.outlook("anna").restores(event)
        await world.settles()
        await world.then_rooms_has("Pilatus", WHEN, organizer="anna")

    @ROOMS
    async def test_the_whole_day_is_booked_when_it_can_be_had(self, refused, room):
        start = {"dateTime": "2026-03-03T00:00:00", "timeZone": "Europe/Zurich"}
        day = {"start": start, "end": start | {"dateTime": "2026-03-04T00:00:00"}}
        world, event, peters = await refused(room, isAllDay=True, **day)
        assert "ganztägig" in world.error_mails()[0].text
        await world.rooms("peter").cancels(peters)
        await world.settles()
        booked = await world.booking(await world.booking_of(event))
        assert (booked.resource, booked.slot) == (room, (await world.event(event)).slot)

    @ROOMS
    async def test_two_wait_for_one_slot_and_get_it_one_after_the_other(self, refused, room):
        world, event, peters = await refused(room)
        leas = await world.outlook("lea").books(room, at=WHEN)
        await world.settles()
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=70)
        (booking,) = [b for b in await world.bookings() if b.is_alive]
        first, second = (event, leas) if booking.organizer == "anna" else (leas, event)
        await world.then_room_accepted(first, room)
        await world.outlook(first.mailbox).deletes(first)
        await world.advances(minutes=70)
        await world.then_rooms_has(room, WHEN, organizer=second.mailbox)
        await world.then_room_accepted(second, room)
        assert sorted(mail.to for mail in world.error_mails()) == [("anna",), ("lea",)]

    async def test_booked_at_last_its_room_is_invited_however_often_that_fails(self, refused):
        world, _, peters = await refused("Säntis")
        await world.graph_fault("PATCH", "/events/", times=2, status=503)
        await world.rooms("peter").cancels(peters)
        await world.settles()
        await world.advances(minutes=12)
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])
        await world.then_rooms_has("Säntis", WHEN, organizer="anna")

    async def test_killed_once_it_is_booked_at_last_its_room_is_invited(self, refused):
        world, _, peters = await refused("Säntis")
        world.interruptions.strike(
            r"^rooms\.PUT\..*/confirm$", WorkerKilledError, moment=Moment.AFTER
        )
        await world.rooms("peter").cancels(peters)
        await world.settles()
        await world.advances(minutes=12)
        assert world.host.kills == 1
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])

    async def test_another_room_chosen_before_the_first_one_is_invited_again_is_the_wish(
        self, refused
    ):
        world, event, peters = await refused("Säntis")
        await world.graph_fault("PATCH", "/events/", status=503)
        await world.rooms("peter").cancels(peters)
        await world.settles()
        await world.outlook("anna").invites(event, "Eiger")
        await world.settles()
        await world.advances(minutes=12)
        await world.then_outlook_has("anna", WHEN, rooms=["Eiger"])
        await world.then_rooms_has("Eiger", WHEN, organizer="anna")

    @ROOMS
    async def test_another_room_and_hour_in_one_save_are_told_once(self, a_world, room):
        """R-504: on, the booked room goes along; off, the event is left and so is the booking."""
        world = await a_world(resources={room: {"blocking_times": [BLOCK_LATER]}})
        anna = world.outlook("anna")
        event = await anna.books("Eiger", at=WHEN)
        await world.settles()
        (line,) = (await world.graph_event("anna", event))["attendees"]
        other = line | {"emailAddress": {"address": world.company.address(room), "name": room}}
        await anna.changes(event, attendees=[other], **anna.times(LATER))
        await world.settles()
        assert is_told_once(world)
        if IS_MASTER[room]:
            await world.then_rooms_has("Eiger", LATER, organizer="anna")
            await world.then_outlook_has("anna", LATER, rooms=["Eiger"])
        else:
            await world.then_rooms_has("Eiger", WHEN, organizer="anna")
            for field in ("time", "resources"):
                world.expected.stays_different(event, field, "R-403", shown="blocking_time")


class TestWhoAskedAndHow:
    @ROOMS
    async def test_a_delegate_asked_and_the_boss_is_told(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
        event = await world.outlook("marc", mailbox="anna").books(room, at=WHEN)
        await world.settles()
        assert is_told_once(world)
        stays_refused(world, event, room, "blocking_time")

    async def test_a_room_invited_like_a_person_is_taken_off_all_the_same(self, a_world):
        world = await a_world(resources={"Säntis": {"blocking_times": [BLOCK]}})
        room = world.company.address("Säntis")
        await world.outlook("anna").books(at=WHEN, attendees=["marc", room])
        await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=[], attendees=["marc"])

    @ROOMS
    async def test_notifications_that_travel_badly_make_no_second_mail(self, a_world, room):
        """P10"""
        world = await a_world(company={"policies": {"hold_for_unsynced": False}})
        await world.push(duplicate=0.5, delay_s=(1, 20), reorder=True)
        peters = await world.rooms("peter").books(room, at=WHEN)
        await world.outlook("anna").books(room, at=WHEN, attendees=["marc"])
        await world.advances(minutes=2)
        assert is_told_once(world)
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=70)
        await world.then_rooms_has(room, WHEN, organizer="anna")
        assert is_told_once(world)


class TestWhatItCosts:
    """P7: at most one write for each side and item, whatever the answer is."""

    @ROOMS
    async def test_a_new_event(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
        async with world.counts() as costs:
            event = await world.outlook("anna").books(room, at=WHEN, attendees=["marc"])
        assert (costs.rooms_writes, costs.graph_writes_in_all) == (0, int(IS_MASTER[room])), costs
        stays_refused(world, event, room, "blocking_time")

    @ROOMS
    async def test_a_slot_that_is_free_again(self, refused, room):
        world, _, peters = await refused(room)
        async with world.counts() as costs:
            await world.rooms("peter").cancels(peters)
        assert (costs.rooms_writes, costs.graph_writes_in_all) == (1, 1), costs

    @ROOMS
    async def test_another_room(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
        event = await world.outlook("anna").books("Eiger", at=WHEN, attendees=["marc"])
        await world.settles()
        async with world.counts() as costs:
            await world.outlook("anna").swaps_room(event, "Eiger", room)
        assert costs.graph_writes_in_all == int(IS_MASTER[room]), costs
        if not IS_MASTER[room]:
            world.expected.stays_different(event, "resources", "R-403", shown="blocking_time")


class TestAChangeThatIsRefused:
    async def test_cancel_that_is_set_later_tries_twice_all_the_same(self, a_world):
        """R-702: what Rollback has counted cancels nothing at the first try."""
        world = await a_world(resources={"Säntis": {"blocking_times": [BLOCK_LATER]}})
        event = await world.outlook("anna").books("Säntis", at=WHEN)
        await world.settles()
        for _ in range(3):
            await world.outlook("anna").moves(event, to=LATER)
            await world.settles()
        await settings_change(world, "persons", "anna", conflict_behaviour="Cancel")
        booking = await world.booking_of(event)
        async with world.counts() as costs:
            await world.outlook("anna").moves(event, to=LATER)
            await world.advances(minutes=5)
        tries = [c for c in costs.calls if c.path.endswith("/update") and c.status == 400]
        assert len(tries) == 2, costs
        assert not (await world.booking(booking)).is_alive
        world.expected.stays_different(event, "missing", "its link has ended (R-702)")

    async def test_a_meeting_under_way_is_put_back_as_well(self, a_world):
        world = await a_world(resources={"Säntis": {"max_minutes": 90}})
        event = await world.outlook("anna").books("Säntis", at="today 08:30-09:30")
        await world.settles()
        await world.advances(minutes=40)
        await world.outlook("anna").moves(event, to="today 08:30-11:00")
        await world.settles()
        await world.then_outlook_has("anna", "today 08:30-09:30", rooms=["Säntis"])
