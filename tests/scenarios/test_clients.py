"""Whatever client somebody uses, the same change gives the same result (R-099, R-310)."""

import pytest

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


def _room(world, kind):
    return {
        "type": kind,
        "emailAddress": {"address": world.company.address("Säntis"), "name": "Säntis"},
    }


def _place(world, **more):
    return {"displayName": "Säntis", "locationUri": world.company.address("Säntis"), **more}


CLIENTS = {
    "Outlook for Windows": lambda world: {
        "attendees": [_room(world, "resource")],
        "locations": [
            _place(world, locationType="conferenceRoom", uniqueIdType="directory"),
        ],
        "body": {"contentType": "html", "content": "<p>Bis gleich</p>"},
    },
    "Outlook on the web": lambda world: {
        "attendees": [_room(world, "resource")],
        "location": {"displayName": "Säntis"},
        "allowNewTimeProposals": False,
    },
    "a phone": lambda world: {
        "attendees": [_room(world, "required")],
        "reminderMinutesBeforeStart": 30,
    },
    "a program": lambda world: {
        "attendees": [_room(world, "optional") | {"status": {"response": "none"}}],
        "categories": ["Wichtig"],
    },
}


@pytest.mark.parametrize("client", CLIENTS)
async def test_the_same_meeting_made_moved_and_deleted_by_any_client(world, client):
    """R-099: clients are not bound to a person; several run side by side."""
    event = await world.outlook("anna").books(at=WHEN)
    await world.outlook("anna").changes(event, **_saved(world, client))
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Planung", organizer="anna")
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, title="Planung", organizer="anna")
    await world.outlook("anna").deletes(event)
    await world.settles()
    await world.then_rooms_has_nothing()


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_meeting_made_with_one_client_and_changed_with_another(world, client):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    booking = await world.booking_of(event)
    await world.outlook("anna").changes(
        event, **_saved(world, client), **world.outlook("anna").times(LATER)
    )
    await world.settles()
    assert await world.booking_of(event) == booking
    await world.then_rooms_has("Säntis", LATER, title="Planung", organizer="anna")


def _saved(world, client):
    return CLIENTS[client](world)
