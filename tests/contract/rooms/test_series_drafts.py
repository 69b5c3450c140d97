"""A series drawn up in a draft: patterns, single dates, validation, confirmation (rooms-api 4)."""

import pytest

from tests.contract.rooms.conftest import world
from tests.contract.rooms.requests import (
    booked,
    codes,
    confirmed,
    draft_body,
    edited,
    found,
    opened,
)
from tests.contract.rooms.series import (
    DAILY,
    MONDAYS,
    NINE,
    TEN,
    booked_series,
    bookings_of,
    drawn_up,
    items_of,
    move_item,
    starts,
)

RECURRENCE = "/v1.0/reservation/recurrence/create"


async def a_draft(client, **changes):
    values = {"ressourceId": 106, "beginn": NINE, "ende": TEN} | changes
    return (await opened(client, **values))["tempdataContextId"]


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (
            {"recurrenceType": "Daily", "interval": 2, "iterations": 3},
            ["03-10T08", "03-12T08", "03-14T08"],
        ),
        (
            {"recurrenceType": "Weekly", "days": [4], "iterations": 4},
            ["03-10T08", "03-12T08", "03-17T08", "03-19T08"],
        ),
        (
            {"recurrenceType": "weekly", "interval": 3, "days": [0], "iterations": 3},
            ["03-10T08", "03-15T08", "03-31T07"],
        ),
        (
            {"recurrenceType": "Monthly", "dayOfMonth": 31, "iterations": 3},
            ["03-31T07", "04-30T07", "05-31T07"],
        ),
        (
            {
                "recurrenceType": "MonthlyNth",
                "dayOfWeek": 4,
                "dayOfWeekInMonth": 2,
                "iterations": 2,
            },
            ["03-10T08", "04-14T07"],
        ),
        (
            {
                "recurrenceType": "MonthlyNth",
                "dayOfWeek": 32,
                "dayOfWeekInMonth": 5,
                "iterations": 2,
            },
            ["03-27T08", "04-24T07"],
        ),
        (
            {
                "recurrenceType": "Weekly",
                "endByDate": True,
                "endDate": "2026-03-31T00:00:00Z",
                "iterations": 1,
            },
            ["03-10T08", "03-17T08", "03-24T08", "03-31T07"],
        ),
    ],
)
async def test_the_dates_of_a_pattern_keep_their_wall_clock_time(anna, recurrence, expected):
    """The start's own weekday cannot be deselected; DST begins on 29 March (R-600)."""
    items = await drawn_up(anna, await a_draft(anna), recurrence)

    assert starts(items) == expected
    assert [i["isMaster"] for i in items] == [True] + [False] * (len(expected) - 1)


@pytest.mark.parametrize(
    ("switch", "recurrence", "expected"),
    [
        (
            {"series_short_months": "skipped"},
            {"recurrenceType": "Monthly", "dayOfMonth": 31, "iterations": 2},
            ["03-31T07", "05-31T07"],
        ),
        (
            {"series_week_start": "sunday"},
            {"recurrenceType": "Weekly", "interval": 3, "days": [0], "iterations": 3},
            ["03-10T08", "03-29T07", "03-31T07"],
        ),
        (
            {"series_fifth_week": "fifth"},
            {
                "recurrenceType": "MonthlyNth",
                "dayOfWeek": 32,
                "dayOfWeekInMonth": 5,
                "iterations": 1,
            },
            ["05-29T07"],
        ),
        (
            {"series_end_date": "instant"},
            {
                "recurrenceType": "Weekly",
                "endByDate": True,
                "endDate": "2026-03-24T00:00:00Z",
            },
            ["03-10T08", "03-17T08"],
        ),
    ],
)
async def test_what_is_open_about_patterns_is_a_switch(house, anna, switch, recurrence, expected):
    await house.switch(**switch)

    items = await drawn_up(anna, await a_draft(anna), recurrence)

    assert starts(items) == expected


@pytest.mark.parametrize(
    ("recurrence", "code"),
    [
        ({"recurrenceType": "Yearly", "iterations": 2}, "series_pattern"),
        ({"recurrenceType": "Hourly", "iterations": 2}, "series_pattern"),
        ({"iterations": 2}, "series_pattern"),
        ({"recurrenceType": "Daily", "interval": -1, "iterations": 2}, "series_pattern"),
        ({"recurrenceType": "Monthly", "iterations": 2}, "series_pattern"),
        ({"recurrenceType": "MonthlyNth", "dayOfWeek": 2, "iterations": 2}, "series_pattern"),
        ({"recurrenceType": "Daily"}, "series_endless"),
        ({"recurrenceType": "Daily", "endByDate": True, "iterations": 2}, "series_endless"),
        (
            {"recurrenceType": "Daily", "endByDate": True, "endDate": "2026-03-01T00:00:00Z"},
            "series_empty",
        ),
        ({"recurrenceType": "Daily", "iterations": 10_000}, "series_limit"),
    ],
)
@pytest.mark.parametrize("shape", ["4xx", "200"])
async def test_a_pattern_that_rooms_does_not_take_is_refused(house, anna, recurrence, code, shape):
    context = await a_draft(anna)
    await house.switch(refusal=shape)

    answer = await anna.post(RECURRENCE, json={"tempdataContextId": context, **recurrence})

    content = answer.json()[0] if shape == "200" else answer.json()
    assert answer.status_code == (200 if shape == "200" else 400)
    assert [m["messageData"]["code"] for m in content["messageList"]] == [code]


@pytest.mark.parametrize("body", [{"days": [7]}, {"dayOfWeek": 3}, {"interval": "x"}])
async def test_values_of_the_wrong_kind_are_refused(anna, body):
    context = await a_draft(anna)

    answer = await anna.post(RECURRENCE, json={"tempdataContextId": context, **DAILY, **body})

    assert answer.status_code == 400
    assert next(iter(answer.json()["modelState"])).startswith("model.")


async def test_drawing_up_again_replaces_the_series(house, anna):
    context = await a_draft(anna)
    first = await drawn_up(anna, context, DAILY)
    second = await drawn_up(anna, context, MONDAYS | {"iterations": 3})
    await confirmed(anna, context)

    assert starts(second) == ["03-10T08", "03-16T08", "03-17T08"]
    assert {i["id"] for i in first} & {i["id"] for i in second} == set()
    assert len(await found(anna)) == 3


async def test_each_date_says_what_stands_against_it(house, anna, beat):
    await booked(beat, ressourceId=106, beginn="2026-03-11T08:30:00Z", ende="2026-03-11T09:00:00Z")
    context = await a_draft(anna)

    items = await drawn_up(anna, context, DAILY)
    await house.switch(validation_state="2 valid")
    turned = (
        await anna.get(f"/v1.0/series/{context}", params={"fromTempdataContext": True})
    ).json()

    assert [i["validationState"] for i in items] == [0, 2, 0, 0]
    assert [i["validationState"] for i in turned] == [2, 0, 2, 2]
    assert [bool(i["validationMessage"]) for i in turned] == [False, True, False, False]
    assert items[1]["messageList"][0]["messageData"] == {"code": "occupied"}


async def test_what_the_house_says_counts_for_each_date(anna):
    """Säntis: closed on Sundays, a blocking time on 9 March, a holiday on 1 May."""
    context = await a_draft(
        anna, ressourceId=101, beginn="2026-03-06T08:00:00Z", ende="2026-03-06T09:00:00Z"
    )

    items = await drawn_up(anna, context, DAILY)

    reasons = [[m["messageData"]["code"] for m in i["messageList"]] for i in items]
    assert reasons == [[], [], ["outside_opening_hours"], ["blocking_time"]]


async def test_dates_that_are_free_are_held_until_the_draft_ends(house, anna, beat):
    context = await a_draft(anna)
    await drawn_up(anna, context, DAILY)
    other = draft_body(ressourceId=106, beginn="2026-03-12T08:00:00Z", ende="2026-03-12T09:00:00Z")

    held = await beat.post("/v1.0/reservation/create", json=other)
    await house.advance(minutes=20)
    free = await beat.post("/v1.0/reservation/create", json=other)

    assert (codes(held), free.status_code) == (["occupied_by_draft"], 200)
    assert await found(anna) == [free.json()["reservationId"]]


async def test_a_date_that_became_free_is_valid_when_asked_again(anna, beat):
    blocker = await booked(
        beat, ressourceId=106, beginn="2026-03-11T08:00:00Z", ende="2026-03-11T09:00:00Z"
    )
    context = await a_draft(anna)
    await drawn_up(anna, context, DAILY)
    await beat.put(f"/v1.0/bookings/{blocker['id']}/cancel")

    booking = await confirmed(anna, context)

    assert len(await items_of(anna, booking["serienId"])) == 4


async def test_single_dates_can_be_moved_before_they_are_confirmed(anna, beat):
    await booked(beat, ressourceId=106, beginn="2026-03-11T08:00:00Z", ende="2026-03-11T09:00:00Z")
    context = await a_draft(anna)
    items = await drawn_up(anna, context, DAILY)

    moved = await move_item(
        anna, context, items[1], newStart="2026-03-11T10:00:00Z", newEnd="2026-03-11T10:30:00Z"
    )
    elsewhere = await move_item(anna, context, items[2], newResourceId=105)
    still = await move_item(anna, context, items[1], newStart="2026-03-11T08:30:00Z")
    again = await move_item(anna, context, items[1], newStart="2026-03-11T10:00:00Z")
    first = await move_item(anna, context, items[0], newStart="2026-03-10T08:30:00Z")
    nowhere = await move_item(anna, context, {"id": 1}, newResourceId=105)
    booking = await confirmed(anna, context)

    final = await items_of(anna, booking["serienId"])
    assert [i["start"][11:16] for i in final] == ["08:30", "10:00", "08:00", "08:00"]
    assert [i["resourceId"] for i in final] == [106, 106, 105, 106]
    assert (moved.json()["validationState"], still.json()["validationState"]) == (0, 2)
    assert (again.json()["validationState"], elsewhere.json()["resourceTitle"]) == (0, "Online")
    assert (first.status_code, nowhere.status_code) == (200, 404)


async def test_an_exception_over_its_neighbour_is_not_valid(anna):
    context = await a_draft(anna)
    items = await drawn_up(anna, context, DAILY)

    over = await move_item(
        anna, context, items[1], newStart="2026-03-12T08:30:00Z", newEnd="2026-03-12T09:30:00Z"
    )

    assert over.json()["messageList"][0]["messageData"]["code"] == "occupied"


@pytest.mark.parametrize(
    ("way", "resources"),
    [("left_out", [106, 106, 106]), ("without_room", [106, 105, 106, 106])],
)
async def test_what_becomes_of_conflicts_at_the_confirmation_is_a_switch(
    house, anna, beat, way, resources
):
    await booked(beat, ressourceId=106, beginn="2026-03-11T08:00:00Z", ende="2026-03-11T09:00:00Z")
    context = await a_draft(anna)
    await drawn_up(anna, context, DAILY)

    refused = await anna.put("/v1.0/reservation/confirm", json={"tempdataContextId": context})
    await house.switch(series_conflicts=way)
    booking = await confirmed(anna, context)

    assert (refused.status_code, codes(refused)) == (400, ["occupied"])
    items = await items_of(anna, booking["serienId"])
    assert [i["resourceId"] for i in items] == resources


async def test_a_confirmed_series_is_bookings_of_one_series_id(house, anna):
    booking = await booked_series(
        anna,
        MONDAYS,
        {"syncAppointmentOid": "0b2749bb-fbcc-49ad-8d42-6b2d54895c70", "titel": "Jour fixe"},
        personOrganisatorId=12,
        teilnehmerCollection=[11],
        istPrivat=True,
    )

    all_ = await bookings_of(house.client(), booking["serienId"])
    items = await items_of(anna, booking["serienId"])

    assert [b["id"] for b in all_] == [i["reservationId"] for i in items]
    assert {i["id"] for i in items} & {b["id"] for b in all_} == set()
    assert [b["isFirstSerieItem"] for b in all_] == [True, False, False, False]
    assert {b["firstFutureSerieBookingId"] for b in all_} == {all_[0]["id"]}
    assert {b["title"] for b in all_} == {"Jour fixe"}
    assert {b["organizerId"] for b in all_} == {12}
    assert {b["status"] for b in all_} == {"Besetzt (definitiv)"}
    assert {b["istPrivat"] for b in all_} == {True}
    assert {b["syncAppointmentOid"] for b in all_} == {"0b2749bb-fbcc-49ad-8d42-6b2d54895c70"}
    assert all(p["name"] == "Anna Meier" for b in all_ for p in b["participantDtoList"])
    assert len({b["maskedIdentifier"] for b in all_}) == 4
    assert booking["series"] == {
        "recurrenceType": "Weekly",
        "interval": 1,
        "days": [1, 2],
        "dayInMonth": None,
        "weekNumber": None,
        "monthOfYear": None,
        "everyWeekDay": False,
        "hasEndDate": False,
        "endDate": "2026-03-23T00:00:00Z",
        "occurences": 4,
        "description": None,
    }


async def test_the_link_may_be_on_the_first_date_only(house, anna):
    await house.switch(series_link="first_item")

    booking = await booked_series(
        anna, DAILY, {"syncAppointmentOid": "0b2749bb-fbcc-49ad-8d42-6b2d54895c70"}
    )

    linked = [b["syncAppointmentOid"] for b in await bookings_of(anna, booking["serienId"])]
    assert [bool(oid) for oid in linked] == [True, False, False, False]


@pytest.mark.parametrize("shown_as", ["Weekly", "Daily"])
async def test_monday_to_friday_is_told_as_every_weekday(house, anna, shown_as):
    await house.switch(series_weekdays=shown_as)

    booking = await booked_series(
        anna, {"recurrenceType": "Weekly", "days": [1, 2, 3, 4, 5], "iterations": 6}
    )

    assert booking["series"]["everyWeekDay"] is True
    assert booking["series"]["recurrenceType"] == shown_as


async def test_every_date_is_announced_and_one_mail_is_sent(house, anna):
    booking = await booked_series(anna, DAILY)
    ids = [b["id"] for b in await bookings_of(anna, booking["serienId"])]

    await house.simulator.agenda.run_due()

    assert set(house.receiver.bookings) == set(ids)
    assert [m["subject"] for m in await house.mails()] == ["Buchungsbestätigung: Velo"]


async def test_a_series_of_temporary_bookings_vanishes_date_by_date(house, anna):
    booking = await booked_series(anna, DAILY, {"statusId": 27})
    kept = (await items_of(anna, booking["serienId"]))[1]["reservationId"]
    draft = await edited(anna, kept)
    await confirmed(anna, draft["tempdataContextId"], statusId=21)

    await house.advance(minutes=60)

    assert await found(anna) == [kept]


async def test_a_dropped_series_leaves_a_single_draft(anna):
    context = await a_draft(anna)
    await drawn_up(anna, context, DAILY)
    path = f"/v1.0/series/{context}"

    before = (await anna.get(path, params={"fromTempdataContext": True})).json()
    dropped = await anna.delete(
        "/v1.0/reservation/recurrence/delete", params={"tempdataContextId": context}
    )
    after = (await anna.get(path, params={"fromTempdataContext": True})).json()
    booking = await confirmed(anna, context)

    assert (len(before), dropped.json(), after) == (4, {}, [])
    assert (booking["serienId"], booking["series"], booking["isFirstSerieItem"]) == (
        None,
        None,
        False,
    )
    assert await found(anna) == [booking["id"]]


async def test_somebody_elses_draft_has_no_dates_and_takes_none(anna, beat):
    context = await a_draft(anna)
    await drawn_up(anna, context, DAILY)

    shown = await beat.get(f"/v1.0/series/{context}", params={"fromTempdataContext": True})
    drawn = await beat.post(RECURRENCE, json={"tempdataContextId": context, **DAILY})

    assert (shown.json(), drawn.status_code) == ([], 404)


async def test_changes_of_the_draft_reach_all_its_dates(anna):
    draft = await opened(anna, ressourceId=106, beginn=NINE, ende=TEN)
    context = draft["tempdataContextId"]
    await drawn_up(anna, context, DAILY)
    await anna.put(
        f"/v2.0/bookings/{draft['reservationId']}/update",
        json={
            "title": "Neu",
            "start": "2026-03-10T10:00:00Z",
            "end": "2026-03-10T11:00:00Z",
            "useTempdataContext": True,
        },
    )
    booking = await confirmed(anna, context, ressourceId=102)

    all_ = await bookings_of(anna, booking["serienId"])
    assert starts(all_) == ["03-10T10", "03-11T10", "03-12T10", "03-13T10"]
    assert {(b["title"], b["ressourceId"]) for b in all_} == {("Neu", 102)}


async def test_a_single_booking_becomes_a_series(anna):
    single = await booked(anna, ressourceId=106, beginn=NINE, ende=TEN)
    draft = await edited(anna, single["id"])
    await drawn_up(anna, draft["tempdataContextId"], DAILY)
    unseen = await found(anna)

    booking = await confirmed(anna, draft["tempdataContextId"])

    items = await items_of(anna, booking["serienId"])
    assert (unseen, booking["id"], items[0]["reservationId"]) == (
        [single["id"]],
        single["id"],
        single["id"],
    )
    assert starts(items) == ["03-10T08", "03-11T08", "03-12T08", "03-13T08"]


@pytest.mark.parametrize(
    ("limits", "recurrence", "longest"),
    [
        ({"max_daily": 5, "model": "Zeitlich"}, DAILY, 6),
        ({"max_daily": 5, "model": "Iteration"}, DAILY, 5),
        ({"max_weekly": 2, "model": "Zeitlich"}, {"recurrenceType": "Weekly"}, 3),
        (
            {"max_daily": 5, "model": "Iteration"},
            {"recurrenceType": "Weekly", "days": [1, 2, 3, 4, 5]},
            5,
        ),
        (
            {"max_monthly": 2, "model": "Zeitlich"},
            {"recurrenceType": "Monthly", "dayOfMonth": 10},
            3,
        ),
        ({"max_absolute": 3, "max_daily": 9, "model": "Zeitlich"}, DAILY, 3),
    ],
)
async def test_the_highest_limit_of_the_organizers_groups_counts(
    house, anna, limits, recurrence, longest
):
    """Daily limit 5: in time until the fifth day after, by iterations 5 items (R-604)."""
    model = limits["model"]
    groups = [
        {"id": 1, "members": [11, 12]} | {k: v for k, v in limits.items() if k != "model"},
        {"id": 2, "members": [11], "max_daily": 1},
        {"id": 3, "members": [13], "max_daily": 99, "max_absolute": 99},
    ]
    house.simulator.load(world(user_groups=groups))
    await house.control().post("parameters", json={"id": 32, "value": model})
    context = await a_draft(anna)

    fits = await anna.post(
        RECURRENCE,
        json={"tempdataContextId": context, **recurrence, "iterations": longest},
    )
    too_long = await anna.post(
        RECURRENCE,
        json={"tempdataContextId": context, **recurrence, "iterations": longest + 1},
    )
    await house.switch(series_over_limit="cut")
    cut = await drawn_up(anna, context, {**recurrence, "iterations": longest + 9})

    assert (len(fits.json()), too_long.status_code, codes(too_long)) == (
        longest,
        400,
        ["series_limit"],
    )
    assert len(cut) == longest
