"""Lost links are restored from both systems: no create, no mail, whatever is looked at (S05)."""

from dataclasses import replace

import pytest

from core.app.link_gate import why_incomplete
from core.app.rebuild.restore import Verdict
from core.app.rebuild.run import finish, rebuild
from core.domain.work import MappingKey, Source, WorkItem
from tests.kit.host import WorkerKilledError
from tests.kit.losses import loses_links, nothing_is_written, rebuilds
from tests.kit.recurring import AT
from tests.scenarios.test_series_exceptions import DAYS, MADE, THERE, then_they_are_as_before

NINE = "tomorrow 09:00-10:00"
TEN = "tomorrow 10:00-11:00"
LATE = "tomorrow 16:00-17:00"


async def number_of_links(world):
    services = await world.app.services()
    return len([m async for m in services.mappings.all()])


async def test_wiped_links_come_back_and_nothing_else_happens(world):
    await world.outlook("anna").books("Säntis", at=NINE, attendees=["marc"])
    await world.rooms("marc").books("Eiger", at=TEN)
    await world.rooms("peter").books("Säntis", at=TEN)
    await world.settles()
    loses_links(world)

    async with nothing_is_written(world):
        await world.advances(hours=2)
        assert await number_of_links(world) == 0
        assert await why_incomplete(await world.app.services())
        assert (await world.app_answers("/api/console/status.json"))["links"] == "lost"
        done = await rebuilds(world)
        await world.advances(hours=2)

    assert done.written == {Verdict.LINKED: 3}
    assert await why_incomplete(await world.app.services()) is None


async def test_a_link_that_cannot_be_read_is_written_over_and_keeps_its_history(world):
    event = await world.outlook("anna").books("Säntis", at=NINE)
    await world.settles()
    services, link = await world.app.services(), (await world.link_of(event)).id
    rows = world.tables.table("mappings").stored
    head = rows[link, "head"]
    rows[link, "head"] = replace(head, values={**head.values, "event": "{"})
    before = await services.mappings.history(link)

    async with nothing_is_written(world):
        done = await rebuilds(world)

    assert done.written == {Verdict.LINKED: 1}
    assert (await services.mappings.history(link))[-len(before) :] == before
    await world.outlook("anna").moves(event, to=TEN)
    await world.settles()
    await world.then_rooms_has("Säntis", TEN)


async def test_after_it_changes_of_both_sides_arrive(world):
    event = await world.outlook("anna").books("Säntis", at=NINE, attendees=["marc"])
    booking = await world.rooms("marc").books("Eiger", at=TEN)
    await world.settles()
    loses_links(world)
    await rebuilds(world)

    await world.outlook("anna").moves(event, to="tomorrow 14:00-15:00")
    await world.rooms("marc").renames(booking, "Neu")
    await world.settles()

    await world.then_rooms_has("Säntis", "tomorrow 14:00-15:00", organizer="anna")
    await world.then_outlook_has("marc", TEN, subject="Neu")
    await world.outlook("anna").deletes(event)
    await world.rooms("marc").cancels(booking)
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.then_outlook_has_nothing("marc")


async def test_what_was_changed_meanwhile_arrives_by_the_usual_rules(world):
    moved = await world.outlook("anna").books("Säntis", at=NINE)
    renamed = await world.outlook("anna").books("Eiger", at=NINE)
    await world.settles()
    loses_links(world)
    booking = await world.booking_of(moved)
    await world.rooms("anna").moves(booking, to=TEN)
    await world.outlook("anna").renames(renamed, "Klausur")
    await world.settles()

    done = await rebuilds(world)

    assert done.written == {Verdict.DIFFERS: 2}
    await world.then_outlook_has("anna", TEN, rooms=["Säntis"])
    await world.then_rooms_has("Eiger", NINE, title="Klausur")


@MADE
async def test_a_series_comes_back_with_exceptions_and_deleted_dates(world, make):
    await make(world)
    loses_links(world)

    async with nothing_is_written(world):
        done = await rebuilds(world)
        await world.advances(hours=2)

    assert done.written == {Verdict.LINKED: 1}
    await then_they_are_as_before(world)
    event = await world.then_outlook_has("anna", f"{DAYS[5]} {AT}", subject="Jour fixe")
    await world.outlook("anna").renames(event, "Klausur")
    await world.settles()
    await world.then_rooms_has("Säntis", f"{DAYS[5]} {AT}", title="Klausur")
    await then_they_are_as_before(world)


@MADE
async def test_a_date_that_is_deleted_meanwhile_is_gone_on_both_sides(world, make):
    await make(world)
    loses_links(world)
    event = await world.then_outlook_has("anna", f"{DAYS[5]} {AT}", subject="Jour fixe")
    await world.outlook("anna").deletes(event)
    await world.settles()
    await rebuilds(world)
    await world.then_outlook_has_dates("anna", AT, *THERE[:-1])
    assert len([b for b in await world.bookings() if b.is_alive]) == len(THERE) - 1


async def test_what_is_masked_private_in_groups_or_in_several_rooms_stays_as_it_is(a_world):
    world = await a_world(
        company={"policies": {"resources_per_event": "many", "lead_follow_up": "holds"}},
        resources={"Säntis": {"lead_minutes": 15, "follow_up_minutes": 30}},
    )
    anna = world.outlook("anna")
    await anna.books("Säntis", "Eiger", at=NINE, attendees=["marc"])
    masked = await anna.books("Eiger", at=LATE, subject="Öffentlich", attendees=["lea"])
    await world.settles()
    await anna.makes_private(masked)
    await world.settles()
    loses_links(world)

    async with nothing_is_written(world):
        done = await rebuilds(world)
        await world.advances(hours=2)

    assert done.written == {Verdict.LINKED: 2}
    await anna.makes_public(masked)
    await world.settles()
    await world.then_rooms_has("Eiger", LATE, title="Öffentlich", participants=["lea"])


async def test_what_is_refused_again_afterwards_is_told_again(world):
    """The mail of before has been sent; that of now must not be taken for it."""
    await world.rooms("marc").books("Säntis", at=NINE)
    event = await world.outlook("anna").books("Säntis", at=TEN)
    await world.settles()
    await world.outlook("anna").moves(event, to=NINE)
    await world.settles()
    assert len(world.error_mails(to="anna")) == 1
    loses_links(world)
    await rebuilds(world)

    await world.outlook("anna").moves(event, to=NINE)
    await world.settles()

    await world.then_outlook_has("anna", TEN)
    assert len(world.error_mails(to="anna")) == 2


class TestOneSideIsAlone:
    """What carries a link without an other side is listed: neither made nor taken away."""

    async def test_an_event_is_booked_by_its_next_change(self, world):
        event = await world.outlook("anna").books("Säntis", at=NINE, attendees=["marc"])
        await world.settles()
        loses_links(world)
        await world.rooms("anna").cancels(await world.booking_of(event))
        await world.settles()

        async with nothing_is_written(world):
            done = await rebuilds(world)
            await world.advances(hours=2)

        assert done.written == {Verdict.ALONE_IN_EXCHANGE: 1}
        assert [line["cause"] for line in await world.differences()] == ["unpaired"]
        await world.outlook("anna").moves(event, to=TEN)
        await world.settles()
        await world.then_rooms_has("Säntis", TEN, organizer="anna")
        assert await world.differences() == []

    async def test_a_booking_is_shown_by_its_next_change(self, world):
        event = await world.outlook("anna").books("Säntis", at=NINE, attendees=["marc"])
        await world.settles()
        booking = await world.booking_of(event)
        loses_links(world)
        await world.outlook("anna").deletes(event)
        await world.settles()

        async with nothing_is_written(world):
            done = await rebuilds(world)
            await world.advances(hours=2)

        assert done.written == {Verdict.ALONE_IN_ROOMS: 1}
        assert [line["cause"] for line in await world.differences()] == ["unpaired"]
        await world.rooms("anna").moves(booking, to=TEN)
        await world.settles()
        await world.then_outlook_has("anna", TEN, rooms=["Säntis"])
        assert await world.differences() == []

    async def test_by_hand_it_is_made(self, world):
        event = await world.outlook("anna").books("Säntis", at=NINE)
        booked = await world.rooms("marc").books("Eiger", at=NINE)
        await world.settles()
        loses_links(world)
        await world.rooms("anna").cancels(await world.booking_of(event))
        await world.outlook("marc").deletes(await world.event_of(booked))
        await world.settles()
        await rebuilds(world)

        await by_hand(world)

        await world.then_rooms_has("Säntis", NINE, organizer="anna")
        await world.then_outlook_has("marc", NINE, rooms=["Eiger"])
        assert await world.differences() == []

    @MADE
    async def test_a_series_is_listed_as_one(self, world, make):
        await make(world)
        loses_links(world)
        first = await world.then_rooms_has("Säntis", f"{DAYS[0]} {AT}")
        await world.rooms("anna").cancels_series(first)
        await world.settles()
        async with nothing_is_written(world):
            await rebuilds(world)
            await world.advances(hours=2)
        causes = [line["cause"] for line in await world.differences()]
        assert set(causes) == {"unpaired"}
        await by_hand(world)
        await then_they_are_as_before(world)
        assert await world.differences() == []


async def by_hand(world):
    services = await world.app.services()
    looks = [
        WorkItem(
            key=MappingKey(m.id, m.home),
            source=Source.OPERATOR,
            thorough=True,
            first_seen=world.clock.now(),
        )
        async for m in services.mappings.all()
    ]
    await services.queue.send(looks)
    await world.settles()


class TestWhatWasRefused:
    """It is listed as before, and nobody hears of it a second time."""

    async def test_by_rooms_where_sync_master_is_off(self, world):
        await world.rooms("marc").books("Pilatus", at=NINE)
        await world.settles()
        event = await world.outlook("anna").books("Pilatus", at=NINE)
        await world.settles()
        assert len(world.error_mails(to="anna")) == 1
        loses_links(world)

        async with nothing_is_written(world):
            done = await rebuilds(world)
            await world.advances(hours=2)

        assert done.written == {Verdict.LINKED: 1, Verdict.REFUSED: 1}
        assert len(world.error_mails(to="anna")) == 1
        world.expected.is_listed(event, "occupied")

    async def test_what_lies_in_a_resource_mailbox(self, world):
        item = await world.outlook("Säntis").books(at=NINE)
        await world.settles()
        loses_links(world)

        async with nothing_is_written(world):
            done = await rebuilds(world)
            await world.advances(hours=2)

        assert done.written == {Verdict.REFUSED: 1}
        world.expected.is_listed(item, "direct_item")


class TestItIsWholeOrWaits:
    """While links are lost or being restored no look makes one; what is new comes afterwards."""

    async def test_what_is_new_meanwhile_is_synced_afterwards(self, world):
        await world.outlook("anna").books("Säntis", at=NINE)
        await world.settles()
        loses_links(world)
        await world.outlook("marc").books("Eiger", at=NINE)
        await world.rooms("lea").books("Eiger", at=TEN)
        await world.settles()
        await world.then_outlook_has_nothing("lea")

        await rebuilds(world)

        await world.then_rooms_has("Eiger", NINE, organizer="marc")
        await world.then_outlook_has("lea", TEN, rooms=["Eiger"])

    @pytest.mark.parametrize("skip", [1, 4, 9])
    async def test_killed_in_the_middle_it_goes_on(self, world, skip):
        for hour in range(9, 13):
            await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
        await world.settles()
        loses_links(world)
        world.interruptions.strike(
            r"^tables\..*\.(transact|put|insert)$", WorkerKilledError, skip=skip
        )
        async with nothing_is_written(world):
            with pytest.raises(WorkerKilledError):
                await rebuild(await world.app.services())
            world.interruptions.clear()
            world.restarts()
            await world.advances(hours=2)
            await rebuilds(world)
            await world.advances(hours=1)
        assert await number_of_links(world) == 4

    @pytest.mark.parametrize("tables", [("pointers",), ("waiting",), ("mappings",)])
    async def test_a_part_that_is_lost_comes_back(self, world, tables):
        await world.rooms("marc").books("Pilatus", at=NINE)
        await world.settles()
        event = await world.outlook("anna").books("Pilatus", at=NINE)
        await world.settles()
        loses_links(world, *tables)
        async with nothing_is_written(world):
            await rebuilds(world)
            await world.advances(hours=1)
        assert await number_of_links(world) == 2
        (waiting,) = [w async for w in (await world.app.services()).waiting.all()]
        assert waiting.mapping_id == (await world.link_of(event)).id
        world.expected.is_listed(event, "occupied")

    async def test_links_of_which_only_some_are_lost_are_added(self, world):
        events = [
            await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
            for hour in (9, 11)
        ]
        await world.settles()
        lost = (await world.link_of(events[0])).id
        rows = world.tables.table("mappings").stored
        for place in [place for place in rows if place[0] == lost]:
            del rows[place]
        async with nothing_is_written(world):
            done = await rebuilds(world)
        assert done.written == {Verdict.LINKED: 1}
        assert done.outlook.kept == 1

    async def test_a_copy_gets_a_link_of_its_own_again(self, world):
        event = await world.outlook("anna").books("Säntis", at=NINE)
        await world.settles()
        copy = await world.outlook("anna").copies(event, to=LATE)
        await world.settles()
        loses_links(world)
        async with nothing_is_written(world):
            done = await rebuilds(world)
            await world.advances(hours=1)
        assert done.written == {Verdict.LINKED: 2}
        assert (await world.event(copy)).oid != (await world.event(event)).oid

    async def test_without_a_rebuild_links_are_made_again_when_somebody_says_so(self, world):
        await world.outlook("anna").books("Säntis", at=NINE)
        await world.settles()
        loses_links(world)
        await finish(await world.app.services())
        await world.settles()
        await world.outlook("marc").books("Eiger", at=NINE)
        await world.settles()
        await world.then_rooms_has("Eiger", NINE, organizer="marc")
