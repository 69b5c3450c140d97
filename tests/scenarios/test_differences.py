"""S35: what differs though nobody told of it is found, explained, put right (R-840 ... R-847)."""

from collections import Counter
from datetime import timedelta
from math import ceil

import pytest

from core.app.drift.act import carry_out, foresee_all, ignore
from core.app.drift.check import check
from core.app.drift.scans import (
    NothingToScanError,
    ScanOrder,
    ScanRunningError,
    progress,
    request_scan,
)
from core.domain.interval import Interval
from core.domain.wish import Wish
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.on_premises import EWS, GRAPH, usual_exchange
from tests.kit.outlook import EventRef

WHEN = "tomorrow 09:00-10:00"
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 4},
}


@pytest.fixture
async def pair(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    return event, await world.booking_of(event)


async def scans(world, **order):
    """Compare everything, as an operator does; return what is different."""
    services = await world.app.services()
    await request_scan(ScanOrder(**order), services)
    await world.settles()
    at = await progress(services)
    assert not at.is_running
    return [drift for drift in await services.drifts.all() if drift.state == "open"]


async def test_a_world_in_step_has_no_differences(world, pair):
    assert await scans(world) == []
    services = await world.app.services()
    assert (await progress(services)).compared > 0


async def test_a_booking_moved_without_a_word_is_found_with_rooms_as_the_newer_side(world, pair):
    _, booking = pair
    await world.push(silent=True)
    await world.rooms("anna").moves(booking, to="tomorrow 11:00-12:00")
    await world.advances(minutes=3, timers=())

    (found,) = await scans(world)

    assert (found.kind, found.newer, found.cause) == ("differs", "rooms", "lost_notification")
    assert [field.aspect for field in found.fields] == ["time"]
    assert found.advice == "use_rooms"
    await world.push_is_back()
    await world.advances(minutes=65)
    assert await scans(world) == []


async def test_what_a_scan_finds_is_on_every_list_until_it_is_put_right(world, pair):
    _, booking = pair
    await world.push(silent=True)
    await world.rooms("anna").moves(booking, to="tomorrow 11:00-12:00")
    await world.advances(minutes=3, timers=())
    (found,) = await scans(world)

    (listed,) = await world.differences()
    status = await world.app_answers("/api/console/status.json")

    assert (listed["id"], listed["kind"], listed["state"]) == (found.id, "differs", "open")
    assert (listed["fields"], listed["newer"]) == (["time"], "rooms")
    assert status["differences_open"] == 1
    await world.push_is_back()
    await world.advances(minutes=65, timers=["full_sweep"])
    assert await world.differences() == []
    assert (await world.app_answers("/api/console/status.json"))["differences_open"] == 0
    services = await world.app.services()
    assert [drift.state for drift in await services.drifts.all()] == ["open"]
    await world.advances(minutes=6, timers=["parked_care"])
    assert [drift.state for drift in await services.drifts.all()] == ["closed"]


async def test_an_event_changed_without_a_word_is_found_with_exchange_as_the_newer_side(
    world, pair
):
    event, _ = pair
    await world.push(silent=True)
    await world.outlook("anna").renames(event, "Budget")
    await world.advances(minutes=3, timers=())

    (found,) = await scans(world)

    assert (found.kind, found.newer, found.advice) == ("differs", "exchange", "use_exchange")
    assert [field.aspect for field in found.fields] == ["subject"]
    await world.push_is_back()
    await world.advances(minutes=65)


async def test_what_one_side_has_lost_without_a_word_is_found_on_either_side(world, pair):
    _, booking = pair
    other = await world.outlook("marc").books("Eiger", at=WHEN)
    await world.settles()
    await world.push(silent=True)
    await world.rooms("anna").cancels(booking)
    await world.outlook("marc").deletes(other)
    await world.advances(minutes=3, timers=())

    found = {drift.place.mailbox: drift for drift in await scans(world)}

    assert {m: (d.kind, d.newer, d.advice) for m, d in found.items()} == {
        "p11": ("missing_in_rooms", "rooms", "use_rooms"),
        "p12": ("missing_in_exchange", "exchange", "use_exchange"),
    }
    await world.push_is_back()
    await world.advances(minutes=65)


async def test_what_was_never_seen_is_found_as_missing_on_the_other_side(world):
    await world.push(silent=True)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.rooms("marc").books("Eiger", at=WHEN)
    await world.advances(minutes=3, timers=())

    found = {drift.place.mailbox: drift for drift in await scans(world)}

    assert {m: (d.kind, d.newer, d.advice) for m, d in found.items()} == {
        "p11": ("missing_in_rooms", "exchange", "use_exchange"),
        "p12": ("missing_in_exchange", "rooms", "use_rooms"),
    }
    await world.push_is_back()
    await world.advances(minutes=65)


async def test_of_a_series_each_date_is_compared(world):
    series = await world.outlook("anna").books("Säntis", at=WHEN, recurrence=WEEKLY)
    await world.settles()
    assert await scans(world) == []
    await world.push(silent=True)
    items = await world.bookings_of(series)
    await world.rooms("anna").moves(items[1], to="2026-03-10 14:00-15:00")
    await world.rooms("anna").cancels(items[3])
    await world.advances(minutes=3, timers=())

    found = sorted(await scans(world), key=lambda drift: drift.original_start)

    assert [(d.element, d.kind, d.newer) for d in found] == [
        ("date", "differs", "rooms"),
        ("date", "missing_in_rooms", "rooms"),
    ]
    assert [f"{d.original_start:%d.%m.}" for d in found] == ["10.03.", "24.03."]
    await world.push_is_back()
    await world.advances(minutes=65)


async def test_of_a_private_meeting_only_ids_and_states_are_kept(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, sensitivity="private")
    await world.settles()
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to="tomorrow 11:00-12:00")
    await world.advances(minutes=3, timers=())

    (found,) = await scans(world)

    assert found.is_private
    assert (found.time, found.fields, found.organizer) == (None, (), None)
    await world.push_is_back()
    await world.advances(minutes=65)


async def test_a_slot_that_is_held_and_was_edited_in_the_room_is_told_as_such(world):
    await world.rooms("peter").books("Säntis", at=WHEN)
    await world.settles()
    (hold,) = await world.calendar("Säntis")
    await world.push(silent=True)
    await world.outlook("Säntis").moves(
        EventRef("Säntis", hold.event_id), to="tomorrow 11:00-12:00"
    )
    await world.advances(minutes=3, timers=())

    (found,) = await scans(world)

    assert (found.place.mailbox, found.cause, found.advice) == ("r101", "direct_edit", "use_rooms")
    await world.push_is_back()
    await world.advances(minutes=65)


async def test_what_has_just_been_changed_is_no_difference(world, pair):
    event, _ = pair
    await world.push(silent=True)
    await world.outlook("anna").renames(event, "Budget")

    assert await scans(world) == []

    await world.push_is_back()
    await world.advances(minutes=65)


async def test_what_is_over_is_no_difference_any_more(world):
    event = await world.outlook("anna").books("Säntis", at="today 09:00-10:00")
    await world.settles()
    await world.push(silent=True)
    await world.outlook("anna").renames(event, "Budget")
    await world.advances(minutes=3, timers=())
    assert len(await scans(world)) == 1
    await world.advances(hours=3, timers=())

    assert await scans(world) == []

    services = await world.app.services()
    assert [drift.state for drift in await services.drifts.all()] == ["closed"]
    await world.push_is_back()


async def test_a_scan_that_runs_is_not_begun_twice(world, pair):
    services = await world.app.services()
    await request_scan(ScanOrder(), services)

    with pytest.raises(ScanRunningError, match=r"a scan of all mailboxes .* 0 of \d+ mailboxes"):
        await request_scan(ScanOrder(person=11), services)

    await world.settles()
    await request_scan(ScanOrder(person=11), services)
    await world.settles()
    assert (await progress(services)).done == 1
    with pytest.raises(NothingToScanError, match="person 14 is not synced"):
        await request_scan(ScanOrder(person=14), services)


async def test_a_resource_is_scanned_in_all_mailboxes_that_have_it_booked(world, pair):
    other = await world.outlook("marc").books("Eiger", at=WHEN)
    await world.settles()
    event, _ = pair
    await world.push(silent=True)
    await world.outlook("anna").renames(event, "Budget")
    await world.outlook("marc").renames(other, "Anderes")
    await world.advances(minutes=3, timers=())

    found = await scans(world, resource=101)

    assert [(d.resource, d.place.mailbox) for d in found] == [(101, "p11")]
    assert (await progress(await world.app.services())).done == 2
    await world.push_is_back()
    await world.advances(minutes=65)


async def test_a_scan_that_died_before_its_jobs_were_queued_is_done_all_the_same(world, pair):
    event, _ = pair
    await world.push(silent=True)
    await world.outlook("anna").renames(event, "Budget")
    services = await world.app.services()
    world.interruptions.strike(r"^tables\.scans\.insert$", WorkerKilledError, moment=Moment.AFTER)
    with pytest.raises(WorkerKilledError):
        await request_scan(ScanOrder(), services)

    await world.advances(minutes=10, timers=())

    at = await progress(services)
    assert not at.is_running
    assert at.scan.finished_at is not None
    assert at.found == 1
    await world.push_is_back()
    await world.advances(minutes=65)


def calendar_view(world):
    """Return what one page costs: EWS shows dates without their people (FindItem, GetItem)."""
    return 2 if world.company.exchange == EWS else 1


class TestCosts:
    """At most ceil(items / page) Graph calls per mailbox, and one per difference."""

    @pytest.fixture
    async def busy(self, world):
        for hour in range(8, 16):
            await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
        await world.settles()
        return world

    async def test_a_scan_of_a_mailbox_in_step_is_its_calendar_and_one_search(self, busy):
        async with busy.counts() as costs:
            assert await scans(busy, person=11) == []
        sides = Counter(call.side == "rooms" for call in costs.calls if not call.is_login)
        assert sides == {False: calendar_view(busy), True: 1}, str(costs)

    async def test_what_has_ended_on_both_sides_costs_nothing_more(self, busy):
        events = await busy.calendar("anna")
        for event in events[:3]:
            await busy.outlook("anna").deletes(EventRef("anna", event.event_id))
        await busy.settles()
        await busy.advances(minutes=3, timers=())
        async with busy.counts() as costs:
            assert await scans(busy, person=11) == []
        sides = Counter(call.side == "rooms" for call in costs.calls if not call.is_login)
        assert sides == {False: calendar_view(busy), True: 1}, str(costs)

    async def test_bookings_beyond_the_span_cost_nothing(self, busy):
        now = busy.clock.now()
        async with busy.counts() as costs:
            await scans(busy, person=11, window=Interval(now, now + timedelta(hours=2)))
        sides = Counter(call.side == "rooms" for call in costs.calls if not call.is_login)
        assert sides == {False: 1, True: 1}, str(costs)

    async def test_each_difference_costs_one_read_at_most(self, busy):
        await busy.push(silent=True)
        events = await busy.calendar("anna")
        for event in events[:3]:
            await busy.outlook("anna").deletes(EventRef("anna", event.event_id))
        await busy.advances(minutes=3, timers=())
        async with busy.counts() as costs:
            assert len(await scans(busy, person=11)) == 3
        sides = Counter(call.side == "rooms" for call in costs.calls if not call.is_login)
        assert sides[False] <= calendar_view(busy) + 3, str(costs)
        await busy.push_is_back()
        await busy.advances(minutes=65)

    @pytest.mark.skipif(usual_exchange() != GRAPH, reason="EWS shows a calendar in one answer")
    async def test_a_scan_costs_a_call_per_page_of_a_calendar_and_one_per_difference(self, busy):
        """What `make bench DRIFT=1` measures of a hundred mailboxes, by pages of three."""
        for hour in range(8, 12):
            await busy.outlook("marc").books("Eiger", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
        await busy.settles()
        await busy.push(silent=True)
        first, second, third, *_ = await busy.calendar("anna")
        await busy.outlook("anna").renames(EventRef("anna", first.event_id), "Budget")
        for event in (second, third):
            await busy.outlook("anna").deletes(EventRef("anna", event.event_id))
        await busy.advances(minutes=3, timers=())
        services = await busy.app.services()
        for calendar in services.calendars.values():
            calendar._page_size = 3

        async with busy.counts() as costs:
            assert len(await scans(busy)) == 3

        calls = Counter(call.side for call in costs.calls if not call.is_login)
        names = ("anna", "marc", "lea", "Säntis", "Eiger", "Pilatus")
        items = [len(await busy.calendar(name)) for name in names]
        pages = sum(max(1, ceil(number / 3)) for number in items)
        assert pages > len(names) + 3
        # A new title is seen by the pages alone; who is missing is asked for.
        assert calls["graph"] == pages + 2, str(costs)
        assert calls["rooms"] == len(names), str(costs)
        await busy.push_is_back()
        await busy.advances(minutes=65)

    async def test_an_incremental_scan_of_what_has_not_moved_compares_nothing(self, busy):
        await scans(busy, person=11, is_full=False)
        async with busy.counts() as costs:
            await scans(busy, person=11, is_full=False)
        sides = Counter(call.side == "rooms" for call in costs.calls if not call.is_login)
        assert sides == {False: 1, True: 1}, str(costs)
        (part,) = (await progress(await busy.app.services())).parts
        assert part.state == "unchanged"

    async def test_an_incremental_scan_finds_what_has_changed_since(self, busy):
        await scans(busy, person=11, is_full=False)
        await busy.push(silent=True)
        (first, *_) = await busy.calendar("anna")
        await busy.outlook("anna").renames(EventRef("anna", first.event_id), "Budget")
        await busy.advances(minutes=3, timers=())

        (found,) = await scans(busy, person=11, is_full=False)

        assert [field.aspect for field in found.fields] == ["subject"]
        await busy.push_is_back()
        await busy.advances(minutes=65)


async def puts_right(world, drifts, wish):
    """Do what an operator wishes, after a look at the plan; return the plans."""
    services = await world.app.services()
    deeds = await foresee_all(drifts, wish, services)
    await carry_out(deeds, services)
    await world.settles()
    return [plan.foreseen for deed in deeds for plan in deed.plans]


class TestActions:
    """R-845: what is right is said by a person, and done by the same looks as ever."""

    @pytest.mark.parametrize(
        ("happens", "wish", "writes"),
        [
            ("booking moved", Wish.USE_EXCHANGE, (1, 0, 0)),
            ("booking cancelled", Wish.USE_EXCHANGE, (1, 0, 0)),
            ("event renamed", Wish.USE_ROOMS, (0, 1, 1)),
            ("event deleted", Wish.USE_ROOMS, (0, 1, 1)),
        ],
        ids=lambda value: value if " " in str(value) else "",
    )
    async def test_what_happened_to_one_side_is_undone_where_the_other_is_right(
        self, world, pair, happens, wish, writes
    ):
        event, booking = pair
        outlook, rooms = world.outlook("anna"), world.rooms("anna")
        deeds = {
            "booking moved": lambda: rooms.moves(booking, to="tomorrow 11:00-12:00"),
            "booking cancelled": lambda: rooms.cancels(booking),
            "event renamed": lambda: outlook.renames(event, "Budget"),
            "event deleted": lambda: outlook.deletes(event),
        }
        await world.push(silent=True)
        await deeds[happens]()
        await world.advances(minutes=3, timers=())
        found = await scans(world)

        (plan,) = await puts_right(world, found, wish)

        assert (plan.rooms_writes, plan.exchange_writes, plan.mails) == writes
        both = {"organizer": "anna", "title": "Planung"}
        await world.then_rooms_has("Säntis", WHEN, **both)
        there = {"subject": "Planung", "attendees": ["marc"], "rooms": ["Säntis"]}
        await world.then_outlook_has("anna", WHEN, **there)
        await world.advances(minutes=3, timers=())
        assert await scans(world) == []
        await world.push_is_back()

    async def test_dates_of_a_series_are_put_right_one_by_one(self, world):
        series = await world.outlook("anna").books("Säntis", at=WHEN, recurrence=WEEKLY)
        await world.settles()
        await world.push(silent=True)
        items = await world.bookings_of(series)
        await world.rooms("anna").moves(items[1], to="2026-03-10 14:00-15:00")
        await world.rooms("anna").moves(items[2], to="2026-03-17 14:00-15:00")
        await world.advances(minutes=3, timers=())
        found = sorted(await scans(world), key=lambda drift: drift.original_start)

        await puts_right(world, found[:1], Wish.USE_EXCHANGE)
        await world.then_rooms_has("Säntis", "2026-03-10 09:00-10:00")

        await puts_right(world, await scans(world), Wish.USE_ROOMS)
        await world.then_outlook_has("anna", "2026-03-17 14:00-15:00")
        await world.push_is_back()

    async def test_what_cannot_be_done_is_told_before_and_not_done(self, world):
        await world.push(silent=True)
        event = await world.outlook("anna").books("Säntis", at=WHEN)
        await world.advances(minutes=3, timers=())
        found = await scans(world)

        (plan,) = await puts_right(world, found, Wish.USE_ROOMS)

        assert plan.problem == "only_exchange"
        assert (await world.event(event)).is_alive
        assert [drift.state for drift in await scans(world)] == ["open"]
        (plan,) = await puts_right(world, found, Wish.USE_EXCHANGE)
        await world.then_rooms_has("Säntis", WHEN)
        await world.push_is_back()

    async def test_what_is_ignored_stays_so_until_either_side_changes(self, world, pair):
        event, _ = pair
        await world.push(silent=True)
        await world.outlook("anna").renames(event, "Budget")
        await world.advances(minutes=3, timers=())
        services = await world.app.services()
        await ignore(await scans(world), services)

        assert await scans(world) == []
        await world.outlook("anna").renames(event, "Anderes")
        await world.advances(minutes=3, timers=())
        assert len(await scans(world)) == 1
        await world.push_is_back()
        await world.advances(minutes=65)

    async def test_checked_again_what_is_gone_is_closed(self, world, pair):
        event, _ = pair
        await world.push(silent=True)
        await world.outlook("anna").renames(event, "Budget")
        await world.advances(minutes=3, timers=())
        found = await scans(world)
        await world.full_pass()
        await world.advances(minutes=3, timers=())

        (checked,) = await check(found, await world.app.services())

        assert [drift.state for drift in checked.drifts] == ["closed"]
        await world.push_is_back()

    async def test_who_changes_it_between_plan_and_deed_is_followed(self, world, pair):
        event, _ = pair
        await world.push(silent=True)
        await world.outlook("anna").renames(event, "Budget")
        await world.advances(minutes=3, timers=())
        services = await world.app.services()
        deeds = await foresee_all(await scans(world), Wish.USE_ROOMS, services)
        await world.full_pass()

        (done,) = await carry_out(deeds, services)

        assert done.problem == "changed"
        await world.then_rooms_has("Säntis", WHEN, title="Budget")
        await world.push_is_back()


async def test_of_a_mailbox_that_is_not_synced_any_more_nothing_stays_open(world, pair):
    event, _ = pair
    await world.push(silent=True)
    await world.outlook("anna").renames(event, "Budget")
    await world.advances(minutes=3, timers=())
    assert len(await scans(world)) == 1
    world.company.persons["anna"]["sync_disabled"] = True
    await world.imports()

    assert len(await scans(world)) == 1
    await world.advances(minutes=3, timers=())

    services = await world.app.services()
    assert [drift.state for drift in await services.drifts.all()] == ["closed"]
    world.company.persons["anna"]["sync_disabled"] = False
    await world.imports()
    await world.push_is_back()
    await world.advances(minutes=65)


class TestEveryNight:
    """A scan by the timer, and a mail about what it has found."""

    OPERATORS = "ops@contoso.example it@contoso.example"

    @pytest.fixture
    async def nightly(self, a_world):
        world = await a_world(settings={"operator_mails": self.OPERATORS})
        event = await world.outlook("anna").books("Säntis", at="2026-03-20 09:00-10:00")
        await world.settles()
        return world, event

    async def test_operators_are_told_once_what_differs_without_a_word_of_it(self, nightly):
        world, event = nightly
        await world.push(silent=True)
        await world.outlook("anna").renames(event, "Budget")
        await world.advances(minutes=3, timers=())

        await world.runs("differences_scan")
        await world.advances(minutes=10, timers=())

        (mail,) = [m for m in world.exchange.controls.mails.since(0) if "ops@" in str(m)]
        told = str(mail)
        assert "1 open differences" in told
        assert "a change that nobody told of" in told
        assert "contoso/p11" in told
        assert "/api/console/differences" in told
        assert "Budget" not in told
        await world.push_is_back()
        await world.advances(minutes=65, timers=("full_sweep",))

    async def test_where_nothing_differs_nobody_is_told(self, nightly):
        world, _ = nightly
        await world.advances(minutes=3, timers=())

        await world.runs("differences_scan")
        await world.advances(minutes=10, timers=())

        at = await progress(await world.app.services())
        assert at.scan.finished_at is not None
        assert not [m for m in world.exchange.controls.mails.since(0) if "ops@" in str(m)]

    async def test_switched_off_nothing_is_scanned(self, a_world):
        world = await a_world(settings={"differences_scan": "off"})

        await world.runs("differences_scan")

        assert await progress(await world.app.services()) is None
