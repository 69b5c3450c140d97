"""What is not ours: past, switched off, another status, unticked (R-001 ... R-036, R-106 ...)."""

import pytest

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


async def nothing_is_written(world, *deeds):
    async with world.counts() as costs:
        made = [await deed for deed in deeds]
    assert costs.rooms_writes == 0, str(costs)
    assert costs.graph_writes_in_all == 0, str(costs)
    return made[-1]


async def listed_in(world, room, cause):
    """Say that the room's copy of the only meeting there is listed under this cause."""
    (copy,) = await world.events(room)
    world.expected.is_listed(copy, cause)


async def test_a_past_event_is_not_booked(world):
    await nothing_is_written(
        world, world.outlook("anna").books("Säntis", at="yesterday 09:00-10:00")
    )


async def test_a_past_booking_gets_no_event(a_world):
    booking = {
        "titel": "Vorbei",
        "beginn": "2026-02-27T08:00:00Z",
        "ende": "2026-02-27T09:00:00Z",
        "ressourceId": 101,
        "personOrganisatorId": 11,
        "statusId": 21,
    }
    world = await a_world(company={"bookings": [{"creator": 11, "booking": booking}]})
    await world.advances(minutes=6)
    await world.full_pass()
    await world.then_outlook_has_nothing("anna")


async def test_a_change_in_the_past_is_not_taken_over(world):
    event = await world.outlook("anna").books("Säntis", at="today 08:15-08:30")
    await world.settles()
    await world.advances(hours=1)
    await nothing_is_written(world, world.outlook("anna").renames(event, "Nachtrag"))


async def test_a_past_meeting_deleted_later_leaves_its_booking(world):
    event = await world.outlook("anna").books("Säntis", at="today 08:15-08:30")
    await world.settles()
    await world.advances(hours=1)
    await nothing_is_written(world, world.outlook("anna").deletes(event))


async def test_a_meeting_under_way_is_still_followed(world):
    event = await world.outlook("anna").books("Säntis", at="today 08:15-11:00")
    await world.settles()
    await world.advances(hours=1)
    await world.outlook("anna").renames(event, "Läuft noch")
    await world.settles()
    await world.then_rooms_has("Säntis", "today 08:15-11:00", title="Läuft noch")


async def test_with_the_global_switch_off_a_room_in_outlook_is_not_booked(a_world):
    world = await a_world(company={"global_sync": False})
    await nothing_is_written(world, world.outlook("anna").books("Säntis", at=WHEN))


async def test_with_the_global_switch_off_persons_are_synced_without_rooms(a_world):
    """R-001: person sync is independent; no resource is written to Exchange."""
    world = await a_world(company={"global_sync": False})
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, rooms=[], location="Säntis - Bern")


async def test_with_the_global_switch_off_nothing_is_held(a_world):
    world = await a_world(company={"global_sync": False})
    await nothing_is_written(world, world.rooms("peter").books("Säntis", at=WHEN))


@pytest.mark.parametrize(
    "switch", [{"sync_disabled": True}, {"mode": "None"}], ids=["disabled", "mode None"]
)
async def test_somebody_whose_sync_is_off_books_in_outlook(a_world, switch):
    world = await a_world(anna=switch)
    await nothing_is_written(world, world.outlook("anna").books("Säntis", at=WHEN))
    await listed_in(world, "Säntis", "not_synced")


@pytest.mark.parametrize(
    "switch", [{"sync_disabled": True}, {"mode": "None"}], ids=["disabled", "mode None"]
)
async def test_somebody_whose_sync_is_off_books_in_rooms(a_world, switch):
    world = await a_world(anna=switch, company={"policies": {"hold_for_unsynced": False}})
    await nothing_is_written(world, world.rooms("anna").books("Säntis", at=WHEN))


@pytest.mark.parametrize(
    "switch",
    [
        {"mode": "None"},
        {"external_identifier": "other@contoso.example"},
        {"external_identifier": ""},
    ],
    ids=["mode None", "other identifier", "no identifier"],
)
async def test_a_room_that_is_not_set_up_is_not_booked_from_outlook(a_world, switch):
    """R-020, D1: External Identifier and e-mail are both the primary address."""
    world = await a_world(resources={"Säntis": switch})
    await nothing_is_written(world, world.outlook("anna").books("Säntis", at=WHEN))


async def test_a_room_that_is_not_set_up_is_only_named_in_the_event(a_world):
    world = await a_world(resources={"Säntis": {"mode": "None"}})
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, rooms=[], location="Säntis - Bern")
    await world.then_outlook_has_nothing("Säntis")


async def test_only_the_ticked_kinds_of_resources_are_synced_for_a_person(a_world):
    world = await a_world(
        anna={"resource_types": ["Fahrzeug"]},
        resources={"Eiger": {"type": "Fahrzeug"}},
        company={"policies": {"hold_for_unsynced": False}},
    )
    await nothing_is_written(
        world,
        world.rooms("anna").books("Säntis", at=WHEN),
        world.outlook("anna").books("Säntis", at=LATER),
    )
    await world.rooms("anna").books("Eiger", at=WHEN, title="Fahrt")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, subject="Fahrt", rooms=["Eiger"])


async def test_a_booking_whose_own_switch_is_off_is_not_synced(a_world):
    """R-031 by a custom field (D16)."""
    world = await a_world(company={"app_policies": {"sync_with_calendar_field": "Kalender"}})
    off = [{"name": "Kalender", "value": "nein"}]
    await nothing_is_written(
        world, world.rooms("anna").books("Säntis", at=WHEN, customProperties=off)
    )
    await world.rooms("anna").books("Eiger", at=WHEN)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, rooms=["Eiger"])


async def test_a_switch_that_nobody_touched_is_as_the_organizer_wants_it(a_world):
    """R-031: the person's setting is the default of the booking's own box."""
    world = await a_world(
        anna={"own_bookings_synced": False},
        company={"app_policies": {"sync_with_calendar_field": "Kalender"}},
    )
    await nothing_is_written(world, world.rooms("anna").books("Säntis", at=WHEN))
    on = [{"name": "Kalender", "value": "ja"}]
    await world.rooms("anna").books("Eiger", at=WHEN, customProperties=on)
    await world.rooms("marc").books("Pilatus", at=WHEN)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, rooms=["Eiger"])
    await world.then_outlook_has("marc", WHEN, rooms=["Pilatus"])


async def test_without_such_a_field_a_person_s_default_decides_nothing(a_world):
    """D16: what a booking's own box says is not told by the API."""
    world = await a_world(anna={"own_bookings_synced": False})
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_outlook_has("anna", WHEN)


LESSON = {
    "creator": 11,
    "lesson_id": 501,
    "booking": {
        "titel": "Mathematik",
        "beginn": "2026-03-03T08:00:00Z",
        "ende": "2026-03-03T09:00:00Z",
        "ressourceId": 101,
        "personOrganisatorId": 11,
        "statusId": 21,
    },
}


async def test_bookings_of_the_job_manager_are_left_alone(a_world):
    """R-006: its default is no."""
    world = await a_world(company={"bookings": [LESSON]})
    await nothing_is_written(world, world.full_pass())
    await world.then_outlook_has_nothing("anna")


async def test_bookings_of_the_job_manager_are_synced_where_that_is_wanted(a_world):
    wanted = {"bookings": [LESSON], "app_policies": {"job_manager_synced": True}}
    world = await a_world(company=wanted)
    world.deeds.note("job manager", "imports a lesson")
    await world.full_pass()
    await world.then_outlook_has("anna", WHEN, subject="Mathematik", rooms=["Säntis"])


async def test_a_booking_in_the_making_is_not_synced_before_it_is_confirmed(world):
    draft = await world.rooms("anna").begins_booking("Säntis", at=WHEN)
    await world.settles()
    await world.then_outlook_has_nothing("anna")
    await world.rooms("anna").confirms(draft)
    await world.settles()
    await world.then_outlook_has("anna", WHEN)


async def test_a_booking_in_the_making_that_runs_out_leaves_nothing(world):
    await world.rooms("anna").begins_booking("Säntis", at=WHEN)
    await world.advances(minutes=25)
    await world.then_outlook_has_nothing("anna")
    await world.then_rooms_has_nothing()


async def test_the_hidden_copy_of_a_cancelled_booking_is_not_shown_to_anybody(world):
    """R-114: on the Systemressource, kept by ROOMS for itself."""
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").deletes(await world.event_of(booking))
    await world.settles()
    assert [b for b in await world.bookings() if b.is_internal]
    await world.full_pass()
    await world.then_outlook_has_nothing("anna")


async def test_a_blocking_time_is_not_exported(a_world):
    block = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T10:00:00Z", "title": "Reinigung"}
    world = await a_world(resources={"Säntis": {"blocking_times": [block]}})
    await world.full_pass()
    await world.then_outlook_has_nothing("Säntis")


async def test_an_invitation_from_somebody_unsynced_is_left_alone(world):
    """D5 `report`: nothing is booked, nothing is touched."""
    await nothing_is_written(world, world.outlook("peter").books("Säntis", at=WHEN))
    await listed_in(world, "Säntis", "not_synced")
    assert world.notices() == []


async def test_an_invitation_from_outside_is_left_alone(a_world):
    world = await a_world(
        resources={"Säntis": {"calendar_processing": {"ProcessExternalMeetingMessages": True}}},
        guest={"mail": "eva@fabrikam.example", "name": "Eva", "rooms_id": 90,
               "rooms_person": False, "mode": "None"},
    )  # fmt: skip
    await nothing_is_written(world, world.outlook("guest").books("Säntis", at=WHEN))
    await listed_in(world, "Säntis", "not_synced")


async def test_an_item_made_in_the_room_s_own_calendar_is_left_alone(world):
    """R-430, D6 `report`."""
    await nothing_is_written(
        world, world.outlook("Säntis").books(at=WHEN, subject="Direkt", attendees=["anna"])
    )
    await listed_in(world, "Säntis", "direct_item")
    assert [(notice.kind, notice.person) for notice in world.notices()] == [("direct_item", 11)]


async def test_an_item_in_the_room_s_calendar_blocks_nothing_in_rooms(world):
    await world.outlook("Säntis").books(at=WHEN, subject="Direkt")
    await world.settles()
    await world.then_rooms_has_nothing()
    await listed_in(world, "Säntis", "direct_item")


async def test_an_item_in_a_second_calendar_is_booked_like_any_other(world):
    """Subscriptions cover all calendars of a mailbox (graph-calendar 1.1)."""
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)


async def test_a_cancelled_booking_that_was_never_synced_gets_no_event(a_world):
    world = await a_world(anna={"sync_disabled": True})
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.rooms("anna").cancels(booking)
    await world.settles()
    await world.then_outlook_has_nothing("anna")
    await world.then_outlook_has_nothing("Säntis")


async def test_sync_that_is_switched_on_later_takes_up_what_is_there(a_world):
    """D11: existing meetings are linked; nobody is invited twice."""
    world = await a_world(
        anna={"sync_disabled": True}, company={"policies": {"hold_for_unsynced": False}}
    )
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    world.company.persons["anna"]["sync_disabled"] = False
    await world.imports()
    await world.full_pass()
    assert (await world.event_of(booking)).mailbox == "anna"


async def test_sync_that_is_switched_off_leaves_everything_where_it_is(a_world):
    """D12: links end, nothing a user made is removed."""
    world = await a_world(company={"policies": {"hold_for_unsynced": False}})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    world.company.persons["anna"]["sync_disabled"] = True
    await world.imports()
    await nothing_is_written(world, world.outlook("anna").renames(event, "Nicht mehr"))
    await world.then_rooms_has("Säntis", WHEN, title="Planung")
    await world.then_outlook_has("anna", WHEN, subject="Nicht mehr")
    world.expected.stays_different(event, "mailbox", "sync was switched off (D12)")
    world.expected.stays_different(event, "subject", "sync was switched off (D12)")
