"""Drafts: opened, confirmed, aborted, expired, locked (rooms-api 4)."""

import pytest

from tests.contract.rooms.requests import (
    BEGIN,
    END,
    booked,
    codes,
    confirmed,
    draft_body,
    edited,
    found,
    opened,
)

OID = "0B2749BB-FBCC-49AD-8D42-6B2D54895C70"


async def test_a_new_draft_blocks_its_slot_as_a_system_booking(house, anna, beat):
    draft = await opened(anna)

    shown = (await beat.get(f"/v1.0/bookings/{draft['reservationId']}")).json()
    refused = await beat.post("/v1.0/reservation/create", json=draft_body())

    assert shown["status"] == "Besetzt (System)"
    assert (refused.status_code, codes(refused)) == (400, ["occupied_by_draft"])


async def test_confirming_makes_the_same_booking_definitive_and_stores_the_link(house, anna):
    draft = await opened(anna, personOrganisatorId=12)

    booking = await confirmed(
        anna,
        draft["tempdataContextId"],
        syncAppointmentOid=OID,
        syncedToExchangeSerieItem=True,
        teilnehmerList=[{"eMail": "BEAT.KUNZ@contoso.example"}, {"eMail": "x@far.example"}],
    )

    assert booking["id"] == draft["reservationId"]
    assert booking["status"] == "Besetzt (definitiv)"
    assert (booking["organizerId"], booking["organizerName"]) == (12, "Beat Kunz")
    assert booking["syncAppointmentOid"] == OID.lower()
    assert booking["syncedToExchangeSerieItem"] is True
    people = [(p["id"], p["eMail"], p["isExternal"]) for p in booking["participantDtoList"]]
    assert people == [(12, "beat.kunz@contoso.example", False), (0, "x@far.example", True)]


async def test_without_the_right_for_definitive_bookings_they_are_provisional(carla):
    booking = await booked(carla)
    wanted = await carla.post(
        "/v1.0/reservation/create", json=draft_body(ressourceId=106, statusId=21)
    )
    choices = (await carla.get(f"/v1.0/workflow/statuslist/{booking['id']}")).json()

    assert booking["status"] == "Besetzt (provisorisch)"
    assert codes(wanted) == ["right_definitive"]
    assert [s["name"] for s in choices] == ["Besetzt (provisorisch)", "Besetzt (temporär)"]


async def test_an_aborted_draft_leaves_nothing_behind(house, anna):
    draft = await opened(anna)
    context, booking_id = draft["tempdataContextId"], draft["reservationId"]
    exists = f"/v1.0/reservation/tempbooking/exists/{context}/{booking_id}"
    before = (await anna.get(exists)).json()

    await anna.put(
        "/v1.0/reservation/abort", params={"tempdataContextId": draft["tempdataContextId"]}
    )

    assert (before, (await anna.get(exists)).json()) == (True, False)
    assert (await anna.get(f"/v1.0/bookings/{draft['reservationId']}")).status_code == 404
    assert await found(anna) == []


async def test_a_forgotten_draft_expires_and_frees_the_slot(house, anna, beat):
    draft = await opened(anna)
    pending = (await house.control().get("pending")).json()["drafts"]

    await house.advance(minutes=19)
    early = await beat.post("/v1.0/reservation/create", json=draft_body())
    await house.advance(minutes=1)
    late = await beat.post("/v1.0/reservation/create", json=draft_body())
    gone = await anna.put(
        "/v1.0/reservation/confirm", json={"tempdataContextId": draft["tempdataContextId"]}
    )

    assert (pending, early.status_code, late.status_code, gone.status_code) == (1, 400, 200, 404)


async def test_the_lifetime_of_a_draft_is_a_switch(house, anna):
    await house.switch(draft_minutes=5)
    await opened(anna)

    await house.advance(minutes=5)

    assert await found(anna) == []


async def test_an_edit_shows_nothing_before_it_is_confirmed(house, anna, beat):
    booking = await booked(anna)
    draft = await edited(anna, booking["id"])
    await anna.put(
        f"/v2.0/bookings/{booking['id']}/update",
        json={
            "title": "Neu",
            "start": "2026-03-03T10:00:00Z",
            "end": "2026-03-03T11:00:00Z",
            "useTempdataContext": True,
        },
    )

    stored = (await anna.get(f"/v1.0/bookings/{booking['id']}")).json()
    proposed = (
        await anna.get(f"/v1.0/bookings/{booking['id']}", params={"fromTempContext": True})
    ).json()
    to_others = (
        await beat.get(f"/v1.0/bookings/{booking['id']}", params={"fromTempContext": True})
    ).json()
    old_slot = await beat.post("/v1.0/reservation/create", json=draft_body())
    new_slot = await beat.post(
        "/v1.0/reservation/create",
        json=draft_body(beginn="2026-03-03T10:30:00Z", ende="2026-03-03T10:45:00Z"),
    )
    final = await confirmed(anna, draft["tempdataContextId"])

    assert (stored["title"], stored["begin"]) == ("Planung", BEGIN)
    assert (proposed["title"], proposed["begin"]) == ("Neu", "2026-03-03T10:00:00Z")
    assert to_others == stored
    assert (codes(old_slot), codes(new_slot)) == (["occupied"], ["occupied_by_draft"])
    assert (final["title"], final["begin"]) == ("Neu", "2026-03-03T10:00:00Z")


async def test_the_edit_lock_keeps_everybody_else_out_until_the_edit_ends(house, anna, beat):
    booking = await booked(anna)
    draft = await edited(anna, booking["id"])

    answers = [
        await beat.post(f"/v1.0/reservation/edit/{booking['id']}"),
        await beat.put(f"/v2.0/bookings/{booking['id']}/update", json={"title": "X"}),
        await beat.put(f"/v1.0/bookings/{booking['id']}/cancel"),
    ]
    locked = [a.status_code for a in answers]
    await anna.put(
        "/v1.0/reservation/abort", params={"tempdataContextId": draft["tempdataContextId"]}
    )
    free = await beat.put(f"/v2.0/bookings/{booking['id']}/update", json={"title": "X"})

    assert locked == [400, 400, 400]
    assert answers[0].json()["messageList"][0]["messageData"] == {"code": "locked"}
    assert free.status_code == 200


async def test_the_same_person_may_edit_again_unless_the_switch_says_otherwise(house, anna):
    booking = await booked(anna)
    first = await edited(anna, booking["id"])
    second = await edited(anna, booking["id"])
    stale = await anna.put(
        "/v1.0/reservation/confirm", json={"tempdataContextId": first["tempdataContextId"]}
    )
    await house.switch(edit_lock="everyone")
    third = await anna.post(f"/v1.0/reservation/edit/{booking['id']}")

    assert second["tempdataContextId"] != first["tempdataContextId"]
    assert (stale.status_code, codes(third)) == (404, ["locked"])


async def test_a_refused_confirmation_leaves_the_draft_open(house, anna, beat):
    await booked(beat)
    draft = await opened(anna, beginn=END, ende="2026-03-03T10:00:00Z")

    refused = await anna.put(
        "/v1.0/reservation/confirm",
        json={"tempdataContextId": draft["tempdataContextId"], "beginn": BEGIN},
    )
    accepted = await confirmed(anna, draft["tempdataContextId"])

    assert codes(refused) == ["occupied"]
    assert accepted["begin"] == END


async def test_somebody_elses_draft_counts_as_absent(anna, beat):
    draft = await opened(anna)

    answer = await beat.put(
        "/v1.0/reservation/confirm", json={"tempdataContextId": draft["tempdataContextId"]}
    )

    assert answer.status_code == 404


async def test_a_draft_booking_is_neither_cancelled_nor_edited(anna, beat):
    draft = await opened(anna)
    cancel = f"/v1.0/bookings/{draft['reservationId']}/cancel"

    assert codes(await anna.put(cancel)) == ["draft_open"]
    assert codes(await beat.put(cancel)) == ["locked"]


async def test_temporary_bookings_vanish_unless_confirmed_in_time(house, anna):
    gone = await booked(anna, statusId=27)
    kept = await booked(anna, statusId=27, ressourceId=106)
    draft = await edited(anna, kept["id"])
    await confirmed(anna, draft["tempdataContextId"], statusId=21)

    await house.advance(minutes=60)

    assert gone["status"] == "Besetzt (temporär)"
    assert await found(anna) == [kept["id"]]


async def test_participants_stay_when_absent_and_go_when_the_list_is_empty(anna):
    booking = await booked(anna, teilnehmerCollection=[12])
    draft = await edited(anna, booking["id"])
    kept = await confirmed(anna, draft["tempdataContextId"], titel="Neu")
    draft = await edited(anna, booking["id"])
    cleared = await confirmed(anna, draft["tempdataContextId"], teilnehmerList=[])

    assert [p["name"] for p in kept["participantDtoList"]] == ["Beat Kunz"]
    assert cleared["participantDtoList"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ressourceId": 999}, "unknown_resource"),
        ({"ressourceId": None}, "unknown_resource"),
        ({"personOrganisatorId": 999}, "unknown_person"),
        ({"personOrganisatorId": 16}, "unknown_person"),
        ({"teilnehmerCollection": [999]}, "unknown_person"),
        ({"statusId": 33}, "status_not_allowed"),
        ({"ende": BEGIN}, "invalid_period"),
    ],
)
async def test_a_draft_of_things_that_do_not_exist_is_refused(anna, body, code):
    answer = await anna.post("/v1.0/reservation/create", json=draft_body(**body))

    assert (answer.status_code, codes(answer)) == (400, [code])


async def test_what_is_not_modelled_is_refused_instead_of_dropped(anna):
    answer = await anna.post(
        "/v1.0/reservation/create", json=draft_body(bestellungItems=[{"menge": 2}])
    )

    assert answer.status_code == 501
    assert "bestellung_items" in answer.json()["message"]


async def test_a_new_draft_can_be_changed_before_it_is_confirmed(anna, beat):
    draft = await opened(anna)
    update = f"/v2.0/bookings/{draft['reservationId']}/update"
    body = {"resourceId": 106, "title": "Neu", "useTempdataContext": True}

    foreign = await beat.put(update, json=body)
    own = (await anna.put(update, json=body)).json()
    old_slot = await beat.post("/v1.0/reservation/create", json=draft_body())
    final = await confirmed(anna, draft["tempdataContextId"])

    assert codes(foreign) == ["locked"]
    assert (own["ressourceId"], own["status"], old_slot.status_code) == (
        106,
        "Besetzt (System)",
        200,
    )
    assert (final["ressourceId"], final["title"]) == (106, "Neu")


async def test_a_booking_that_is_not_open_has_no_draft_to_change(anna):
    booking = await booked(anna)

    answer = await anna.put(
        f"/v2.0/bookings/{booking['id']}/update", json={"useTempdataContext": True}
    )

    assert answer.status_code == 404


async def test_what_may_be_chosen_next_depends_on_the_draft_and_the_status(anna):
    draft = await opened(anna)
    url = f"/v1.0/workflow/statuslist/{draft['tempdataContextId']}"
    choices = (await anna.get(url, params={"fromTempdataContext": True})).json()
    booking = await confirmed(anna, draft["tempdataContextId"])
    await anna.put(f"/v1.0/bookings/{booking['id']}/cancel")

    after = (await anna.get(f"/v1.0/workflow/statuslist/{booking['id']}")).json()

    assert [s["id"] for s in choices] == [24, 27, 21]
    assert after == []


async def test_a_draft_can_check_in_at_once(house, anna):
    draft = await opened(
        anna, beginn="2026-03-02T07:00:00Z", ende="2026-03-02T08:00:00Z", directCheckin=True
    )

    booking = await confirmed(anna, draft["tempdataContextId"])

    assert booking["checkinConfirmed"] is True
