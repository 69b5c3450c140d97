"""A distribution list among the attendees (R-008, S08)."""

import pytest

from tests.kit.company import usual_address
from tests.kit.interruptions import Moment
from tests.kit.on_premises import EWS
from tests.kit.quiet import WorkerKilledError

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
TEAM, BOARD = "team@contoso.example", "board@contoso.example"
MARC, LEA, PETER = map(usual_address, ("marc", "lea", "peter"))
GROUPS = [
    {"id": "g1", "mail": TEAM, "members": [MARC, LEA]},
    {"id": "g2", "mail": BOARD, "members": [TEAM, PETER]},
]


@pytest.fixture
async def world(a_world):
    return await a_world(company={"groups": GROUPS, "policies": {"resolve_groups": True}})


@pytest.fixture
async def event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=[TEAM])
    await world.settles()
    return event


async def has_members(world, *members):
    """Tell Exchange's administrator who is in the team from now on; an hour passes."""
    await world.exchange_control("groups", {"mail": TEAM, "members": list(members)})
    await world.advances(minutes=61, timers=())


async def test_unless_it_is_wanted_a_group_is_one_participant(a_world):
    world = await a_world(company={"groups": GROUPS})
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=[TEAM])
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=[TEAM])
    await world.outlook("anna").uninvites(event, TEAM)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=[])


@pytest.mark.usefixtures("event")
async def test_in_rooms_a_group_is_its_members_and_in_outlook_it_stays_one(world):
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea"])
    await world.then_outlook_has("anna", WHEN, attendees=[TEAM])


async def test_groups_in_groups_are_the_people_in_them(world):
    await world.outlook("anna").books("Säntis", at=WHEN, attendees=[BOARD])
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea", "peter"])


async def test_the_organizer_is_no_participant_of_the_own_meeting(world):
    await world.outlook("marc").books("Säntis", at=WHEN, attendees=[TEAM])
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, organizer="marc", participants=["lea"])


async def test_a_group_invited_later_is_expanded_then(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["peter"])
    await world.settles()
    await world.outlook("anna").invites(event, TEAM)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea", "peter"])
    await world.then_outlook_has("anna", WHEN, attendees=[TEAM, "peter"])


async def test_members_who_change_later_change_nothing(world, event):
    await has_members(world, LEA, PETER)
    async with world.counts() as costs:
        await world.full_pass()
    assert (costs.rooms_writes, costs.graph_writes) == (0, 0)
    await world.outlook("anna").renames(event, "Neu")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Neu", participants=["marc", "lea"])
    await world.then_outlook_has("anna", WHEN, attendees=[TEAM])


async def test_somebody_else_invited_later_leaves_the_group_as_it_was_expanded(world, event):
    await has_members(world, LEA)
    await world.outlook("anna").invites(event, "peter")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea", "peter"])
    await world.then_outlook_has("anna", WHEN, attendees=[TEAM, "peter"])


async def test_a_group_that_goes_takes_along_who_was_only_there_because_of_it(world, event):
    await world.outlook("anna").invites(event, "marc")
    await world.settles()
    await has_members(world, PETER)
    await world.outlook("anna").uninvites(event, TEAM)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc"])
    await world.then_outlook_has("anna", WHEN, attendees=["marc"])


async def test_of_two_groups_the_one_that_stays_keeps_its_people(world, event):
    await world.outlook("anna").invites(event, BOARD)
    await world.settles()
    await world.outlook("anna").uninvites(event, TEAM)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea", "peter"])


async def test_whoever_is_uninvited_singly_is_still_there_through_the_group(world, event):
    await world.outlook("anna").invites(event, "marc")
    await world.settles()
    await world.outlook("anna").uninvites(event, "marc")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea"])


async def test_a_member_removed_in_rooms_stays_removed_there_and_invited_by_the_group(world, event):
    """Exchange cannot uninvite one of a group; it is not added again either."""
    booking = await world.booking_of(event)
    await world.rooms("anna").sets_participants(booking, "lea")
    await world.settles()
    await world.outlook("anna").renames(event, "Neu")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["lea"])
    await world.then_outlook_has("anna", WHEN, attendees=[TEAM])
    world.expected.stays_different(event, "attendees", "the group still invites Marc")


async def test_a_member_added_in_rooms_is_not_invited_twice(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=[TEAM])
    await world.settles()
    booking = await world.booking_of(event)
    await has_members(world, MARC, LEA, PETER)
    await world.rooms("anna").sets_participants(booking, "marc", "lea", "peter")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, attendees=[TEAM])
    world.expected.stays_different(event, "attendees", "the company file has the old members")


async def test_without_the_permission_a_group_stays_one_participant_for_good(world):
    if world.company.exchange == EWS:
        pytest.skip("ExpandDL needs no permission of its own")
    await world.exchange_control("permissions", {"missing": ["GroupMember.Read.All"]})
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=[TEAM])
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=[TEAM])
    await world.exchange_control("permissions", {"missing": []})
    await world.advances(minutes=61, timers=())
    await world.outlook("anna").invites(event, "peter")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=[TEAM, "peter"])


async def test_a_group_that_somebody_wrote_in_rooms_is_invited_as_a_group(world):
    await world.rooms("anna").books("Säntis", at=WHEN, participants=[TEAM, "peter"])
    await world.settles()
    await world.then_outlook_has("anna", WHEN, attendees=[TEAM, "peter"])
    await world.full_pass()
    await world.then_rooms_has("Säntis", WHEN, participants=[TEAM, "peter"])


async def test_a_meeting_made_private_loses_its_people_in_rooms_and_gets_them_back(world, event):
    await world.outlook("anna").makes_private(event)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Privat", participants=[])
    await world.outlook("anna").makes_public(event)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea"])


async def test_a_new_key_for_the_hashes_forgets_nobody(a_world):
    settings = {"fingerprint_keys": "1:scenario-fingerprint-key"}
    world = await a_world(
        company={"groups": GROUPS, "policies": {"resolve_groups": True}}, settings=settings
    )
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=[TEAM])
    await world.settles()
    world.settings["fingerprint_keys"] = "2:another-scenario-key 1:scenario-fingerprint-key"
    world.restarts()
    await world.outlook("anna").renames(event, "Neu")
    await world.settles()
    await world.outlook("anna").uninvites(event, TEAM)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Neu", participants=[])


async def test_a_kill_while_a_group_is_booked_invites_nobody_twice(world):
    world.interruptions.strike(
        r"rooms\.PUT.*reservation/confirm", WorkerKilledError, moment=Moment.AFTER
    )
    await world.outlook("anna").books("Säntis", at=WHEN, attendees=[TEAM])
    await world.advances(minutes=10)
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea"])
    await world.then_outlook_has("anna", WHEN, attendees=[TEAM])
