"""The judge of the soak says no when something is lost, doubled or different."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.kit.closing import comes_to_rest
from tests.kit.links import wrong_links
from tests.kit.moments import Slot
from tests.kit.world import a_world
from tests.simulation.people import People
from tests.simulation.steps import OUTLOOK, ROOMS, Deed
from tests.simulation.wishes import Ledger
from tests.soak.judge import Picture, judge


@pytest.fixture
async def world():
    world = await a_world(settings={"guard_creates": 900})
    yield world
    await world.ends()


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
async def picture(world, ledger):
    """Return what both sides show when two meetings were made, one on each side."""
    people = People(world, ledger)
    await people.do(deed(OUTLOOK, "books", room="Säntis"))
    await people.do(deed(ROOMS, "books", room="Eiger"))
    await comes_to_rest(world)
    return await picture_of(world)


def deed(side, what, **more):
    drawn = {"nth": 0, "person": "anna", "guest": "marc", "room": "Säntis", "day": 5, "hour": 9}
    return Deed(side=side, what=what, **(drawn | more))


async def picture_of(world):
    services = await world.app.services()
    table = {mapping.id: mapping async for mapping in services.mappings.all()}
    return Picture(sides=await world.sides(), dates=world.all_dates(), table=table)


def doctored(picture, *, events=None, bookings=None, **more):
    sides = picture.sides
    sides = replace(
        sides,
        events=sides.events if events is None else tuple(events),
        bookings=sides.bookings if bookings is None else tuple(bookings),
    )
    return replace(picture, sides=sides, **more)


def own(picture):
    return next(e for e in picture.events if e.is_organizer and e.rooms == ("Säntis",))


def test_nothing_is_wrong_where_both_sides_agree(picture, ledger):
    verdict = judge(picture, ledger)
    assert not verdict, verdict.lines()


def test_a_booking_that_is_gone_is_lost(picture, ledger):
    left = [b for b in picture.bookings if b.resource != "Säntis"]
    verdict = judge(doctored(picture, bookings=left), ledger)
    assert verdict.lost


def test_an_event_that_is_gone_is_lost(picture, ledger):
    left = [e for e in picture.events if e.rooms != ("Eiger",)]
    verdict = judge(doctored(picture, events=left), ledger)
    assert verdict.lost


def test_a_meeting_that_is_gone_on_both_sides_is_lost_unless_somebody_ended_it(picture, ledger):
    at = own(picture).slot
    nothing = doctored(
        picture,
        events=[e for e in picture.events if e.slot != at or e.rooms != ("Säntis",)],
        bookings=[b for b in picture.bookings if b.resource != "Säntis"],
        table={},
    )
    assert judge(nothing, ledger).lost
    ledger.of_event(own(picture))(alive=False)
    assert not judge(nothing, ledger).lost


def test_what_outlook_ended_before_rooms_could_store_its_link_is_not_lost(picture, ledger):
    """A booking that somebody has open takes no link: what it is of is told by its place."""
    made = next(b for b in picture.bookings if b.resource == "Eiger")
    event = next(e for e in picture.events if e.is_organizer and e.rooms == ("Eiger",))
    ended = replace(made, oid=None, cancelled=True)
    nothing = doctored(
        picture,
        events=[e for e in picture.events if e.slot != event.slot or e.rooms != ("Eiger",)],
        bookings=[ended if b is made else b for b in picture.bookings],
        table={m.id: m for m in picture.table.values() if m.id != event.oid},
    )
    assert judge(nothing, ledger).lost
    ledger.of_event(event)(room=("",))
    assert not judge(nothing, ledger).lost


def test_a_link_need_not_know_what_is_over_of_a_series_that_became_a_single_meeting(picture):
    event = own(picture)
    booking = next(b for b in picture.bookings if b.oid == event.oid)
    weeks = timedelta(days=28)
    before = Slot(booking.slot.start - weeks, booking.slot.end - weeks)
    over = replace(booking, booking_id=9998, slot=before, series=7)
    assert wrong(doctored(picture, bookings=[*picture.bookings, over])) == []
    single = replace(over, series=None)
    assert wrong(doctored(picture, bookings=[*picture.bookings, single])) != []


def wrong(picture):
    return wrong_links(picture.events, picture.bookings, picture.table, picture.now)


def test_a_title_that_nobody_wanted_last_is_a_lost_change(picture, ledger):
    event = own(picture)
    ledger.of_event(event)(title="Anlass 99.")
    assert judge(picture, ledger).lost


def test_what_was_wanted_of_a_booking_that_ended_with_its_room_may_have_come_true(picture, ledger):
    """Moved in ROOMS, then taken off in Outlook: the meeting stays, then or before."""
    event = own(picture)
    booking = next(b for b in picture.bookings if b.oid == event.oid)
    former = replace(booking, booking_id=9997)
    ledger.of_booking(former)(title="Reservation 99.")
    shown = replace(event, subject="Reservation 99.")
    events = [shown if e is event else e for e in picture.events]
    later = doctored(picture, events=events)
    ledger.of_event(event)(room=("Säntis",))
    assert not any("nobody wanted last" in line for line in judge(later, ledger).lost)
    assert not any("nobody wanted last" in line for line in judge(picture, ledger).lost)
    ledger.of_event(event)(title="Anlass 99.")
    events = [replace(event, subject="Anlass 98.") if e is event else e for e in picture.events]
    assert any(
        "nobody wanted last" in x for x in judge(doctored(picture, events=events), ledger).lost
    )


def test_a_second_event_with_the_same_link_is_doubled(picture, ledger):
    twin = replace(own(picture), event_id="twin", mailbox="marc")
    assert judge(doctored(picture, events=[*picture.events, twin]), ledger).doubled


def test_a_second_event_without_a_link_is_doubled(picture, ledger):
    event = own(picture)
    twin = replace(event, event_id="twin", oid=None, rooms=(), attendees=(), ical_uid="twin")
    verdict = judge(doctored(picture, events=[*picture.events, twin]), ledger)
    assert verdict.doubled


def test_a_second_booking_on_another_room_is_doubled(picture, ledger):
    booking = next(b for b in picture.bookings if b.resource == "Säntis")
    twin = replace(booking, booking_id=9999, resource="Rigi", oid=None)
    assert judge(doctored(picture, bookings=[*picture.bookings, twin]), ledger).doubled


def test_dates_of_a_series_may_have_one_title(picture, ledger):
    booking = next(b for b in picture.bookings if b.resource == "Säntis")
    items = [replace(booking, booking_id=n, series=7, cancelled=n < 9) for n in range(7, 9)]
    twin = replace(booking, booking_id=9, resource="Rigi", oid=None)
    verdict = judge(doctored(picture, bookings=[*picture.bookings, *items, twin]), ledger)
    assert not [line for line in verdict.doubled if "times in ROOMS" in line]


def test_another_time_is_a_difference(picture, ledger):
    event = own(picture)
    later = replace(
        event, slot=Slot(event.slot.end, event.slot.end + (event.slot.end - event.slot.start))
    )
    events = [later if e is event else e for e in picture.events]
    assert judge(doctored(picture, events=events), ledger).different


def test_what_was_given_up_is_left(picture, ledger):
    verdict = judge(replace(picture, left=("given up: unforeseen",)), ledger)
    assert verdict.left == ["given up: unforeseen"]
    assert verdict
