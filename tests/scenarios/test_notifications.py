"""Notifications lost, doubled, late, out of order, forged; what stands behind them (S13 ... S20).

A notification only says where to look, so none of this may decide anything (P10).
"""

import pytest

from core.domain.work import MailboxJob
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.on_premises import EWS, GRAPH

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


@pytest.fixture
async def far(a_world):
    """A room that may be booked years ahead, with a linked meeting of Anna's."""
    far_ahead = {"calendar_processing": {"BookingWindowInDays": 1080}}
    world = await a_world(resources={"Säntis": far_ahead})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.push(silent=True)
    return world, event


@pytest.fixture
async def event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    return event


async def a_busy_morning(world):
    """Meetings made, changed and deleted on both sides, with nobody looking in between."""
    anna, lea = world.outlook("anna"), world.rooms("lea")
    one = await anna.books("Säntis", at=WHEN, subject="Eins", attendees=["marc"])
    two = await anna.books("Eiger", at=WHEN, subject="Zwei")
    three = await lea.books("Pilatus", at=WHEN, title="Drei", participants=["marc"])
    four = await lea.books("Säntis", at=LATER, title="Vier")
    await world.settles()
    await anna.moves(one, to="tomorrow 14:00-15:00")
    await anna.renames(one, "Eins neu")
    await anna.deletes(two)
    await lea.moves(three, to="tomorrow 16:00-17:00")
    await lea.renames(three, "Drei neu")
    await lea.cancels(four)
    await anna.books("Säntis", at=WHEN, subject="Fünf")


async def then_the_morning_went_well(world):
    await world.then_rooms_has(
        "Säntis", "tomorrow 14:00-15:00", title="Eins neu", participants=["marc"]
    )
    await world.then_rooms_has("Säntis", WHEN, title="Fünf")
    await world.then_outlook_has(
        "lea", "tomorrow 16:00-17:00", rooms=["Pilatus"], subject="Drei neu"
    )
    await world.then_rooms_has_nothing("Eiger")
    assert len([b for b in await world.bookings() if b.is_alive]) == 3


@pytest.mark.parametrize(
    "knobs",
    [
        {"duplicate": 3},
        {"reorder": True},
        {"delay_s": [0, 40]},
        {"duplicate": 2, "reorder": True, "delay_s": [0, 20]},
    ],
    ids=["doubled", "out of order", "late", "all of it"],
)
@pytest.mark.parametrize("seed", [1, 2])
async def test_doubled_late_and_shuffled_notifications_change_nothing(a_world, knobs, seed):
    world = await a_world(seed=seed)
    await world.push(**knobs)
    await a_busy_morning(world)
    await world.advances(minutes=4, timers=())
    await then_the_morning_went_well(world)


@pytest.mark.parametrize("seed", [1, 2])
async def test_lost_notifications_are_caught_up_with_within_two_delta_cycles(a_world, seed):
    world = await a_world(seed=seed)
    await world.push(drop=0.7, duplicate=0.5, reorder=True)
    await a_busy_morning(world)
    await world.advances(minutes=11)
    await then_the_morning_went_well(world)


class TestWithoutAnyPush:
    """Polling ROOMS each minute, delta each five minutes, a full sweep each hour."""

    @pytest.fixture(autouse=True)
    async def _silence(self, world, event):
        assert await world.booking_of(event)
        await world.push(silent=True)

    async def test_a_new_booking_is_found_by_the_next_poll(self, world):
        await world.rooms("lea").books("Eiger", at=WHEN)
        await world.advances(minutes=1)
        await world.then_outlook_has("lea", WHEN)

    async def test_a_changed_booking_is_found_by_the_next_poll(self, world, event):
        await world.rooms("anna").moves(await world.booking_of(event), to=LATER)
        await world.advances(minutes=1)
        await world.then_outlook_has("anna", LATER)

    async def test_a_cancelled_booking_is_found_by_the_next_poll(self, world, event):
        await world.rooms("anna").cancels(await world.booking_of(event))
        await world.advances(minutes=1)
        await world.then_outlook_has_nothing("anna")

    async def test_a_new_event_is_found_by_the_next_delta(self, world):
        await world.outlook("lea").books("Eiger", at=WHEN)
        await world.advances(minutes=5, seconds=30)
        await world.then_rooms_has("Eiger", WHEN)

    async def test_a_changed_event_is_found_by_the_next_delta(self, world, event):
        await world.outlook("anna").moves(event, to=LATER)
        await world.advances(minutes=5, seconds=30)
        await world.then_rooms_has("Säntis", LATER)

    async def test_a_deleted_event_is_found_by_the_next_delta(self, world, event):
        await world.outlook("anna").deletes(event)
        await world.advances(minutes=5, seconds=30)
        await world.then_rooms_has_nothing()

    async def test_a_room_taken_off_is_found_by_the_next_delta(self, world, event):
        await world.outlook("anna").uninvites(event, "Säntis")
        await world.advances(minutes=5, seconds=30)
        await world.then_rooms_has_nothing()

    async def test_a_temporary_booking_that_ran_out_is_found_by_the_sweep(self, world):
        """It leaves no trace that a poll could see."""
        await world.rooms("lea").books("Eiger", at=WHEN, statusId=27)
        await world.advances(minutes=2)
        await world.then_outlook_has("lea", WHEN)
        world.deeds.note("ROOMS", "lets the booking expire")
        await world.advances(minutes=121)
        await world.then_outlook_has_nothing("lea")

    async def test_a_delta_state_that_expired_starts_a_new_round(self, world, event):
        await world.exchange_control("delta", {"expire": True})
        await world.outlook("anna").moves(event, to=LATER)
        await world.advances(minutes=5, seconds=30)
        await world.then_rooms_has("Säntis", LATER)

    @pytest.mark.parametrize("reading", [">", ">=", "date", "ignored"])
    async def test_the_poll_copes_with_every_reading_of_its_filter(self, world, event, reading):
        world.booking_system.switches.set("modified_on_filter", reading)
        booking = await world.booking_of(event)
        for phrase in (LATER, "tomorrow 14:00-15:00"):
            await world.rooms("anna").moves(booking, to=phrase)
            await world.advances(minutes=1)
            await world.then_outlook_has("anna", phrase)

    async def test_cancelled_bookings_that_find_leaves_out_are_found_by_the_sweep(
        self, world, event
    ):
        world.booking_system.switches.set("find_cancelled", False)
        await world.rooms("anna").cancels(await world.booking_of(event))
        await world.advances(minutes=61)
        await world.then_outlook_has_nothing("anna")

    async def test_times_without_a_zone_are_utc(self, world, event):
        world.booking_system.switches.set("timestamps", "naive")
        await world.rooms("anna").moves(await world.booking_of(event), to=LATER)
        await world.advances(minutes=1)
        await world.then_outlook_has("anna", LATER)

    @pytest.mark.parametrize("hours", [-2, 2, 11])
    async def test_a_clock_of_rooms_that_is_hours_off_hides_nothing(self, world, event, hours):
        """Set back, what follows is older than what was seen: the look far back finds it."""
        booking = await world.booking_of(event)
        await world.rooms_control("clock", {"skew_s": hours * 3600})
        for phrase, minutes in ((LATER, 11), (WHEN, 2)):
            await world.rooms("anna").moves(booking, to=phrase)
            await world.advances(minutes=minutes, timers=["rooms_poll"])
            await world.then_outlook_has("anna", phrase)

    async def test_a_clock_of_rooms_that_was_ahead_and_is_right_again_hides_nothing(
        self, world, event
    ):
        booking = await world.booking_of(event)
        await world.rooms_control("clock", {"skew_s": 11 * 3600})
        await world.rooms("anna").moves(booking, to=LATER)
        await world.advances(minutes=2, timers=["rooms_poll"])
        await world.rooms_control("clock", {"skew_s": 0})
        await world.rooms("anna").moves(booking, to=WHEN)
        await world.advances(minutes=11, timers=["rooms_poll"])
        await world.then_outlook_has("anna", WHEN)

    async def test_a_booking_that_vanishes_from_rooms_takes_its_event_along(self, world, event):
        """Deleted for good, it is in no list of changes: comparing all of them finds it."""
        booking = await world.booking_of(event)
        world.booking_system.house.store.delete_booking(booking.booking_id)
        world.deeds.note("ROOMS", "deletes the booking for good")
        await world.advances(minutes=61)
        await world.then_outlook_has_nothing("anna")


async def test_an_event_moved_out_of_the_delta_window_is_not_cancelled(far):
    """`@removed` is only a hint: the event lives, far away (S13)."""
    world, event = far
    await world.outlook("anna").moves(event, to="in 500 days 09:00-10:00")
    await world.advances(minutes=6)
    await world.then_rooms_has("Säntis", "in 500 days 09:00-10:00")


async def test_an_event_that_moves_out_and_in_again_keeps_its_booking(far):
    world, event = far
    booking = await world.booking_of(event)
    for phrase in ("in 500 days 09:00-10:00", LATER):
        await world.outlook("anna").moves(event, to=phrase)
        await world.advances(minutes=6)
    assert await world.then_rooms_has("Säntis", LATER) == booking


async def test_a_missed_event_of_the_lifecycle_brings_a_catch_up(world, event):
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to=LATER)
    await world.push_is_back()
    await world.exchange_control(
        "lifecycle", {"event": "missed", "mail": world.company.address("anna")}
    )
    await world.settles()
    await world.then_rooms_has("Säntis", LATER)


async def test_a_removed_subscription_is_made_anew_and_caught_up_with(world, event):
    await world.exchange_control(
        "lifecycle", {"event": "subscriptionRemoved", "mail": world.company.address("anna")}
    )
    # A server on premises that has lost a subscription says nothing: it is asked (Subscribe).
    is_told = world.company.exchange != EWS
    await world.outlook("anna").moves(event, to=LATER)
    await (world.settles() if is_told else world.advances(minutes=6))
    await world.then_rooms_has("Säntis", LATER)
    await world.outlook("anna").moves(event, to=WHEN)
    await (world.settles() if is_told else world.advances(minutes=6))
    await world.then_rooms_has("Säntis", WHEN)


async def test_a_reauthorization_request_keeps_the_subscription(world, event):
    await world.exchange_control(
        "lifecycle", {"event": "reauthorizationRequired", "mail": world.company.address("anna")}
    )
    await world.settles()
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER)


async def test_subscriptions_live_on_over_a_week(world):
    # Those of EWS are replaced every half hour, a sign of life each minute: a day says as much.
    days = 8 if world.company.exchange == GRAPH else 1
    await world.advances(days=days, timers=["subscription_care"])
    await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    await world.then_rooms_has("Säntis", "tomorrow 09:00-10:00")


async def test_a_notification_with_a_wrong_secret_leads_nowhere(world, event):
    if world.company.exchange == EWS:
        pytest.skip("the simulator forges no SendNotification")
    async with world.counts() as costs:
        order = {
            "mail": world.company.address("anna"),
            "event_id": "forged",
            "client_state": "guess",
            "times": 20,
        }
        await world.exchange_control("notify", order)
    assert costs.calls == []


async def test_a_notification_of_an_event_that_nobody_can_read_is_given_up_quietly(world):
    if world.company.exchange == EWS:
        pytest.skip("the simulator forges no SendNotification")
    event = await world.outlook("anna").books(at=WHEN)
    await world.outlook("anna").purges(event)
    order = {"mail": world.company.address("anna"), "event_id": event.event_id}
    await world.exchange_control("notify", order | {"change": "created"})
    await world.advances(minutes=5)
    await world.then_rooms_has_nothing()


@pytest.mark.parametrize("lag", [2, 10])
async def test_an_event_that_can_be_read_only_seconds_later(a_world, lag):
    """Notifications may be faster than replication (graph-calendar 12.2)."""
    world = await a_world()
    world.exchange.switches.set("read_lag_s", lag)
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await world.outlook("anna").moves(event, to=LATER)
    await world.advances(minutes=6)
    await world.then_rooms_has("Säntis", LATER)


async def test_a_host_that_was_down_misses_nothing(world, event):
    world.host.is_down = True
    await world.outlook("anna").moves(event, to=LATER)
    await world.rooms("lea").books("Eiger", at=WHEN)
    await world.settles()
    world.host.is_down = False
    await world.advances(minutes=6)
    await world.then_rooms_has("Säntis", LATER)
    await world.then_outlook_has("lea", WHEN)


async def test_an_empty_list_from_rooms_proves_nothing(world, event):
    """200 OK and no bookings: nobody's event is deleted for that (S22)."""
    await world.rooms_fault("GET", "bookings/find", times=50, status=200, body=[])
    await world.advances(minutes=65)
    await world.rooms_control_delete("faults")
    await world.then_outlook_has("anna", WHEN)
    await world.then_rooms_has("Säntis", WHEN)


async def test_an_empty_calendar_proves_nothing(world, event):
    empty = {"value": []}
    await world.graph_fault("GET", "calendarView", times=50, status=200, body=empty)
    await world.advances(minutes=65)
    await world.exchange_control_delete("faults")
    await world.then_outlook_has("anna", WHEN)
    await world.then_rooms_has("Säntis", WHEN)


async def test_a_mailbox_that_cannot_be_opened_proves_nothing(world, event):
    denied = {"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}
    await world.graph_fault("GET", "anna.meier", times=500, status=403, body=denied)
    await world.advances(minutes=65)
    await world.exchange_control_delete("faults")
    await world.then_rooms_has("Säntis", WHEN)
    await world.advances(hours=3, timers=())


@pytest.mark.parametrize("skip", range(5))
async def test_killed_while_a_subscription_is_made_anew_one_is_left(world, event, skip):
    """What is there twice tells twice; what is not renewed any more runs out."""
    services = await world.app.services()
    place = (await world.link_of(event)).home
    job = MailboxJob(kind="make_anew", place=place, requested_at=world.clock.now())
    await services.queue.send_jobs([job])
    effects = r"\.POST\..*subscriptions|^tables\.(subscriptions|cursors)\.put|^bus\."
    world.interruptions.strike(effects, WorkerKilledError, moment=Moment.AFTER, skip=skip)
    await world.settles()
    assert world.host.kills == 1
    await world.advances(minutes=16, timers=["subscription_care"])
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER)
    await world.days_go_by(4, at_a_time=1)
    if world.company.exchange == EWS:  # ended by the answer to their next sign of life
        await world.advances(hours=25, timers=())
    assert len(await world.subscriptions_of("anna")) == 1
