"""The control API of the ROOMS simulator (contract 5)."""

import httpx
import pytest

from tests.contract.rooms.conftest import WORLD
from tests.contract.rooms.requests import BEGIN, booked, draft_body, edited, found, opened


async def test_the_journal_names_actor_operation_and_real_changes(house, service, anna):
    add_in = house.client("11", **{"X-Acts-As": "add-in"})
    booking = await booked(add_in)
    await edited(anna, booking["id"])
    await service.get("/v2.0/bookings/find")
    await house.client("nobody").get("/v1.0/status")

    lines = await house.journal()

    assert [(e["actor"], e["operation"], e["changed"], e["status"]) for e in lines] == [
        ("add-in:anna.meier@contoso.example", "Bookings_Create", True, 200),
        ("add-in:anna.meier@contoso.example", "Bookings_Confirm", True, 200),
        ("user:anna.meier@contoso.example", "Bookings_Edit", False, 200),
        ("service", "Bookings2_Find", False, 200),
        ("anonymous", "Status_FindAll", False, 401),
    ]


async def test_control_calls_are_not_in_the_journal(house):
    await house.control().get("pending")

    assert await house.journal() == []


async def test_faults_hit_what_they_match_and_are_logged(house, service, anna):
    fault = {"match": {"path": "/bookings/find\\?", "actor": "service"}, "do": {"status": 503}}
    await house.control().post("faults", json=fault)

    theirs = await anna.get("/v2.0/bookings/find", params={"filter.resourceId": 101})
    raw = httpx.AsyncClient(
        transport=service._transport, base_url=service.base_url, headers=service.headers
    )
    ours = await raw.get("/v2.0/bookings/find", params={"filter.resourceId": 101})

    assert (theirs.status_code, ours.status_code) == (200, 503)
    assert (await house.journal())[-1]["fault"] == {"status": 503}


async def test_a_write_can_succeed_while_its_answer_is_lost(house, service, anna):
    fault = {"match": {"path": "reservation/confirm"}, "do": {"fail_after_success": 504}}
    draft = await opened(anna)
    await house.control().post("faults", json=fault)
    raw = httpx.AsyncClient(transport=anna._transport, base_url=anna.base_url, headers=anna.headers)

    answer = await raw.put(
        "/v1.0/reservation/confirm", json={"tempdataContextId": draft["tempdataContextId"]}
    )

    assert answer.status_code == 504
    assert await found(service, statusList=[21]) == [draft["reservationId"]]


async def test_the_state_shows_every_booking_with_all_details(house, anna):
    booking = await booked(anna, istPrivat=True, titel="Arzt")
    await anna.put(
        f"/v1.0/bookings/{booking['id']}/cancel", params={"cancelExchangeAppointment": False}
    )

    states = (await house.state()).values()

    assert [(b["title"], b["cancelled"], b["systemResource"]) for b in states] == [
        ("Arzt", True, False),
        ("Arzt", False, True),
    ]
    assert next(iter(states))["begin"] == BEGIN


async def test_pending_tells_drafts_and_the_next_due_moment(house, anna):
    await house.control().post("notifications", json={"silent": True})
    await opened(anna)

    content = (await house.control().get("pending")).json()

    assert content == {
        "notifications": 0,
        "assistant": 0,
        "drafts": 1,
        "due": 0,
        "next_due": "2026-03-02T07:20:00.000Z",
        "delivered": 0,
    }


async def test_open_drafts_are_listed(house, anna):
    draft = await opened(anna)

    lines = (await house.control().get("drafts")).json()

    assert lines == [
        {
            "tempdataContextId": draft["tempdataContextId"],
            "bookingId": draft["reservationId"],
            "ownerId": 11,
            "new": True,
            "expires": "2026-03-02T07:20:00Z",
            "dates": 0,
        }
    ]


async def test_the_operations_are_listed_served_and_not(house, service):
    content = (await house.control().get("operations")).json()

    assert len(content["served"]) + len(content["not_served"]) == 136
    assert {"method": "PUT", "path": "/v1.0/bookings/{resourceId:int}/claim"} in content[
        "not_served"
    ]


async def test_what_is_not_served_says_so(service, house):
    answers = [
        await service.put("/v1.0/bookings/5/claim"),
        await service.post("/v1.0/task/start"),
        await service.get("/v1.0/categories/search"),
        await service.get("/v1.0/person/usergroup", params={"term": "x"}),
    ]
    anonymous = await house.client(None).get("/v1.0/categories/search")

    assert [a.status_code for a in answers] == [501] * 4
    assert "GET /v1.0/categories/search is not served" in answers[2].json()["message"]
    assert anonymous.status_code == 401


async def test_a_new_world_replaces_everything(house, service, anna):
    await booked(anna)
    await house.switch(refusal="200")
    await house.control().post("clock", json={"skew_s": 5})

    answer = await house.control().post("world", json={"world": {**WORLD, "mandator": "Neu"}})

    assert answer.status_code == 200
    assert (await service.get("/v1.0/status")).status_code == 404
    assert await house.state() == {}
    assert (await house.mails(), len(await house.journal())) == ([], 1)
    switches = (await house.control().get("switches")).json()
    assert switches["refusal"]["value"] == "4xx"
    assert (await house.control().get("pending")).json()["next_due"] is None


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"resources": [{"rooms_id": 1, "name": "X", "location": 77}]}, "location 77"),
        ({"locations": [{"id": 1, "name": "X", "parent": 9}], "resources": []}, "parent 9"),
        ({"locations": [], "resources": []}, "at least one"),
        (
            {
                "locations": [
                    {"id": 1, "name": "X", "parent": 2},
                    {"id": 2, "name": "Y", "parent": 1},
                ],
                "resources": [],
            },
            "lies in itself",
        ),
        ({"locations": [{"id": 1, "name": "X", "holidays": ["1. Mai"]}]}, "locations[0].holidays"),
        (
            {"resources": [{"rooms_id": 1, "name": "X", "opening_hours": {"mon-fr": "7-19"}}]},
            "resources[0].opening_hours",
        ),
        ({"bookings": [{"creator": 11, "booking": {"titel": "X"}}]}, "bookings[0]"),
        ({"bookings": [{"creator": 99, "booking": draft_body()}]}, "99"),
        (
            {"bookings": [{"creator": 11, "booking": draft_body(title="Titel")}]},
            "bookings[0].booking: a ReservationCreateModel has no title",
        ),
        ({"bookings": [{"creator": 11, "booking": draft_body(bestuhlungId=4)}]}, "bestuhlung_id"),
        ({"persons": [WORLD["persons"][0]] * 2}, "rooms_id 11 is taken"),
        ({"persons": [{"mail": "a@b.example", "name": "A"}]}, "persons.0: Value error, a person"),
        ({"persons": [WORLD["persons"][0] | {"time_zone": "Mars/X"}]}, "persons.0.time_zone"),
        ({"resources": [{"rooms_id": 9900, "name": "X"}]}, "rooms_id 9900 is ROOMS' own"),
        ({"resources": [{"rooms_id": 5, "name": "X"}] * 2}, "resources: rooms_id 5"),
        ({"locations": [{"id": 1, "name": "X"}] * 2}, "locations: id 1"),
        (
            {
                "resources": [
                    {
                        "rooms_id": 5,
                        "name": "X",
                        "blocking_times": [
                            {"start": "2026-03-09T12:00:00Z", "end": "2026-03-09T08:00:00Z"}
                        ],
                    }
                ]
            },
            "resources.0.blocking_times.0",
        ),
    ],
)
async def test_a_world_that_does_not_fit_together_is_refused_with_the_place(house, change, place):
    answer = await house.control().post("world", json={"world": {**WORLD, **change}})

    assert answer.status_code == 400
    assert place in answer.json()["error"]


async def test_bookings_of_the_world_exist_from_the_start_silently_or_not(house, service):
    seeds = [
        {
            "creator": 11,
            "booking": draft_body(beginn="2026-02-01T08:00:00Z", ende="2026-02-01T09:00:00Z"),
        },
        {"creator": 11, "silent": False, "booking": draft_body(statusId=24)},
        {"creator": 12, "booking": draft_body(personOrganisatorId=13, teilnehmerCollection=[11])},
    ]
    await house.control().post("world", json={"world": {**WORLD, "bookings": seeds}})
    await house.simulator.agenda.run_due()

    states = list((await house.state()).values())

    assert [b["status"] for b in states] == [
        "Besetzt (definitiv)",
        "Besetzt (provisorisch)",
        "Besetzt (definitiv)",
    ]
    assert states[2]["organizerName"] == "Carla Rossi"
    assert house.receiver.bookings == [states[1]["id"]]
    assert len(await house.mails()) == 1
