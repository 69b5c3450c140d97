"""The worker is killed in the middle of its work: the end is the same as without (P12, S33).

Each story is told again and again, with a kill right after its first call that has an effect, after
its second, and so on: the effect is there, the process that asked for it is not.
"""

import pytest

from tests.kit.kills import dies_after_any_call
from tests.kit.wire import is_create

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
TIME_FOR_LEASES = 8
TIME_FOR_DRAFTS = 26


async def an_event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    return event


async def a_booking(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])
    await world.settles()
    return booking


async def nothing(world):
    return None


async def booked_in_outlook(world, _):
    await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])


async def booked_in_rooms(world, _):
    await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])


async def moved_in_outlook(world, event):
    await world.outlook("anna").moves(event, to=LATER)
    await world.outlook("anna").invites(event, "lea")


async def moved_in_rooms(world, booking):
    await world.rooms("anna").moves(booking, to=LATER)


async def deleted_in_outlook(world, event):
    await world.outlook("anna").deletes(event)


async def cancelled_in_rooms(world, booking):
    await world.rooms("anna").cancels(booking)


async def handed_over(world, booking):
    await world.rooms("anna").hands_over(booking, "lea")


async def a_booking_whose_event_nobody_knows_of(world):
    """The event is made, and the connection breaks before the answer."""
    await world.graph_fault("POST", "/events$", drop_connection=True, fail_after_success=504)
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    while not any(is_create(call) for call in world.calls):
        await world.steps()
    return booking


async def two_events(world):
    return (
        await an_event(world),
        await world.outlook("lea").books("Eiger", at=WHEN, attendees=["marc"]),
    )


async def swapped_in_outlook(world, events):
    """The first is declined, because the second is still there, and is invited once more."""
    await world.outlook("anna").swaps_room(events[0], "Säntis", "Eiger")
    await world.outlook("lea").swaps_room(events[1], "Eiger", "Säntis")


async def moved_to_what_is_taken(world, event):
    await world.rooms("lea").books("Säntis", at=LATER)
    await world.outlook("anna").moves(event, to=LATER)


async def then_one_pair(world, mailbox, when):
    await world.then_outlook_has(mailbox, when, rooms=["Säntis"])
    await world.then_rooms_has("Säntis", when, organizer=mailbox)


async def then_anna_now(world):
    await then_one_pair(world, "anna", WHEN)


async def then_anna_later(world):
    await then_one_pair(world, "anna", LATER)


async def then_lea(world):
    await then_one_pair(world, "lea", WHEN)
    await world.then_outlook_has_nothing("anna")


async def then_nothing(world):
    await world.then_outlook_has_nothing("anna")
    await world.then_rooms_has_nothing()


async def then_both_swapped(world):
    await world.then_rooms_has("Eiger", WHEN, organizer="anna")
    await world.then_rooms_has("Säntis", WHEN, organizer="lea")
    assert world.error_mails() == []


async def then_lea_later(world):
    await then_one_pair(world, "lea", LATER)
    await then_one_pair(world, "anna", WHEN)
    assert len(world.error_mails(to="anna")) == 1


async def two_rooms(world):
    event = await world.outlook("anna").books("Säntis", "Eiger", at=WHEN, attendees=["marc"])
    await world.settles()
    return event


async def two_rooms_booked(world, _):
    await world.outlook("anna").books("Säntis", "Eiger", at=LATER, attendees=["marc"])


async def moved_to_where_one_is_refused(world, event):
    await world.outlook("anna").moves(event, to=LATER)


async def then_only_the_first_room(world):
    await world.then_outlook_has("anna", LATER, rooms=["Säntis"], attendees=["marc"])
    await world.then_rooms_has("Säntis", LATER, organizer="anna")
    await world.then_rooms_has_nothing("Eiger")
    assert len(world.error_mails(to="anna")) == 1


async def refused_room_invited(world, _):
    await world.outlook("anna").books("Eiger", at=LATER, attendees=["marc"])


async def then_taken_off_and_back_when_free(world):
    await world.then_outlook_has("anna", LATER, rooms=[], attendees=["marc"])
    await world.then_rooms_has_nothing()
    assert len(world.error_mails(to="anna")) == 1
    world.deeds.note("ROOMS' administrator", "lifts the blocking time")
    await world.rooms_control("resources", {"rooms_id": 102, "blocking_times": []})
    await world.full_pass()
    await world.then_rooms_has("Eiger", LATER, organizer="anna")
    await world.then_outlook_has("anna", LATER, rooms=["Eiger"], attendees=["marc"])
    assert len(world.error_mails()) == 1


async def refused_and_taken_off(world):
    await refused_room_invited(world, None)
    await world.settles()


async def free_again(world, _):
    world.deeds.note("ROOMS' administrator", "lifts the blocking time")
    await world.rooms_control("resources", {"rooms_id": 102, "blocking_times": []})
    await world.full_pass()


async def then_booked_and_invited_again(world):
    await world.full_pass()
    await world.then_rooms_has("Eiger", LATER, organizer="anna")
    await world.then_outlook_has("anna", LATER, rooms=["Eiger"], attendees=["marc"])
    assert len(world.error_mails()) == 1


BLOCK = {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z", "title": "Reinigung"}
CLEANED = {"resources": {"Eiger": {"blocking_times": [BLOCK]}, "Pilatus": None}}
SEVERAL = CLEANED | {"company": {"policies": {"resources_per_event": "many"}}}

WORLDS = {
    "refused and taken off": CLEANED,
    "free again": CLEANED,
    "two rooms, one refused": SEVERAL,
    "two rooms, moved to where one is refused": SEVERAL,
}

STORIES = {
    "booked in Outlook": (nothing, booked_in_outlook, then_anna_now),
    "booked in ROOMS": (nothing, booked_in_rooms, then_anna_now),
    "moved in Outlook": (an_event, moved_in_outlook, then_anna_later),
    "moved in ROOMS": (a_booking, moved_in_rooms, then_anna_later),
    "deleted in Outlook": (an_event, deleted_in_outlook, then_nothing),
    "cancelled in ROOMS": (a_booking, cancelled_in_rooms, then_nothing),
    "handed over": (a_booking, handed_over, then_lea),
    "handed over, its event half made": (
        a_booking_whose_event_nobody_knows_of,
        handed_over,
        then_lea,
    ),
    "swapped": (two_events, swapped_in_outlook, then_both_swapped),
    "refused and undone": (an_event, moved_to_what_is_taken, then_lea_later),
    "refused and taken off": (nothing, refused_room_invited, then_taken_off_and_back_when_free),
    "free again": (refused_and_taken_off, free_again, then_booked_and_invited_again),
    "two rooms, one refused": (nothing, two_rooms_booked, then_only_the_first_room),
    "two rooms, moved to where one is refused": (
        two_rooms,
        moved_to_where_one_is_refused,
        then_only_the_first_room,
    ),
}


@pytest.mark.parametrize("story", STORIES)
async def test_a_kill_after_any_call_ends_like_no_kill(story):
    company = WORLDS.get(story, {"resources": {"Pilatus": None}})
    holds_slots = WORLDS.get(story) is SEVERAL or story == "free again"
    patience = TIME_FOR_DRAFTS if holds_slots else TIME_FOR_LEASES
    await dies_after_any_call(
        story,
        STORIES[story],
        company,
        patience_minutes=patience,
        over_http=STORIES[story][0] is a_booking_whose_event_nobody_knows_of,
    )
