"""Each reason for which ROOMS may say no, by its own name, Sync-Master off (R-403, R-404, D4)."""

import pytest

WHEN = "tomorrow 09:00-10:00"
BLOCK = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "Reinigung"}

REASONS = {
    "blocking_time": ({"blocking_times": [BLOCK]}, WHEN),
    "closed": ({"opening_hours": {"mon-fri": "12:00-13:00"}}, WHEN),
    "holiday": ({}, "2026-05-01 09:00-10:00"),
    "too_long": ({"max_minutes": 30}, WHEN),
    "too_short": ({"min_minutes": 120}, WHEN),
    "too_early": ({"book_ahead_days": 7}, "2026-03-20 09:00-10:00"),
    "too_late": ({"book_before_minutes": 2880}, WHEN),
    "no_right": ({"bookable_by": [13]}, WHEN),
}
FORMS = pytest.mark.parametrize("form", ["4xx", "200"])


async def refused(world, event, cause):
    """Say that the event stays alone, and that the console names the reason."""
    await world.settles()
    await world.then_rooms_has_nothing()
    (line,) = await world.differences()
    assert (line["event_id"], line["cause"]) == (event.event_id, cause)
    world.expected.stays_different(event, "missing", f"ROOMS says {cause}", shown=cause)


@FORMS
@pytest.mark.parametrize("rules_at", ["open", "confirm"])
@pytest.mark.parametrize("cause", REASONS)
async def test_a_rule_of_the_house(a_world, cause, rules_at, form):
    room, when = REASONS[cause]
    world = await a_world(resources={"Pilatus": room})
    world.booking_system.switches.set("refusal", form)
    world.booking_system.switches.set("rules_at", rules_at)
    event = await world.outlook("anna").books("Pilatus", at=when, attendees=["marc"])
    await refused(world, event, cause)
    await world.then_outlook_has("anna", when, rooms=["Pilatus"], attendees=["marc"])


@FORMS
async def test_a_resource_that_is_switched_off_in_rooms_alone(world, form):
    world.booking_system.switches.set("refusal", form)
    await world.rooms_control("resources", {"rooms_id": 103, "active": False})
    event = await world.outlook("anna").books("Pilatus", at=WHEN)
    await refused(world, event, "inactive")


@FORMS
async def test_somebody_who_may_not_book_at_all(a_world, form):
    world = await a_world(anna={"rights": {"book": False}})
    world.booking_system.switches.set("refusal", form)
    event = await world.outlook("anna").books("Pilatus", at=WHEN)
    await refused(world, event, "no_right")


@FORMS
async def test_somebody_who_may_not_book_privately(a_world, form):
    world = await a_world(anna={"rights": {"book_private": False}})
    world.booking_system.switches.set("refusal", form)
    event = await world.outlook("anna").books("Pilatus", at=WHEN, private=True)
    await refused(world, event, "private_not_allowed")


async def test_an_unfinished_booking_of_somebody_else_is_waited_for(world):
    draft = await world.rooms("lea").begins_booking("Pilatus", at=WHEN)
    event = await world.outlook("anna").books("Pilatus", at=WHEN)
    await world.settles()
    assert await world.differences() == []
    await world.rooms("lea").closes_editor(draft)
    await world.advances(minutes=10)
    await world.then_rooms_has("Pilatus", WHEN, organizer="anna")
    await world.then_room_accepted(event, "Pilatus")
