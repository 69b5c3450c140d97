"""A no of ROOMS: which reason, and when it is only a lock."""

from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.rooms.bookings import RoomsBookingSystem
from core.domain.changes import BookingChanges
from core.domain.ids import PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from core.domain.refusal import RefusalCode
from core.errors import BookingRefusedError, LockedError, NotFoundError
from devstack.kit.world import World
from tests.contract.adapters.rooms.conftest import (
    BEAT,
    OTHER_ROOM,
    ROOM,
    WORLD,
    a_draft,
    at,
    requests_to,
)


@pytest.fixture(params=["4xx", "200"], autouse=True)
def refusal_form(request, simulator):
    simulator.switches.set("refusal", request.param)


def an_hour(year, month, day, hour):
    start = datetime(year, month, day, hour, tzinfo=UTC)
    return Interval(start, start + timedelta(hours=1))


HOUSE_RULES = {
    RefusalCode.BLOCKING_TIME: an_hour(2026, 3, 9, 9),
    RefusalCode.CLOSED: an_hour(2026, 3, 4, 21),
    RefusalCode.HOLIDAY: an_hour(2026, 5, 1, 9),
}


@pytest.mark.parametrize("code", HOUSE_RULES)
async def test_the_house_says_no_to_a_new_booking(rooms, code):
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.open_draft(a_draft(time=HOUSE_RULES[code]))
    assert refused.value.code == code
    assert refused.value.text


@pytest.mark.parametrize("code", HOUSE_RULES)
@pytest.mark.parametrize("attendees", [None, ()])
async def test_the_house_says_no_to_a_move(rooms, book, simulator, code, attendees):
    booking = await book()
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.update_booking(
            booking, BookingChanges(time=HOUSE_RULES[code], attendees=attendees)
        )
    assert refused.value.code == code
    assert simulator.house.store.drafts == {}
    assert (await rooms.get_booking(booking.booking_id)).time == booking.time


async def test_an_occupied_slot_is_refused(rooms, book):
    await book()
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.open_draft(a_draft(organizer=BEAT))
    assert refused.value.code == RefusalCode.OCCUPIED


async def test_its_own_old_time_never_stands_in_the_way_of_a_move(rooms, book):
    booking = await book()
    moved = await rooms.update_booking(booking, BookingChanges(time=at(9, 30)))
    assert moved.time == at(9, 30)


async def test_a_move_onto_another_booking_is_refused(rooms, book):
    await book()
    other = await book(time=at(14))
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.update_booking(other, BookingChanges(time=at(9, 30)))
    assert refused.value.code == RefusalCode.OCCUPIED


async def test_a_slot_that_only_a_draft_holds_is_locked(rooms, beat):
    answer = await beat.post(
        "v1.0/reservation/create",
        json={
            "titel": "x",
            "beginn": "2026-03-03T09:00:00Z",
            "ende": "2026-03-03T10:00:00Z",
            "ressourceId": ROOM,
        },
    )
    assert answer.json()["tempdataContextId"]
    with pytest.raises(LockedError):
        await rooms.open_draft(a_draft())


@pytest.mark.parametrize(
    "changes",
    [
        BookingChanges(title="Neu"),
        BookingChanges(time=at(11)),
        BookingChanges(attendees=(Attendee("c@x.example"),)),
    ],
)
async def test_a_booking_in_somebodys_editor_is_locked(rooms, book, beat, changes):
    booking = await book(organizer=BEAT)
    assert (await beat.post(f"v1.0/reservation/edit/{booking.booking_id}")).status_code == 200
    with pytest.raises(LockedError):
        await rooms.update_booking(booking, changes)
    with pytest.raises(LockedError):
        await rooms.cancel_booking(booking.booking_id)


@pytest.mark.over_http
async def test_a_free_slot_that_is_refused_without_a_known_code_is_not_allowed(rooms, control):
    messages = [{"message": "Nein.", "messageLevel": 2, "messageData": {"rule": "R-17"}}]
    no = {"status": 400, "body": {"Message": "Nein.", "MessageList": messages}}
    await control("faults", {"match": {"path": "reservation/create"}, "times": 2, "do": no})
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.open_draft(a_draft())
    assert refused.value.code == RefusalCode.NOT_ALLOWED


@pytest.mark.parametrize("spelling", ["TooLong", "too_long", "TOO-LONG", "MaxDuration"])
@pytest.mark.over_http
async def test_a_code_is_known_in_any_spelling_and_under_any_name(rooms, control, spelling):
    messages = [{"message": "Nein.", "messageLevel": 2, "messageData": {"Regel": spelling}}]
    no = {"status": 400, "body": {"Message": "Nein.", "MessageList": messages}}
    await control("faults", {"match": {"path": "reservation/create"}, "times": 1, "do": no})
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.open_draft(a_draft())
    assert refused.value.code == RefusalCode.TOO_LONG


async def test_a_named_occupation_that_is_gone_is_no_refusal(rooms, control):
    messages = [{"message": "besetzt", "messageLevel": 2, "messageData": {"code": "occupied"}}]
    no = {"status": 400, "body": {"Message": "besetzt", "MessageList": messages}}
    await control("faults", {"match": {"path": "reservation/create"}, "times": 1, "do": no})
    assert (await rooms.open_draft(a_draft())).context


async def test_the_past_is_too_late(rooms):
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.open_draft(a_draft(time=an_hour(2026, 2, 27, 9)))
    assert refused.value.code == RefusalCode.TOO_LATE


async def test_a_refused_change_of_a_past_booking_is_too_late(rooms, book, clock, simulator):
    booking = await book()
    clock.advance(timedelta(days=3))
    for attempt in (
        rooms.update_booking(booking, BookingChanges(time=an_hour(2026, 3, 3, 10))),
        rooms.cancel_booking(booking.booking_id),
    ):
        with pytest.raises(BookingRefusedError) as refused:
            await attempt
        assert refused.value.code == RefusalCode.TOO_LATE
    assert simulator.house.store.drafts == {}


async def test_what_stood_in_the_way_and_is_gone_is_no_refusal(rooms, control):
    no = {"status": 400, "body": {"Message": "besetzt (System)"}}
    await control("faults", {"match": {"path": "reservation/create"}, "times": 1, "do": no})
    opened = await rooms.open_draft(a_draft())
    assert opened.context


async def test_a_lock_that_was_just_given_back_is_no_refusal(rooms, book, control):
    booking = await book()
    no = {"status": 400, "body": {"Message": "gesperrt"}}
    await control("faults", {"match": {"path": "/update"}, "times": 1, "do": no})
    after = await rooms.update_booking(booking, BookingChanges(title="Neu"))
    assert after.title == "Neu"


async def test_an_expired_draft_is_not_found_when_confirmed(rooms, clock, simulator):
    opened = await rooms.open_draft(a_draft())
    clock.advance(timedelta(minutes=21))
    await simulator.agenda.run_due()
    with pytest.raises(NotFoundError):
        await rooms.confirm_draft(opened)


@pytest.mark.over_http
async def test_a_draft_that_cannot_be_confirmed_is_dropped(rooms, control, simulator):
    opened = await rooms.open_draft(a_draft())
    no = {"status": 400, "body": {"Message": "nein"}}
    await control("faults", {"match": {"path": "confirm"}, "times": 1, "do": no})
    with pytest.raises(BookingRefusedError):
        await rooms.confirm_draft(opened)
    assert simulator.house.store.drafts == {}


@pytest.mark.over_http
async def test_the_texts_hold_nobodys_title(rooms, book, control):
    await book(title="Geheimprojekt")
    text = "Kollision: «Geheimprojekt» mit «Planung Q3» um 09:00."
    no = {"status": 400, "body": {"Message": text}}
    await control("faults", {"match": {"path": "reservation/create"}, "times": 2, "do": no})
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.open_draft(a_draft(title="Planung Q3"))
    assert refused.value.text == "Kollision: «…» mit «…» um 09:00."
    assert "Planung" not in str(refused.value)


async def test_the_texts_hold_nobodys_name_or_address(connect, control):
    rooms = RoomsBookingSystem(connect(), known_names=lambda: ["Carla Rossi"])
    text = (
        "Belegt durch Rossi, Carla (carla.rossi@contoso.example); eingeladen: Beat Kunz"
        " <beat@contoso.example>, Guest."
    )
    no = {"status": 400, "body": {"Message": text}}
    await control("faults", {"match": {"path": "reservation/create"}, "times": 2, "do": no})
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.open_draft(a_draft())
    assert refused.value.text == "Belegt durch … (…); eingeladen: … <…>, …."


async def test_a_refused_write_is_explained_with_one_question(rooms, book, simulator):
    await book()
    simulator.controls.requests.clear()
    with pytest.raises(BookingRefusedError):
        await rooms.open_draft(a_draft(organizer=BEAT, resource=ROOM))
    assert [line.operation for line in requests_to(simulator)] == [
        "Bookings_Create",
        "Bookings2_FindBlockers",
    ]


async def test_a_free_room_takes_what_another_refused(rooms, book):
    await book()
    assert (await book(organizer=BEAT, resource=OTHER_ROOM, attendees=())).resource == OTHER_ROOM


@pytest.mark.over_http
async def test_a_draft_that_was_opened_in_spite_of_a_no_is_dropped(rooms, control, simulator):
    opened = await rooms.open_draft(a_draft())
    answer = {
        "tempdataContextId": opened.context,
        "messageList": [{"message": "nein", "messageLevel": 2}],
    }
    no = {"status": 200, "body": answer}
    await control("faults", {"match": {"path": "reservation/create"}, "times": 1, "do": no})
    again = await rooms.open_draft(a_draft())
    assert list(simulator.house.store.drafts) == [again.context]


STRICT = {
    "rooms_id": 110,
    "name": "Streng",
    "mail": "streng@contoso.example",
    "min_minutes": 30,
    "max_minutes": 240,
    "book_ahead_days": 30,
    "book_before_minutes": 120,
}
RULES = {
    RefusalCode.TOO_SHORT: {"time": Interval(at(9).start, at(9).start + timedelta(minutes=20))},
    RefusalCode.TOO_LONG: {"time": at(9, hours=5)},
    RefusalCode.TOO_EARLY: {"time": an_hour(2026, 4, 8, 9)},
    RefusalCode.TOO_LATE: {"time": an_hour(2026, 3, 2, 8)},
    RefusalCode.INACTIVE: {"resource": ResourceId(111)},
    RefusalCode.NO_RIGHT: {"resource": ResourceId(112)},
}


@pytest.fixture
def strict(simulator):
    rooms = [
        *WORLD["resources"],
        STRICT,
        {**STRICT, "rooms_id": 111, "mail": "a@contoso.example", "active": False},
        {**STRICT, "rooms_id": 112, "mail": "b@contoso.example", "bookable_by": []},
    ]
    carla = {
        "mail": "carla@contoso.example",
        "name": "Carla Rossi",
        "rooms_id": 13,
        "pin": "13",
        "rights": {"book_private": False},
    }
    changes = {"resources": rooms, "persons": [*WORLD["persons"], carla]}
    form = simulator.switches["refusal"]
    simulator.load(World.model_validate({**WORLD, **changes}))
    simulator.switches.set("refusal", form)
    return simulator


@pytest.mark.parametrize("rules_at", ["open", "confirm"])
@pytest.mark.parametrize("code", RULES)
async def test_a_rule_of_rooms_is_told_by_its_name(rooms, strict, code, rules_at):
    strict.switches.set("rules_at", rules_at)
    draft = a_draft(**({"resource": ResourceId(110)} | RULES[code]))
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.confirm_draft(await rooms.open_draft(draft))
    assert refused.value.code == code
    assert strict.house.store.drafts == {}


@pytest.mark.parametrize("code", RULES)
@pytest.mark.parametrize("attendees", [None, ()])
async def test_a_rule_of_rooms_against_a_change_is_told_by_its_name(
    rooms, strict, book, code, attendees
):
    booking = await book(resource=OTHER_ROOM, attendees=())
    wanted = {"resource": ResourceId(110)} | RULES[code]
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.update_booking(booking, BookingChanges(**wanted, attendees=attendees))
    assert refused.value.code == code
    assert await rooms.get_booking(booking.booking_id) == booking
    assert strict.house.store.drafts == {}


@pytest.mark.usefixtures("strict")
async def test_a_private_booking_without_the_right_is_told_by_its_name(rooms):
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.open_draft(a_draft(organizer=PersonId(13), private=True))
    assert refused.value.code == RefusalCode.PRIVATE_NOT_ALLOWED


@pytest.mark.usefixtures("strict")
async def test_a_named_rule_is_not_tried_twice(rooms, simulator):
    simulator.controls.requests.clear()
    with pytest.raises(BookingRefusedError):
        await rooms.open_draft(a_draft(**RULES[RefusalCode.TOO_LONG], resource=ResourceId(110)))
    assert len(requests_to(simulator, "Bookings_Create")) == 1


@pytest.mark.over_http
async def test_an_edit_that_is_not_allowed_is_no_lock(rooms, book, control):
    booking = await book()
    messages = [{"message": "Nein.", "messageLevel": 2, "messageData": {"code": "right_book"}}]
    no = {"status": 400, "body": {"Message": "Nein.", "MessageList": messages}}
    await control("faults", {"match": {"path": "reservation/edit"}, "times": 9, "do": no})
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.update_booking(booking, BookingChanges(attendees=()))
    assert refused.value.code == RefusalCode.NO_RIGHT
