"""The same deeds with mailboxes on premises, and with an organizer here and a room there (S04).

The whole suite is told there by ROOMSYNC_TEST_EXCHANGE=ews or =mixed; these are always told. In a
mixed company Anna and Eiger are online, Marc and Säntis on premises.
"""

import pytest

from tests.kit.on_premises import EWS, MIXED, by_application

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 14:00-15:00"
ACROSS = [(EWS, "anna", "Säntis"), (MIXED, "anna", "Säntis"), (MIXED, "marc", "Eiger")]
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 3},
}
DAYS = ("2026-03-03", "2026-03-10", "2026-03-17")


@pytest.fixture(params=ACROSS, ids="-".join)
async def across(request, a_world):
    """A world, an organizer and a room in it."""
    exchange, organizer, room = request.param
    return await a_world(company={"exchange": exchange}), organizer, room


async def test_booked_in_outlook_moved_and_deleted(across):
    world, organizer, room = across
    event = await world.outlook(organizer).books(room, at=WHEN, subject="Plan", attendees=["lea"])
    await world.settles()
    await world.then_rooms_has(room, WHEN, title="Plan", organizer=organizer, participants=["lea"])
    await world.then_room_accepted(event, room)
    await world.outlook(organizer).moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has(room, LATER, organizer=organizer)
    await world.outlook(organizer).deletes(event)
    await world.settles()
    await world.then_rooms_has_nothing()


async def test_booked_in_rooms_moved_and_cancelled(across):
    world, organizer, room = across
    booking = await world.rooms(organizer).books(room, at=WHEN, title="Plan", participants=["lea"])
    await world.settles()
    event = await world.then_outlook_has(
        organizer, WHEN, subject="Plan", rooms=(room,), attendees=("lea",)
    )
    await world.then_room_accepted(event, room)
    await world.rooms(organizer).moves(booking, to=LATER)
    await world.settles()
    await world.then_outlook_has(organizer, LATER, rooms=(room,))
    await world.rooms(organizer).cancels(booking)
    await world.settles()
    await world.then_outlook_has_nothing(organizer)


async def test_a_taken_room_leaves_the_event_and_the_organizer_is_told(across):
    world, organizer, room = across
    await world.rooms("lea").books(room, at=WHEN, title="Früher")
    await world.settles()
    event = await world.outlook(organizer).books(room, at=WHEN, attendees=["peter"])
    await world.settles()
    assert (await world.event(event)).rooms == ()
    assert len(world.error_mails(to=organizer)) == 1


async def test_a_series_is_booked_with_all_its_dates(across):
    world, organizer, room = across
    await world.outlook(organizer).books(room, at=WHEN, subject="Jour fixe", recurrence=WEEKLY)
    await world.settles()
    await world.then_rooms_has_dates(room, "09:00-10:00", *DAYS, title="Jour fixe")


async def test_a_change_of_the_organizer_moves_the_meeting_to_the_other_environment(a_world):
    world = await a_world(company={"exchange": MIXED})
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.settles()
    await world.rooms("anna").hands_over(booking, "marc")
    await world.settles()
    await world.then_outlook_has_nothing("anna")
    await world.then_outlook_has("marc", WHEN, subject="Plan", rooms=("Säntis",))


@pytest.mark.parametrize("organizer", ["anna", "marc"])
async def test_a_meeting_that_two_environments_see_is_one_booking_for_good(a_world, organizer):
    """S04: ten cycles of all that looks, and nothing grows."""
    world = await a_world(company={"exchange": MIXED})
    other = "marc" if organizer == "anna" else "anna"
    await world.outlook(organizer).books("Säntis", at=WHEN, attendees=[other, "lea"])
    await world.settles()
    before, mails = len(world.calls), len(world.exchange.controls.mails.since(0))
    for _ in range(10):
        for timer in ("rooms_poll", "delta_catch_up"):
            await world.runs(timer)
        await world.full_pass()
    assert [c for c in world.service_writes(before) if "ubscri" not in c.path] == []
    assert len(world.exchange.controls.mails.since(0)) == mails
    assert len([b for b in await world.bookings() if b.is_alive]) == 1
    shown = [e.mailbox for e in await world.all_events() if e.is_alive]
    assert sorted(shown) == sorted({organizer, other, "lea", "Säntis"})


async def test_without_notifications_polling_finds_what_changes(a_world):
    world = await a_world(company={"exchange": EWS})
    await world.push(silent=True)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.advances(minutes=6)
    await world.then_rooms_has("Säntis", WHEN, organizer="anna")


async def test_an_installation_that_forgot_what_it_told_is_read_from_the_start(a_world):
    world = await a_world(company={"exchange": EWS})
    await world.push(silent=True)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.exchange_control("delta", {"expire": True})
    await world.advances(minutes=6)
    await world.then_rooms_has("Säntis", WHEN, organizer="anna")


async def test_subscriptions_that_are_lost_without_a_word_are_back_within_the_threshold(a_world):
    """R-862: at most 40 minutes, and meanwhile the timer asks every five."""
    world = await a_world(company={"exchange": EWS})
    for subscription in world.exchange.ews.subscriptions.live():
        world.exchange.ews.subscriptions.remove(subscription.id)
    await world.advances(minutes=40)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, organizer="anna")


async def test_of_replaced_subscriptions_one_is_left(a_world):
    world = await a_world(company={"exchange": EWS})
    for _ in range(4):
        await world.advances(minutes=31)
        world.app.subscription_book.forget()  # It is believed for a minute, by the process's clock.
    live = [s.mailbox for s in world.exchange.ews.subscriptions.live()]
    assert len(live) <= 2 * len(set(live))
    assert len(set(live)) == 6


async def test_a_wrong_password_parks_its_own_environment_and_nobody_else(a_world):
    """What is kept waits; with the right password it goes on by itself."""
    world = await a_world(company={"exchange": MIXED})
    await world.exchange_control(
        "faults",
        {
            "match": {"path": "/cellar/EWS/", "actor": "service"},
            "times": 10_000,
            "do": {"status": 401},
        },
    )
    mirrored = await world.outlook("anna").books("Eiger", at=WHEN)
    waiting = await world.outlook("marc").books("Eiger", at=LATER)
    await world.advances(minutes=12)
    await world.then_rooms_has("Eiger", WHEN, organizer="anna")
    assert len([b for b in await world.bookings() if b.is_alive]) == 1
    assert "cellar" in str(await world.app_answers("/api/console/status.json"))
    await world.exchange_control_delete("faults")
    await world.advances(minutes=30)
    await world.then_rooms_has("Eiger", LATER, organizer="marc")
    assert await world.booking_of(mirrored) != await world.booking_of(waiting)


async def test_an_application_that_loses_its_consent_parks_its_own_environment_and_nobody_else(
    a_world,
):
    """What is kept waits; with the consent back it goes on by itself (ADR 0033)."""
    world = await a_world(company={"exchange": MIXED}, settings=by_application())
    event = await world.outlook("marc").books("Säntis", at=WHEN, subject="Plan")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Plan", organizer="marc")
    await world.exchange_control("permissions", {"missing": ["full_access_as_app"]})
    await world.outlook("anna").books("Eiger", at=WHEN)
    await world.outlook("marc").moves(event, to=LATER)
    await world.advances(minutes=12)
    await world.then_rooms_has("Eiger", WHEN, organizer="anna")
    await world.then_rooms_has("Säntis", WHEN, organizer="marc")
    (parked,) = (await world.app_answers("/api/console/status.json"))["parked"]
    assert parked["scope"] == "exchange/cellar"
    assert "full_access_as_app" in parked["why"]
    await world.exchange_control("permissions", {"missing": []})
    await world.advances(minutes=30)
    await world.then_rooms_has("Säntis", LATER, organizer="marc")
