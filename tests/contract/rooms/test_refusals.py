"""Every reason of R-404: at each way into a booking, as 4xx and as a success without an id."""

import pytest

from tests.contract.rooms.conftest import world
from tests.contract.rooms.requests import BEGIN, END, booked, codes, draft_body, edited, opened

SLOT = {"beginn": BEGIN, "ende": END}


def on(resource: int, begin: str = BEGIN, end: str = END) -> dict:
    return {"ressourceId": resource, "beginn": begin, "ende": end}


STRICT = {
    "rooms_id": 110,
    "name": "Streng",
    "location": 2,
    "mode": "None",
    "capacity": 4,
    "min_minutes": 30,
    "max_minutes": 240,
    "book_ahead_days": 30,
    "book_before_minutes": 120,
    "bookable_by": [11, 12, 14],
}
REASONS = {
    "occupied": on(102),
    "blocking_time": on(101, "2026-03-09T08:00:00Z", "2026-03-09T09:00:00Z"),
    "outside_opening_hours": on(101, "2026-03-03T20:00:00Z", "2026-03-03T21:00:00Z"),
    "holiday": on(106, "2026-05-01T08:00:00Z", "2026-05-01T09:00:00Z"),
    "too_short": on(110, BEGIN, "2026-03-03T08:20:00Z"),
    "too_long": on(110, BEGIN, "2026-03-03T12:30:00Z"),
    "too_early": on(110, "2026-04-02T08:00:00Z", "2026-04-02T09:00:00Z"),
    "too_late": on(110, "2026-03-02T08:30:00Z", "2026-03-02T09:30:00Z"),
    "inactive_resource": on(104),
    "right_book": on(111),
}
FORMS = pytest.mark.parametrize("form", ["4xx", "200"])


@pytest.fixture
async def strict(house, beat):
    rooms = [*world().model_dump(mode="json")["resources"], STRICT]
    rooms.append({**STRICT, "rooms_id": 111, "bookable_by": [12]})
    house.simulator.load(world(resources=rooms))
    await booked(beat, **on(102))
    return house


def update_body(slot: dict) -> dict:
    return {"resourceId": slot["ressourceId"], "start": slot["beginn"], "end": slot["ende"]}


def refused_with(answer, form: str) -> list[str]:
    assert answer.status_code == (400 if form == "4xx" else 200)
    if form == "200":
        assert not answer.json().get("id")
        assert not answer.json().get("tempdataContextId")
    return codes(answer)


@FORMS
@pytest.mark.parametrize("reason", REASONS)
async def test_a_new_booking_is_refused(strict, anna, reason, form):
    await strict.switch(refusal=form)
    answer = await anna.post("/v1.0/reservation/create", json=draft_body(**REASONS[reason]))
    assert refused_with(answer, form) == [reason]


@FORMS
@pytest.mark.parametrize("reason", sorted(set(REASONS) - {"occupied"}))
async def test_rules_may_be_told_at_the_confirmation_only(strict, anna, reason, form):
    await strict.switch(refusal=form, rules_at="confirm")
    rights = reason == "right_book"
    answer = await anna.post("/v1.0/reservation/create", json=draft_body(**REASONS[reason]))
    if not rights:
        assert answer.status_code == 200
        context = answer.json()["tempdataContextId"]
        assert context
        answer = await anna.put("/v1.0/reservation/confirm", json={"tempdataContextId": context})
    assert refused_with(answer, form) == [reason]
    states = (await strict.state()).values()
    assert [b["status"] for b in states if b["organizerId"] == 11] == (
        [] if rights else ["Besetzt (System)"]
    ), "the draft stays open until it is dropped or expires"


@FORMS
@pytest.mark.parametrize("reason", REASONS)
async def test_a_change_is_refused_at_once(strict, anna, reason, form):
    booking = await booked(anna, **on(103))
    await strict.switch(refusal=form)
    url = f"/v2.0/bookings/{booking['id']}/update"
    answer = await anna.put(url, json=update_body(REASONS[reason]))
    assert refused_with(answer, form) == [reason]
    assert (await strict.state())[booking["id"]]["ressourceId"] == 103


@FORMS
@pytest.mark.parametrize("reason", REASONS)
async def test_a_change_is_refused_in_an_edit(strict, anna, reason, form):
    booking = await booked(anna, **on(103))
    await strict.switch(refusal=form)
    context = (await edited(anna, booking["id"]))["tempdataContextId"]
    body = {"tempdataContextId": context, **REASONS[reason]}
    answer = await anna.put("/v1.0/reservation/confirm", json=body)
    assert refused_with(answer, form) == [reason]
    assert (await strict.state())[booking["id"]]["begin"] == BEGIN


async def test_the_service_is_refused_what_the_organizer_may_not(strict, service):
    for body, reason in (
        ({"personOrganisatorId": 14, **on(106)}, "right_book"),
        ({"personOrganisatorId": 13, "istPrivat": True, **on(106)}, "right_private"),
        ({"personOrganisatorId": 13, **on(110)}, "right_book"),
    ):
        answer = await service.post("/v1.0/reservation/create", json=draft_body(**body))
        assert codes(answer) == [reason]


async def test_only_the_caller_s_rights_may_count(strict, service):
    await strict.switch(rights_of="caller")
    assert await opened(service, personOrganisatorId=13, istPrivat=True, **on(106))


async def test_to_hand_over_to_somebody_without_the_right_is_refused(strict, service):
    booking = await booked(service, personOrganisatorId=11, **on(110))
    url = f"/v2.0/bookings/{booking['id']}/update"
    assert codes(await service.put(url, json={"organizerId": 13})) == ["right_book"]
    assert (await service.put(url, json={"organizerId": 12})).json()["organizerId"] == 12


async def test_a_right_taken_away_later_does_not_touch_what_is_booked(strict, service):
    booking = await booked(service, personOrganisatorId=11, **on(110))
    await strict.control().post("resources", json={"rooms_id": 110, "bookable_by": []})
    url = f"/v2.0/bookings/{booking['id']}/update"
    assert (await service.put(url, json={"title": "Neu"})).json()["title"] == "Neu"


async def test_short_notice_counts_for_a_new_begin_only(strict, anna):
    booking = await booked(anna, **on(110))
    await strict.advance(hours=24, minutes=30)
    url = f"/v2.0/bookings/{booking['id']}/update"
    longer = await anna.put(url, json={"end": "2026-03-03T09:30:00Z"})
    assert longer.json()["end"] == "2026-03-03T09:30:00Z"
    assert codes(await anna.put(url, json={"start": "2026-03-03T08:15:00Z"})) == ["too_late"]


async def test_an_online_resource_has_no_such_rules(strict, anna):
    await strict.control().post(
        "resources", json={"rooms_id": 105, "book_ahead_days": 0, "book_before_minutes": 9999}
    )
    assert await booked(anna, **on(105))
