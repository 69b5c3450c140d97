"""`bookings/find` and its unverified sides (rooms-api 3, 8)."""

import pytest

from tests.contract.rooms.requests import booked, found


@pytest.fixture
async def three(house, anna, beat):
    """Bookings of three moments: definitive, on another resource by Beat, cancelled."""
    first = await booked(anna)
    await house.advance(minutes=1)
    second = await booked(beat, ressourceId=106, personVerantwortlicherId=11)
    await house.advance(minutes=1)
    third = await booked(anna, beginn="2026-03-04T08:00:00Z", ende="2026-03-04T09:00:00Z")
    await anna.put(f"/v1.0/bookings/{third['id']}/cancel")
    return [b["id"] for b in (first, second, third)]


async def test_without_a_filter_everything_comes_by_id(service, three):
    count = (await service.get("/v2.0/bookings/count")).json()

    assert await found(service) == three
    assert count == 3


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({"resourceId": 101}, [0, 2]),
        ({"resourceName": "velo"}, [1]),
        ({"resourcetypeIds": [45]}, [1]),
        ({"location": "bern"}, [0, 1, 2]),
        ({"location": "London"}, []),
        ({"organizerId": 12}, [1]),
        ({"creatorId": 11}, [0, 2]),
        ({"personInChargeId": 11}, [1]),
        ({"statusList": [21, 24]}, [0, 1]),
        ({"statusList": [33]}, [2]),
        ({"start": "2026-03-03T08:30:00Z", "end": "2026-03-03T08:31:00Z"}, [0, 1]),
        ({"start": "2026-03-03T09:00:00Z"}, [2]),
        ({"end": "2026-03-03T08:00:00Z"}, []),
        ({"isClaimedBooking": True}, []),
        ({"lessonList": [1]}, []),
    ],
)
async def test_each_filter_restricts(service, three, query, places):
    assert await found(service, **query) == [three[p] for p in places]


async def test_one_booking_is_found_by_its_id(service, three):
    assert await found(service, reservationId=three[1]) == [three[1]]
    assert await found(service, reservationId=4711) == []


@pytest.mark.parametrize(
    ("reading", "places"),
    [(">=", [1, 2]), (">", [2]), ("date", [0, 1, 2]), ("ignored", [0, 1, 2])],
)
async def test_modified_on_can_mean_several_things(house, service, three, reading, places):
    await house.switch(modified_on_filter=reading)

    ids = await found(service, modifiedOn="2026-03-02T07:01:00Z")

    assert ids == [three[p] for p in places]


async def test_the_date_reading_still_leaves_out_earlier_days(house, service, three):
    await house.switch(modified_on_filter="date")

    assert await found(service, modifiedOn="2026-03-03T00:00:00Z") == []


async def test_cancelled_bookings_may_need_their_status_id(house, service, three):
    await house.switch(find_cancelled=False)

    assert await found(service) == three[:2]
    assert await found(service, statusList=[33]) == three[2:]


async def test_the_lists_of_a_resource_and_of_a_span_show_the_same_bookings(service, three):
    until = await service.get(
        "/v1.0/ressources/101/bookings", params={"end": "2026-04-01T00:00:00Z"}
    )
    span = {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}
    all_of_span = await service.get("/v1.0/ressources/bookings", params=span)
    of_type = await service.get("/v1.0/ressources/bookings", params={**span, "ressourceType": 45})
    cancelled = await service.get("/v1.0/ressources/bookings", params={**span, "statusId": 33})

    assert [b["id"] for b in until.json()] == three[:1]
    assert [b["id"] for b in all_of_span.json()] == three
    assert [b["id"] for b in of_type.json()] == [three[1]]
    assert [b["id"] for b in cancelled.json()] == [three[2]]
