"""A new organizer in ROOMS: the event moves to another calendar (R-103, R-510, R-511, S09)."""

import pytest

from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"

MOVE = 3
"""Writes to Graph that a move takes: create, cancel, invite the room."""


@pytest.fixture
async def booking(world):
    booking = await world.rooms("anna").books(
        "Säntis", at=WHEN, title="Planung", participants=["lea"]
    )
    await world.settles()
    return booking


async def test_the_event_leaves_one_calendar_and_appears_in_the_other(world, booking):
    await world.rooms("anna").hands_over(booking, "marc")
    await world.settles()
    event = await world.then_outlook_has(
        "marc", WHEN, subject="Planung", attendees=["lea"], rooms=["Säntis"]
    )
    await world.then_outlook_has_nothing("anna")
    await world.then_room_accepted(event, "Säntis")
    await world.then_rooms_has("Säntis", WHEN, organizer="marc")


async def test_the_room_is_never_free_in_rooms_meanwhile(world, booking):
    await world.rooms("anna").hands_over(booking, "marc")
    while not await world.steps():
        shown = await world.booking(booking)
        assert (shown.resource, shown.cancelled) == ("Säntis", False)


async def test_the_room_never_declines_the_new_event_because_of_the_old(world, booking):
    await world.rooms("anna").hands_over(booking, "marc")
    await world.settles()
    answers = [m for m in world.exchange.controls.mails.since(0) if m.kind == "response"]
    declined = [m for m in answers if m.subject.startswith("Declined")]
    assert answers
    assert not declined


async def test_nobody_gets_more_mails_than_one_of_each_kind(world, booking):
    before = len(world.exchange.controls.mails.since(0))
    await world.rooms("anna").hands_over(booking, "marc")
    await world.settles()
    mails = world.exchange.controls.mails.since(0)[before:]
    leas = [m.kind for m in mails if world.company.address("lea") in m.to]
    assert sorted(set(leas)) == sorted(leas)
    assert {"cancellation", "invitation"} <= set(leas)


async def test_an_event_made_in_outlook_moves_too(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["lea"])
    await world.settles()
    await world.rooms("anna").hands_over(await world.booking_of(event), "marc")
    await world.settles()
    await world.then_outlook_has("marc", WHEN, rooms=["Säntis"], attendees=["lea"])
    await world.then_outlook_has_nothing("anna")


async def test_what_only_exchange_holds_moves_along(world, booking):
    old = await world.event_of(booking)
    await world.outlook("anna").shows_as(old, "oof")
    await world.outlook("anna").wants_reminder(old, 45)
    await world.settles()
    await world.rooms("anna").hands_over(booking, "marc")
    await world.settles()
    await world.then_outlook_has("marc", WHEN, show_as="oof", reminder=45)


async def test_a_private_meeting_stays_private_in_the_new_calendar(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Lohn", private=True)
    await world.settles()
    await world.rooms("anna").hands_over(booking, "marc")
    await world.settles()
    await world.then_outlook_has("marc", WHEN, subject="Lohn", private=True)


async def test_back_and_forth(world, booking):
    for name in ("marc", "anna", "marc"):
        await world.rooms("anna").hands_over(booking, name)
        await world.settles()
    await world.then_outlook_has("marc", WHEN, rooms=["Säntis"])
    await world.then_outlook_has_nothing("anna")


async def test_handed_over_twice_before_anybody_looked(world, booking):
    await world.rooms("anna").hands_over(booking, "marc")
    await world.rooms("anna").hands_over(booking, "lea")
    await world.settles()
    await world.then_outlook_has("lea", WHEN)
    for name in ("anna", "marc"):
        await world.then_outlook_has_nothing(name)


async def test_a_new_organizer_who_was_a_participant(world, booking):
    await world.rooms("anna").hands_over(booking, "lea")
    await world.settles()
    await world.then_outlook_has("lea", WHEN, organizer="lea")


async def test_a_new_organizer_who_is_invited_in_outlook_just_then(world, booking):
    await world.outlook("anna").invites(await world.event_of(booking), "lea")
    await world.rooms("anna").hands_over(booking, "lea")
    await world.settles()
    event = await world.event_of(booking)
    assert (event.mailbox, "lea" in (await world.event(event)).attendees) == ("lea", False)


async def test_a_new_organizer_a_new_time_and_a_new_room_at_once(world, booking):
    await world.rooms("anna").hands_over(booking, "marc")
    await world.rooms("anna").moves(booking, to=LATER)
    await world.rooms("anna").changes_room(booking, "Eiger")
    await world.settles()
    event = await world.then_outlook_has("marc", LATER, rooms=["Eiger"])
    await world.then_room_accepted(event, "Eiger")
    await world.then_outlook_has_nothing("anna")


async def test_the_new_organizer_goes_on_with_the_meeting(world, booking):
    await world.rooms("anna").hands_over(booking, "marc")
    await world.settles()
    event = await world.event_of(booking)
    await world.outlook("marc").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, organizer="marc")
    await world.outlook("marc").deletes(event)
    await world.settles()
    await world.then_rooms_has_nothing()


class TestToAndFromSomebodyUnsynced:
    """Peter has no synced calendar: the resource mailbox holds the slot (design 4)."""

    async def test_handed_over_to_peter_the_room_s_calendar_holds_the_slot(self, world, booking):
        await world.rooms("anna").hands_over(booking, "peter")
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        await world.then_outlook_has("Säntis", WHEN, subject="Planung", attendees=[])

    async def test_handed_over_from_peter_the_event_takes_the_place_of_the_hold(self, world):
        booking = await world.rooms("peter").books("Säntis", at=WHEN, participants=["lea"])
        await world.settles()
        await world.rooms("peter").hands_over(booking, "anna")
        await world.settles()
        event = await world.then_outlook_has("anna", WHEN, rooms=["Säntis"], attendees=["lea"])
        await world.then_room_accepted(event, "Säntis")

    async def test_without_holds_the_event_just_ends(self, a_world):
        world = await a_world(company={"policies": {"hold_for_unsynced": False}})
        booking = await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        await world.rooms("anna").hands_over(booking, "peter")
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        await world.then_outlook_has_nothing("Säntis")

    async def test_without_holds_a_booking_taken_over_from_peter_appears(self, a_world):
        world = await a_world(company={"policies": {"hold_for_unsynced": False}})
        booking = await world.rooms("peter").books("Säntis", at=WHEN)
        await world.settles()
        await world.rooms("peter").hands_over(booking, "anna")
        await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])

    async def test_there_and_back_again(self, a_world):
        world = await a_world(company={"policies": {"hold_for_unsynced": False}})
        booking = await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        for name in ("peter", "anna"):
            await world.rooms("anna").hands_over(booking, name)
            await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])


class TestFromSomebodyWhoseSyncEnded:
    """The booking was synced; its organizer's sync is off by now (D12, R-103, R-511)."""

    @pytest.fixture
    async def orphan(self, world, booking):
        world.company.persons["anna"]["sync_disabled"] = True
        await world.imports()
        return booking

    async def test_the_event_moves_to_whoever_takes_over(self, world, orphan):
        await world.rooms("anna").hands_over(orphan, "marc")
        await world.settles()
        event = await world.then_outlook_has("marc", WHEN, rooms=["Säntis"], attendees=["lea"])
        await world.then_outlook_has_nothing("anna")
        await world.then_room_accepted(event, "Säntis")
        await world.then_rooms_has("Säntis", WHEN, organizer="marc")

    async def test_handed_over_to_nobody_synced_nothing_happens(self, a_world):
        world = await a_world(company={"policies": {"hold_for_unsynced": False}})
        booking = await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        event = await world.event_of(booking)
        world.company.persons["anna"]["sync_disabled"] = True
        await world.imports()
        before = len(world.calls)
        await world.rooms("anna").hands_over(booking, "peter")
        await world.settles()
        assert world.service_writes(before) == []
        world.expected.stays_different(event, "mailbox", "sync was switched off (D12)")
        world.expected.stays_different(event, "organizer", "sync was switched off (D12)")


class TestHolds:
    """A booking of somebody who is not synced (R-432)."""

    @pytest.fixture
    async def held(self, world):
        booking = await world.rooms("peter").books("Säntis", at=WHEN, title="Peters Sitzung")
        await world.settles()
        return booking

    @pytest.mark.usefixtures("held")
    async def test_the_slot_is_held_in_the_resource_mailbox(self, world):
        await world.then_outlook_has(
            "Säntis", WHEN, subject="Peters Sitzung", organizer="Säntis", attendees=[], rooms=[]
        )
        await world.then_outlook_has_nothing("peter")

    @pytest.mark.usefixtures("held")
    async def test_an_invitation_to_the_held_slot_is_declined_by_the_room(self, world):
        await world.outlook("anna").books("Säntis", at=WHEN, subject="Zu spät")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, organizer="peter")
        assert [notice.person for notice in world.notices()] == [11]

    async def test_the_hold_follows_the_booking(self, world, held):
        await world.rooms("peter").moves(held, to=LATER)
        await world.rooms("peter").renames(held, "Neu")
        await world.settles()
        await world.then_outlook_has("Säntis", LATER, subject="Neu")

    async def test_the_hold_follows_into_another_room(self, world, held):
        await world.rooms("peter").changes_room(held, "Eiger")
        await world.settles()
        await world.then_outlook_has("Eiger", WHEN, subject="Peters Sitzung")
        await world.then_outlook_has_nothing("Säntis")

    async def test_the_hold_goes_when_the_room_is_one_without_mailbox(self, world, held):
        await world.rooms("peter").changes_room(held, "Rigi")
        await world.settles()
        await world.then_outlook_has_nothing("Säntis")

    async def test_a_cancelled_booking_takes_its_hold_along(self, world, held):
        await world.rooms("peter").cancels(held)
        await world.settles()
        await world.then_outlook_has_nothing("Säntis")

    async def test_a_hold_that_somebody_deletes_frees_the_room(self, world, held):
        hold = await world.event_of(held)
        await world.outlook("Säntis").deletes(hold)
        await world.settles()
        await world.then_rooms_has_nothing()


@pytest.mark.parametrize(
    "call",
    [
        r"^graph\.POST\..*/events$|^ews\..*/CreateItem",
        r"^graph\.DELETE\..*/events/|^ews\..*/DeleteItem",
        r"^graph\.PATCH\..*/events/|^ews\..*/UpdateItem",
    ],
    ids=["create", "delete", "update"],
)
async def test_handed_back_while_the_event_is_on_its_way(world, booking, call):
    """ROOMS says what it said before; the event lies where nobody wants it (found by the soak).

    The move is done to its end first; that it led astray is seen by the sweep.
    """
    hit = []
    strike = lambda: hit.append(call) or WorkerKilledError()  # noqa: E731 - it tells that it was there
    world.interruptions.strike(call, strike, moment=Moment.AFTER)
    await world.rooms("anna").hands_over(booking, "marc")
    while not await world.steps() and not hit:
        pass
    assert hit
    await world.rooms("marc").hands_over(booking, "anna")
    await world.advances(minutes=6)
    await world.full_pass()
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])
    await world.then_outlook_has_nothing("marc")


async def test_what_an_open_editor_holds_up_takes_nothing_back(world, booking):
    """What of a pass is done is done: no try does it, tells it or counts it again (P7)."""
    event = await world.event_of(booking)
    async with world.counts("marc") as costs:
        await world.outlook("anna").renames(event, "Budget")
        await world.rooms("anna").hands_over(booking, "marc")
        editor = await world.rooms("lea").opens_for_editing(booking)
        await world.settles()
        await world.then_outlook_has("marc", WHEN, subject="Budget", rooms=["Säntis"])
        await world.rooms("lea").closes_editor(editor)
        await world.advances(minutes=5)
    await world.then_rooms_has("Säntis", WHEN, title="Budget", organizer="marc")
    await world.then_outlook_has_nothing("anna")
    assert costs.graph_writes_in_all == MOVE


MADE = ("/events", "/CreateItem")


class TestBeforeAnybodyKnowsThatTheEventWasMade:
    """The answer of the create is lost, and the booking gets another organizer before it is tried
    again: what was made must not stay (found by the soak).
    """

    @pytest.fixture
    async def half_made(self, world):
        await world.graph_fault("POST", "/events$", drop_connection=True, fail_after_success=504)
        booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Planung")
        while not _made(world):
            await world.steps()
        return booking

    async def test_the_event_moves_all_the_same(self, world, half_made):
        await world.rooms("anna").hands_over(half_made, "marc")
        await world.settles()
        await world.advances(minutes=5)
        await world.then_outlook_has("marc", WHEN, rooms=["Säntis"])
        await world.then_outlook_has_nothing("anna")


def _made(world):
    return any(c.method == "POST" and c.path.endswith(MADE) for c in world.calls)
