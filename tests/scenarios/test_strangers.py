"""Bookings that do not come the allowed way, answered as the operator decided (D5, D6, R-430)."""

import pytest

from tests.kit.company import usual_address
from tests.kit.on_premises import EWS, MIXED

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
BLOCK = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "Reinigung"}
BLOCK_LATER = BLOCK | {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z"}
AS_LEA = f"book_as:{usual_address('lea')}"
GUEST = {
    "mail": "eva@fabrikam.example", "name": "Eva", "rooms_id": 90, "rooms_person": False,
    "mode": "None",
}  # fmt: skip
OPEN_TO_ALL = {"calendar_processing": {"ProcessExternalMeetingMessages": True}}
ROOMS = pytest.mark.parametrize("room", ["Säntis", "Pilatus"], ids=["master", "no master"])


def deciding(**policies):
    return {"policies": policies}


async def is_booked_for_lea(world, room="Säntis", at=WHEN):
    """Say that the booking has no event of its own in Lea's calendar: it is the stranger's."""
    booking = await world.then_rooms_has(room, at, organizer="lea", participants=[])
    world.expected.stays_different(booking, "missing", "the event is a stranger's")
    return booking


class TestAStrangerInvitesARoom:
    """D5: Peter has a mailbox and is not synced; Eva is from outside."""

    @pytest.fixture
    async def strangers(self, a_world):
        async def made(policy, who, room="Säntis", **rules):
            world = await a_world(
                company=deciding(unsynced_organizer=policy),
                resources={room: OPEN_TO_ALL | rules},
                guest=GUEST,
            )
            event = await world.outlook(who).books(room, at=WHEN, attendees=["anna"])
            await world.settles()
            return world, event

        return made

    @ROOMS
    @pytest.mark.parametrize("who", ["peter", "guest"])
    async def test_decline_lets_the_room_say_no(self, strangers, who, room):
        """R-110: with either Sync-Master setting; the organizer's copy is never written to (D3)."""
        world, event = await strangers("decline", who, room)
        await world.then_rooms_has_nothing()
        shown = await world.event(event)
        assert shown.answers[room] == "declined"
        assert shown.attendees == ("anna",)
        assert await world.differences() == []

    @pytest.mark.parametrize("who", ["peter", "guest"])
    async def test_book_as_books_it_for_the_person_named(self, strangers, who):
        world, event = await strangers(AS_LEA, who)
        await world.then_rooms_has("Säntis", WHEN, organizer="lea", participants=[])
        await world.then_outlook_has_nothing("lea")
        assert (await world.event(event)).answers["Säntis"] == "accepted"
        await is_booked_for_lea(world)

    async def test_what_the_stranger_changes_later_is_followed(self, strangers):
        world, event = await strangers(AS_LEA, "peter")
        await world.outlook("peter").moves(event, to=LATER)
        await world.settles()
        await world.then_rooms_has("Säntis", LATER, organizer="lea")
        await world.outlook("peter").deletes(event)
        await world.settles()
        await world.then_rooms_has_nothing()

    async def test_the_room_taken_off_again(self, strangers):
        world, event = await strangers(AS_LEA, "peter")
        await world.outlook("peter").uninvites(event, "Säntis")
        await world.settles()
        await world.then_rooms_has_nothing()

    async def test_cancelled_in_rooms_the_room_declines(self, strangers):
        world, event = await strangers(AS_LEA, "peter")
        booking = await world.then_rooms_has("Säntis", WHEN)
        await world.rooms("lea").cancels(booking)
        await world.settles()
        assert (await world.event(event)).answers["Säntis"] == "declined"

    async def test_moved_in_rooms_both_differ(self, strangers):
        """D3: what ROOMS changed cannot be carried back."""
        world, _event = await strangers(AS_LEA, "peter")
        booking = await world.then_rooms_has("Säntis", WHEN)
        await world.rooms("lea").moves(booking, to=LATER)
        await world.settles()
        await world.then_outlook_has("peter", WHEN, rooms=["Säntis"])
        (line,) = await world.differences()
        assert line["cause"] == "not_synced"
        (copy,) = await world.events("Säntis")
        world.expected.is_listed(copy, "not_synced")
        await is_booked_for_lea(world, at=LATER)

    async def test_moved_to_where_rooms_refuses_it_the_room_declines(self, strangers):
        """R-404, D3: its booking goes, too."""
        world, event = await strangers(AS_LEA, "peter", blocking_times=[BLOCK_LATER])
        await world.outlook("peter").moves(event, to=LATER)
        await world.settles()
        await world.then_rooms_has_nothing()
        assert (await world.event(event)).answers["Säntis"] == "declined"

    async def test_moved_to_where_rooms_refuses_it_without_sync_master(self, strangers):
        world, event = await strangers(AS_LEA, "peter", "Pilatus", blocking_times=[BLOCK_LATER])
        await world.outlook("peter").moves(event, to=LATER)
        await world.settles()
        await is_booked_for_lea(world, "Pilatus")
        assert (await world.event(event)).answers["Pilatus"] == "accepted"
        (copy,) = await world.events("Pilatus")
        world.expected.is_listed(copy, "blocking_time")

    async def test_refused_by_rooms_and_sync_master_the_room_declines(self, strangers):
        """D3."""
        world, event = await strangers(AS_LEA, "peter", blocking_times=[BLOCK])
        await world.then_rooms_has_nothing()
        assert (await world.event(event)).answers["Säntis"] == "declined"
        assert await world.differences() == []

    async def test_refused_by_rooms_without_sync_master_it_is_listed(self, strangers):
        world, event = await strangers(AS_LEA, "peter", "Pilatus", blocking_times=[BLOCK])
        await world.then_rooms_has_nothing()
        assert (await world.event(event)).answers["Pilatus"] == "accepted"
        (copy,) = await world.events("Pilatus")
        world.expected.is_listed(copy, "blocking_time")

    async def test_somebody_named_who_does_not_exist_is_as_report(self, strangers):
        world, event = await strangers("book_as:nobody@contoso.example", "peter")
        await world.then_rooms_has_nothing()
        assert (await world.event(event)).answers["Säntis"] == "accepted"
        (copy,) = await world.events("Säntis")
        world.expected.is_listed(copy, "not_synced")

    async def test_a_private_one_is_booked_without_its_title(self, a_world):
        """P9."""
        world = await a_world(company=deciding(unsynced_organizer=AS_LEA))
        await world.outlook("peter").books(
            "Säntis", at=WHEN, subject="Kündigung", private=True, attendees=["anna"]
        )
        await world.settles()
        await is_booked_for_lea(world)
        assert "Kündigung" not in [b.title for b in await world.bookings()]

    async def test_a_group_mailbox_is_a_stranger_until_it_is_in_the_settings(self, a_world):
        """R-321: add it as a person, and its bookings are its own."""
        world = await a_world(
            team={"mail": "team@contoso.example", "name": "Team", "rooms_id": 30, "pin": "100030"}
        )
        await world.outlook("team").books("Säntis", at=WHEN, attendees=["anna"])
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, organizer="team", participants=["anna"])


class TestAnItemInTheRoomsOwnCalendar:
    """D6."""

    @pytest.fixture
    async def direct(self, a_world):
        async def made(policy, attendees=("anna",), room="Säntis", **rules):
            world = await a_world(company=deciding(direct_booking=policy), resources={room: rules})
            event = await world.outlook(room).books(
                at=WHEN, subject="Direkt", attendees=list(attendees)
            )
            await world.settles()
            return world, event

        return made

    @ROOMS
    async def test_cancel_takes_it_away_and_tells_the_one_who_takes_part(self, direct, room):
        world, _ = await direct("cancel", room=room)
        await world.then_outlook_has_nothing(room)
        await world.then_rooms_has_nothing()
        assert [mail.to for mail in world.error_mails()] == [("anna",)]
        assert [notice.kind for notice in world.notices()] == ["item_cancelled"]

    async def test_cancel_with_nobody_to_tell(self, direct):
        world, _ = await direct("cancel", attendees=())
        await world.then_outlook_has_nothing("Säntis")
        assert world.notices() == []

    async def test_report_tells_nobody_where_several_may_have_made_it(self, direct):
        world, event = await direct("report", attendees=("anna", "marc"))
        assert world.notices() == []
        world.expected.is_listed(event, "direct_item")

    async def test_book_as_books_it(self, direct):
        world, event = await direct(AS_LEA)
        await world.then_rooms_has("Säntis", WHEN, organizer="lea", participants=[])
        await world.outlook("Säntis").moves(event, to=LATER)
        await world.settles()
        await world.then_rooms_has("Säntis", LATER, organizer="lea")
        await world.outlook("Säntis").deletes(event)
        await world.settles()
        await world.then_rooms_has_nothing()

    async def test_cancelled_in_rooms_the_item_goes(self, direct):
        world, _ = await direct(AS_LEA)
        await world.rooms("lea").cancels(await world.then_rooms_has("Säntis", WHEN))
        await world.settles()
        await world.then_outlook_has_nothing("Säntis")

    async def test_refused_by_rooms_it_is_listed(self, direct):
        world, event = await direct(AS_LEA, blocking_times=[BLOCK])
        await world.then_rooms_has_nothing()
        assert (await world.event(event)).is_alive
        world.expected.is_listed(event, "blocking_time")

    async def test_a_private_one_is_booked_without_its_title(self, a_world):
        """P9."""
        world = await a_world(company=deciding(direct_booking=AS_LEA))
        await world.outlook("Säntis").books(at=WHEN, subject="Geheim", sensitivity="private")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, title="Privat")
        await is_booked_for_lea(world)

    async def test_our_own_hold_is_none(self, a_world):
        """Design 4: what we put there ourselves is neither cancelled nor reported."""
        world = await a_world(company=deciding(direct_booking="cancel"))
        await world.rooms("peter").books("Säntis", at=WHEN)
        await world.settles()
        await world.full_pass()
        await world.then_outlook_has("Säntis", WHEN)
        await world.then_rooms_has("Säntis", WHEN, organizer="peter")
        assert await world.differences() == []


class TestSomebodyActsForAnother:
    async def test_a_delegate_books_in_a_shared_calendar(self, world):
        """R-105, R-321, S37: the owner of the calendar organizes; one booking."""
        event = await world.outlook("marc", mailbox="anna").books("Säntis", at=WHEN)
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, organizer="anna")
        await world.then_room_accepted(event, "Säntis")

    @ROOMS
    async def test_a_delegate_is_refused_and_the_owner_is_told(self, a_world, room):
        world = await a_world(resources={room: {"blocking_times": [BLOCK]}})
        event = await world.outlook("marc", mailbox="anna").books(room, at=WHEN)
        await world.settles()
        await world.then_rooms_has_nothing()
        assert [mail.to for mail in world.error_mails()] == [("anna",)]
        if room == "Pilatus":
            world.expected.stays_different(event, "missing", "R-403", shown="blocking_time")

    async def test_an_id_that_is_only_valid_in_another_mailbox_finds_nothing(self, world):
        """S37: the id of the organizer's copy, notified for the delegate's mailbox."""
        if world.company.exchange == EWS:
            pytest.skip("the simulator forges no SendNotification")
        # Of those in a mixed company whom Graph tells of, there is one more than Anna.
        other = "Eiger" if world.company.exchange == MIXED else "marc"
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await world.settles()
        await world.exchange_control(
            "notify",
            {"mail": world.company.address(other), "event_id": event.event_id,
             "change": "updated"},
        )  # fmt: skip
        await world.settles()
        assert len([b for b in await world.bookings() if b.is_alive]) == 1
        world.clears_failed_items()
