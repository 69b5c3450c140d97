"""A mailbox that is deleted and made anew is empty: that is no reason to cancel anything (S36)."""

WHEN = "tomorrow 09:00-10:00"


async def makes_anew(world, address):
    """Wait until the mailbox is known, then replace it."""
    await world.advances(minutes=6)
    order = {"mail": f"{address}@contoso.example", "recreated": True}
    await world.exchange_control("mailboxes", order)


async def told(world):
    return [line["text"] for line in await world.app_answers("/api/console/activity.json")]


async def test_the_bookings_of_a_person_stay_and_the_mailbox_is_stopped(world):
    booked = [
        await world.rooms("anna").books("Säntis", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
        for hour in range(9, 14)
    ]
    await world.settles()

    await makes_anew(world, "anna.meier")
    await world.advances(hours=2)

    assert [(await world.booking(booking)).is_alive for booking in booked] == [True] * 5
    (line,) = [text for text in await told(world) if "made anew" in text]
    assert line.startswith("p11: ")
    world.expected.given_up = 1
    for booking in booked:
        await world.rooms("anna").cancels(booking)
    await world.settles()


async def test_a_change_in_rooms_that_is_looked_at_first_cancels_nothing(world):
    """Before anybody has read the mailbox anew: the event is gone, and that proves nothing."""
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await makes_anew(world, "anna.meier")
    await world.rooms("anna").renames(booking, "Neu")
    await world.settles()
    assert (await world.booking(booking)).is_alive
    assert len([text for text in await told(world) if "made anew" in text]) == 1
    await world.full_pass()
    assert (await world.booking(booking)).is_alive
    world.expected.given_up = 1
    await world.rooms("anna").cancels(booking)
    await world.settles()


async def test_an_event_that_somebody_purges_frees_its_room_all_the_same(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.advances(minutes=6)
    await world.outlook("anna").purges(event)
    await world.settles()
    await world.then_rooms_has_nothing()


async def test_the_slots_held_for_others_in_a_room_s_mailbox_stay_booked(world):
    booking = await world.rooms("peter").books("Eiger", at=WHEN)
    await world.settles()

    await makes_anew(world, "eiger")
    await world.advances(hours=2)

    assert (await world.booking(booking)).is_alive
    assert any(text.startswith("r102: the mailbox was deleted") for text in await told(world))
    world.expected.given_up = 1
    await world.rooms("peter").cancels(booking)
    await world.settles()


async def test_a_mailbox_that_is_only_renamed_and_read_anew_goes_on(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.advances(minutes=6)
    order = {"mail": "anna.meier@contoso.example", "name": "Anna Muster"}
    await world.exchange_control("mailboxes", order)
    await world.exchange_control("delta", {"expire": True})

    await world.advances(hours=2)

    assert (await world.booking(booking)).is_alive
    assert not any("made anew" in text for text in await told(world))
