"""Sync is switched on, off and elsewhere for those who have a history (D11, D12, S06, R-033)."""

import pytest

from core.app.by_hand import look_by_hand as asked_for
from core.domain.work import BookingKey
from tests.kit.company import usual_address
from tests.kit.world import World

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
OFF = {"sync_disabled": True}
NO_HOLDS = {"policies": {"hold_for_unsynced": False}}


async def switches(world: World, part: str, name: str, **facts: object) -> None:
    """Change somebody's settings and import them, as `roomsync settings import` stores them."""
    world.lets_a_moment_pass()
    entry = getattr(world.company, part)[name]
    entry.update(facts)
    is_on = not entry.get("sync_disabled") and entry.get("mode") != "None"
    entry["synced_since"] = world.clock.now().isoformat() if is_on else None
    await world.imports()
    await world.runs("subscription_care")
    await world.full_pass()


async def switches_on(world: World, name: str = "anna") -> None:
    await switches(world, "persons", name, sync_disabled=False)


async def by_hand(world: World, booking) -> None:
    """Ask for a look as `roomsync sync` does."""
    services = await world.app.services()
    key = BookingKey(services.rooms.mandator, booking.booking_id)
    await services.queue.send([asked_for(key, services)])
    world.deeds.note("operator", "syncs by hand")
    await world.settles()


def old_pairs(number: int, person: str, room: str, resource: int):
    """Meetings on both sides that no sync has ever seen, one a day and hour from tomorrow."""
    events, bookings = [], []
    for n in range(number):
        day, hour = f"2026-{3 + n // 200:02d}-{3 + n % 20:02d}", 7 + n // 20 % 10
        start, end = f"{day}T{hour:02d}:00:00", f"{day}T{hour:02d}:30:00"
        people = [{"type": "resource", "emailAddress": {"address": room}}]
        guests = [{"type": "required", "emailAddress": {"address": usual_address("lea")}}]
        events.append(
            {
                "mailbox": person,
                "deliver": True,
                "event": {
                    "subject": f"Alt {n}",
                    "start": {"dateTime": start, "timeZone": "UTC"},
                    "end": {"dateTime": end, "timeZone": "UTC"},
                    "attendees": guests + people,
                },
            }
        )
        bookings.append(
            {
                "creator": 11,
                "booking": {
                    "titel": f"Alt {n}",
                    "beginn": f"{start}Z",
                    "ende": f"{end}Z",
                    "ressourceId": resource,
                    "personOrganisatorId": 11,
                    "statusId": 21,
                    "teilnehmerNeuList": [{"id": 13, "eMail": usual_address("lea")}],
                },
            }
        )
    return {"events": events, "bookings": bookings}


def creates(world: World, since: int) -> list[str]:
    """Return what the service has made since then, in both systems."""
    made = [c for c in world.service_writes(since) if c.method == "POST"]
    return [c.path for c in made if c.path.endswith(("/events", "/reservation/create"))]


async def linked_pairs(world: World) -> int:
    """Return how many links there are with an event and a booking."""
    services = await world.app.services()
    links = [m async for m in services.mappings.all()]
    return sum(m.state == "linked" and m.event is not None and bool(m.bookings) for m in links)


def mails_of(world: World) -> int:
    return sum(len(side.controls.mails.since(0)) for side in (world.exchange, world.booking_system))


class TestEverythingExistsAlready:
    """S06: whoever is synced anew has a past, and nobody is to hear of it."""

    async def test_two_hundred_old_meetings_of_a_person_are_linked_in_silence(self, a_world):
        pairs = old_pairs(200, usual_address("anna"), usual_address("Säntis"), 101)
        world = await a_world(anna=OFF, company={**NO_HOLDS, **pairs})
        await world.full_pass()
        before, mails = len(world.calls), mails_of(world)
        await switches_on(world)
        assert (creates(world, before), mails_of(world) - mails) == ([], 0)
        assert await linked_pairs(world) == 200

    async def test_a_room_with_more_old_meetings_than_the_guard_lets_through(self, a_world):
        pairs = old_pairs(60, usual_address("anna"), usual_address("Säntis"), 101)
        world = await a_world(
            anna={"synced_since": "2026-03-02T07:00:06Z"},
            resources={"Säntis": {"mode": "None"}},
            company={**NO_HOLDS, **pairs},
        )
        before, mails = len(world.calls), mails_of(world)
        await switches(world, "resources", "Säntis", mode="Microsoft365")
        assert (creates(world, before), mails_of(world) - mails) == ([], 0)
        assert await linked_pairs(world) == 60

    async def test_the_past_is_not_written_to(self, a_world):
        past = {"start": "2026-02-27T08:00:00", "end": "2026-02-27T09:00:00"}
        event = {
            "mailbox": usual_address("anna"),
            "event": {
                "subject": "Vorbei",
                "start": {"dateTime": past["start"], "timeZone": "UTC"},
                "end": {"dateTime": past["end"], "timeZone": "UTC"},
                "attendees": [
                    {"type": "resource", "emailAddress": {"address": usual_address("Säntis")}}
                ],
            },
        }
        booking = {
            "titel": "Vorbei",
            "beginn": f"{past['start']}Z",
            "ende": f"{past['end']}Z",
            "ressourceId": 101,
            "personOrganisatorId": 11,
            "statusId": 21,
        }
        world = await a_world(
            anna=OFF,
            company={"events": [event], "bookings": [{"creator": 11, "booking": booking}]},
        )
        before = len(world.calls)
        await switches_on(world)
        assert world.service_writes(before) == []


class TestOnlyOneSideExists:
    """What is older is neither made, nor taken away, nor mailed about: it is listed."""

    async def test_an_old_event_that_rooms_cannot_take_stays_and_is_listed(self, a_world):
        world = await a_world(anna=OFF, resources={"Säntis": {"mode": "None"}}, company=NO_HOLDS)
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["lea"])
        taken = await world.rooms("marc").books("Säntis", at=WHEN, title="Anderes")
        await world.settles()
        await switches(world, "resources", "Säntis", mode="Microsoft365")
        mails = mails_of(world)
        await switches_on(world)
        assert (await world.event(event)).rooms == ("Säntis",)
        assert (mails_of(world) - mails, world.error_mails()) == (0, [])
        world.expected.stays_different(event, "missing", "it is old", shown="occupied")
        world.expected.stays_different(taken, "resources", "the room came later")

    async def test_an_old_booking_without_an_event_is_listed_and_not_made(self, a_world):
        world = await a_world(anna=OFF, company=NO_HOLDS)
        booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["lea"])
        await world.settles()
        await switches_on(world)
        await world.then_outlook_has_nothing("anna")
        world.expected.stays_different(booking, "missing", "it is old", shown="before_sync")

    async def test_by_hand_its_event_is_made(self, a_world):
        world = await a_world(anna=OFF, company=NO_HOLDS)
        booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["lea"])
        await world.settles()
        await switches_on(world)
        await by_hand(world, booking)
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis"], attendees=["lea"])

    async def test_whoever_changes_it_in_rooms_gets_its_event(self, a_world):
        world = await a_world(anna=OFF, company=NO_HOLDS)
        booking = await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        await switches_on(world)
        await world.rooms("anna").moves(booking, to=LATER)
        await world.settles()
        await world.then_outlook_has("anna", LATER, rooms=["Säntis"])

    async def test_cancelled_in_rooms_it_is_listed_no_more(self, a_world):
        world = await a_world(anna=OFF, company=NO_HOLDS)
        booking = await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        await switches_on(world)
        await world.rooms("anna").cancels(booking)
        await world.settles()
        assert await world.differences() == []

    async def test_handed_over_to_somebody_else_it_appears_there(self, a_world):
        world = await a_world(anna=OFF, company=NO_HOLDS)
        booking = await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        await switches_on(world)
        await world.rooms("anna").hands_over(booking, "marc")
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        await world.then_outlook_has("marc", WHEN, rooms=["Säntis"])

    async def test_an_event_that_is_made_for_it_later_is_linked(self, a_world):
        world = await a_world(anna=OFF, company=NO_HOLDS)
        booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Planung")
        await world.settles()
        await switches_on(world)
        event = await world.outlook("anna").books("Säntis", at=WHEN, subject="Planung")
        await world.settles()
        await world.full_pass()
        assert (await world.link_of(event)).booking.booking_id == booking.booking_id
        assert await world.differences() == []

    async def test_a_slot_that_was_held_for_somebody_stays_held(self, a_world):
        """Peter's booking moves into his own calendar when it is changed, not before."""
        world = await a_world()
        booking = await world.rooms("peter").books("Säntis", at=WHEN, participants=["lea"])
        await world.settles()
        mails = mails_of(world)
        await switches(world, "persons", "peter", mode="Microsoft365")
        await world.then_outlook_has("Säntis", WHEN, organizer="Säntis")
        assert mails_of(world) == mails
        assert [line["cause"] for line in await world.differences()] == ["before_sync"]
        await world.rooms("peter").moves(booking, to=LATER)
        await world.settles()
        event = await world.then_outlook_has("peter", LATER, rooms=["Säntis"], attendees=["lea"])
        await world.then_room_accepted(event, "Säntis")

    async def test_an_invitation_that_was_nobody_s_becomes_a_booking(self, a_world):
        """It was listed while its organizer was not synced (D5)."""
        world = await a_world(anna=OFF)
        await world.outlook("anna").books("Säntis", at=WHEN)
        await world.settles()
        assert [line["cause"] for line in await world.differences()] == ["not_synced"]
        await switches_on(world)
        await world.then_rooms_has("Säntis", WHEN, organizer="anna")
        assert await world.differences() == []


class TestOffAndOnAgain:
    """D12: links end and nothing is removed; switched on again, they go on."""

    @pytest.fixture
    async def event(self, world):
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["lea"])
        await world.settles()
        return event

    async def test_what_was_changed_meanwhile_arrives(self, world, event):
        await switches(world, "persons", "anna", **OFF)
        await world.outlook("anna").renames(event, "Neu")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, title="Planung")
        await switches_on(world)
        await world.then_rooms_has("Säntis", WHEN, title="Neu", participants=["lea"])

    async def test_what_was_deleted_meanwhile_keeps_its_booking_and_is_listed(self, world, event):
        booking = await world.booking_of(event)
        await switches(world, "persons", "anna", **OFF)
        await world.outlook("anna").purges(event)
        await world.settles()
        await switches_on(world)
        world.expected.stays_different(booking, "missing", "it is old", shown="before_sync")

    async def test_what_is_deleted_after_it_frees_the_room(self, world, event):
        await switches(world, "persons", "anna", **OFF)
        await switches_on(world)
        await world.outlook("anna").purges(event)
        await world.settles()
        await world.then_rooms_has_nothing()


class TestAnotherMailbox:
    """R-033, S36: the meetings are looked for where their owner is now; nothing is cancelled."""

    async def test_made_anew_and_told_so_its_meetings_are_listed(self, world):
        booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["lea"])
        await world.settles()
        await world.advances(minutes=6)
        order = {"mail": usual_address("anna"), "recreated": True}
        await world.exchange_control("mailboxes", order)
        await switches_on(world)
        assert (await world.booking(booking)).is_alive
        world.expected.stays_different(booking, "missing", "nobody has it", shown="before_sync")

    async def test_restored_with_its_meetings_they_are_linked_again(self, world):
        """Other item ids, the same link on them (R-033)."""
        booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["lea"])
        await world.settles()
        old = await world.event_of(booking)
        oid = (await world.event(old)).oid
        await switches(world, "persons", "anna", **OFF)
        shown = await world.graph_event("anna", old)
        await world.outlook("anna").purges(old)
        restored = await world.outlook("anna").books(
            "Säntis", at=WHEN, subject=shown["subject"], attendees=["lea"]
        )
        await world.outlook("anna").links(restored, oid)
        await world.settles()
        await switches_on(world)
        assert (await world.link_of(restored)).booking.booking_id == booking.booking_id
        await world.outlook("anna").moves(restored, to=LATER)
        await world.settles()
        await world.then_rooms_has("Säntis", LATER)
