"""What delta leaves out, what a kill interrupts, what drifts unseen (S13, S14, S35)."""

from dataclasses import replace

import pytest

from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


@pytest.fixture
async def event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.advances(minutes=6)
    return event


class TestLostDeletes:
    """Neither a notification nor delta tells: the sweep compares all, within the hour (S14)."""

    @pytest.mark.parametrize("deed", ["deletes", "purges"])
    async def test_of_an_event(self, world, event, deed):
        await world.push(silent=True)
        await getattr(world.outlook("anna"), deed)(event)
        await world.advances(minutes=61, timers=["full_sweep"])
        await world.then_rooms_has_nothing()

    async def test_a_new_round_after_an_expired_token_misses_no_deletion(self, world, event):
        await world.push(silent=True)
        await world.outlook("anna").deletes(event)
        await world.exchange_control("delta", {"expire": True})
        await world.advances(minutes=6, timers=["delta_catch_up"])
        await world.then_rooms_has_nothing()

    async def test_of_one_date_of_a_series(self, world):
        rule = {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 4},
        }
        series = await world.outlook("anna").books("Säntis", at=WHEN, recurrence=rule)
        await world.settles()
        await world.advances(minutes=6)
        await world.push(silent=True)
        second = (await world.outlook("anna").dates(series))[1]
        await world.outlook("anna").deletes(second)
        await world.exchange_control("delta", {"expire": True})
        await world.advances(minutes=61)
        assert len([b for b in await world.bookings() if b.is_alive]) == 3


@pytest.mark.parametrize("moment", [Moment.BEFORE, Moment.AFTER])
@pytest.mark.parametrize(
    ("call", "skip"),
    [(r"^bus\.sync-items\.send", 0), (r"^bus\.sync-items\.send", 2), (r"^tables\.cursors\.put", 0)],
    ids=["first page", "third page", "the token"],
)
async def test_a_kill_within_a_round_loses_no_change(world, moment, call, skip):
    """The token is stored after the last page's looks are queued: else the round is read again."""
    anna = world.outlook("anna")
    hours = [f"tomorrow {hour:02d}:00-{hour:02d}:30" for hour in (9, 11, 13, 15)]
    events = [await anna.books("Säntis", at=hour) for hour in hours]
    await world.settles()
    await world.advances(minutes=6)
    await world.push(silent=True)
    await world.exchange_control("limits", {"page_max": 1})
    await world.exchange_control("ews-limits", {"sync_max": 1})
    for event, hour in zip(events, hours, strict=True):
        await anna.moves(event, to=hour.replace(":00-", ":15-").replace(":30", ":45"))
    world.interruptions.strike(call, WorkerKilledError, moment=moment, skip=skip)
    await world.advances(minutes=11, timers=["delta_catch_up"])
    assert world.host.kills == 1
    for hour in hours:
        await world.then_rooms_has("Säntis", hour.replace(":00-", ":15-").replace(":30", ":45"))
    await world.push_is_back()


async def test_the_window_moves_on_with_time(a_world):
    """What is too far ahead for this round is found by the next week's (graph-calendar 2)."""
    world = await a_world(
        resources={"Säntis": {"calendar_processing": {"BookingWindowInDays": 1080}}}
    )
    await world.advances(minutes=6)
    await world.push(silent=True)
    await world.outlook("anna").books("Säntis", at="in 403 days 09:00-10:00")
    await world.runs("delta_catch_up")
    await world.then_rooms_has_nothing()
    await world.advances(days=7, timers=())
    await world.runs("delta_catch_up")
    await world.then_rooms_has("Säntis", "in 396 days 09:00-10:00")


class TestDrift:
    """One side differs, and nothing ever told: neither a notification nor a stamp (S35)."""

    async def swept(self, world):
        await world.advances(minutes=61)
        lines = await world.app_answers("/api/console/activity.json")
        return [line for line in lines if line["source"] == "sweep" and line["mapping_id"]]

    async def test_what_was_changed_in_rooms_behind_its_back_is_the_newer_side(self, world, event):
        store = world.booking_system.house.store
        booking = store.bookings[(await world.booking_of(event)).booking_id]
        store._index(replace(booking, title="Anders"))
        world.deeds.note("ROOMS", "changes a title that nobody sees change")
        (line,) = await self.swept(world)
        assert "subject" in line["text"]
        await world.then_outlook_has("anna", WHEN, subject="Anders")
        await world.then_rooms_has("Säntis", WHEN, title="Anders")

    @pytest.mark.usefixtures("event")
    async def test_what_was_changed_in_exchange_behind_its_back_is_the_newer_side(self, world):
        model = world.exchange.model
        mailbox = model.directory.find(world.company.address("anna"))
        (item,) = model.store.items(mailbox.guid)
        item.content = replace(item.content, subject="Anders")
        world.deeds.note("Exchange", "changes a subject that nobody sees change")
        (line,) = await self.swept(world)
        assert "subject" in line["text"]
        await world.then_rooms_has("Säntis", WHEN, title="Anders")
        await world.then_outlook_has("anna", WHEN, subject="Anders")


async def test_a_round_that_is_refused_over_and_over_is_no_pile_of_letters(world):
    """Its timer asks for it again; what is given up are looks and jobs that nobody else repeats."""
    wrong = {"error": {"code": "ErrorInvalidRequest", "message": "-"}}
    await world.graph_fault("GET", "calendarView/delta", times=1000, status=400, body=wrong)
    await world.push(silent=True)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=31, timers=["delta_catch_up"])
    assert not world.bus.waiting("failed-items")
    await world.exchange_control_delete("faults")
    await world.push_is_back()
    await world.advances(minutes=6, timers=["delta_catch_up"])
    await world.then_rooms_has("Säntis", WHEN)


async def test_a_stored_round_that_is_refused_gives_way_to_a_new_one_within_the_hour(world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.runs("delta_catch_up")
    wrong = {"error": {"code": "ErrorInvalidRequest", "message": "-"}}
    await world.graph_fault("GET", "deltatoken", times=1000, status=400, body=wrong)
    await world.push(silent=True)
    later = await world.outlook("anna").books("Eiger", at=WHEN)
    await world.advances(minutes=80, timers=["delta_catch_up"])
    assert (await world.link_of(later)).bookings
    await world.push_is_back()
    await world.exchange_control_delete("faults")
