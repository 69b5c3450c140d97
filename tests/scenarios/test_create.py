"""A meeting appears on the other side, once (R-101, R-102, R-301, R-400)."""


async def test_a_meeting_made_in_outlook_with_a_room_becomes_a_booking(world):
    event = await world.outlook("anna").books(
        "Säntis", at="tomorrow 09:00-10:00", subject="Planung", attendees=["marc"]
    )
    await world.settles()
    await world.then_rooms_has(
        "Säntis", "tomorrow 09:00-10:00", title="Planung", organizer="anna", participants=["marc"]
    )
    await world.then_room_accepted(event, "Säntis")


async def test_a_booking_made_in_rooms_appears_in_its_organizers_calendar(world):
    await world.rooms("anna").books(
        "Säntis", at="tomorrow 09:00-10:00", title="Planung", participants=["marc"]
    )
    await world.settles()
    event = await world.then_outlook_has(
        "anna", "tomorrow 09:00-10:00", subject="Planung", attendees=["marc"], rooms=["Säntis"]
    )
    await world.then_room_accepted(event, "Säntis")
