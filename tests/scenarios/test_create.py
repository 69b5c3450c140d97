"""A meeting appears on the other side, once (R-100 ... R-102, R-301, R-400, S03)."""

import pytest

pytestmark = pytest.mark.in_both_depths

WHEN = "tomorrow 09:00-10:00"


async def test_a_meeting_made_in_outlook_with_a_room_becomes_a_booking(world):
    event = await world.outlook("anna").books(
        "Säntis", at=WHEN, subject="Planung", attendees=["marc"]
    )
    await world.settles()
    await world.then_rooms_has(
        "Säntis", WHEN, title="Planung", organizer="anna", participants=["marc"], private=False
    )
    await world.then_room_accepted(event, "Säntis")


async def test_a_booking_made_in_rooms_appears_in_its_organizers_calendar(world):
    await world.rooms("anna").books("Säntis", at=WHEN, title="Planung", participants=["marc"])
    await world.settles()
    event = await world.then_outlook_has(
        "anna",
        WHEN,
        subject="Planung",
        attendees=["marc"],
        rooms=["Säntis"],
        location="Säntis - Bern",
        show_as="busy",
        roles={"marc": "required", "Säntis": "resource"},
    )
    await world.then_room_accepted(event, "Säntis")


async def test_a_meeting_without_people_becomes_a_booking(world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=[])


async def test_a_booking_that_the_assistant_books_for_the_boss_is_in_the_boss_s_calendar(world):
    await world.rooms("marc").books("Säntis", at=WHEN, organizer="anna")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, organizer="anna")
    await world.then_outlook_has_nothing("marc")


async def test_an_event_that_a_delegate_makes_for_the_boss_is_the_boss_s_booking(world):
    await world.outlook("marc", mailbox="anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, organizer="anna")


async def test_a_meeting_of_three_synced_people_is_booked_once(world):
    await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc", "lea"])
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc", "lea"])


async def test_a_booking_with_three_synced_people_is_one_event(world):
    await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc", "lea"])
    await world.settles()
    event = await world.event(await world.then_outlook_has("anna", WHEN))
    for name in ("marc", "lea"):
        (copy,) = await world.events(name)
        assert (copy.ical_uid, copy.is_organizer, copy.oid) == (event.ical_uid, False, None)


async def test_people_from_outside_are_taken_along_from_outlook(world):
    await world.outlook("anna").books("Säntis", at=WHEN, attendees=["eva@fabrikam.example"])
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["eva@fabrikam.example"])


async def test_people_from_outside_are_taken_along_from_rooms(world):
    await world.rooms("anna").books("Säntis", at=WHEN, participants=["eva@fabrikam.example"])
    await world.settles()
    await world.then_outlook_has("anna", WHEN, attendees=["eva@fabrikam.example"])


async def test_somebody_whom_rooms_knows_only_by_name_stays_in_rooms(world):
    await world.rooms("anna").books("Säntis", at=WHEN, participants=["Herr Muster", "marc"])
    await world.settles()
    await world.then_outlook_has("anna", WHEN, attendees=["marc"])
    await world.then_rooms_has("Säntis", WHEN, participants=["Herr Muster", "marc"])


async def test_an_attendee_under_an_alias_is_the_person_behind_it(a_world):
    world = await a_world(marc={"aliases": ["m.weber@contoso.example"]})
    await world.outlook("anna").books("Säntis", at=WHEN, attendees=["m.weber@contoso.example"])
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc"])


async def test_a_room_invited_like_a_person_is_a_room_all_the_same(world):
    address = world.company.address("Säntis")
    room = {"type": "required", "emailAddress": {"address": address}}
    event = await world.outlook("anna").books(at=WHEN)
    await world.outlook("anna").changes(event, attendees=[room])
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=[])


async def test_an_entry_that_gets_a_room_later_is_booked_then(world):
    event = await world.outlook("anna").books(at=WHEN, attendees=["marc"])
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.outlook("anna").invites(event, "Säntis")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc"])


async def test_a_room_in_the_location_text_alone_is_not_booked(world):
    await world.outlook("anna").books(at=WHEN, location={"displayName": "Säntis"})
    await world.settles()
    await world.then_rooms_has_nothing()


async def test_a_meeting_without_a_room_is_nobody_s_business(world):
    async with world.counts() as costs:
        await world.outlook("anna").books(at=WHEN, attendees=["marc"])
    assert costs.graph_writes_in_all == costs.rooms_writes == 0


async def test_a_booking_of_an_online_resource_is_an_event_without_a_room(world):
    await world.rooms("anna").books("Zoom", at=WHEN, title="Online")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, subject="Online", rooms=[])


async def test_a_booking_of_a_resource_without_mailbox_is_an_event_that_names_it(world):
    await world.rooms("anna").books("Rigi", at=WHEN)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, rooms=[], location="Rigi - Bern")


async def test_two_meetings_at_the_same_time_in_two_rooms_are_two_bookings(world):
    await world.outlook("anna").books("Säntis", at=WHEN, subject="Eins")
    await world.outlook("anna").books("Eiger", at=WHEN, subject="Zwei")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Eins")
    await world.then_rooms_has("Eiger", WHEN, title="Zwei")


async def test_meetings_that_follow_each_other_do_not_collide(world):
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.rooms("lea").books("Säntis", at="tomorrow 10:00-11:00")
    await world.settles()
    await world.then_rooms_has("Säntis", "tomorrow 09:00-10:00", organizer="anna")
    await world.then_rooms_has("Säntis", "tomorrow 10:00-11:00", organizer="lea")


async def test_lead_and_follow_up_time_are_not_booked_on_a_synced_room(a_world):
    world = await a_world(resources={"Säntis": {"lead_minutes": 15, "follow_up_minutes": 15}})
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.rooms("lea").books("Säntis", at="tomorrow 10:00-11:00")
    await world.settles()
    await world.then_rooms_has("Säntis", "tomorrow 09:00-10:00", lead_minutes=0)
    await world.then_outlook_has("lea", "tomorrow 10:00-11:00")


@pytest.mark.parametrize(
    "day", ["2026-03-28", "2026-03-29", "2026-07-01"], ids=["winter", "changes", "summer"]
)
async def test_a_meeting_keeps_its_time_on_both_sides_of_the_clock_change(world, day):
    await world.outlook("anna").books("Säntis", at=f"{day} 09:00-10:00")
    await world.rooms("lea").books("Eiger", at=f"{day} 11:00-12:00")
    await world.settles()
    await world.then_rooms_has("Säntis", f"{day} 09:00-10:00")
    await world.then_outlook_has("lea", f"{day} 11:00-12:00")


async def test_an_all_day_event_is_booked_from_midnight_to_midnight(world):
    event = await world.outlook("anna").books(
        "Säntis", at="tomorrow 00:00-00:00", isAllDay=True, subject="Klausur"
    )
    await world.settles()
    await world.then_rooms_has("Säntis", "tomorrow 00:00-00:00", title="Klausur")
    assert (await world.event(event)).is_all_day


async def test_a_copied_event_is_a_booking_of_its_own(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    copy = await world.outlook("anna").copies(event, to="in 2 days 09:00-10:00")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await world.then_rooms_has("Säntis", "in 2 days 09:00-10:00")
    assert (await world.event(copy)).oid != (await world.event(event)).oid
