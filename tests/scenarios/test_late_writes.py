"""No older state ever overwrites a newer one: writes that arrive late (S19, P3)."""

import pytest

from tests.kit.interleaving import SlowWorker

DAY = "2026-03-10"
WHEN, LATER, THIRD = f"{DAY} 09:00-10:00", f"{DAY} 11:00-12:00", f"{DAY} 14:00-15:00"


async def linked(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, subject="Eins")
    await world.settles()
    return event, await world.booking_of(event)


async def a_late_write(world):
    """Send the last write that ROOMS did not answer once more, as a queue in between does."""
    lost = [
        line
        for line in world.booking_system.controls.requests.since(0)
        if line.fault and line.method == "PUT"
    ][-1]
    answer = await world.rest.request(
        lost.method,
        f"http://127.0.0.1:7081{lost.path}",
        json=lost.body,
        headers={"APIKEY": world.booking_system.registration.api_key},
    )
    assert answer.is_success, answer.text


class TestAWorkerThatLostItsLock:
    """It stands still before a write; the user changes more, and another worker does it."""

    async def test_writes_an_old_title_into_rooms(self, world):
        event, _ = await linked(world)
        await world.outlook("anna").renames(event, "Zwei")
        slow = SlowWorker(world, r"^rooms\.PUT.*update")
        await slow.stands_still()
        await world.outlook("anna").renames(event, "Drei")
        await world.settles()
        await slow.goes_on()
        await world.advances(minutes=3)
        await world.then_rooms_has("Säntis", WHEN, title="Drei")
        await world.then_outlook_has("anna", WHEN, subject="Drei")

    async def test_writes_an_old_time_into_rooms(self, world):
        event, _ = await linked(world)
        await world.outlook("anna").moves(event, to=LATER)
        slow = SlowWorker(world, r"^rooms\.PUT.*update")
        await slow.stands_still()
        await world.outlook("anna").moves(event, to=THIRD)
        await world.settles()
        await slow.goes_on()
        await world.advances(minutes=3)
        await world.then_rooms_has("Säntis", THIRD)
        await world.then_outlook_has("anna", THIRD)

    async def test_writes_an_old_title_into_exchange(self, world):
        """Exchange refuses it by its version."""
        _, booking = await linked(world)
        await world.rooms("anna").renames(booking, "Zwei")
        slow = SlowWorker(world, r"^graph\.PATCH|^ews\.POST\..*/UpdateItem")
        await slow.stands_still()
        await world.rooms("anna").renames(booking, "Drei")
        await world.settles()
        await slow.goes_on()
        await world.advances(minutes=3)
        await world.then_outlook_has("anna", WHEN, subject="Drei")
        await world.then_rooms_has("Säntis", WHEN, title="Drei")

    async def test_cancels_what_is_wanted_again(self, world):
        """The room was off the event for a moment only; whoever comes too late looks again."""
        event, booking = await linked(world)
        await world.outlook("anna").uninvites(event, "Säntis")
        slow = SlowWorker(world, r"^tables\.guard\.")
        await slow.stands_still()
        await world.outlook("anna").invites(event, "Säntis")
        await world.settles()
        await slow.goes_on()
        await world.advances(minutes=3)
        assert await world.then_rooms_has("Säntis", WHEN) == booking

    async def test_removes_an_event_whose_booking_was_moved_meanwhile(self, world):
        event, booking = await linked(world)
        await world.rooms("anna").cancels(booking)
        slow = SlowWorker(world, r"^tables\.guard\.")
        await slow.stands_still()
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await slow.goes_on()
        await world.advances(minutes=3)


class TestAWriteThatWasQueuedInBetween:
    """Nobody answered it; it is done all the same, long after the user has changed his mind."""

    @pytest.mark.parametrize("status", [503, 504])
    async def test_does_not_bring_an_old_title_back(self, world, status):
        event, _ = await linked(world)
        await world.rooms_fault("PUT", "/update", status=status)
        await world.outlook("anna").renames(event, "Zwei")
        await world.steps()
        await world.outlook("anna").renames(event, "Drei")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, title="Drei")
        await a_late_write(world)
        await world.advances(minutes=3)
        await world.then_rooms_has("Säntis", WHEN, title="Drei")
        await world.then_outlook_has("anna", WHEN, subject="Drei")

    async def test_does_not_bring_an_old_time_back(self, world):
        event, _ = await linked(world)
        await world.rooms_fault("PUT", "/update", status=504)
        await world.outlook("anna").moves(event, to=LATER)
        await world.steps()
        await world.outlook("anna").moves(event, to=THIRD)
        await world.settles()
        await a_late_write(world)
        await world.advances(minutes=3)
        await world.then_rooms_has("Säntis", THIRD)
        await world.then_outlook_has("anna", THIRD)

    async def test_what_a_user_does_in_rooms_after_it_is_the_users(self, world):
        """The write was done, its answer lost: going back to that value later is no late write."""
        event, booking = await linked(world)
        await world.rooms_fault("PUT", "/update", fail_after_success=504)
        await world.outlook("anna").renames(event, "Zwei")
        await world.settles()
        await world.rooms("anna").renames(booking, "Drei")
        await world.settles()
        await world.rooms("anna").renames(booking, "Zwei")
        await world.settles()
        await world.then_outlook_has("anna", WHEN, subject="Zwei")

    async def test_the_same_title_a_quarter_of_an_hour_later_is_a_users_wish(self, world):
        event, booking = await linked(world)
        await world.rooms_fault("PUT", "/update", status=504)
        await world.outlook("anna").renames(event, "Zwei")
        await world.steps()
        await world.outlook("anna").renames(event, "Drei")
        await world.settles()
        await world.advances(minutes=15, timers=())
        await world.rooms("anna").renames(booking, "Zwei")
        await world.settles()
        await world.then_outlook_has("anna", WHEN, subject="Zwei")
