"""How requests are read and answers written (rooms-api 1, 7a)."""

import pytest

from tests.contract.rooms.requests import BEGIN, END, booked, draft_body, found


async def test_answers_are_in_pascal_case_unless_asked_for_camel_case(house, anna):
    await booked(
        anna, customProperties=[{"name": "meinFeld", "value": 1}], teilnehmerCollection=[12]
    )
    plain = house.client("11", **{"X-JsonPropertyFormat": ""})

    booking = (await plain.get("/v2.0/bookings/find")).json()[0]

    assert (booking["RessourceId"], booking["Begin"]) == (101, BEGIN)
    assert booking["ParticipantDtoList"][0]["EMail"] == "beat.kunz@contoso.example"
    assert booking["FieldValues"] == {"meinFeld": 1}


async def test_errors_follow_the_casing_too(house):
    plain = house.client("11", **{"X-JsonPropertyFormat": ""})

    answer = await plain.post("/v1.0/reservation/create", json=draft_body(ressourceId=999))

    assert set(answer.json()) == {"Message", "ModelState", "MessageList"}


async def test_request_names_are_bound_in_any_casing_and_unknown_ones_ignored(anna):
    body = {
        "RESSOURCEID": 101,
        "Beginn": BEGIN,
        "ende": END,
        "TeilnehmerNeuList": [{"Email": "x@far.example", "Unbekannt": 1}],
        "unbekannt": True,
    }
    answer = await anna.post("/v1.0/reservation/create", json=body)
    shown = (await anna.get(f"/v1.0/bookings/{answer.json()['reservationId']}")).json()

    assert shown["participantDtoList"][0]["eMail"] == "x@far.example"


async def test_query_names_are_bound_in_any_casing_but_need_their_prefix(service, anna):
    await booked(anna)

    with_prefix = await service.get("/v2.0/bookings/find", params={"FILTER.ResourceId": 106})
    without = await service.get("/v2.0/bookings/find", params={"resourceId": 106})

    assert (len(with_prefix.json()), len(without.json())) == (0, 1)


async def test_times_with_any_offset_or_none_are_taken_as_utc(anna):
    one = await booked(anna, beginn="2026-03-03T09:00:00+01:00", ende="2026-03-03T09:00:00")

    assert (one["begin"], one["end"]) == (BEGIN, END)


async def test_timestamps_may_come_without_a_zone(house, anna):
    booking = await booked(anna)
    await house.switch(timestamps="naive")

    naive = (await anna.get(f"/v1.0/bookings/{booking['id']}")).json()

    assert (naive["begin"], naive["modifiedOn"]) == ("2026-03-03T08:00:00", "2026-03-02T07:00:00")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"beginn": "morgen"}, "reservationCreateModel.beginn"),
        ({"beginn": 5}, "reservationCreateModel.beginn"),
        ({"ressourceId": "Säntis"}, "reservationCreateModel.ressourceId"),
        ({"originOfCreation": 9}, "reservationCreateModel.originOfCreation"),
        ({"teilnehmerNeuList": [{"id": "x"}]}, "reservationCreateModel.teilnehmerNeuList.0.id"),
    ],
)
async def test_wrong_values_are_refused_with_their_place(anna, body, place):
    answer = await anna.post("/v1.0/reservation/create", json=draft_body(**body))

    assert answer.status_code == 400
    assert list(answer.json()["modelState"]) == [place]


async def test_wrong_and_missing_query_values_are_refused(service):
    wrong = await service.get("/v2.0/bookings/find", params={"filter.start": "morgen"})
    missing = await service.get("/v1.0/calendar/freebusy", params={"from": BEGIN, "to": END})

    assert wrong.json()["modelState"] == {
        "filter.start": ["The value 'morgen' is not valid for filter.start."]
    }
    assert list(missing.json()["modelState"]) == ["emailList"]


async def test_only_json_bodies_are_read(anna):
    form = await anna.post("/v1.0/reservation/create", data={"titel": "X"})
    text = await anna.post(
        "/v1.0/reservation/create", content="{", headers={"content-type": "text/json"}
    )

    assert (form.status_code, text.status_code) == (415, 400)


async def test_unknown_paths_and_methods_are_named(service):
    path = await service.get("/v1.0/buchungen")
    method = await service.delete("/v1.0/status")

    assert (path.status_code, method.status_code) == (404, 405)
    assert "/Default/api/v1.0/buchungen" in path.json()["message"]


async def test_repeated_keys_make_a_list(service, anna):
    booking = await booked(anna)

    assert await found(service, statusList=[24, 21]) == [booking["id"]]
    assert await found(service, statusList=[24, 33]) == []
