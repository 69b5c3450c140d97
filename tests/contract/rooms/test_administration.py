"""What an administrator of ROOMS changes while it runs, through the control API."""

import pytest

from tests.contract.rooms.requests import BEGIN, END, booked, codes, draft_body


async def test_a_resource_is_changed_and_bookings_made_before_stay_as_they_are(house, anna):
    booking = await booked(anna, ressourceId=102)
    change = {"rooms_id": 102, "name": "Titlis neu", "mode": "Microsoft365", "mail": "t@x.example"}

    answer = await house.control().post("resources", json=change)
    shown = (await anna.get(f"/v1.0/bookings/{booking['id']}")).json()
    later = await booked(
        anna, ressourceId=102, beginn=END.replace("09", "12"), ende=END.replace("09", "13")
    )

    assert answer.status_code == 200
    assert (shown["ressourceDescription"], shown["beginPreparation"]) == (
        "Titlis neu",
        "2026-03-03T07:30:00Z",
    )
    assert later["beginPreparation"] == later["begin"]


async def test_a_blocking_time_put_in_later_blocks(house, anna):
    blocking = [{"start": BEGIN, "end": END}]
    await house.control().post("resources", json={"rooms_id": 101, "blocking_times": blocking})

    answer = await anna.post("/v1.0/reservation/create", json=draft_body())

    assert codes(answer) == ["blocking_time"]


async def test_a_resource_can_be_added_and_one_switched_off(house, service, anna):
    await house.control().post("resources", json={"rooms_id": 107, "name": "Rigi", "location": 2})
    await house.control().post("resources", json={"rooms_id": 101, "active": False})

    added = await booked(anna, ressourceId=107)
    off = await anna.post("/v1.0/reservation/create", json=draft_body())

    assert (added["ressourceDescription"], codes(off)) == ("Rigi", ["inactive_resource"])


async def test_rights_of_a_person_are_taken_away_and_custom_fields_stay(house, service, anna):
    await service.put("/v1.0/person/update", json=[{"id": 11, "customFields": {"A": 1}}])
    await house.control().post("persons", json={"rooms_id": 11, "rights": {"book": False}})

    refused = await anna.post("/v1.0/reservation/create", json=draft_body())
    person = (await service.get("/v1.0/person/11")).json()

    assert (codes(refused), person["customFields"]) == (["right_book"], {"A": 1})


async def test_a_global_parameter_is_set(house, service):
    await house.control().post("parameters", json={"id": 110, "value": "false"})

    assert (await service.get("/v1.0/configuration/110")).json()["wert"] == "false"


@pytest.mark.parametrize(
    ("call", "body", "status", "text"),
    [
        ("resources", {}, 400, "rooms_id"),
        ("resources", {"rooms_id": 101, "colour": 1}, 400, "colour"),
        ("resources", {"rooms_id": 101, "location": 77}, 400, "location 77"),
        ("resources", {"rooms_id": 101, "opening_hours": {"x": "1"}}, 400, "opening_hours"),
        ("persons", {"rooms_id": 99}, 400, "mail"),
        ("parameters", {"id": 1, "value": "x"}, 404, "110 Exchange Ressource Sync enabled"),
        ("sync-item-ids", {"booking_id": 1, "sync_item_id": "A"}, 404, "no booking 1"),
    ],
)
async def test_nonsense_is_refused_with_its_place(house, call, body, status, text):
    answer = await house.control().post(call, json=body)

    assert answer.status_code == status
    assert text in answer.json()["error"]
