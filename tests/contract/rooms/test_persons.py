"""Persons (rooms-api 5)."""

from tests.contract.rooms.requests import booked

EVER = {"start": "2000-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}


async def test_a_person_is_found_by_id_and_by_mail(service):
    by_id = (await service.get("/v1.0/person/13")).json()
    by_mail = (await service.get("/v1.0/person/Carla.Rossi%40contoso.example")).json()
    unknown = await service.get("/v1.0/person/nobody%40contoso.example")

    assert by_id == by_mail
    assert (by_id["timezoneId"], by_id["timezoneIanaId"]) == (
        "Eastern Standard Time",
        "America/New_York",
    )
    assert (by_id["firstName"], by_id["lastName"], by_id["pin"]) == ("Carla", "Rossi", None)
    assert unknown.status_code == 404


async def test_the_wide_range_of_creation_lists_everybody(service):
    persons = (await service.get("/v1.0/person/getcreated", params=EVER)).json()
    nobody = await service.get("/v1.0/person/getcreated", params={**EVER, "end": EVER["start"]})

    assert [p["id"] for p in persons] == [9001, 11, 12, 13, 14, 15]
    assert nobody.json() == []


async def test_an_update_keeps_what_is_absent_and_clears_what_is_null(house, service):
    await house.advance(minutes=1)
    await service.put(
        "/v1.0/person/update", json=[{"id": 11, "customFields": {"A": 1, "B": 2}, "language": "fr"}]
    )
    await service.put(
        "/v1.0/person/update",
        json=[
            {"Mail": "anna.meier@contoso.example", "LastName": "Roth", "customFields": {"A": None}}
        ],
    )

    person = (await service.get("/v1.0/person/11")).json()
    since = {"start": "2026-03-02T07:01:00Z", "end": "2026-03-02T07:02:00Z"}
    modified = (await service.get("/v1.0/person/getmodified", params=since)).json()
    either = (await service.get("/v1.0/person/getaddress", params=since)).json()

    assert (person["name"], person["language"], person["customFields"]) == (
        "Anna Roth",
        "fr",
        {"B": 2},
    )
    assert [p["id"] for p in modified] == [p["id"] for p in either] == [11]


async def test_a_new_name_shows_on_bookings_made_before(service, anna):
    booking = await booked(anna)
    await service.put("/v1.0/person/update", json=[{"id": 11, "lastName": "Roth"}])

    shown = (await service.get(f"/v1.0/bookings/{booking['id']}")).json()

    assert shown["organizerName"] == "Anna Roth"


async def test_persons_are_updated_by_administrators_all_or_none(service, anna):
    forbidden = await anna.put("/v1.0/person/update", json=[{"id": 11, "lastName": "X"}])
    partly = await service.put(
        "/v1.0/person/update", json=[{"id": 11, "lastName": "X"}, {"id": 77}]
    )

    assert (forbidden.status_code, partly.status_code) == (403, 404)
    assert (await service.get("/v1.0/person/11")).json()["lastName"] == "Meier"


async def test_an_inactive_person_can_neither_log_on_nor_organize(service, anna):
    await service.put("/v1.0/person/update", json=[{"id": 11, "isActive": False}])

    assert (await anna.get("/v1.0/status")).status_code == 401
    answer = await service.post("/v1.0/reservation/create", json={"personOrganisatorId": 11})
    assert answer.json()["messageList"][0]["messageData"] == {"code": "unknown_person"}


async def test_search_finds_by_name_and_mail(service):
    by_name = (await service.get("/v1.0/person/search", params={"term": "meier"})).json()
    short = (await service.get("/v1.0/person/intelliboxperson/11")).json()

    assert by_name == [short]
    assert (short["bezeichnung"], short["mail"]) == ("Anna Meier", "anna.meier@contoso.example")


async def test_sync_settings_are_for_oneself_and_administrators(service, anna, beat):
    own = (await anna.get("/v1.0/person/11/syncsettings")).json()
    foreign = await beat.get("/v1.0/person/11/syncsettings")
    by_service = await service.get("/v1.0/person/11/syncsettings")

    assert (own["syncMode"], own["syncConflictBehaviour"]) == ("Microsoft365", "Rollback")
    assert own["resourceTypes"] == {"3": True, "45": True}
    assert (foreign.status_code, by_service.json()) == (403, own)


async def test_what_a_person_may_book_follows_the_rights(service):
    booker = (await service.get("/v1.0/person/11/resourcetypes")).json()
    nobody = (await service.get("/v1.0/person/14/resourcetypes")).json()
    places = (await service.get("/v1.0/locations/person/14")).json()

    assert (booker, nobody, places) == ([3, 45], [], [])


async def test_a_mail_address_in_the_path_may_get_lost_in_the_web_server(house, service):
    await house.switch(dotted_mail="404")

    answer = await service.get("/v1.0/person/anna.meier%40contoso.example")

    assert answer.status_code == 404
