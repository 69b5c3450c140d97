"""Series that exist: read, edited, split, recreated, cancelled (R-610..R-612, R-624)."""

import pytest

from tests.contract.rooms.requests import booked, codes, confirmed, edited, found
from tests.contract.rooms.series import (
    DAILY,
    MONDAYS,
    booked_series,
    bookings_of,
    drawn_up,
    items_of,
    starts,
)


@pytest.fixture
async def series(anna):
    """Four days from 10 March on, 9 to 10 in Bern."""
    booking = await booked_series(anna, DAILY)
    return await bookings_of(anna, booking["serienId"])


async def changed(client, booking, **changes):
    answer = await client.put(f"/v2.0/bookings/{booking['id']}/update", json=changes)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def links(house):
    """Return for each series which one it came from."""
    state = (await house.control().get("state")).json()
    return {s["id"]: s["predecessorId"] for s in state["series"]}


async def test_only_a_series_id_names_a_series_and_only_active_dates_are_listed(anna, series):
    await anna.put(f"/v1.0/bookings/{series[1]['id']}/cancel")

    items = await items_of(anna, series[0]["serienId"])

    assert [i["reservationId"] for i in items] == [series[n]["id"] for n in (0, 2, 3)]
    assert await items_of(anna, series[0]["id"]) == []
    assert await items_of(anna, 9999) == []


async def test_a_private_series_shows_others_no_title(anna, beat):
    booking = await booked_series(anna, DAILY, istPrivat=True, titel="Arzt")

    items = await items_of(beat, booking["serienId"])

    assert {i["reservationTitle"] for i in items} == {"Privat"}


async def test_the_first_booking_still_to_come_moves_on(house, anna, series):
    await house.advance(days=9, hours=2)

    seen = (await anna.get(f"/v1.0/bookings/{series[3]['id']}")).json()

    assert seen["firstFutureSerieBookingId"] == series[2]["id"]


async def test_a_change_of_one_date_leaves_the_others_alone(anna, series):
    await changed(
        anna,
        series[1],
        title="Neu",
        start="2026-03-11T12:00:00Z",
        end="2026-03-11T13:00:00Z",
    )

    after = await bookings_of(anna, series[0]["serienId"])

    assert [b["title"] for b in after] == ["Planung", "Neu", "Planung", "Planung"]
    assert [after[n] for n in (0, 2, 3)] == [series[n] for n in (0, 2, 3)]


async def test_what_is_not_sync_relevant_changes_what_follows_in_place(house, anna, series):
    await changed(anna, series[1], title="Neu", resourceId=102, applyTempChangesToSeries=True)

    after = await bookings_of(anna, series[0]["serienId"])

    assert [(b["title"], b["ressourceId"]) for b in after] == [
        ("Planung", 106),
        ("Neu", 102),
        ("Neu", 102),
        ("Neu", 102),
    ]
    assert len(await house.mails()) == 2


async def test_a_new_time_for_this_and_following_splits_the_series(house, anna, series):
    """The old part keeps the dates before; both parts are linked (R-611)."""
    moved = await changed(
        anna,
        series[2],
        start="2026-03-12T12:00:00Z",
        end="2026-03-12T13:30:00Z",
        applyTempChangesToSeries=True,
    )

    old, new = series[0]["serienId"], moved["serienId"]
    assert starts(await bookings_of(anna, old)) == ["03-10T08", "03-11T08"]
    later = await bookings_of(anna, new)
    assert [b["id"] for b in later] == [series[2]["id"], series[3]["id"]]
    assert [(b["begin"], b["end"]) for b in later] == [
        ("2026-03-12T12:00:00Z", "2026-03-12T13:30:00Z"),
        ("2026-03-13T12:00:00Z", "2026-03-13T13:30:00Z"),
    ]
    assert [b["isFirstSerieItem"] for b in later] == [True, False]
    assert await links(house) == {old: None, new: old}
    seen = (await anna.get(f"/v1.0/bookings/{series[0]['id']}")).json()["series"]
    assert (seen["occurences"], seen["endDate"]) == (2, "2026-03-11T00:00:00Z")


async def test_a_new_time_for_all_dates_to_come_stays_one_series(anna, series):
    moved = await changed(
        anna,
        series[0],
        start="2026-03-11T12:00:00Z",
        end="2026-03-11T13:00:00Z",
        applyTempChangesToSeries=True,
    )

    after = await bookings_of(anna, series[0]["serienId"])
    assert moved["serienId"] == series[0]["serienId"]
    assert starts(after) == ["03-11T12", "03-12T12", "03-13T12", "03-14T12"]


async def test_dates_of_a_series_make_room_for_each_other(anna, series):
    """Moved by a day, each date takes the slot of the next."""
    await changed(
        anna,
        series[0],
        start="2026-03-11T08:00:00Z",
        end="2026-03-11T09:00:00Z",
        applyTempChangesToSeries=True,
    )

    after = await bookings_of(anna, series[0]["serienId"])
    assert starts(after) == ["03-11T08", "03-12T08", "03-13T08", "03-14T08"]


async def test_whether_a_series_is_split_is_a_switch(house, anna, series):
    await house.switch(series_split="keeps")
    draft = await edited(anna, series[1]["id"])

    await confirmed(
        anna,
        draft["tempdataContextId"],
        teilnehmerList=[{"id": 12}],
        applyChangesToSeries=True,
    )

    after = await bookings_of(anna, series[0]["serienId"])
    assert [len(b["participantDtoList"]) for b in after] == [0, 1, 1, 1]


async def test_changes_are_carried_over_only_where_something_changed(anna, series):
    """What is sent although it is as before does not undo what single dates have of their own."""
    await changed(anna, series[2], title="Eigener", start="2026-03-12T08:30:00Z")
    draft = await edited(anna, series[0]["id"])

    await confirmed(
        anna,
        draft["tempdataContextId"],
        titel="Planung",
        beginn=series[0]["begin"],
        ende=series[0]["end"],
        organizerId=12,
        applyChangesToSeries=True,
    )

    after = await bookings_of(anna, series[0]["serienId"])
    assert [b["title"] for b in after] == ["Planung", "Planung", "Eigener", "Planung"]
    assert after[2]["begin"] == "2026-03-12T08:30:00Z"
    assert {b["organizerId"] for b in after} == {12}


async def test_changes_in_a_draft_reach_the_series_once_it_is_confirmed(anna, series):
    draft = await edited(anna, series[0]["id"])
    await changed(
        anna, series[0], title="Neu", useTempdataContext=True, applyTempChangesToSeries=True
    )
    before = {b["title"] for b in await bookings_of(anna, series[0]["serienId"])}

    await confirmed(anna, draft["tempdataContextId"])

    after = {b["title"] for b in await bookings_of(anna, series[0]["serienId"])}
    assert (before, after) == ({"Planung"}, {"Neu"})


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("left_out", [("03-10T12", 106), ("03-11T08", 106), ("03-12T12", 106), ("03-13T12", 106)]),
        (
            "without_room",
            [("03-10T12", 106), ("03-11T12", 105), ("03-12T12", 106), ("03-13T12", 106)],
        ),
    ],
)
async def test_a_change_that_one_date_cannot_take(house, beat, series, way, expected):
    anna = house.client("11")
    await booked(beat, ressourceId=106, beginn="2026-03-11T12:00:00Z", ende="2026-03-11T13:00:00Z")
    change = {
        "start": "2026-03-10T12:00:00Z",
        "end": "2026-03-10T13:00:00Z",
        "applyTempChangesToSeries": True,
    }

    refused = await anna.put(f"/v2.0/bookings/{series[0]['id']}/update", json=change)
    untouched = await bookings_of(anna, series[0]["serienId"])
    await house.switch(series_conflicts=way)
    await changed(anna, series[0], **change)

    after = await bookings_of(anna, series[0]["serienId"])
    assert (codes(refused), untouched) == (["occupied"], series)
    assert [(s, b["ressourceId"]) for s, b in zip(starts(after), after, strict=True)] == expected


async def test_an_item_open_in_an_editor_holds_up_the_whole_series(anna, beat, series):
    draft = await edited(beat, series[2]["id"])
    attempts = [
        await anna.put(
            f"/v2.0/bookings/{series[0]['id']}/update",
            json={"title": "X", "applyTempChangesToSeries": True},
        ),
        await anna.put(f"/v1.0/bookings/{series[0]['id']}/cancelSerie"),
        await anna.patch(
            f"/v1.0/bookings/{series[0]['id']}/removeRoom", params={"applyToSerie": True}
        ),
    ]
    single = await anna.put(f"/v2.0/bookings/{series[0]['id']}/update", json={"title": "X"})
    await beat.put(
        "/v1.0/reservation/abort", params={"tempdataContextId": draft["tempdataContextId"]}
    )

    assert [codes(a) for a in attempts] == [["locked"]] * 3
    assert single.status_code == 200
    assert [b["ressourceId"] for b in await bookings_of(anna, series[0]["serienId"])] == [106] * 4


async def test_a_new_pattern_recreates_what_is_still_to_come(house, anna, series):
    """Past dates stay in the old series; the old bookings are annulled (R-610)."""
    await house.advance(days=8, hours=2)
    draft = await edited(anna, series[2]["id"])
    await drawn_up(anna, draft["tempdataContextId"], MONDAYS | {"days": [], "iterations": 3})

    booking = await confirmed(anna, draft["tempdataContextId"])

    old, new = series[0]["serienId"], booking["serienId"]
    before = await bookings_of(anna, old)
    assert [b["status"] for b in before] == [
        "Besetzt (definitiv)",
        "Besetzt (definitiv)",
        "Annulliert",
    ]
    assert starts(await bookings_of(anna, new)) == ["03-12T08", "03-19T08", "03-26T08"]
    assert booking["id"] == series[2]["id"]
    assert await links(house) == {old: None, new: old}


async def test_a_new_pattern_may_take_slots_of_the_old_one(anna, series):
    draft = await edited(anna, series[0]["id"])
    items = await drawn_up(
        anna, draft["tempdataContextId"], {**DAILY, "interval": 2, "iterations": 3}
    )

    booking = await confirmed(anna, draft["tempdataContextId"])

    assert [i["validationState"] for i in items] == [0, 0, 0]
    after = await items_of(anna, booking["serienId"])
    assert starts(after) == ["03-10T08", "03-12T08", "03-14T08"]
    assert await items_of(anna, series[0]["serienId"]) == []


async def test_a_series_becomes_a_single_booking(house, anna, series):
    await house.switch(series_delete_in_edit="nothing")
    draft = await edited(anna, series[0]["id"])
    drop = "/v1.0/reservation/recurrence/delete"
    await anna.delete(drop, params={"tempdataContextId": draft["tempdataContextId"]})
    kept = await confirmed(anna, draft["tempdataContextId"])
    await house.switch(series_delete_in_edit="ends")
    draft = await edited(anna, series[0]["id"])
    await anna.delete(drop, params={"tempdataContextId": draft["tempdataContextId"]})

    single = await confirmed(anna, draft["tempdataContextId"])

    assert (kept["serienId"], single["serienId"]) == (series[0]["serienId"], None)
    assert await items_of(anna, series[0]["serienId"]) == []
    statuses = [b["status"] for b in (await house.state()).values()]
    assert sorted(statuses) == ["Annulliert"] * 3 + ["Besetzt (definitiv)"]


@pytest.mark.parametrize("by", [0, 3])
async def test_cancelling_a_series_annuls_what_is_still_to_come(house, anna, series, by):
    """Past and running dates stay (R-624); any booking names the series; one mail."""
    await house.advance(days=9, hours=1, minutes=30)  # in the second date
    await house.control().delete("mails")

    answer = await anna.put(f"/v1.0/bookings/{series[by]['id']}/cancelSerie")

    after = await bookings_of(anna, series[0]["serienId"])
    assert answer.json()["id"] == series[by]["id"]
    assert [b["status"] == "Annulliert" for b in after] == [False, False, True, True]
    assert [m["subject"] for m in await house.mails()] == ["Buchung annulliert: Velo"]


async def test_cancelling_in_silence_keeps_the_appointments(house, anna, series):
    await house.control().delete("mails")

    await anna.put(
        f"/v1.0/bookings/{series[0]['id']}/cancelSerie",
        params={"sendMail": False, "cancelExchangeAppointment": False},
    )

    state = await house.state()
    copies = [b for b in state.values() if b["systemResource"]]
    assert (len(copies), {b["serienId"] for b in copies}) == (4, {None})
    assert await house.mails() == []


@pytest.mark.parametrize("shape", ["4xx", "200"])
async def test_cancelling_the_series_of_a_single_booking_is_an_error(house, anna, shape):
    await house.switch(refusal=shape)
    single = await booked(anna)

    answer = await anna.put(f"/v1.0/bookings/{single['id']}/cancelSerie")

    assert answer.status_code == 404
    assert await found(anna) == [single["id"]]


@pytest.mark.parametrize(("whole", "resources"), [(True, [105] * 4), (False, [106, 105, 106, 106])])
async def test_a_series_or_one_date_loses_its_room(house, anna, series, whole, resources):
    await anna.patch(f"/v1.0/bookings/{series[1]['id']}/removeRoom", params={"applyToSerie": whole})

    after = await bookings_of(anna, series[0]["serienId"])
    assert [b["ressourceId"] for b in after] == resources
    assert len(await house.mails()) == 2


async def test_a_single_booking_takes_changes_for_a_series_as_its_own(anna):
    single = await booked(anna)

    after = await changed(anna, single, title="Neu", applyTempChangesToSeries=True)

    assert after["title"] == "Neu"
