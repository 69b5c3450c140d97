"""What a change may cost, to the letter of the issue.

Until it is mirrored, an Outlook change of a linked event costs at most 1 Graph read and 0 Graph
writes (a new one 1 write: the link; a delete may read twice); a ROOMS change at most 1 Graph read
and 1 write (organizer change: 3 writes; the calls of one ROOMS draft count as one). What follows
(answers, the room's copy, echoes): at most 4 Graph reads per user action in all, 0 writes.
"""

import pytest

from tests.kit.on_premises import EWS
from tests.kit.wire import EXCHANGE

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
READS_IN_ALL = 4
SEEN_ONCE_MORE = 1
"""With EWS a copy that is gone is told by its id alone, so that it is looked at (ADR 0022)."""


@pytest.fixture
async def event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc", "lea"])
    await world.settles()
    return event


@pytest.fixture
async def booking(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc", "lea"])
    await world.settles()
    return booking


def stays_within(costs, *, reads, writes, rooms_writes=None):
    """Assert the budget until a change is mirrored, and for everything that follows."""
    assert costs.graph_reads <= reads, f"{costs.graph_reads} reads until mirrored:\n{costs}"
    assert costs.graph_writes <= writes, f"{costs.graph_writes} writes:\n{costs}"
    most = READS_IN_ALL + SEEN_ONCE_MORE * any(call.side == "ews" for call in costs.calls)
    assert costs.graph_reads_in_all <= most, f"{costs.graph_reads_in_all} reads:\n{costs}"
    assert costs.graph_writes_in_all == costs.graph_writes, f"a write follows:\n{costs}"
    if rooms_writes is not None:
        assert costs.rooms_writes == rooms_writes, f"{costs.rooms_writes} ROOMS writes:\n{costs}"


OUTLOOK_CHANGES = {
    "subject": lambda user, event: user.renames(event, "Budget"),
    "time": lambda user, event: user.moves(event, to=LATER),
    "room": lambda user, event: user.swaps_room(event, "Säntis", "Eiger"),
    "somebody more": lambda user, event: user.invites(event, "eva@fabrikam.example"),
    "somebody less": lambda user, event: user.uninvites(event, "marc"),
    "private": lambda user, event: user.makes_private(event),
    "the room taken off": lambda user, event: user.uninvites(event, "Säntis"),
}
ROOMS_CHANGES = {
    "title": lambda user, booking: user.renames(booking, "Budget"),
    "time": lambda user, booking: user.moves(booking, to=LATER),
    "room": lambda user, booking: user.changes_room(booking, "Eiger"),
    "participants": lambda user, booking: user.sets_participants(booking, "marc"),
    "cancelled": lambda user, booking: user.cancels(booking),
}


class TestInOutlook:
    @pytest.mark.parametrize("what", OUTLOOK_CHANGES)
    async def test_a_change_of_a_linked_event(self, world, event, what):
        async with world.counts() as costs:
            await OUTLOOK_CHANGES[what](world.outlook("anna"), event)
        stays_within(costs, reads=1, writes=0, rooms_writes=1)

    @pytest.mark.parametrize("what", OUTLOOK_CHANGES)
    async def test_a_change_of_an_event_that_was_made_in_rooms(self, world, booking, what):
        event = await world.event_of(booking)
        async with world.counts() as costs:
            await OUTLOOK_CHANGES[what](world.outlook("anna"), event)
        stays_within(costs, reads=1, writes=0, rooms_writes=1)

    async def test_a_new_event(self, world):
        async with world.counts() as costs:
            await world.outlook("anna").books("Säntis", at=WHEN)
        stays_within(costs, reads=1, writes=1, rooms_writes=1)

    async def test_a_new_event_with_people(self, world):
        async with world.counts() as costs:
            await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        stays_within(costs, reads=1, writes=1, rooms_writes=1)

    async def test_a_deleted_event(self, world, event):
        async with world.counts() as costs:
            await world.outlook("anna").deletes(event)
        stays_within(costs, reads=2, writes=0, rooms_writes=1)

    async def test_what_is_not_synced_costs_no_write(self, world, event):
        async with world.counts() as costs:
            await world.outlook("anna").changes(event, categories=["Wichtig"])
        stays_within(costs, reads=1, writes=0, rooms_writes=0)


class TestInRooms:
    @pytest.mark.parametrize("what", ROOMS_CHANGES)
    async def test_a_change_of_a_linked_booking(self, world, booking, what):
        async with world.counts() as costs:
            await ROOMS_CHANGES[what](world.rooms("anna"), booking)
        stays_within(costs, reads=1, writes=1, rooms_writes=0)

    @pytest.mark.parametrize("what", ROOMS_CHANGES)
    async def test_a_change_of_a_booking_that_was_made_in_outlook(self, world, event, what):
        booking = await world.booking_of(event)
        async with world.counts() as costs:
            await ROOMS_CHANGES[what](world.rooms("anna"), booking)
        stays_within(costs, reads=1, writes=1, rooms_writes=0)

    async def test_a_new_booking(self, world):
        async with world.counts() as costs:
            await world.rooms("anna").books("Säntis", at=WHEN)
        stays_within(costs, reads=1, writes=1, rooms_writes=1)

    async def test_a_new_booking_with_people(self, world):
        async with world.counts() as costs:
            await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])
        stays_within(costs, reads=1, writes=1, rooms_writes=1)

    async def test_a_new_organizer(self, world, booking):
        async with world.counts() as costs:
            await world.rooms("anna").hands_over(booking, "marc")
        stays_within(costs, reads=1, writes=3, rooms_writes=0)

    async def test_what_is_not_synced_costs_nothing_in_exchange(self, world, booking):
        async with world.counts() as costs:
            await world.rooms("anna").changes(booking, comment="Beamer")
        assert costs.graph_reads_in_all == costs.graph_writes_in_all == 0


class TestEchoes:
    async def test_a_notification_that_comes_again_costs_nothing_at_all(self, world, event):
        if world.company.exchange == EWS:
            pytest.skip("the simulator forges no SendNotification")
        await world.settles()
        async with world.counts() as costs:
            order = {"mail": world.company.address("anna"), "event_id": event.event_id}
            await world.exchange_control("notify", order | {"times": 5})
        assert costs.calls == []

    async def test_a_webhook_that_comes_again_costs_nothing_at_all(self, world, booking):
        await world.push(duplicate=3)
        await world.rooms("anna").renames(booking, "Budget")
        await world.settles()
        async with world.counts() as costs:
            await world.runs("rooms_poll")
        assert not [call for call in costs.calls if call.side in EXCHANGE]

    @pytest.mark.usefixtures("event")
    async def test_the_answer_of_an_attendee_is_read_once_and_writes_nothing(self, world):
        invitation = await world.outlook("marc").finds()
        async with world.counts() as costs:
            await world.outlook("marc").answers(invitation, "accept")
        assert costs.graph_writes_in_all == costs.rooms_writes == 0
        assert costs.graph_reads_in_all <= READS_IN_ALL

    @pytest.mark.usefixtures("event")
    async def test_an_hour_without_changes_writes_nothing(self, world):
        async with world.counts() as costs:
            await world.advances(minutes=61)
        assert costs.graph_writes_in_all == costs.rooms_writes == 0
