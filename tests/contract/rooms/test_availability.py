"""Why a slot cannot be had: every reason with its own code (R-109, R-401, R-410..R-412)."""

from dataclasses import replace

import pytest

from tests.contract.rooms.requests import BEGIN, END, booked, codes, draft_body, edited


def slot(begin: str, end: str, **more: object) -> dict:
    return draft_body(beginn=begin, ende=end, **more)


async def refusal(client, body: dict) -> list[str]:
    answer = await client.post("/v1.0/reservation/create", json=body)
    return [] if answer.status_code == 200 else codes(answer)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (slot("2026-03-03T18:00:00Z", "2026-03-03T18:30:00Z"), ["outside_opening_hours"]),
        (slot("2026-03-03T17:30:00Z", "2026-03-03T18:00:00Z"), []),
        (slot("2026-03-07T10:30:00Z", "2026-03-07T11:30:00Z"), ["outside_opening_hours"]),
        (slot("2026-03-08T10:00:00Z", "2026-03-08T11:00:00Z"), ["outside_opening_hours"]),
        # After the change to summer time 19:00 in Zurich is 17:00Z.
        (slot("2026-03-30T17:00:00Z", "2026-03-30T17:30:00Z"), ["outside_opening_hours"]),
        (slot("2026-03-09T11:30:00Z", "2026-03-09T12:30:00Z"), ["blocking_time"]),
        (slot("2026-03-09T12:00:00Z", "2026-03-09T12:30:00Z"), []),
        (slot("2026-05-01T08:00:00Z", "2026-05-01T09:00:00Z"), ["holiday"]),
        (slot("2026-03-02T06:00:00Z", "2026-03-02T07:00:00Z"), ["past"]),
        (slot("2026-03-02T06:30:00Z", "2026-03-02T07:30:00Z"), []),
        (slot(BEGIN, END, anzahlPersonen=9), ["capacity"]),
        (slot(BEGIN, END, anzahlPersonen=8), []),
        (slot(BEGIN, "2026-03-03T08:20:00Z", ressourceId=102), ["too_short"]),
        (slot(BEGIN, "2026-03-03T12:30:00Z", ressourceId=102), ["too_long"]),
        (slot(BEGIN, END, ressourceId=104), ["inactive_resource"]),
        (slot("2026-03-08T03:00:00Z", "2026-03-08T04:00:00Z", ressourceId=106), []),
    ],
)
async def test_the_calendar_of_the_house_decides(anna, body, expected):
    assert await refusal(anna, body) == expected


async def test_all_reasons_come_together(anna):
    body = slot("2026-05-01T18:00:00Z", "2026-05-01T19:00:00Z", anzahlPersonen=20)

    assert await refusal(anna, body) == ["capacity", "outside_opening_hours", "holiday"]


async def test_bookings_may_touch_but_not_overlap(anna, beat):
    await booked(anna)

    before = slot("2026-03-03T07:30:00Z", BEGIN)
    after = slot(END, "2026-03-03T09:30:00Z")
    across = slot("2026-03-03T08:59:00Z", "2026-03-03T10:00:00Z")

    assert [await refusal(beat, b) for b in (before, after, across)] == [[], [], ["occupied"]]


async def test_lead_and_follow_up_count_on_resources_that_are_not_synced(anna, beat):
    booking = await booked(anna, ressourceId=102)

    close = slot("2026-03-03T09:15:00Z", "2026-03-03T10:00:00Z", ressourceId=102)
    clear = slot("2026-03-03T09:45:00Z", "2026-03-03T10:15:00Z", ressourceId=102)

    assert (booking["beginPreparation"], booking["endFollowUp"]) == (
        "2026-03-03T07:30:00Z",
        "2026-03-03T09:15:00Z",
    )
    assert [await refusal(beat, b) for b in (close, clear)] == [["occupied"], []]


async def test_synced_resources_have_no_lead_and_follow_up_whatever_is_configured(anna):
    booking = await booked(anna)
    resource = (await anna.get("/v1.0/ressource/101")).json()

    assert (booking["beginPreparation"], booking["endFollowUp"]) == (BEGIN, END)
    assert (resource["preparationDuration"], resource["followUpDuration"]) == (15, 15)


async def test_switching_the_sync_on_recomputes_a_booking_only_when_it_is_saved(house, anna):
    booking = await booked(anna, ressourceId=102)
    store = house.simulator.house.store
    store.keep_resource(
        replace(store.resources[102], mode="Microsoft365", mail="t@contoso.example")
    )

    untouched = (await anna.get(f"/v1.0/bookings/{booking['id']}")).json()
    saved = (await anna.put(f"/v2.0/bookings/{booking['id']}/update", json={"title": "Neu"})).json()

    assert untouched["beginPreparation"] == "2026-03-03T07:30:00Z"
    assert saved["beginPreparation"] == BEGIN


async def test_online_resources_never_conflict(anna, beat):
    bodies = [slot(BEGIN, END, ressourceId=105, anzahlPersonen=500)] * 3

    assert [await refusal(beat, b) for b in bodies] == [[], [], []]


async def test_a_booking_does_not_stand_in_its_own_way(anna):
    booking = await booked(anna)

    moved = await anna.put(
        f"/v2.0/bookings/{booking['id']}/update",
        json={"start": "2026-03-03T08:30:00Z", "end": "2026-03-03T09:30:00Z"},
    )

    assert moved.status_code == 200


async def test_a_cancelled_or_moved_booking_frees_its_slot(anna, beat):
    first, second = await booked(anna), await booked(anna, ressourceId=106)
    await anna.put(f"/v1.0/bookings/{first['id']}/cancel")
    await anna.put(
        f"/v2.0/bookings/{second['id']}/update",
        json={"start": "2026-03-03T12:00:00Z", "end": "2026-03-03T13:00:00Z"},
    )

    assert await refusal(beat, slot(BEGIN, END)) == []
    assert await refusal(beat, slot(BEGIN, END, ressourceId=106)) == []


async def test_refusals_can_come_as_200_without_an_id(house, anna, beat):
    booking = await booked(anna)
    await edited(anna, booking["id"])
    await house.switch(refusal="200")

    created = await beat.post("/v1.0/reservation/create", json=slot(BEGIN, END))
    updated = await beat.put(f"/v2.0/bookings/{booking['id']}/update", json={"title": "X"})
    locked = await beat.post(f"/v1.0/reservation/edit/{booking['id']}")

    assert [a.status_code for a in (created, updated, locked)] == [200, 200, 200]
    assert (created.json()["tempdataContextId"], codes(created)) == (None, ["occupied"])
    assert (updated.json()["id"], codes(updated)) == (None, ["locked"])
    assert locked.json()["booking"]["messageList"][0]["messageLevel"] == 2
    assert [e["changed"] for e in await house.journal()][3:] == [False] * 3


async def test_a_refusal_tells_the_reason_and_nothing_about_the_other_booking(anna, beat):
    await booked(anna, titel="Geheimer Titel", istPrivat=True)

    answer = await beat.post("/v1.0/reservation/create", json=slot(BEGIN, END))

    assert answer.json()["message"] == "Die Ressource ist zur gewünschten Zeit bereits besetzt."
    assert "Geheim" not in answer.text
    assert "Meier" not in answer.text


async def test_an_open_edit_does_not_count_as_taken_twice(anna, beat):
    booking = await booked(anna)
    await edited(anna, booking["id"])

    assert await refusal(beat, slot(BEGIN, END)) == ["occupied"]
