"""Resources, locations, opening hours, configuration, statuses (rooms-api 5)."""

import pytest

from tests.contract.rooms.requests import BEGIN, END, booked, codes, edited

FIND = {"start": BEGIN, "end": END}


async def test_all_resources_are_reached_by_walking_the_leafs(service):
    leafs = (await service.get("/v1.0/locations/leafs")).json()
    names = [
        r["name"]
        for leaf in leafs
        for r in (await service.get(f"/v1.0/locations/{leaf['id']}/resources")).json()
    ]

    assert [leaf["id"] for leaf in leafs] == [2, 3]
    assert names == ["Säntis", "Titlis", "Alt", "Velo", "Thames"]


async def test_locations_form_a_tree(service):
    roots = (await service.get("/v1.0/locations")).json()
    chosen = (await service.get("/v1.0/locations", params={"locationIds": [2]})).json()
    child = (await service.get("/v1.0/locations/2")).json()
    children = (await service.get("/v1.0/locations/1/children")).json()
    searched = (await service.get("/v1.0/locations/search", params={"term": "haupt"})).json()

    assert [r["title"] for r in roots] == ["Bern", "London"]
    assert [c["id"] for c in chosen] == [1]
    assert (child["parentId"], child["hierarchicalTitle"]) == (1, "Bern > Hauptsitz")
    assert children == [child] == searched
    assert (await service.get("/v1.0/locations/77")).status_code == 404


async def test_a_resource_has_no_mail_address_but_the_calendar_knows_it(service, anna):
    resource = (await service.get("/v1.0/ressource/101")).json()
    by_guid = await service.get(
        "/v1.0/ressource/guid", params={"resourceId": resource["maskedIdentifier"]}
    )
    calendar = (await service.get("/v1.0/calendar", params={"searchModel.id": [101, 105]})).json()

    assert "contoso" not in str(resource)
    assert by_guid.json() == resource
    assert [(r["email"], r["isOnline"]) for r in calendar["ressourceList"]] == [
        ("saentis@contoso.example", False),
        (None, True),
    ]
    assert (await anna.get("/v1.0/ressource/9900")).status_code == 404


async def test_the_calendar_shows_the_blocks_of_its_span_and_place(service, anna):
    await booked(anna)
    span = {"searchModel.from": BEGIN, "searchModel.to": END, "searchModel.standortId": [1]}
    delta = {k.replace("searchModel", "model"): v for k, v in span.items()}

    calendar = (await service.get("/v1.0/calendar", params=span)).json()
    again = (await service.get("/v1.0/calendar/delta", params=delta)).json()

    (block,) = calendar["ressourceList"][0]["blockList"]
    assert (block["titel"], block["beginnEffective"], block["isEditable"]) == (
        "Planung",
        BEGIN,
        True,
    )
    assert [r["id"] for r in calendar["ressourceList"]] == [101, 102, 105, 106]
    assert [s["title"] for s in calendar["standortList"]] == ["Hauptsitz", "Bern"]
    assert again["ressourceList"] == calendar["ressourceList"]


async def test_opening_hours_are_fixed_local_times_in_the_callers_zone(anna, carla):
    day = {"date": "2026-03-03T00:00:00Z"}

    zurich = (await anna.get("/v1.0/opening-hours/2", params=day)).json()
    new_york = (await carla.get("/v1.0/opening-hours/2", params=day)).json()
    named = (
        await carla.get("/v1.0/opening-hours/2", params=day, headers={"X-timezone-locationId": "1"})
    ).json()

    assert zurich["beginn"] == "2026-03-02T23:00:00Z"  # Titlis and Velo are open all day
    assert new_york["beginn"] == "2026-03-03T05:00:00Z"
    assert named == zurich


async def test_holidays_close_a_location_and_everything_in_it(service):
    week = (
        await service.get("/v1.0/opening-hours/all/2", params={"date": "2026-04-30T00:00:00Z"})
    ).json()
    may_day = {"date": "2026-05-01T00:00:00Z"}

    holiday = [(await service.get(f"/v1.0/feiertag/{n}", params=may_day)).json() for n in (1, 2, 3)]

    assert [d["closed"] for d in week] == [False, True, *[False] * 5]
    assert holiday == [True, True, False]


async def test_global_parameters_are_read_by_id_and_by_name(house, service):
    listed = (await service.get("/v1.0/configuration")).json()
    by_id = (await service.get("/v1.0/configuration/110")).json()
    by_name = (
        await service.get("/v1.0/configuration/bezeichnung/Exchange%20Ressource%20Sync%20enabled")
    ).json()

    assert by_id == by_name
    assert (by_id["wert"], by_id in listed) == ("true", True)
    assert (await service.get("/v1.0/configuration/1")).status_code == 404


async def test_statuses_have_ids_that_nobody_can_guess(service):
    statuses = {s["name"]: s["id"] for s in (await service.get("/v1.0/status")).json()}

    assert set(statuses) >= {
        "Besetzt (System)",
        "Besetzt (provisorisch)",
        "Besetzt (temporär)",
        "Besetzt (definitiv)",
        "Annulliert",
    }
    assert sorted(statuses.values()) != list(range(1, len(statuses) + 1))


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, [105, 106, 101, 103, 102]),
        ({"locationId": 2}, [101, 102, 106]),
        ({"locationIds": [1], "capacity": 9}, []),
        ({"resourcetypeId": 45}, [106]),
        ({"equipmentList": [{"id": 1}]}, []),
        (
            {"start": "2026-03-03T18:30:00Z", "end": "2026-03-03T19:00:00Z", "locationId": 2},
            [102, 106],
        ),
        (
            {
                "start": "2026-03-03T18:30:00Z",
                "end": "2026-03-03T19:00:00Z",
                "locationId": 2,
                "filterOpeningHours": False,
            },
            [101, 102, 106],
        ),
    ],
)
async def test_free_resources_match_the_wish(service, wish, expected):
    answer = await service.post("/v2.0/ressources/available", json={**FIND, **wish})

    assert sorted(r["id"] for r in answer.json()) == sorted(expected)


async def test_taken_resources_are_not_free_and_pages_are_cut(service, anna):
    await booked(anna)
    all_ = (await service.post("/v2.0/ressources/available", json=FIND)).json()
    page = await service.post(
        "/v2.0/ressources/available", json={**FIND, "pageIndex": 1, "pageSize": 2}
    )

    assert 101 not in [r["id"] for r in all_]
    assert page.json() == all_[2:4]


async def test_busy_bits_count_everything_that_blocks(service, anna):
    await booked(anna, beginn="2026-03-03T08:10:00Z", ende="2026-03-03T08:40:00Z")
    span = {"start": "2026-03-03T05:00:00Z", "end": "2026-03-03T09:00:00Z", "interval": 30}

    one = (await service.get("/v2.0/ressources/101/freebusy", params=span)).json()
    both = (
        await service.get("/v2.0/ressources/freebusy", params={**span, "resourceIds": [101, 105]})
    ).json()

    assert one == {"resourceId": 101, "freeBusyData": "11000011"}
    assert both == [one, {"resourceId": 105, "freeBusyData": "00000000"}]


async def test_busy_bits_round_up_and_default_to_a_quarter_of_an_hour(service):
    span = {"start": "2026-03-09T07:50:00Z", "end": "2026-03-09T08:25:00Z"}

    bits = (await service.get("/v2.0/ressources/101/freebusy", params=span)).json()["freeBusyData"]
    wrong = [
        await service.get("/v2.0/ressources/101/freebusy", params={**span, **change})
        for change in (
            {"interval": 0},
            {"end": span["start"]},
            {"end": "2090-01-01T00:00:00Z", "interval": 1},
        )
    ]

    assert bits == "111"
    assert [a.status_code for a in wrong] == [400] * 3


async def test_blockers_name_bookings_closed_hours_holidays_and_blocking_times(service, anna):
    booking = await booked(anna, istPrivat=True)
    params = {"filter.resourceId": 101}
    week = {"filter.start": "2026-03-03T00:00:00Z", "filter.end": "2026-03-04T00:00:00Z"}

    day = (await service.get("/v2.0/blockers/find", params={**params, **week})).json()
    others = (
        await service.get(
            "/v2.0/blockers/find",
            params={
                **params,
                "filter.start": "2026-05-01T06:00:00Z",
                "filter.end": "2026-05-01T07:00:00Z",
            },
        )
    ).json()
    blocked = (
        await service.get(
            "/v2.0/blockers/find",
            params={
                **params,
                "filter.start": "2026-03-09T08:00:00Z",
                "filter.end": "2026-03-09T09:00:00Z",
            },
        )
    ).json()
    ignoring = await service.get(
        "/v2.0/blockers/find", params={**params, **week, "filter.bookingIdToIgnore": booking["id"]}
    )

    assert [(b["blockerType"], b["start"], b["end"]) for b in day] == [
        (0, BEGIN, END),
        (1, "2026-03-03T00:00:00Z", "2026-03-03T06:00:00Z"),
        (1, "2026-03-03T18:00:00Z", "2026-03-04T00:00:00Z"),
    ]
    assert (day[0]["istPrivat"], day[0]["statusId"], day[0]["bookingId"]) == (1, 21, booking["id"])
    assert [b["blockerType"] for b in others] == [2]
    assert [(b["blockerType"], b["title"]) for b in blocked] == [(3, "Reinigung")]
    assert [b["blockerType"] for b in ignoring.json()] == [1, 1]


async def test_the_changed_slot_of_an_open_edit_is_a_blocker_too(service, anna):
    booking = await booked(anna)
    await edited(anna, booking["id"])
    await anna.put(
        f"/v2.0/bookings/{booking['id']}/update",
        json={"start": END, "end": "2026-03-03T10:00:00Z", "useTempdataContext": True},
    )
    span = {"filter.start": BEGIN, "filter.end": "2026-03-03T10:00:00Z", "filter.resourceIdIn": 101}

    lines = (await service.get("/v2.0/blockers/find", params=span)).json()

    assert [(b["start"], b["statusId"]) for b in lines] == [(BEGIN, 21), (END, 11)]


async def test_persons_free_busy_knows_only_known_persons(service):
    params = {
        "emailList": ["anna.meier@contoso.example", "x@far.example"],
        "from": BEGIN,
        "to": END,
    }

    lines = (await service.get("/v1.0/calendar/freebusy", params=params)).json()

    assert [(p["id"], p["appointments"]) for p in lines] == [(11, [])]


async def test_a_back_sync_of_a_slot_is_accepted_and_logged(house, service):
    url = "/v1.0/calendar/freebusy/backsync"

    known = await service.post(url, json={"resourceId": 101, **FIND})
    unknown = await service.post(url, json={"resourceId": 7, **FIND})

    assert (known.status_code, unknown.status_code) == (200, 404)
    assert (await house.journal())[0]["body"]["resourceId"] == 101


async def test_without_an_online_resource_a_room_cannot_be_removed(house, anna, service):
    booking = await booked(anna)
    store = house.simulator.house.store
    del store.resources[105]

    answer = await anna.patch(f"/v1.0/bookings/{booking['id']}/removeRoom")

    assert codes(answer) == ["no_online_resource"]


async def test_busy_bits_may_carry_other_digits_and_another_interval(house, service, anna):
    await booked(anna, statusId=24)
    span = {"start": BEGIN, "end": END, "interval": 30}
    await house.switch(busy_digit="status", busy_interval="15")

    bits = (await service.get("/v2.0/ressources/101/freebusy", params=span)).json()

    assert bits["freeBusyData"] == "4444"
