"""The project's own push: signed, retried, and as unreliable as the control API wants it."""

import json
from datetime import UTC, datetime

import httpx
import pytest
from standardwebhooks import Webhook

from tests.contract.rooms.receiver import SECRET
from tests.contract.rooms.requests import booked, opened


async def knobs(house, **delivery) -> None:
    answer = await house.control().post("notifications", json=delivery)
    assert answer.status_code == 200, answer.text


async def pending(house) -> int:
    return (await house.control().get("pending")).json()["notifications"]


async def test_every_stored_change_is_announced_and_signed(house, anna):
    booking = await booked(anna)
    await anna.put(f"/v1.0/bookings/{booking['id']}/cancel")
    before = await pending(house)

    await house.simulator.agenda.run_due()

    last = house.receiver.requests[-1]
    assert (before, await pending(house)) == (3, 0)
    assert last.url == "http://app/api/webhooks/rooms"
    assert json.loads(last.content) == {
        "type": "booking.changed",
        "timestamp": "2026-03-02T07:00:00.000Z",
        "data": {
            "mandator": "Default",
            "bookingId": booking["id"],
            "modifiedOn": "2026-03-02T07:00:00.000Z",
        },
    }
    moment = datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert last.headers["webhook-timestamp"] == str(int(moment.timestamp()))
    signature = Webhook(SECRET).sign(last.headers["webhook-id"], moment, last.content.decode())
    assert last.headers["webhook-signature"] == signature


async def test_an_aborted_draft_and_an_expired_one_are_announced_too(house, anna):
    draft = await opened(anna)
    await anna.put(
        "/v1.0/reservation/abort", params={"tempdataContextId": draft["tempdataContextId"]}
    )
    other = await opened(anna)
    await house.advance(minutes=20)

    assert house.receiver.bookings == [
        draft["reservationId"],
        draft["reservationId"],
        other["reservationId"],
        other["reservationId"],
    ]


async def test_nothing_changed_nothing_announced(house, anna):
    booking = await booked(anna)
    await house.simulator.agenda.run_due()
    count = len(house.receiver.requests)

    await anna.put(f"/v2.0/bookings/{booking['id']}/update", json={"title": "Planung"})
    await house.simulator.agenda.run_due()

    assert len(house.receiver.requests) == count


async def test_a_failed_delivery_is_repeated_with_the_same_id_until_it_is_accepted(house, anna):
    house.receiver.answers = [500, httpx.ConnectError("down"), 202]
    await opened(anna)
    await house.simulator.agenda.run_due()
    waiting = [await pending(house)]
    await house.advance(seconds=1)
    waiting.append(await pending(house))
    await house.advance(seconds=2)

    assert [*waiting, await pending(house)] == [1, 1, 0]
    assert len(set(house.receiver.ids)) == 1
    assert len(house.receiver.ids) == 3
    stamps = [r.headers["webhook-timestamp"] for r in house.receiver.requests]
    assert len(set(stamps)) == 3


async def test_a_delivery_is_given_up_in_the_end(house, anna):
    house.receiver.answers = [503] * 100
    await opened(anna)

    for _ in range(30):
        await house.advance(hours=10)

    assert await pending(house) == 0
    assert 10 < len(house.receiver.requests) < 40


async def test_silence_delivers_nothing_and_makes_nothing_up(house, anna):
    await knobs(house, silent=True)
    await booked(anna)
    await house.simulator.agenda.run_due()
    await house.control().delete("notifications")
    await house.advance(hours=1)

    assert house.receiver.requests == []


async def test_silence_also_holds_for_what_was_delayed_before(house, anna):
    await knobs(house, delay_s=[30, 30])
    await opened(anna)
    await knobs(house, silent=True)
    await house.advance(minutes=1)

    assert (house.receiver.requests, await pending(house)) == ([], 0)


async def test_a_share_is_lost_and_another_doubled(house, anna):
    await knobs(house, drop=0.5)
    for _ in range(20):
        await opened(anna, ressourceId=105)
    await house.simulator.agenda.run_due()
    kept = len(house.receiver.requests)
    await knobs(house, duplicate=1)
    await opened(anna, ressourceId=105)
    await house.simulator.agenda.run_due()

    assert 3 < kept < 17
    assert house.receiver.ids[kept] == house.receiver.ids[kept + 1]


async def test_delays_are_in_virtual_time_and_outlive_the_knob(house, anna):
    await knobs(house, delay_s=[60, 60])
    await opened(anna)
    await house.control().delete("notifications")
    await house.advance(seconds=59)
    early = len(house.receiver.requests)
    await house.advance(seconds=1)

    assert (early, len(house.receiver.requests)) == (0, 1)


async def test_reordering_changes_the_order_but_loses_nothing(house, anna):
    await knobs(house, reorder=True)
    made = [(await opened(anna, ressourceId=105))["reservationId"] for _ in range(10)]
    await house.advance(seconds=2)

    assert sorted(house.receiver.bookings) == made
    assert house.receiver.bookings != made


async def test_another_address_can_be_set_and_taken_back(house, anna):
    control = house.control()
    set_ = await control.post(
        "webhook", json={"url": "http://127.0.0.1:9999/hook", "secret": SECRET}
    )
    await opened(anna)
    await house.simulator.agenda.run_due()
    back = await control.delete("webhook")

    assert house.receiver.requests[-1].url == "http://127.0.0.1:9999/hook"
    assert (set_.json(), back.json()) == (
        {"url": "http://127.0.0.1:9999/hook"},
        {"url": "http://app/api/webhooks/rooms"},
    )


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://127.0.0.1/x"},
        {"url": "http://127.0.0.1/x", "secret": ""},
        {"uri": "x"},
        {"url": "x", "secret": SECRET},
        {"url": "http://example.com/x", "secret": SECRET},
    ],
)
async def test_a_bad_address_is_refused(house, body):
    answer = await house.control().post("webhook", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]
