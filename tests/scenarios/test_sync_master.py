"""The Sync-Master table, every row: on (Säntis) and off (Pilatus) (R-401 ... R-404).

On: the refused room leaves the event, the meeting and its people stay. Off: the event stays as it
is. Both: no booking, one mail per refused state, the no is remembered and tried again by itself.
"""

import pytest

from tests.kit.on_premises import stored_id

WHEN, LATER, FREE = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00", "tomorrow 14:00-15:00"
BLOCK = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "Reinigung"}
BLOCK_LATER = BLOCK | {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z"}
NO_HOLD = {"policies": {"hold_for_unsynced": False}}

ROOMS = pytest.mark.parametrize("room", ["Säntis", "Pilatus"], ids=["master", "no master"])
IS_MASTER = {"Säntis": True, "Eiger": True, "Pilatus": False}
NUMBER = {"Säntis": 101, "Eiger": 102, "Pilatus": 103}

REASONS = {
    "blocking_time": ({"blocking_times": [BLOCK]}, {}, WHEN),
    "closed": ({"opening_hours": {"mon-fri": "12:00-13:00"}}, {}, WHEN),
    "holiday": ({}, {}, "2026-05-01 09:00-10:00"),
    "too_long": ({"max_minutes": 30}, {}, WHEN),
    "too_short": ({"min_minutes": 120}, {}, WHEN),
    "too_early": ({"book_ahead_days": 7}, {}, "2026-03-20 09:00-10:00"),
    "too_late": ({"book_before_minutes": 2880}, {}, WHEN),
    "no_right": ({}, {"rights": {"book": False}}, WHEN),
}


def expects(world, event, room, cause, field="missing"):
    """Say that without Sync-Master both sides stay different, and that the console says why."""
    if not IS_MASTER[room]:
        world.expected.stays_different(event, field, f"R-403: {cause}", shown=cause)


async def then_it_was_refused(world, event, room, when, cause, **sees):
    """R-401 ... R-403: no booking; the room gone or there; one mail that names the room."""
    await world.then_outlook_has(
        "anna", when, rooms=[] if IS_MASTER[room] else [room], attendees=["marc"], **sees
    )
    (mail,) = world.error_mails()
    assert mail.to == ("anna",)
    assert room in mail.text
    (notice,) = world.notices()
    assert notice.kind == ("room_removed" if IS_MASTER[room] else "not_booked")
    assert [part.code for part in notice.parts] == [cause]
    (link,) = [m async for m in (await world.app.services()).mappings.all() if m.refusals]
    assert [r.code for r in link.refusals] == [cause]
    assert stored_id(world.exchange, link.event.event_id) == event.event_id
    expects(world, event, room, cause)


async def anna_invites(world, room, when=WHEN, **more):
    event = await world.outlook("anna").books(room, at=when, attendees=["marc"], **more)
    await world.settles()
    return event


class TestANewEventIsRefused:
    @ROOMS
    @pytest.mark.parametrize("cause", REASONS)
    async def test_for_a_rule_of_the_house(self, a_world, room, cause):
        rules, person, when = REASONS[cause]
        world = await a_world(resources={room: rules}, anna=person)
        event = await anna_invites(world, room, when)
        await world.then_rooms_has_nothing()
        await then_it_was_refused(world, event, room, when, cause)
        if IS_MASTER[room]:
            shown = await world.event(event)
            assert (shown.location, shown.locations) == ("", ())
            assert [e for e in await world.events(room) if e.is_alive] == []

    @ROOMS
    async def test_for_an_existing_booking(self, a_world, room):
        world = await a_world(company=NO_HOLD)
        await world.rooms("peter").books(room, at=WHEN)
        event = await anna_invites(world, room)
        await world.then_rooms_has(room, WHEN, organizer="peter")
        await then_it_was_refused(world, event, room, WHEN, "occupied")

    @ROOMS
    async def test_for_a_booking_that_its_mailbox_knows_too(self, world, room):
        """R-402: that the mailbox has declined does not make it any less ROOMS' no."""
        await world.rooms("lea").books(room, at=WHEN)
        await world.settles()
        event = await anna_invites(world, room)
        await world.then_rooms_has(room, WHEN, organizer="lea")
        await then_it_was_refused(world, event, room, WHEN, "occupied")
        world.expected.tolerated.clear()
        if not IS_MASTER[room]:
            world.expected.is_listed(event, "occupied")

    @ROOMS
    async def test_because_it_is_switched_off_in_rooms_alone(self, world, room):
        await world.rooms_control("resources", {"rooms_id": NUMBER[room], "active": False})
        event = await anna_invites(world, room)
        await world.then_rooms_has_nothing()
        await then_it_was_refused(world, event, room, WHEN, "inactive")

    @ROOMS
    async def test_because_private_ones_are_not_allowed(self, a_world, room):
        world = await a_world(anna={"rights": {"book_private": False}})
        event = await anna_invites(world, room, private=True, subject="Arzttermin")
        await world.then_rooms_has_nothing()
        await then_it_was_refused(world, event, room, WHEN, "private_not_allowed")
        assert "Arzttermin" not in world.error_mails()[0].subject

    @ROOMS
    async def test_refusals_that_come_as_200_are_no_different(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
        world.booking_system.switches.set("refusal", "200")
        event = await anna_invites(world, room)
        await world.then_rooms_has_nothing()
        await then_it_was_refused(world, event, room, WHEN, "blocking_time")

    @ROOMS
    async def test_a_room_added_to_an_old_meeting_is_refused_like_any_other(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
        event = await world.outlook("anna").books(at=WHEN, attendees=["marc"])
        await world.settles()
        await world.outlook("anna").invites(event, room)
        await world.settles()
        await world.then_rooms_has_nothing()
        await then_it_was_refused(world, event, room, WHEN, "blocking_time")

    @ROOMS
    async def test_an_unfinished_booking_and_an_open_editor_are_waited_for(self, world, room):
        draft = await world.rooms("lea").begins_booking(room, at=WHEN)
        event = await anna_invites(world, room)
        assert (world.notices(), await world.differences()) == ([], [])
        await world.then_outlook_has("anna", WHEN, rooms=[room])
        await world.rooms("lea").closes_editor(draft)
        await world.advances(minutes=10)
        await world.then_rooms_has(room, WHEN, organizer="anna")
        editor = await world.rooms("lea").opens_for_editing(await world.booking_of(event))
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await world.then_outlook_has("anna", LATER, rooms=[room])
        await world.rooms("lea").closes_editor(editor)
        await world.advances(minutes=10)
        await world.then_rooms_has(room, LATER, organizer="anna")
        assert world.notices() == []


class TestTwoRaceForTheSlot:
    @ROOMS
    @pytest.mark.parametrize("seed", [1, 2])
    async def test_the_second_one_loses(self, a_world, room, seed):
        """Exchange accepted it before it knew of the other: a booking without any event."""
        world = await a_world(seed=seed, company=NO_HOLD)
        event = await world.outlook("anna").books(room, at=WHEN, attendees=["marc"])
        await world.rooms("peter").books(room, at=WHEN)
        await world.settles()
        await world.then_rooms_has(room, WHEN, organizer="peter")
        await then_it_was_refused(world, event, room, WHEN, "occupied")

    @ROOMS
    async def test_of_two_events_one_has_it(self, a_world, room):
        """The room's mailbox takes one only; the other one is told once, with either setting.

        Who was first in ROOMS and second there has kept the winner out for a moment: that is told.
        """
        world = await a_world()
        annas = await world.outlook("anna").books(room, at=WHEN)
        leas = await world.outlook("lea").books(room, at=WHEN)
        await world.settles()
        (booking,) = [b for b in await world.bookings() if b.is_alive]
        winner, loser = (annas, leas) if booking.organizer == "anna" else (leas, annas)
        await world.then_room_accepted(winner, room)
        was_first = any(b.organizer == loser.mailbox for b in await world.bookings())
        told = {winner.mailbox, loser.mailbox} if was_first else {loser.mailbox}
        assert sorted(mail.to for mail in world.error_mails()) == [(who,) for who in sorted(told)]
        if IS_MASTER[room]:
            assert (await world.event(loser)).rooms == ()
        elif not was_first:
            world.expected.is_listed(loser, "occupied")


class TestATimeThatRoomsRefuses:
    @ROOMS
    async def test_is_undone_where_rollback_is_set(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK_LATER]}})
        event = await anna_invites(world, room)
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=[room], attendees=["marc"])
        await world.then_rooms_has(room, WHEN)
        await world.then_room_accepted(event, room)
        assert [(n.kind, n.parts[0].code) for n in world.notices()] == [
            ("rolled_back", "blocking_time")
        ]
        assert len(world.error_mails(to="anna")) == 1

    @ROOMS
    async def test_ends_the_booking_where_cancel_is_set(self, a_world, room):
        world = await a_world(
            resources={room: {"blocking_times": [BLOCK_LATER]}},
            anna={"conflict_behaviour": "Cancel"},
        )
        event = await anna_invites(world, room)
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await world.then_outlook_has("anna", LATER, rooms=[room], attendees=["marc"])
        await world.then_rooms_has_nothing()
        assert [n.kind for n in world.notices()] == ["booking_cancelled"]
        assert len(world.error_mails(to="anna")) == 1
        world.expected.stays_different(event, "missing", "its link has ended (R-702)")


class TestAnotherRoomThatRoomsRefuses:
    @pytest.fixture
    async def swapped(self, a_world):
        async def made(room):
            world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
            event = await anna_invites(world, "Eiger")
            await world.outlook("anna").swaps_room(event, "Eiger", room)
            await world.settles()
            return world, event

        return made

    @ROOMS
    async def test_the_one_that_is_booked_is_kept(self, swapped, room):
        """R-504: on, the old room is invited again; off, the event stays as it is."""
        world, event = await swapped(room)
        await world.then_rooms_has("Eiger", WHEN)
        shown = "Eiger" if IS_MASTER[room] else room
        await world.then_outlook_has("anna", WHEN, rooms=[shown], attendees=["marc"])
        assert [n.kind for n in world.notices()] == ["room_kept"]
        assert len(world.error_mails(to="anna")) == 1
        if IS_MASTER[room]:
            await world.then_room_accepted(event, "Eiger")
        expects(world, event, room, "blocking_time", field="resources")

    @ROOMS
    async def test_a_second_one_beside_it_that_is_refused(self, a_world, room):
        """R-501 asks for a change of rooms; it is not to be had, so nothing changes."""
        world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
        event = await anna_invites(world, "Eiger")
        await world.outlook("anna").invites(event, room)
        await world.settles()
        await world.then_rooms_has("Eiger", WHEN)
        shown = ["Eiger"] if IS_MASTER[room] else ["Eiger", room]
        await world.then_outlook_has("anna", WHEN, rooms=shown, attendees=["marc"])
        assert len(world.error_mails(to="anna")) == 1
        await world.then_room_accepted(event, "Eiger")
        expects(world, event, room, "blocking_time", field="resources")

    @ROOMS
    async def test_swapped_back_by_hand_all_agree_again(self, swapped, room):
        world, event = await swapped(room)
        if not IS_MASTER[room]:
            await world.outlook("anna").swaps_room(event, room, "Eiger")
            await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=["Eiger"])
        await world.then_rooms_has("Eiger", WHEN)
        assert await world.differences() == []


class TestTheMailboxDeclinesWhatRoomsAccepted:
    """D9, R-900: Exchange decides, with either setting."""

    @ROOMS
    async def test_because_its_rules_have_become_stricter(self, world, room):
        event = await anna_invites(world, room)
        await world.exchange_control(
            "mailboxes",
            {
                "mail": world.company.address(room),
                "calendar_processing": {"MaximumDurationInMinutes": 60},
            },
        )
        await world.outlook("anna").moves(event, to="tomorrow 09:00-11:00")
        await world.settles()
        await world.then_rooms_has_nothing()
        await world.then_outlook_has("anna", "tomorrow 09:00-11:00", attendees=["marc"])
        assert len(world.error_mails(to="anna")) == 1

    @ROOMS
    async def test_because_somebody_put_an_item_right_into_its_calendar(self, world, room):
        await world.outlook(room).books(at=WHEN, subject="Direkt")
        await world.settles()
        (direct,) = await world.events(room)
        world.expected.is_listed(direct, "direct_item")
        event = await anna_invites(world, room)
        await world.then_rooms_has_nothing()
        assert (await world.event(event)).answers.get(room, "gone") in ("declined", "gone")
        assert len(world.error_mails(to="anna")) == 1

    @ROOMS
    async def test_a_booking_made_in_rooms_gives_way_too(self, world, room):
        await world.outlook(room).books(at=WHEN, subject="Direkt")
        await world.settles()
        (direct,) = await world.events(room)
        world.expected.is_listed(direct, "direct_item")
        await world.rooms("anna").books(room, at=WHEN, participants=["marc"])
        await world.settles()
        await world.then_rooms_has_nothing()
        assert [n.kind for n in world.notices()] == ["declined"]


class TestAnItemInTheRoomsOwnCalendar:
    @ROOMS
    async def test_is_not_booked_and_stays_and_somebody_is_told(self, world, room):
        """D6, R-430: with either setting."""
        await world.outlook(room).books(at=WHEN, subject="Direkt", attendees=["anna"])
        await world.settles()
        await world.then_rooms_has_nothing()
        (item,) = await world.events(room)
        assert item.is_alive
        assert [m.to for m in world.error_mails()] == [("anna",)]
        world.expected.is_listed(item, "direct_item")


@pytest.fixture
async def taken(a_world):
    """Peter, who is not synced, has the room; Anna wanted it and was refused."""

    async def made(room, when=WHEN, **policies):
        company = {
            "policies": {"hold_for_unsynced": False},
            "app_policies": policies,
        }
        world = await a_world(company=company)
        peters = await world.rooms("peter").books(room, at=when)
        event = await anna_invites(world, room)
        await then_it_was_refused(world, event, room, WHEN, "occupied")
        world.expected.tolerated.clear()
        return world, event, peters

    return made


async def then_anna_has_it(world, event, room):
    await world.then_rooms_has(room, WHEN, organizer="anna", participants=["marc"])
    await world.then_outlook_has("anna", WHEN, rooms=[room], attendees=["marc"])
    await world.then_room_accepted(event, room)
    assert await world.differences() == []
    assert len(world.error_mails()) == 1


class TestItIsTriedAgainByItself:
    @ROOMS
    @pytest.mark.parametrize("way", ["cancelled", "released", "moved", "another room"])
    async def test_when_the_booking_in_the_way_has_gone(self, taken, room, way):
        world, event, peters = await taken(room)
        peter = world.rooms("peter")
        match way:
            case "cancelled":
                await peter.cancels(peters)
            case "released":
                await peter.releases(peters)
            case "moved":
                await peter.moves(peters, to=LATER)
            case "another room":
                await peter.changes_room(peters, "Eiger")
                # Where a booking without a link has been is told by nobody: the sweep asks.
                await world.advances(minutes=70)
        await world.settles()
        await then_anna_has_it(world, event, room)

    @ROOMS
    async def test_when_nobody_came(self, a_world, room):
        """R-116: a no-show frees it."""
        world = await a_world(resources={room: {"checkin": True}}, company=NO_HOLD)
        await world.rooms("peter").books(room, at="today 09:00-11:00")
        event = await anna_invites(world, room, "today 10:00-11:00")
        assert len(world.error_mails()) == 1
        await world.advances(minutes=85)
        await world.then_rooms_has(room, "today 10:00-11:00", organizer="anna")
        await world.then_room_accepted(event, room)

    @ROOMS
    @pytest.mark.parametrize("way", ["cancelled", "moved", "deleted", "swapped"])
    async def test_when_the_meeting_in_the_way_is_a_synced_one(self, a_world, room, way):
        """Lea's booking has an event, so the mailbox declined, too: it is invited again."""
        world = await a_world()
        leas = await world.outlook("lea").books(room, at=WHEN)
        await world.settles()
        event = await anna_invites(world, room)
        assert len(world.notices()) == 1
        match way:
            case "cancelled":
                await world.rooms("lea").cancels(await world.booking_of(leas))
            case "moved":
                await world.outlook("lea").moves(leas, to=LATER)
            case "deleted":
                await world.outlook("lea").deletes(leas)
            case "swapped":
                await world.outlook("lea").swaps_room(leas, room, "Eiger")
        await world.advances(minutes=70)
        await then_anna_has_it(world, event, room)

    @ROOMS
    async def test_when_the_event_moves_to_a_free_hour(self, taken, room):
        world, event, _ = await taken(room)
        await world.outlook("anna").moves(event, to=FREE)
        await world.settles()
        await world.then_rooms_has(room, FREE, organizer="anna")
        await world.then_outlook_has("anna", FREE, rooms=[room])
        assert len(world.error_mails()) == 1

    @ROOMS
    async def test_moved_to_another_refused_hour_it_is_told_once_more(self, taken, room):
        world, event, _ = await taken(room)
        await world.rooms("peter").books(room, at=LATER)
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        assert len(world.error_mails()) == 2
        await world.then_outlook_has("anna", LATER, rooms=[] if IS_MASTER[room] else [room])
        expects(world, event, room, "occupied")

    @ROOMS
    async def test_with_the_next_sweep_when_a_blocking_time_was_lifted(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
        event = await anna_invites(world, room)
        await world.rooms_control("resources", {"rooms_id": NUMBER[room], "blocking_times": []})
        await world.advances(minutes=70)
        await then_anna_has_it(world, event, room)

    @ROOMS
    async def test_with_the_next_sweep_when_it_opens_earlier(self, a_world, room):
        world = await a_world(resources={room: {"opening_hours": {"mon-fri": "12:00-13:00"}}})
        event = await anna_invites(world, room)
        await world.rooms_control(
            "resources", {"rooms_id": NUMBER[room], "opening_hours": {"mon-fri": "07:00-19:00"}}
        )
        await world.advances(minutes=70)
        await then_anna_has_it(world, event, room)

    @ROOMS
    async def test_but_not_where_the_operator_does_not_want_it(self, taken, room):
        """`rebook_when_free: false`: what was taken off stays off; an invited one is retried."""
        world, event, peters = await taken(room, rebook_when_free=False)
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=70)
        if IS_MASTER[room]:
            await world.then_rooms_has_nothing()
            await world.then_outlook_has("anna", WHEN, rooms=[])
        else:
            await then_anna_has_it(world, event, room)

    async def test_but_not_after_the_organizer_chose_another_room(self, taken):
        world, event, peters = await taken("Säntis")
        await world.outlook("anna").invites(event, "Eiger")
        await world.settles()
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=70)
        await world.then_rooms_has("Eiger", WHEN, organizer="anna")
        await world.then_rooms_has_nothing("Säntis")
        await world.then_outlook_has("anna", WHEN, rooms=["Eiger"])

    async def test_but_not_after_the_meeting_was_deleted(self, taken):
        world, event, peters = await taken("Säntis")
        await world.outlook("anna").deletes(event)
        await world.settles()
        await world.rooms("peter").cancels(peters)
        await world.advances(minutes=70)
        await world.then_rooms_has_nothing()
        await world.then_outlook_has_nothing("anna")

    async def test_but_not_after_the_meeting_was_over(self, taken):
        world, _, _peters = await taken("Säntis")
        await world.advances(hours=28, timers=("sweep", "poll_rooms"))
        await world.full_pass()
        await world.then_rooms_has_nothing("Eiger")
        assert len(world.error_mails()) == 1

    async def test_invited_again_by_hand_it_is_refused_and_told_once_more(self, taken):
        """Each wish of hers has its answer; by itself nothing is told twice."""
        world, event, _ = await taken("Säntis")
        await world.outlook("anna").invites(event, "Säntis")
        await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=[], attendees=["marc"])
        assert len(world.error_mails()) == 2
        await world.advances(minutes=130)
        assert len(world.error_mails()) == 2

    @ROOMS
    async def test_it_is_not_asked_for_again_while_nothing_changes(self, taken, room):
        world, event, _ = await taken(room)
        async with world.counts() as costs:
            await world.outlook("anna").renames(event, "Neuer Titel")
            await world.outlook("anna").invites(event, "lea")
            await world.advances(minutes=130)
        assert not [c for c in costs.calls if c.side == "rooms" and c.is_write]
        assert len(world.error_mails()) == 1
        expects(world, event, room, "occupied")
