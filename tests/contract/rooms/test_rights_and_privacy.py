"""What rights allow, and what others see of a private booking (R-108)."""

import pytest

from tests.contract.rooms.requests import BEGIN, END, booked, codes, draft_body


@pytest.mark.parametrize(
    ("pin", "body", "code"),
    [
        ("14", {}, "right_book"),
        ("13", {"istPrivat": True}, "right_private"),
        ("13", {"personOrganisatorId": 11}, "right_for_others"),
    ],
)
async def test_a_missing_right_refuses_the_draft(house, pin, body, code):
    answer = await house.client(pin).post("/v1.0/reservation/create", json=draft_body(**body))

    assert codes(answer) == [code]


async def test_a_missing_right_refuses_quick_and_instant_bookings(carla):
    quick = await carla.post(
        "/v2.0/bookings/quickbooking", json={"ressourceId": 101, "start": BEGIN, "end": END}
    )
    instant = await carla.post("/v1.0/bookings/101", params={"duration": 30})

    assert [codes(quick), codes(instant)] == [["right_quick_booking"]] * 2


async def test_others_bookings_are_changed_only_with_the_right_for_others(anna, beat, carla):
    booking = await booked(anna)
    update = f"/v2.0/bookings/{booking['id']}/update"

    assert codes(await carla.put(update, json={"title": "X"})) == ["right_for_others"]
    assert codes(await carla.put(f"/v1.0/bookings/{booking['id']}/cancel")) == ["right_for_others"]
    assert (await beat.put(update, json={"title": "X"})).status_code == 200


async def test_own_bookings_are_changed_without_it_but_not_given_away(carla):
    booking = await booked(carla)
    update = f"/v2.0/bookings/{booking['id']}/update"

    given = await carla.put(update, json={"organizerId": 11})
    renamed = await carla.put(update, json={"title": "Neu"})

    assert (codes(given), renamed.json()["title"]) == (["right_for_others"], "Neu")


async def test_private_details_are_for_those_concerned_only(house, service, anna, beat, carla):
    booking = await booked(
        anna,
        istPrivat=True,
        titel="Arzt",
        kommentar="Praxis",
        teilnehmerCollection=[12],
        customProperties=[{"name": "Code", "value": 7}],
    )
    url = f"/v1.0/bookings/{booking['id']}"
    insiders = [anna, beat, house.client("15"), service]

    shown = [(await client.get(url)).json()["title"] for client in insiders]
    masked = (await carla.get(url)).json()

    assert shown == ["Arzt"] * 4
    assert (masked["title"], masked["comment"], masked["istPrivat"]) == ("Privat", None, True)
    assert (masked["participantDtoList"], masked["fieldValues"]) == ([], {})
    assert (masked["begin"], masked["organizerName"]) == (BEGIN, "Anna Meier")


async def test_lists_calendar_and_blockers_mask_as_well(house, anna, carla):
    await booked(anna, istPrivat=True, titel="Arzt", kommentar="Praxis")
    span = {"start": "2026-03-03T00:00:00Z", "end": "2026-03-04T00:00:00Z"}

    texts = [
        (await carla.get("/v2.0/bookings/find")).text,
        (await carla.get("/v1.0/ressources/bookings", params=span)).text,
        (
            await carla.get(
                "/v2.0/blockers/find", params={f"filter.{k}": v for k, v in span.items()}
            )
        ).text,
        (
            await carla.get(
                "/v1.0/calendar",
                params={"searchModel.from": span["start"], "searchModel.to": span["end"]},
            )
        ).text,
    ]

    assert ["Arzt" in t or "Praxis" in t for t in texts] == [False] * 4
    assert ["Privat" in t for t in texts] == [True] * 4


async def test_the_private_flag_is_set_at_creation_only(anna):
    booking = await booked(anna)

    changed = await anna.put(
        f"/v2.0/bookings/{booking['id']}/update", json={"istPrivat": True, "isPrivate": True}
    )

    assert changed.json()["istPrivat"] is False
