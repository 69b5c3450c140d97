"""Series made in ROOMS are part 3 as well: until then they are left alone, nothing breaks."""

from tests.kit.rooms_user import BookingRef

WHEN = "tomorrow 09:00-10:00"
WEEKLY = {"recurrenceType": "Weekly", "interval": 1, "iterations": 4}


async def test_a_series_booked_in_rooms_is_left_alone_whatever_is_done_with_it(world):
    anna = world.rooms("anna")
    async with world.counts() as costs:
        first = await anna.books_series("Säntis", at=WHEN, recurrence=WEEKLY)
        await world.settles()
        await anna.renames(first, "Erster Termin")
        await anna.changes_following(first, title="Alle")
        await world.settles()
        await world.advances(minutes=6)
        await anna.cancels_series(first)
        await world.settles()
        await world.full_pass()

    assert (costs.rooms_writes, costs.graph_writes_in_all) == (0, 0), str(costs)
    await world.then_outlook_has_nothing("anna")
    await world.then_outlook_has_nothing("Säntis")
    assert world.error_mails() == []


async def test_a_series_in_rooms_keeps_nobody_from_single_bookings_beside_it(world):
    anna = world.rooms("anna")
    first = await anna.books_series("Säntis", at=WHEN, recurrence=WEEKLY)
    for number in range(first.booking_id, first.booking_id + WEEKLY["iterations"]):
        world.expected.stays_different(BookingRef(number), "missing", "series are part 3")
    await anna.books("Säntis", at="tomorrow 10:00-11:00", title="Einzeln")
    await world.settles()

    await world.then_outlook_has("anna", "tomorrow 10:00-11:00", subject="Einzeln")
