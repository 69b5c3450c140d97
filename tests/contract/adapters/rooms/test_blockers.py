"""What ROOMS says against the time of many resources at once (R-820)."""

from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.rooms.blockers import RoomsBlockerList
from core.domain.free_busy.occupation import Blocker, Occupation
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.errors import ServiceUnavailableError
from devstack.kit.world import World
from tests.contract.adapters.rooms.conftest import OTHER_ROOM, ROOM, WORLD, a_draft, at, requests_to
from tests.simulation.ports.blockers import ModelBlockers

MONDAY = Interval(datetime(2026, 3, 9, 6, tzinfo=UTC), datetime(2026, 3, 9, 18, tzinfo=UTC))
TUESDAY = Interval(datetime(2026, 3, 3, 6, tzinfo=UTC), datetime(2026, 3, 3, 18, tzinfo=UTC))


@pytest.fixture(params=["adapter", "model"])
async def asked(request, connect, rooms_line):
    connection = connect()
    is_model = request.param == "model"
    yield ModelBlockers(rooms_line) if is_model else RoomsBlockerList(connection)
    await connection.aclose()


@pytest.fixture
async def over_http(connect):
    connection = connect()
    yield RoomsBlockerList(connection)
    await connection.aclose()


def kinds(blockers):
    return [(b.resource, b.kind, b.time) for b in blockers]


async def test_each_line_says_whose_and_of_what_kind_it_is(asked, rooms, book):
    booking = await book()
    await rooms.open_draft(a_draft(resource=OTHER_ROOM, time=at(11)))

    found = await asked.blockers([ROOM, OTHER_ROOM], TUESDAY)

    taken = [b for b in found if b.kind in {Occupation.BOOKING, Occupation.PENDING}]
    assert taken[0] == Blocker(
        resource=ROOM, time=at(9), kind=Occupation.BOOKING, booking=booking.booking_id
    )
    assert kinds(taken[1:]) == [(OTHER_ROOM, Occupation.PENDING, at(11))]


async def test_opening_hours_holidays_and_blocking_times_are_told_apart(asked):
    monday = await asked.blockers([ROOM, OTHER_ROOM], MONDAY)
    assert (ROOM, Occupation.BLOCKING_TIME, at(8, day=9, hours=4)) in kinds(monday)
    assert {b.resource for b in monday} == {ROOM}

    first = datetime(2026, 4, 30, 22, tzinfo=UTC)
    holiday = Interval(first, first + timedelta(days=1))
    assert (ROOM, Occupation.HOLIDAY, holiday) in kinds(await asked.blockers([ROOM], holiday))

    sunday = Interval(datetime(2026, 3, 8, 6, tzinfo=UTC), datetime(2026, 3, 8, 9, tzinfo=UTC))
    assert kinds(await asked.blockers([ROOM], sunday)) == [(ROOM, Occupation.CLOSED, sunday)]


async def test_what_was_cancelled_blocks_nothing(asked, rooms, book):
    booking = await book()
    await rooms.cancel_booking(booking.booking_id)
    assert Occupation.BOOKING not in {b.kind for b in await asked.blockers([ROOM], TUESDAY)}


async def test_a_booking_counts_with_its_lead_and_follow_up_time(asked, simulator, book):
    room = {**WORLD["resources"][0], "lead_minutes": 15, "follow_up_minutes": 5, "mode": "None"}
    simulator.load(World.model_validate({**WORLD, "resources": [room]}))
    await book()
    (found,) = [b for b in await asked.blockers([ROOM], TUESDAY) if b.kind == Occupation.BOOKING]
    assert found.time == Interval(
        at(9).start - timedelta(minutes=15), at(9).end + timedelta(minutes=5)
    )


async def test_capacities_are_read_and_unknown_resources_left_out(asked):
    found = await asked.capacities([OTHER_ROOM, ResourceId(999)])
    assert found == {OTHER_ROOM: 2}


async def test_nothing_is_asked_for_nothing(asked):
    assert list(await asked.blockers([], TUESDAY)) == []
    assert await asked.capacities([]) == {}


async def test_fifty_resources_are_one_request(over_http, simulator):
    await over_http.blockers([ResourceId(number) for number in range(101, 201)], TUESDAY)
    assert len(requests_to(simulator, "Bookings2_FindBlockers")) == 2


async def test_an_answer_that_is_no_list_is_none(over_http, control):
    order = {"match": {"path": "/blockers/find"}, "do": {"status": 200, "body": {"x": 1}}}
    await control("faults", order)
    with pytest.raises(ServiceUnavailableError):
        await over_http.blockers([ROOM], TUESDAY)


async def test_lines_without_a_time_or_of_other_resources_are_left_out(over_http, control):
    here = {"start": "2026-03-03T09:00:00", "end": "2026-03-03T10:00:00"}
    lines = [
        {"BlockerType": 0, "BookingId": 7, "ResourceId": 999, **here},
        {"BlockerType": 0, "BookingId": 8, "ResourceId": ROOM, "start": here["start"]},
        {"BlockerType": 9, "RessourceId": ROOM, **here},
        {"BlockerType": 3, "start": here["end"], "end": here["start"]},
        {"BlockerType": 3, "start": "2026-05-03T09:00:00", "end": "2026-05-03T10:00:00"},
        {"BlockerType": 0, "BookingId": 9, "StatusId": 12345, **here},
    ]
    order = {"match": {"path": "/blockers/find"}, "do": {"status": 200, "body": lines}}
    await control("faults", order)
    found = await over_http.blockers([ROOM], TUESDAY)
    assert [(b.kind, b.booking) for b in found] == [
        (Occupation.OTHER, None), (Occupation.BOOKING, 9),
    ]  # fmt: skip
