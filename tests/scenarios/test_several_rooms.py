"""Several rooms in one meeting: a booking each, or one room per meeting (D7, R-420, R-501)."""

import pytest

WHEN, LATER, FREE = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00", "tomorrow 14:00-15:00"
BLOCK = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "Reinigung"}
BLOCK_LATER = BLOCK | {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z"}
MANY = {"policies": {"resources_per_event": "many"}}

OTHERS = pytest.mark.parametrize("other", ["Eiger", "Pilatus"], ids=["master", "no master"])
IS_MASTER = {"Säntis": True, "Eiger": True, "Pilatus": False}


@pytest.fixture
async def many(a_world):
    async def made(**changes):
        return await a_world(company=MANY, **changes)

    return made


@pytest.fixture
async def two(many):
    """Anna has the Säntis and another room."""

    async def made(other="Eiger", **changes):
        world = await many(**changes)
        event = await world.outlook("anna").books("Säntis", other, at=WHEN, attendees=["marc"])
        await world.settles()
        return world, event

    return made


async def then_both(world, when, other="Eiger", **values):
    for room in ("Säntis", other):
        await world.then_rooms_has(room, when, **values)


async def booking_at(world, room, when=WHEN):
    return await world.then_rooms_has(room, when)


async def then_refused(world, event, other, when):
    """The other room is not to be had: it goes or stays, and the organizer is told once."""
    await world.then_rooms_has_nothing(other)
    rooms = ["Säntis"] if IS_MASTER[other] else ["Säntis", other]
    await world.then_outlook_has("anna", when, rooms=rooms, attendees=["marc"])
    (mail,) = world.error_mails(to="anna")
    assert other in mail.text
    if not IS_MASTER[other]:
        world.expected.stays_different(event, "resources", "R-403", shown="blocking_time")


class TestABookingPerRoom:
    async def test_each_room_has_its_own(self, two):
        world, event = await two()
        await then_both(world, WHEN, organizer="anna", participants=["marc"])
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis", "Eiger"])
        await world.then_room_accepted(event, "Säntis")
        await world.then_room_accepted(event, "Eiger")
        assert world.notices() == []

    @OTHERS
    async def test_one_is_refused_and_the_other_one_kept(self, two, other):
        world, event = await two(other, resources={other: {"blocking_times": [BLOCK]}})
        await world.then_rooms_has("Säntis", WHEN, participants=["marc"])
        await then_refused(world, event, other, WHEN)

    @OTHERS
    async def test_the_refused_one_comes_when_it_can(self, two, other):
        world, _ = await two(other, resources={other: {"blocking_times": [BLOCK]}})
        number = world.company.resource_number(other)
        world.deeds.note("ROOMS' administrator", "lifts the blocking time")
        await world.rooms_control("resources", {"rooms_id": number, "blocking_times": []})
        await world.advances(minutes=70)
        await then_both(world, WHEN, other)
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis", other])
        assert len(world.error_mails()) == 1

    @OTHERS
    async def test_both_are_refused_and_told_in_one_mail(self, two, other):
        blocked = {"blocking_times": [BLOCK]}
        world, event = await two(other, resources={"Säntis": blocked, other: blocked})
        await world.then_rooms_has_nothing()
        rooms = [] if IS_MASTER[other] else [other]
        await world.then_outlook_has("anna", WHEN, rooms=rooms, attendees=["marc"])
        (mail,) = world.error_mails(to="anna")
        assert "Säntis" in mail.text
        assert other in mail.text
        if not IS_MASTER[other]:
            world.expected.stays_different(event, "missing", "R-403", shown="blocking_time")

    @OTHERS
    async def test_a_room_added_later_is_booked_as_well(self, many, other):
        world = await many()
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await world.settles()
        first = await booking_at(world, "Säntis")
        await world.outlook("anna").invites(event, other)
        await world.settles()
        assert await booking_at(world, "Säntis") == first
        await then_both(world, WHEN, other, participants=["marc"])
        await world.then_room_accepted(event, other)

    @OTHERS
    async def test_a_room_added_later_and_refused(self, many, other):
        world = await many(resources={other: {"blocking_times": [BLOCK]}})
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await world.settles()
        await world.outlook("anna").invites(event, other)
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN)
        await world.then_rooms_has_nothing(other)
        rooms = ["Säntis"] if IS_MASTER[other] else ["Säntis", other]
        await world.then_outlook_has("anna", WHEN, rooms=rooms)
        assert len(world.error_mails(to="anna")) == 1
        if not IS_MASTER[other]:
            world.expected.stays_different(event, "resources", "R-403", shown="blocking_time")

    async def test_a_room_taken_away_later_is_free_and_the_other_one_stays(self, two):
        world, event = await two()
        kept = await booking_at(world, "Eiger")
        await world.outlook("anna").uninvites(event, "Säntis")
        await world.settles()
        await world.then_rooms_has_nothing("Säntis")
        assert await booking_at(world, "Eiger") == kept
        await world.then_outlook_has("anna", WHEN, rooms=["Eiger"], attendees=["marc"])

    async def test_both_taken_away_and_one_put_back(self, two):
        world, event = await two()
        await world.outlook("anna").uninvites(event, "Säntis", "Eiger")
        await world.settles()
        await world.then_rooms_has_nothing()
        await world.outlook("anna").invites(event, "Eiger")
        await world.settles()
        await world.then_rooms_has("Eiger", WHEN)
        await world.then_room_accepted(event, "Eiger")

    async def test_one_of_them_is_swapped_for_a_third(self, two):
        world, event = await two()
        moved, kept = await booking_at(world, "Säntis"), await booking_at(world, "Eiger")
        await world.outlook("anna").swaps_room(event, "Säntis", "Pilatus")
        await world.settles()
        assert await booking_at(world, "Pilatus") == moved
        assert await booking_at(world, "Eiger") == kept
        await world.then_rooms_has_nothing("Säntis")


class TestChangesOfTheWholeMeeting:
    async def test_a_new_time(self, two):
        world, event = await two()
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await then_both(world, LATER)
        await world.then_room_accepted(event, "Eiger")

    @OTHERS
    async def test_a_new_time_that_one_room_refuses(self, two, other):
        """That booking ends; its room goes or stays, as a new one would."""
        world, event = await two(other, resources={other: {"blocking_times": [BLOCK_LATER]}})
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await world.then_rooms_has("Säntis", LATER)
        await then_refused(world, event, other, LATER)

    @OTHERS
    async def test_and_back_to_where_it_can_be_had(self, two, other):
        world, event = await two(other, resources={other: {"blocking_times": [BLOCK_LATER]}})
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await world.outlook("anna").moves(event, to=WHEN)
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN)
        if IS_MASTER[other]:
            await world.advances(minutes=70)
        await world.then_rooms_has(other, WHEN)
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis", other])
        assert len(world.error_mails(to="anna")) == 1

    async def test_a_new_time_that_all_rooms_refuse_is_undone(self, two):
        blocked = {"blocking_times": [BLOCK_LATER]}
        world, event = await two(resources={"Säntis": blocked, "Eiger": blocked})
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await then_both(world, WHEN)
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis", "Eiger"], attendees=["marc"])
        assert [n.kind for n in world.notices()] == ["rolled_back"]
        assert len(world.error_mails(to="anna")) == 1

    async def test_a_new_title_and_new_people(self, two):
        world, event = await two()
        await world.outlook("anna").renames(event, "Neu")
        await world.outlook("anna").invites(event, "lea")
        await world.settles()
        await then_both(world, WHEN, title="Neu", participants=["marc", "lea"])

    async def test_made_private(self, two):
        """R-205, P9: ROOMS shows neither title nor people in either room."""
        world, event = await two()
        await world.outlook("anna").makes_private(event)
        await world.settles()
        await then_both(world, WHEN, title="Privat", participants=[])

    async def test_private_from_the_beginning(self, many):
        world = await many()
        await world.outlook("anna").books(
            "Säntis", "Eiger", at=WHEN, private=True, subject="Arzttermin"
        )
        await world.settles()
        await then_both(world, WHEN, private=True)

    async def test_deleted(self, two):
        world, event = await two()
        await world.outlook("anna").deletes(event)
        await world.settles()
        await world.then_rooms_has_nothing()


class TestOneBookingChangesInRooms:
    async def test_cancelled_its_room_leaves_the_event(self, two):
        world, event = await two()
        await world.rooms("anna").cancels(await booking_at(world, "Eiger"))
        await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis"], attendees=["marc"])
        await world.then_rooms_has("Säntis", WHEN)
        await world.then_room_accepted(event, "Säntis")

    async def test_both_cancelled_the_event_goes(self, two):
        world, _ = await two()
        await world.rooms("anna").cancels(await booking_at(world, "Eiger"))
        await world.rooms("anna").cancels(await booking_at(world, "Säntis"))
        await world.settles()
        await world.then_outlook_has_nothing("anna")

    @pytest.mark.parametrize("which", ["Säntis", "Eiger"])
    async def test_moved_the_event_and_the_other_one_follow(self, two, which):
        world, _ = await two()
        await world.rooms("anna").moves(await booking_at(world, which), to=LATER)
        await world.settles()
        await then_both(world, LATER)
        await world.then_outlook_has("anna", LATER, rooms=["Säntis", "Eiger"])

    @OTHERS
    async def test_moved_to_where_the_other_room_is_not_to_be_had(self, two, other):
        world, event = await two(other, resources={other: {"blocking_times": [BLOCK_LATER]}})
        await world.rooms("anna").moves(await booking_at(world, "Säntis"), to=LATER)
        await world.settles()
        await world.then_rooms_has("Säntis", LATER)
        await world.then_rooms_has_nothing(other)
        rooms = ["Säntis"] if IS_MASTER[other] else ["Säntis", other]
        await world.then_outlook_has("anna", LATER, rooms=rooms)
        assert len(world.error_mails(to="anna")) == 1
        if not IS_MASTER[other]:
            world.expected.stays_different(event, "resources", "R-403", shown="blocking_time")

    @pytest.mark.parametrize("which", ["Säntis", "Eiger"])
    async def test_renamed_all_have_the_new_title(self, two, which):
        world, _ = await two()
        await world.rooms("anna").renames(await booking_at(world, which), "aus ROOMS")
        await world.settles()
        await then_both(world, WHEN, title="aus ROOMS")
        await world.then_outlook_has("anna", WHEN, subject="aus ROOMS")

    async def test_its_room_is_taken_off(self, two):
        """removeRoom, R-115."""
        world, _ = await two()
        await world.rooms("anna").takes_off_room(await booking_at(world, "Eiger"))
        await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])
        await world.then_rooms_has("Säntis", WHEN)

    async def test_it_goes_to_another_room(self, two):
        world, event = await two()
        await world.rooms("anna").changes_room(await booking_at(world, "Eiger"), "Pilatus")
        await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis", "Pilatus"])
        await world.then_room_accepted(event, "Pilatus")

    async def test_a_new_organizer_of_one_is_that_of_the_meeting(self, many):
        world = await many()
        await world.outlook("anna").books("Säntis", "Eiger", at=WHEN)
        await world.settles()
        await world.rooms("anna").hands_over(await booking_at(world, "Säntis"), "lea")
        await world.settles()
        await then_both(world, WHEN, organizer="lea")
        event = await world.then_outlook_has("lea", WHEN, rooms=["Säntis", "Eiger"])
        await world.then_outlook_has_nothing("anna")
        await world.then_room_accepted(event, "Säntis")
        await world.then_room_accepted(event, "Eiger")


async def test_a_booking_of_the_add_in_gets_a_second_room_in_outlook(many):
    world = await many()
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    event = await world.event_of(booking)
    await world.outlook("anna").invites(event, "Eiger")
    await world.settles()
    assert await booking_at(world, "Säntis") == booking
    await then_both(world, WHEN, organizer="anna")


async def test_the_mailbox_of_one_of_them_declines(many):
    """D9: that booking ends, the other one stays."""
    world = await many()
    await world.outlook("Eiger").books(at=WHEN, subject="Direkt")
    await world.settles()
    (direct,) = await world.events("Eiger")
    world.expected.is_listed(direct, "direct_item")
    event = await world.outlook("anna").books("Säntis", "Eiger", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await world.then_rooms_has_nothing("Eiger")
    await world.then_room_accepted(event, "Säntis")
    assert len(world.error_mails(to="anna")) == 1


async def test_switched_to_one_room_per_meeting_what_is_booked_stays(two):
    world, event = await two()
    world.company.policies["resources_per_event"] = "one"
    await world.imports()
    await world.full_pass()
    await then_both(world, WHEN)
    await world.outlook("anna").renames(event, "Neu")
    await world.settles()
    await then_both(world, WHEN, title="Neu")
    await world.outlook("anna").uninvites(event, "Eiger")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await world.then_rooms_has_nothing("Eiger")


class TestOneRoomPerMeeting:
    """D7 `one`."""

    @OTHERS
    async def test_of_two_the_first_is_booked_and_the_other_refused(self, a_world, other):
        world = await a_world()
        event = await world.outlook("anna").books("Säntis", other, at=WHEN, attendees=["marc"])
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN)
        await world.then_rooms_has_nothing(other)
        rooms = ["Säntis"] if IS_MASTER[other] else ["Säntis", other]
        await world.then_outlook_has("anna", WHEN, rooms=rooms, attendees=["marc"])
        (mail,) = world.error_mails(to="anna")
        assert other in mail.text
        if not IS_MASTER[other]:
            world.expected.stays_different(event, "resources", "D7", shown="second_resource")

    async def test_it_is_told_once_however_often_it_is_looked_at(self, a_world):
        world = await a_world()
        event = await world.outlook("anna").books("Säntis", "Pilatus", at=WHEN)
        await world.settles()
        await world.outlook("anna").renames(event, "Neu")
        await world.advances(minutes=130)
        assert len(world.error_mails()) == 1
        await world.then_rooms_has("Säntis", WHEN, title="Neu")
        world.expected.stays_different(event, "resources", "D7", shown="second_resource")
