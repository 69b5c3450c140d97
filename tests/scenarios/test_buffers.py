"""Lead and follow-up time as items in the resource's calendar (D8 `holds`, R-410 ... R-413)."""

from dataclasses import replace

import pytest

from tests.kit.closing import assert_closed
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.kills import MOST_KILLS, kill_points
from tests.kit.world import a_world as a_plain_world

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 13:00-14:00"
BEFORE, AFTER = "tomorrow 08:45-09:00", "tomorrow 10:00-10:30"
MINUTES = {"lead_minutes": 15, "follow_up_minutes": 30}


@pytest.fixture
def a_house(a_world):
    """A company whose rooms Säntis and Eiger want lead and follow-up time."""

    async def build(policies=None, resources=None, **more):
        rooms = {"Säntis": MINUTES, "Eiger": MINUTES} | (resources or {})
        company = {"policies": {"lead_follow_up": "holds"} | (policies or {})}
        return await a_world(company=company, resources=rooms, **more)

    return build


async def buffers(world, room="Säntis"):
    return {e.slot: e for e in await world.events(room) if e.is_alive and e.buffer_of}


async def then_kept_free(world, room, *phrases):
    assert sorted(await buffers(world, room), key=lambda s: s.start) == [
        world.slot(phrase) for phrase in phrases
    ]


async def test_a_meeting_from_outlook_is_surrounded(a_house):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    await world.then_room_accepted(event, "Säntis")


async def test_a_booking_from_rooms_is_surrounded(a_house):
    world = await a_house()
    await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])
    await world.settles()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])
    await world.then_outlook_has("marc", WHEN)


async def test_a_hold_of_somebody_unsynced_is_surrounded_too(a_house):
    world = await a_house()
    booking = await world.rooms("peter").books("Säntis", at=WHEN)
    await world.settles()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    await world.rooms("peter").moves(booking, to=LATER)
    await world.settles()
    await then_kept_free(world, "Säntis", "tomorrow 12:45-13:00", "tomorrow 14:00-14:30")


async def test_with_zero_nothing_is_kept_free(a_house):
    world = await a_house(policies={"lead_follow_up": "zero"})
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await then_kept_free(world, "Säntis")


@pytest.mark.parametrize("to", [LATER, "tomorrow 09:15-10:15", "tomorrow 09:00-11:00"])
async def test_moved_in_rooms_they_go_along(a_house, to):
    """The meeting comes to lie where its own follow-up time was: it is not declined for that."""
    world = await a_house()
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.rooms("anna").moves(booking, to=to)
    await world.settles()
    event = await world.then_outlook_has("anna", to)
    await world.then_room_accepted(event, "Säntis")
    assert not world.error_mails()


@pytest.mark.parametrize("to", [LATER, "tomorrow 09:15-10:15", "tomorrow 08:50-09:50"])
async def test_moved_in_outlook_they_go_along(a_house, to):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").moves(event, to=to)
    await world.settles()
    await world.then_rooms_has("Säntis", to)
    await world.then_room_accepted(event, "Säntis")
    assert not world.error_mails()


async def test_moved_twice_by_a_little_it_is_invited_again_each_time(a_house):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    for to in ("tomorrow 09:15-10:15", "tomorrow 09:30-10:30"):
        await world.outlook("anna").moves(event, to=to)
        await world.settles()
        await world.then_rooms_has("Säntis", to)
        await world.then_room_accepted(event, "Säntis")


async def test_a_move_that_rooms_refuses_leaves_them_where_they_were(a_house):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.rooms("peter").books("Säntis", at=LATER)
    await world.settles()
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, organizer="anna")
    await world.then_outlook_has("anna", WHEN)


async def test_checked_out_early_the_time_after_begins_earlier(a_house):
    world = await a_house()
    booking = await world.rooms("anna").books("Säntis", at="today 10:00-11:00")
    await world.settles()
    await world.advances(hours=2, minutes=30, timers=())
    await world.rooms("anna").checks_out(booking)
    await world.settles()
    end = (await world.booking(booking)).slot.end
    assert end < world.slot("today 10:00-11:00").end
    after = await world.then_outlook_has("Säntis", "today 09:45-10:00")
    (follow_up,) = [e for e in (await buffers(world)).values() if e.event_id != after.event_id]
    assert follow_up.slot.start == end


async def test_nobody_came_and_the_time_after_is_given_back(a_house):
    world = await a_house(resources={"Säntis": MINUTES | {"checkin": True}})
    await world.rooms("anna").books("Säntis", at="today 10:00-11:00")
    await world.settles()
    world.deeds.note("ROOMS", "takes back what nobody came to")
    await world.advances(hours=2, minutes=20, timers=())
    await world.settles()
    await then_kept_free(world, "Säntis", "today 09:45-10:00")


async def test_handed_to_somebody_unsynced_they_stay_around_the_hold(a_house):
    world = await a_house()
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.rooms("anna").hands_over(booking, "peter")
    await world.settles()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    await world.then_outlook_has("Säntis", WHEN)


async def test_a_copy_of_a_buffer_is_an_item_like_any_other(a_house):
    """D6: somebody made it in the room's own calendar."""
    world = await a_house()
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    lead = await world.then_outlook_has("Säntis", BEFORE)
    copy = await world.outlook("Säntis").copies(lead, to=LATER)
    await world.settles()
    world.expected.is_listed(copy, "direct_item")
    assert (await world.event(copy)).is_alive


async def test_another_room_takes_them_along(a_house):
    world = await a_house()
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.rooms("anna").changes_room(booking, "Eiger")
    await world.settles()
    await then_kept_free(world, "Säntis")
    await then_kept_free(world, "Eiger", BEFORE, AFTER)


async def test_another_room_in_outlook_takes_them_along(a_house):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").swaps_room(event, "Säntis", "Eiger")
    await world.settles()
    await then_kept_free(world, "Säntis")
    await then_kept_free(world, "Eiger", BEFORE, AFTER)


async def test_several_rooms_have_their_own(a_house):
    world = await a_house({"resources_per_event": "many"}, {"Eiger": {"lead_minutes": 5}})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.outlook("anna").invites(event, "Eiger")
    await world.settles()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    await then_kept_free(world, "Eiger", "tomorrow 08:55-09:00")
    await world.outlook("anna").uninvites(event, "Eiger")
    await world.settles()
    await then_kept_free(world, "Eiger")


async def test_a_cancelled_booking_gives_the_time_back(a_house):
    world = await a_house()
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.rooms("anna").cancels(booking)
    await world.settles()
    await world.then_outlook_has_nothing("Säntis")


async def test_a_deleted_meeting_gives_the_time_back(a_house):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").deletes(event)
    await world.settles()
    await world.then_outlook_has_nothing("Säntis")
    await world.then_rooms_has_nothing()


async def test_handed_over_they_stay(a_house):
    world = await a_house()
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    before = {e.event_id for e in (await buffers(world)).values()}
    await world.rooms("anna").hands_over(booking, "lea")
    await world.settles()
    assert {e.event_id for e in (await buffers(world)).values()} == before
    await world.then_outlook_has("lea", WHEN)


async def test_nothing_of_a_private_meeting_is_in_them(a_house):
    """P9; that no title or person is in any of them is asserted at the end of every scenario."""
    world = await a_house()
    await world.outlook("anna").books("Säntis", at=WHEN, subject="Kündigung", private=True)
    await world.settles()
    found = (await buffers(world)).values()
    assert {e.subject for e in found} == {"Vorbereitung", "Nachbereitung"}
    assert not any(e.private for e in found)


async def test_the_policy_is_switched_on_and_off(a_house):
    world = await a_house(policies={"lead_follow_up": "zero"})
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.rooms("peter").books("Eiger", at=WHEN)
    await world.settles()
    world.company.policies["lead_follow_up"] = "holds"
    await world.imports()
    await world.full_pass()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    await then_kept_free(world, "Eiger", BEFORE, AFTER)
    world.company.policies["lead_follow_up"] = "zero"
    await world.imports()
    await world.full_pass()
    await then_kept_free(world, "Säntis")
    await then_kept_free(world, "Eiger")


async def test_other_minutes_are_taken_over_by_the_sweep(a_house):
    world = await a_house()
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    world.company.resources["Säntis"] |= {"lead_minutes": 30, "follow_up_minutes": 0}
    await world.imports()
    await world.full_pass()
    await then_kept_free(world, "Säntis", "tomorrow 08:30-09:00")


async def test_a_room_that_is_switched_off_is_given_back(a_house):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    world.company.resources["Säntis"]["mode"] = "None"
    await world.imports()
    await world.full_pass()
    await then_kept_free(world, "Säntis")
    assert (await world.event(event)).is_alive


async def test_deleted_by_hand_it_is_put_back_once_by_the_sweep(a_house):
    world = await a_house()
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    (lead, *_) = sorted((await buffers(world)).items(), key=lambda pair: pair[0].start)
    await world.outlook("Säntis").deletes(await world.then_outlook_has("Säntis", BEFORE))
    await world.settles()
    await then_kept_free(world, "Säntis", AFTER)
    await world.full_pass()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    again = await buffers(world)
    assert again[lead[0]].event_id != lead[1].event_id


async def test_moved_by_hand_it_is_put_back_by_the_sweep(a_house):
    world = await a_house()
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    lead = await world.then_outlook_has("Säntis", BEFORE)
    await world.outlook("Säntis").moves(lead, to="tomorrow 06:00-06:15")
    await world.full_pass()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    assert (await world.event(lead)).is_alive


async def test_back_to_back_in_rooms_the_later_booking_is_given_back_before_anybody_is_invited(
    a_house,
):
    """ROOMS keeps no time free on synced resources (R-410): Exchange decides (D9)."""
    world = await a_house()
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    booking = await world.rooms("lea").books("Säntis", at="tomorrow 10:00-11:00")
    await world.settles()
    assert (await world.booking(booking)).cancelled
    await world.then_outlook_has_nothing("lea")
    (notice,) = world.notices()
    assert [part.code for part in notice.parts] == ["kept_free"]
    await world.advances(minutes=6)
    (mail,) = world.error_mails(to="lea")
    assert "freigehalten" in mail.text or "kept free" in mail.text


async def test_back_to_back_in_outlook_there_is_no_booking(a_house):
    world = await a_house()
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    event = await world.outlook("lea").books("Säntis", at="tomorrow 10:15-11:00")
    await world.settles()
    assert (await world.event(event)).answers["Säntis"] == "declined"
    await world.then_rooms_has("Säntis", WHEN, organizer="anna")
    assert len([b for b in await world.bookings() if b.is_alive]) == 1


async def test_moved_next_to_another_its_booking_is_given_back_and_it_is_told_why(a_house):
    world = await a_house()
    await world.outlook("anna").books("Säntis", at=WHEN)
    event = await world.outlook("lea").books("Säntis", at=LATER)
    await world.settles()
    await world.outlook("lea").moves(event, to="tomorrow 10:15-11:15")
    await world.settles()
    (notice,) = world.notices()
    assert (notice.kind, [part.code for part in notice.parts]) == ("declined", ["kept_free"])
    assert len([b for b in await world.bookings() if b.is_alive]) == 1


async def test_the_slot_of_one_who_has_just_left_is_waited_for(a_house):
    """P10: the later look is at the one who left."""
    world = await a_house()
    first = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.push(silent=True)
    await world.rooms("anna").moves(first, to=LATER)
    await world.push_is_back()
    await world.rooms("lea").books("Säntis", at="tomorrow 10:00-11:00")
    await world.settles()
    await world.advances(minutes=3)
    await world.then_outlook_has("lea", "tomorrow 10:00-11:00", rooms=["Säntis"])
    assert not world.error_mails()


async def test_a_buffer_lies_on_nobody_s_meeting(a_house):
    """Else the earlier meeting would be declined at its next change."""
    world = await a_house(resources={"Säntis": {"lead_minutes": 30}})
    earlier = await world.outlook("anna").books("Säntis", at="tomorrow 08:00-08:50")
    await world.settles()
    later = await world.outlook("lea").books("Säntis", at=WHEN)
    await world.settles()
    await then_kept_free(world, "Säntis", "tomorrow 07:30-08:00", "tomorrow 08:50-09:00")
    await world.outlook("anna").moves(earlier, to="tomorrow 07:50-08:40")
    await world.settles()
    await world.full_pass()
    await then_kept_free(world, "Säntis", "tomorrow 07:20-07:50", "tomorrow 08:40-09:00")
    await world.then_room_accepted(later, "Säntis")


async def test_where_nothing_is_left_there_is_none(a_house):
    world = await a_house(resources={"Säntis": {"lead_minutes": 30}})
    await world.outlook("anna").books("Säntis", at="tomorrow 08:00-09:00")
    await world.settles()
    await world.outlook("lea").books("Säntis", at=WHEN)
    await world.settles()
    await then_kept_free(world, "Säntis", "tomorrow 07:30-08:00")


async def test_a_buffer_is_never_taken_for_a_meeting_in_the_room_s_calendar(a_house):
    world = await a_house(policies={"direct_booking": "cancel"})
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.full_pass()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)
    assert await world.differences() == []


async def test_the_echo_of_a_buffer_costs_no_read(a_house):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    lead = await world.then_outlook_has("Säntis", BEFORE)
    async with world.counts() as costs:
        await world.outlook("Säntis").changes(lead, categories=["Blau"])
    assert costs.graph_reads_in_all == 0, str(costs)
    assert (await world.event(event)).is_alive


async def test_many_bookings_at_once_do_not_stop_the_mailbox(a_house):
    world = await a_house(settings={"guard_buffers": 5})
    for day in range(5):
        await world.rooms("anna").books("Säntis", at=f"2026-03-{10 + day} 09:00-10:00")
    await world.settles()
    assert len(await buffers(world)) == 5
    await world.advances(minutes=30)
    assert len(await buffers(world)) == 10


@pytest.mark.parametrize("minutes", [1440, 1439])
async def test_a_whole_day_before_is_kept_free(a_house, minutes):
    world = await a_house(resources={"Säntis": {"lead_minutes": minutes, "follow_up_minutes": 0}})
    await world.outlook("anna").books("Säntis", at="2026-03-12 09:00-10:00")
    await world.settles()
    assert len(await buffers(world)) == 1


async def test_the_table_was_lost_and_they_are_found_again(a_house):
    world = await a_house()
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    before = {e.event_id for e in (await buffers(world)).values()}
    services = await world.app.services()
    link = await world.link_of(event)
    await services.mappings.save(replace(link, buffers=()))
    await world.full_pass()
    assert {e.event_id for e in (await buffers(world)).values()} == before


async def test_a_buffer_somebody_invites_people_to_is_theirs(a_house):
    world = await a_house()
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    lead = await world.then_outlook_has("Säntis", BEFORE)
    await world.outlook("Säntis").invites(lead, "marc")
    await world.settles()
    await world.outlook("anna").moves(await world.then_outlook_has("anna", WHEN), to=LATER)
    await world.settles()
    await world.full_pass()
    assert (await world.event(lead)).slot == world.slot(BEFORE)
    world.expected.is_listed(lead, "direct_item")


async def test_a_mailbox_that_may_not_be_written_hinders_no_meeting(a_house):
    world = await a_house()
    path = f"/users/{world.company.address('Säntis')}/events$"
    await world.graph_fault("POST", path, status=403, times=1)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await then_kept_free(world, "Säntis")
    await world.full_pass()
    await then_kept_free(world, "Säntis", BEFORE, AFTER)


async def test_who_was_declined_for_a_buffer_gets_the_slot_when_it_is_given_back(a_house):
    world = await a_house()
    first = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    event = await world.outlook("lea").books("Säntis", at="tomorrow 10:15-11:00")
    await world.settles()
    await world.outlook("anna").deletes(first)
    await world.settles()
    await world.advances(minutes=3)
    await world.then_rooms_has("Säntis", "tomorrow 10:15-11:00", organizer="lea")
    await world.then_room_accepted(event, "Säntis")


EFFECTS = (
    r"^(graph|rooms)\.(POST|PATCH|PUT|DELETE)\..*(events|bookings|reservation)|^ews\.POST\..*Item"
    r"|^tables\..*\.(insert|put|replace|transact|delete)$"
    r"|^bus\.sync-items\.send$"
)
TIME_FOR_LEASES = 8


async def told_with_a_kill(story, kill_after):
    world = await a_plain_world(
        company={"policies": {"lead_follow_up": "holds"}},
        resources={"Säntis": MINUTES, "Eiger": None, "Pilatus": None},
    )
    try:
        booking = None
        if story != "booked":
            booking = await world.rooms("anna").books("Säntis", at=WHEN)
            await world.settles()
        world.interruptions.strike(EFFECTS, WorkerKilledError, moment=Moment.AFTER, skip=kill_after)
        match story:
            case "booked":
                await world.outlook("anna").books("Säntis", at=WHEN)
            case "moved":
                await world.rooms("anna").moves(booking, to="tomorrow 09:15-10:15")
            case "cancelled":
                await world.rooms("anna").cancels(booking)
        await world.settles()
        world.interruptions.clear()
        await world.advances(minutes=TIME_FOR_LEASES, timers=())
        await assert_closed(world)
    finally:
        await world.ends()
    return world.host.kills > 0


@pytest.mark.parametrize("story", ["booked", "moved", "cancelled"])
async def test_a_kill_after_any_call_ends_like_no_kill(story):
    for effects in kill_points(story):
        if not await told_with_a_kill(story, effects):
            assert effects > 6, "the story has so few effects that nothing was tried"
            return
    pytest.fail(f"{story}: still killed after {MOST_KILLS} calls")
