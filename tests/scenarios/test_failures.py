"""Calls that fail: before, after and in the middle of what they do (S23, S32; design 6)."""

import pytest

from core.adapters.tables.table import Row
from core.errors import ServiceUnavailableError
from tests.kit.recurring import AT, FIRST, every, items, weekly

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"

BUSY = {"error": {"code": "ErrorServerBusy", "message": "The server is too busy."}}
THROTTLED = {"error": {"code": "ApplicationThrottled", "message": "Too many requests."}}

TROUBLES = {
    "times out after it was done": {"fail_after_success": 504},
    "is answered only half": {"half_answer": True},
    "is cut off before it arrives": {"drop_connection": True},
    "meets 503": {"status": 503, "body": BUSY},
    "meets 500": {"status": 500, "body": BUSY},
    "meets 429 with a pause": {"status": 429, "headers": {"Retry-After": "7"}, "body": THROTTLED},
    "meets 429 without a pause": {"status": 429, "body": THROTTLED},
}


@pytest.fixture(params=TROUBLES)
def trouble(request):
    return TROUBLES[request.param]


async def time_heals(world):
    await world.advances(minutes=4)


class TestOnceOnEachCall:
    """Whatever call it hits, the end is the same: one event, one booking."""

    async def test_creating_the_event(self, world, trouble):
        await world.graph_fault("POST", "/events$", **trouble)
        await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])
        await time_heals(world)
        await world.then_outlook_has("anna", WHEN, attendees=["marc"], rooms=["Säntis"])

    async def test_linking_the_booking(self, world, trouble):
        await world.rooms_fault("PUT", "reservation/confirm", **trouble)
        await world.rooms("anna").books("Säntis", at=WHEN)
        await time_heals(world)
        await world.then_outlook_has("anna", WHEN)

    async def test_opening_the_draft(self, world, trouble):
        await world.rooms_fault("POST", "reservation/create", **trouble)
        await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await world.advances(minutes=30)
        await world.then_rooms_has("Säntis", WHEN, participants=["marc"])

    async def test_confirming_the_draft(self, world, trouble):
        await world.rooms_fault("PUT", "reservation/confirm", **trouble)
        await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await time_heals(world)
        await world.then_rooms_has("Säntis", WHEN, participants=["marc"])

    async def test_linking_the_event(self, world, trouble):
        await world.graph_fault("PATCH", "/events/", **trouble)
        event = await world.outlook("anna").books("Säntis", at=WHEN)
        await time_heals(world)
        assert await world.booking_of(event)

    async def test_updating_the_event(self, world, trouble):
        booking = await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        await world.graph_fault("PATCH", "/events/", **trouble)
        await world.rooms("anna").moves(booking, to=LATER)
        await time_heals(world)
        await world.then_outlook_has("anna", LATER)

    async def test_updating_the_booking(self, world, trouble):
        event = await world.outlook("anna").books("Säntis", at=WHEN)
        await world.settles()
        await world.rooms_fault("PUT", "/update", **trouble)
        await world.outlook("anna").moves(event, to=LATER)
        await time_heals(world)
        await world.then_rooms_has("Säntis", LATER)

    async def test_deleting_the_event(self, world, trouble):
        booking = await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        await world.graph_fault("DELETE", "/events/", **trouble)
        await world.rooms("anna").cancels(booking)
        await time_heals(world)
        await world.then_outlook_has_nothing("anna")

    async def test_cancelling_the_booking(self, world, trouble):
        event = await world.outlook("anna").books("Säntis", at=WHEN)
        await world.settles()
        await world.rooms_fault("PUT", "/cancel", **trouble)
        await world.outlook("anna").deletes(event)
        await time_heals(world)
        await world.then_rooms_has_nothing()

    async def test_reading_the_event(self, world, trouble):
        await world.graph_fault("GET", "/events/", **trouble)
        await world.outlook("anna").books("Säntis", at=WHEN)
        await time_heals(world)
        await world.then_rooms_has("Säntis", WHEN)

    async def test_reading_the_booking(self, world, trouble):
        await world.rooms_fault("GET", "bookings/", **trouble)
        await world.rooms("anna").books("Säntis", at=WHEN)
        await time_heals(world)
        await world.then_outlook_has("anna", WHEN)

    async def test_every_step_of_an_organizer_change(self, world, trouble):
        booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["lea"])
        await world.settles()
        for method in ("POST", "PATCH", "DELETE"):
            await world.graph_fault(method, "/events", **trouble)
        await world.rooms("anna").hands_over(booking, "marc")
        await world.advances(minutes=10)
        event = await world.then_outlook_has("marc", WHEN, rooms=["Säntis"], attendees=["lea"])
        await world.then_outlook_has_nothing("anna")
        await world.then_room_accepted(event, "Säntis")


class TestOnceOnACallForASeries:
    """The same for writes that stand for many dates."""

    async def test_creating_the_series_in_outlook(self, world, trouble):
        await world.graph_fault("POST", "/events$", **trouble)
        await world.rooms("anna").books_series("Säntis", at=FIRST, recurrence=items(number=3))
        await time_heals(world)
        await world.then_outlook_has_dates("anna", AT, *every(7, 3))

    async def test_moving_one_date_in_outlook(self, world, trouble):
        first = await world.rooms("anna").books_series(
            "Säntis", at=FIRST, recurrence=items(number=3)
        )
        await world.settles()
        await world.graph_fault("PATCH", "/events/", **trouble)
        await world.rooms("anna").moves(first, to=f"{every(7, 3)[0]} 14:00-15:00")
        await time_heals(world)
        await world.then_outlook_has("anna", f"{every(7, 3)[0]} 14:00-15:00")

    async def test_booking_the_series_in_rooms(self, world, trouble):
        await world.rooms_fault("PUT", "reservation/confirm", **trouble)
        await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=3))
        await world.advances(minutes=30)
        await world.then_rooms_has_dates("Säntis", AT, *every(7, 3))


@pytest.mark.parametrize("answer", ["existing", "conflict", "ignored"])
async def test_a_create_that_timed_out_is_found_again_whatever_graph_does_with_its_id(
    world, answer
):
    """S32; the reaction to a repeated transactionId is not known (graph-calendar 4)."""
    world.exchange.switches.set("transaction_id", answer)
    await world.graph_fault("POST", "/events$", fail_after_success=504)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await time_heals(world)
    await world.then_outlook_has("anna", WHEN)
    assert len(await world.events("anna")) == 1


async def test_a_user_changes_the_booking_while_its_event_is_in_limbo(world):
    await world.graph_fault("POST", "/events$", fail_after_success=504)
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.steps()
    await world.rooms("anna").moves(booking, to=LATER)
    await world.rooms("anna").renames(booking, "Neu")
    await time_heals(world)
    await world.then_outlook_has("anna", LATER, subject="Neu")


async def test_a_user_changes_the_event_while_its_booking_is_in_limbo(world):
    await world.rooms_fault("PUT", "reservation/confirm", fail_after_success=504)
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    for _ in range(4):
        await world.steps()
    await world.outlook("anna").renames(event, "Neu")
    await world.outlook("anna").moves(event, to=LATER)
    await time_heals(world)
    await world.then_rooms_has("Säntis", LATER, title="Neu")


async def test_a_user_cancels_the_booking_while_its_event_is_in_limbo(world):
    await world.graph_fault("POST", "/events$", fail_after_success=504)
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.steps()
    await world.rooms("anna").cancels(booking)
    await time_heals(world)
    await world.then_outlook_has_nothing("anna")


async def test_a_user_deletes_the_event_while_its_booking_is_in_limbo(world):
    await world.rooms_fault("PUT", "reservation/confirm", fail_after_success=504)
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    for _ in range(4):
        await world.steps()
    await world.outlook("anna").deletes(event)
    await time_heals(world)
    await world.then_rooms_has_nothing()


async def test_a_version_that_moved_under_our_hands_is_read_again(world):
    """412: read, decide, write anew; the user's change is not overwritten."""
    stale = {"error": {"code": "ErrorIrresolvableConflict", "message": "The change key moved."}}
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    event = await world.event_of(booking)
    await world.graph_fault("PATCH", "/events/", status=412, body=stale)
    await world.outlook("anna").renames(event, "aus Outlook")
    await world.rooms("anna").moves(booking, to=LATER)
    await time_heals(world)
    await world.then_outlook_has("anna", LATER, subject="aus Outlook")
    await world.then_rooms_has("Säntis", LATER, title="aus Outlook")


async def test_a_version_that_keeps_moving_is_tried_again_later(world):
    stale = {"error": {"code": "ErrorIrresolvableConflict", "message": "The change key moved."}}
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.graph_fault("PATCH", "/events/", times=7, status=412, body=stale)
    await world.rooms("anna").moves(booking, to=LATER)
    await time_heals(world)
    await world.then_outlook_has("anna", LATER)


async def test_a_room_calendar_that_takes_creates_but_no_updates_is_not_flooded(world):
    """S23: 403 on update, 201 on create; no retry by create."""
    denied = {"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}
    booking = await world.rooms("peter").books("Säntis", at=WHEN)
    await world.settles()
    await world.graph_fault("PATCH", "/events/", times=50, status=403, body=denied)
    await world.rooms("peter").moves(booking, to=LATER)
    await world.advances(hours=2, minutes=10, timers=["full_sweep"])
    assert len(await world.events("Säntis")) == 1
    await world.exchange_control_delete("faults")
    await world.advances(hours=3, timers=())
    await world.then_outlook_has("Säntis", LATER)


async def test_a_calendar_that_stays_unwritable_is_told_once_and_repaired_later(world):
    """S23, R-803: given up after all tries, one mail; the next look carries on."""
    denied = {"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}
    booking = await world.rooms("anna").books("Säntis", at="2026-03-12 09:00-10:00")
    await world.settles()
    await world.graph_fault("PATCH", "/events/", times=500, status=403, body=denied)
    await world.rooms("anna").moves(booking, to="2026-03-12 11:00-12:00")
    await world.settles()
    assert world.error_mails() == []
    await world.advances(hours=20, timers=["full_sweep"])
    assert world.clears_failed_items() > 0
    assert len(world.error_mails(to="anna")) == 1
    await world.exchange_control_delete("faults")
    await world.full_pass()
    await world.then_outlook_has("anna", "2026-03-12 11:00-12:00")
    await world.advances(hours=6, timers=())


async def test_an_outage_of_exchange_for_half_an_hour_loses_nothing(world):
    await world.graph_fault("GET", ".", times=5000, status=503, body=BUSY)
    await world.graph_fault("POST", ".", times=5000, status=503, body=BUSY)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=30)
    await world.then_outlook_has_nothing("anna")
    await world.exchange_control_delete("faults")
    await world.advances(hours=1, timers=())
    await world.then_outlook_has("anna", WHEN)


async def test_an_outage_of_rooms_for_half_an_hour_loses_nothing(world):
    for method in ("GET", "POST", "PUT"):
        await world.rooms_fault(method, ".", times=5000, status=503)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=30)
    await world.then_rooms_has_nothing()
    await world.rooms_control_delete("faults")
    await world.advances(hours=1, timers=())
    await world.then_rooms_has("Säntis", WHEN)


async def test_a_token_that_was_revoked_is_renewed(world):
    await world.exchange_control("tokens", {"revoke": True})
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_outlook_has("anna", WHEN)


async def test_tokens_that_end_are_renewed(world):
    await world.advances(hours=2, timers=())
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.outlook("lea").books("Eiger", at=WHEN)
    await world.settles()
    await world.then_outlook_has("anna", WHEN)
    await world.then_rooms_has("Eiger", WHEN)


async def test_one_meeting_that_fails_holds_up_no_other(world):
    """A batch: an exception in one item never abandons the others."""
    await world.rooms_fault("POST", "reservation/create", status=503)
    for n, room in enumerate(("Säntis", "Eiger", "Pilatus")):
        await world.outlook("anna").books(room, at=f"tomorrow 0{n + 7}:00-0{n + 7}:30")
    await world.steps()
    await time_heals(world)
    for room in ("Säntis", "Eiger", "Pilatus"):
        assert [b for b in await world.bookings() if b.is_alive and b.resource == room]


async def test_an_unreadable_message_is_given_up_and_the_others_are_worked_on(world):
    await world.bus.send_raw("sync-items", b"{ not json", session="contoso/p11")
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    (given_up,) = world.bus.waiting("failed-items")
    assert given_up.properties["reason"] == "unreadable"
    world.expected.given_up = 1


async def test_a_link_that_a_later_version_has_stored_waits_for_it(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    link = await world.link_of(event)
    table = world.tables.table("mappings")
    row = await table.get(link.id, "head")
    theirs = Row(link.id, "head", {**row.values, "schema": 9, "colour": "blue"})
    await table.put(theirs)

    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    assert (await table.get(link.id, "head")).values == theirs.values
    assert world.motor.retries_pending()
    assert await world.differences() == []

    await table.put(Row(link.id, "head", row.values))
    await world.advances(minutes=5)
    await world.then_rooms_has("Säntis", LATER)


async def test_an_unknown_job_is_given_up(world):
    body = b'{"v":1,"kind":"dance","requested_at":"2026-03-02T07:00:00Z","attempt":10}'
    await world.bus.send_raw("mailbox-jobs", body, session="rooms")
    await world.settles()
    (given_up,) = world.bus.waiting("failed-items")
    assert given_up.properties["reason"] == "unknown_job"
    world.expected.given_up = 1


class TestWithoutTables:
    """A worker that cannot even read the settings: its messages wait, they are not used up."""

    @pytest.fixture
    async def down(self, world):
        """Let a look lie in its queue, and the worker that takes it have no tables."""
        world.motor.works = False
        await world.rooms("anna").books("Säntis", at=WHEN)
        await world.settles()
        assert world.bus.waiting("sync-items")
        _takes_tables_away(world)
        return world

    async def test_for_a_minute_it_is_tried_again_soon_after(self, down):
        await down.advances(minutes=1, timers=())
        down.interruptions.clear()
        await down.advances(minutes=3, timers=())
        await down.then_outlook_has("anna", WHEN)

    async def test_for_hours_nothing_is_given_up(self, down):
        await down.advances(hours=5, timers=())
        assert not down.bus.dead("sync-items")
        down.interruptions.clear()
        await down.advances(hours=1, timers=())
        await down.then_outlook_has("anna", WHEN)

    async def test_jobs_are_not_used_up_either(self, world):
        world.motor.works = False
        await world.runs("delta_catch_up")
        assert world.bus.waiting("mailbox-jobs")
        _takes_tables_away(world)
        await world.settles()
        assert not world.bus.dead("mailbox-jobs")
        world.interruptions.clear()

    async def test_mails_wait(self, world):
        await world.rooms("lea").books("Säntis", at=WHEN)
        await world.settles()
        await world.graph_fault("POST", "/sendMail", status=503)
        await world.outlook("anna").books("Säntis", at=WHEN)
        while not any(call.path.endswith("/sendMail") for call in world.calls):
            await world.steps()
        _takes_tables_away(world)
        await world.advances(minutes=5, timers=())
        world.interruptions.clear()
        assert not world.error_mails("anna")
        await world.advances(hours=1, timers=())
        assert len(world.error_mails("anna")) == 1
        assert not world.bus.dead("notices")


def _takes_tables_away(world):
    """Let the work go on in a new process that knows nothing yet."""
    world.interruptions.strike(
        r"^tables\.", lambda: ServiceUnavailableError("no tables"), times=100_000
    )
    world.restarts()
    world.motor.works = True
