"""A change in Outlook that ROOMS cannot take: undone, or the booking goes (R-700 ... R-704)."""

import pytest

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
BLOCK = {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z", "title": "Reinigung"}


@pytest.fixture
async def cleaned_later(a_world):
    """The Säntis is cleaned at LATER; Anna has it at WHEN."""

    async def made(**anna):
        world = await a_world(resources={"Säntis": {"blocking_times": [BLOCK]}}, anna=anna)
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await world.settles()
        return world, event

    return made


class TestRollback:
    async def test_a_time_that_rooms_refuses_is_undone_in_outlook(self, cleaned_later):
        """R-701"""
        world, event = await cleaned_later()
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await world.then_outlook_has("anna", WHEN, rooms=["Säntis"], attendees=["marc"])
        await world.then_rooms_has("Säntis", WHEN)
        (mail,) = world.notices()
        assert (mail.kind, mail.parts[0].code) == ("rolled_back", "blocking_time")

    async def test_it_is_one_write_on_each_side(self, cleaned_later):
        """P7: one user change, one write per side, and one for the rollback."""
        world, event = await cleaned_later()
        async with world.counts() as costs:
            await world.outlook("anna").moves(event, to=LATER)
            await world.settles()
        assert costs.graph_writes_in_all == 1

    async def test_the_other_fields_of_the_very_same_save_go_on(self, cleaned_later):
        world, event = await cleaned_later()
        world.secrets.saw("Neu", private=False)
        await world.outlook("anna").changes(
            event, subject="Neu", **world.outlook("anna").times(LATER)
        )
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, title="Neu")
        await world.then_outlook_has("anna", WHEN, subject="Neu")

    async def test_moved_on_to_a_free_hour_it_is_followed_and_the_count_begins_anew(
        self, cleaned_later
    ):
        """R-704"""
        world, event = await cleaned_later()
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await world.outlook("anna").moves(event, to="tomorrow 14:00-15:00")
        await world.settles()
        await world.then_rooms_has("Säntis", "tomorrow 14:00-15:00")
        assert (await world.link_of(event)).conflicts == 0

    async def test_after_five_in_a_row_the_sync_of_this_meeting_ends(self, cleaned_later):
        """R-701, R-009, R-113"""
        world, event = await cleaned_later()
        for _ in range(5):
            await world.outlook("anna").moves(event, to=LATER)
            await world.settles()
        assert (await world.link_of(event)).state == "sync_disabled"
        assert [mail.kind for mail in world.notices()] == ["rolled_back"] * 4 + ["sync_disabled"]
        await world.outlook("anna").moves(event, to="tomorrow 14:00-15:00")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN)
        world.expected.stays_different(event, "time", "R-113", shown="sync_disabled")

    async def test_what_rooms_changes_is_still_written_to_outlook(self, cleaned_later):
        """R-113: single bookings go on from ROOMS to Exchange."""
        world, event = await cleaned_later()
        for _ in range(5):
            await world.outlook("anna").moves(event, to=LATER)
            await world.settles()
        await world.rooms("anna").renames(await world.booking_of(event), "aus ROOMS")
        await world.settles()
        await world.then_outlook_has("anna", WHEN, subject="aus ROOMS")
        world.expected.is_listed(event, "sync_disabled")

    async def test_a_person_takes_it_up_again(self, cleaned_later):
        """R-(p)19: the vendor has no way back."""
        world, event = await cleaned_later()
        for _ in range(5):
            await world.outlook("anna").moves(event, to=LATER)
            await world.settles()
        await world.outlook("anna").moves(event, to="tomorrow 14:00-15:00")
        await world.settles()
        await world.resets(event)
        await world.settles()
        await world.then_rooms_has("Säntis", "tomorrow 14:00-15:00")
        assert (await world.link_of(event)).conflicts == 0


async def test_cancel_tries_twice_then_the_booking_goes_and_the_event_stays(cleaned_later):
    """R-702"""
    world, event = await cleaned_later(conflict_behaviour="Cancel")
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.then_outlook_has("anna", LATER, rooms=["Säntis"], attendees=["marc"])
    (mail,) = world.notices()
    assert mail.kind == "booking_cancelled"
    world.expected.stays_different(event, "missing", "its link has ended (R-702)")


async def test_cancel_leaves_a_change_alone_that_rooms_can_take_after_all(cleaned_later):
    world, event = await cleaned_later(conflict_behaviour="Cancel")
    await world.rooms_fault("PUT", "/update", status=400, body={"Message": "Nicht jetzt."})
    await world.outlook("anna").moves(event, to="tomorrow 14:00-15:00")
    await world.settles()
    await world.then_rooms_has("Säntis", "tomorrow 14:00-15:00")
    assert world.notices() == []


async def test_an_editor_left_open_for_hours_counts_as_a_refusal(cleaned_later):
    """R-315: waited for as long as a forgotten draft lives, then the conflict behaviour decides."""
    world, event = await cleaned_later()
    booking = await world.booking_of(event)
    await world.rooms("lea").opens_for_editing(booking)
    await world.outlook("anna").moves(event, to="tomorrow 14:00-15:00")
    for _ in range(4):
        await world.advances(minutes=19, timers=())
        await world.rooms("lea").opens_for_editing(booking)
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])
    (mail,) = world.notices()
    assert (mail.kind, mail.parts[0].code) == ("rolled_back", "locked")
