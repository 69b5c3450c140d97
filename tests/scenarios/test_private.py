"""Private meetings (R-108, R-205, R-215; P9, S30)."""

import pytest

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
SECRET = "Kündigung Muster"


async def test_a_private_booking_is_a_private_event(world):
    await world.rooms("anna").books("Säntis", at=WHEN, title=SECRET, private=True)
    await world.settles()
    event = await world.then_outlook_has("anna", WHEN, subject=SECRET, private=True)
    await world.then_room_accepted(event, "Säntis")


async def test_a_private_event_is_a_private_booking(world):
    await world.outlook("anna").books(
        "Säntis", at=WHEN, subject=SECRET, attendees=["marc"], private=True
    )
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title=SECRET, private=True, participants=["marc"])


async def test_confidential_counts_as_private_and_stays_confidential(world):
    event = await world.outlook("anna").books(
        "Säntis", at=WHEN, subject=SECRET, sensitivity="confidential"
    )
    world.secrets.saw(SECRET, private=True)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, private=True)
    await world.rooms("anna").moves(await world.booking_of(event), to=LATER)
    await world.settles()
    assert (await world.graph_event("anna", event))["sensitivity"] == "confidential"


async def test_personal_is_not_private(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, sensitivity="personal")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, private=False)
    assert (await world.graph_event("anna", event))["sensitivity"] == "personal"


async def test_a_meeting_made_private_later_is_masked_in_rooms(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    await world.outlook("anna").makes_private(event)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Privat", participants=[])
    await world.then_outlook_has("anna", WHEN, subject="Planung", attendees=["marc"])


async def test_a_masked_meeting_is_shown_again_when_it_is_no_longer_private(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    await world.outlook("anna").makes_private(event)
    await world.settles()
    await world.outlook("anna").makes_public(event)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Planung", participants=["marc"])


async def test_changes_of_a_masked_meeting_stay_masked(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    await world.outlook("anna").makes_private(event)
    await world.settles()
    await world.outlook("anna").renames(event, SECRET)
    await world.outlook("anna").invites(event, "lea")
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, title="Privat", participants=[])


async def test_a_masked_meeting_moved_in_rooms_keeps_its_secret_in_outlook(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    await world.outlook("anna").makes_private(event)
    await world.settles()
    await world.rooms("anna").moves(await world.booking_of(event), to=LATER)
    await world.settles()
    await world.then_outlook_has("anna", LATER, subject="Planung", attendees=["marc"])
    await world.then_rooms_has("Säntis", LATER, title="Privat", participants=[])


async def test_people_added_while_masked_appear_when_the_mask_falls(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    await world.outlook("anna").makes_private(event)
    await world.settles()
    await world.outlook("anna").invites(event, "lea")
    await world.settles()
    await world.outlook("anna").makes_public(event)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea"])


async def test_a_booking_made_in_rooms_is_masked_when_outlook_makes_it_private(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])
    await world.settles()
    event = await world.event_of(booking)
    await world.outlook("anna").makes_private(event)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Privat", participants=[])
    await world.outlook("anna").makes_public(event)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Planung", participants=["marc"])


@pytest.mark.parametrize("origin", ["outlook", "rooms"])
async def test_private_at_creation_and_cleared_later_stays_private_in_rooms(world, origin):
    """A known limit: the API cannot clear the flag; it is no difference either (design 5.2)."""
    if origin == "outlook":
        event = await world.outlook("anna").books("Säntis", at=WHEN, private=True)
        await world.settles()
    else:
        booking = await world.rooms("anna").books("Säntis", at=WHEN, private=True)
        await world.settles()
        event = await world.event_of(booking)
    await world.outlook("anna").makes_public(event)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Planung", private=True)
    await world.then_outlook_has("anna", WHEN, private=False)
    world.expected.stays_different(event, "private", "ROOMS cannot clear the flag")


async def test_a_private_booking_renamed_in_rooms_is_renamed_in_outlook(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Eins", private=True)
    await world.settles()
    await world.rooms("anna").renames(booking, SECRET)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, subject=SECRET, private=True)


async def test_a_private_event_renamed_in_outlook_is_renamed_in_rooms(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, subject="Eins", private=True)
    await world.settles()
    await world.outlook("anna").renames(event, SECRET)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title=SECRET, private=True)


async def test_a_private_booking_of_somebody_unsynced_is_held_without_its_title(world):
    await world.rooms("peter").books("Säntis", at=WHEN, title=SECRET, private=True)
    await world.settles()
    await world.then_outlook_has("Säntis", WHEN, subject="Privat")


async def test_a_private_meeting_refused_by_rooms_leaks_nothing(world):
    await world.rooms("lea").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").books("Säntis", at=WHEN, subject=SECRET, private=True)
    await world.settles()
    assert len(world.notices()) == 1


async def test_the_room_s_name_for_a_meeting_is_never_written_back(world):
    """The room's copy shows the organizer instead of the subject (S30)."""
    event = await world.outlook("anna").books("Säntis", at=WHEN, subject="Budget")
    await world.settles()
    (copy,) = await world.events("Säntis")
    assert copy.subject == "Anna Meier"
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.advances(minutes=6)
    await world.then_rooms_has("Säntis", LATER, title="Budget")


async def test_of_a_private_meeting_history_tells_only_what_became_of_it(world):
    """D13: no fields, no time, no resource."""
    event = await world.outlook("anna").books("Säntis", at=WHEN, private=True)
    await world.settles()
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    services = await world.app.services()
    link = await world.link_of(event)
    entries = await services.mappings.history(link.id)
    assert {entry.found for entry in entries} == {()}
    assert "time" not in "".join(name for entry in entries for name, _ in entry.steps)
    lines = await services.activity.latest(9)
    assert {(line.resource, line.time) for line in lines} == {(None, None)}
