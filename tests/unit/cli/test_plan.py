"""`roomsync plan`: the steps in words, and nothing is written anywhere."""

import pytest

from core.domain.pointers import booking_pointer
from tests.kit.host import WorkerKilledError
from tests.kit.recurring import FIRST, weekly

CONFIRMING = r"^rooms\.PUT\..*reservation/confirm"


@pytest.fixture
def address(world):
    return lambda event: f"{world.company.address(event.mailbox)}/{event.event_id}"


async def test_the_steps_are_told_and_nothing_is_written(operator, world, address):
    await world.outlook("anna").books("Säntis", at="tomorrow 07:00-08:00")
    await world.settles()
    await world.push(silent=True)
    event = await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00", subject="Fusion")
    rows = world.tables.rows()
    before = len(world.calls)

    ended = await operator("plan", address(event))

    assert ended.code == 0
    assert "1. Create booking: its organizer invited a synced resource" in ended.words
    assert "Nothing was written" in ended.out
    assert "Fusion" not in ended.out
    assert world.service_writes(before) == []
    assert world.tables.rows() == rows
    await world.push_is_back()
    await world.full_pass()


async def test_a_change_is_told_with_the_side_it_came_from(operator, world):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    await world.push(silent=True)
    await world.rooms("anna").moves(booking, "tomorrow 10:00-11:00")

    ended = await operator("plan", str(booking.booking_id))

    assert "Changed time in ROOMS" in ended.words
    assert "1. Update event (time)" in ended.words
    await world.push_is_back()
    await world.full_pass()


async def test_a_pair_in_step_needs_no_step_by_whatever_name(operator, world, address):
    event = await world.outlook("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()
    booking = await world.booking_of(event)
    link = (await world.event(event)).oid

    for name in (str(booking.booking_id), link, address(event), f"p11/{event.event_id}"):
        ended = await operator("plan", name)

        assert "Outcome in step: both sides agree" in ended.words
        assert "No step would be taken." in ended.out


async def test_what_is_not_ours_says_why(operator, world, address):
    event = await world.outlook("anna").books(at="tomorrow 09:00-10:00")

    ended = await operator("plan", address(event))

    assert ended.code == 0
    assert "nothing to do: it invites no synced resource (R-400)" in ended.words


async def test_an_event_that_is_not_there_is_said(operator, world):
    elsewhere = await world.outlook("marc").books(at="tomorrow 09:00-10:00")

    ended = await operator("plan", f"anna.meier@contoso.example/{elsewhere.event_id}")

    assert ended.code == 2
    assert "shows no such event" in ended.err


async def test_a_plan_that_fails_leaves_no_claim_behind(operator, world):
    """Otherwise the app itself would have to wait until the claim's lease ends."""
    await world.push(silent=True)
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.graph_fault("GET", "anna.meier", status=503)

    ended = await operator("plan", str(booking.booking_id))

    assert ended.code == 2
    assert "Try again" in ended.err
    claim = booking_pointer("Default", booking.booking_id)
    assert await (await world.app.services()).pointers.find(claim) is None
    await world.push_is_back()
    await world.full_pass()


async def test_a_change_of_a_series_is_told_as_the_few_writes_it_takes(operator, world, address):
    anna = world.outlook("anna")
    rule = weekly(times=6)
    series = await anna.books("Säntis", at=FIRST, subject="Fusion", recurrence=rule)
    await world.settles()
    await world.push(silent=True)
    await anna.renames(series, "Zukauf")
    await anna.deletes(await anna.date(series, "2026-03-17"))
    rows, before = world.tables.rows(), len(world.calls)

    ended = await operator("plan", address(series))

    assert ended.code == 0
    assert "subject in Exchange" in ended.words
    assert "1. Change bookings (5 dates): it was changed in Exchange" in ended.words
    assert not {"Fusion", "Zukauf"} & set(ended.out.split())
    assert world.service_writes(before) == []
    assert world.tables.rows() == rows
    await world.push_is_back()
    await world.full_pass()


async def test_a_draft_that_a_run_has_open_is_left_open(operator, world, address):
    series = await world.outlook("anna").books("Säntis", at=FIRST, recurrence=weekly(times=4))
    world.interruptions.strike(CONFIRMING, WorkerKilledError)
    while not world.host.kills:
        await world.steps()
    before = len(world.calls)

    await operator("plan", address(series))

    assert world.service_writes(before) == []
