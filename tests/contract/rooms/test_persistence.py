"""What survives `kill -9` (contract 2, /kill): everything that was answered."""

from datetime import timedelta

import httpx
import pytest

from devstack.kit.shelf import Shelf
from devstack.rooms.simulator import RoomsSimulator
from devstack.rooms.webhooks import Target
from tests.contract.rooms.conftest import House, world
from tests.contract.rooms.receiver import SECRET, Receiver
from tests.contract.rooms.requests import BEGIN, END, booked, confirmed, edited, found, opened
from tests.contract.rooms.series import DAILY, booked_series, drawn_up, items_of


@pytest.fixture
def start(tmp_path, clock):
    """Start a simulator on the same state again and again, as after a kill: nothing is closed."""

    def again() -> House:
        receiver = Receiver()
        simulator = RoomsSimulator(
            clock=clock,
            seed=1,
            shelf=Shelf(tmp_path / "rooms.sqlite"),
            webhook=Target(url="http://app/hook", secret=SECRET),
            transport=httpx.MockTransport(receiver),
        )
        if not simulator.is_loaded:
            simulator.load(world())
        return House(simulator, clock, receiver)

    return again


async def test_bookings_persons_switches_logs_and_tokens_are_back(start):
    before = start()
    anna = before.client("11")
    booking = await booked(anna, teilnehmerCollection=[12])
    await anna.put(f"/v1.0/bookings/{booking['id']}/cancel")
    await before.client().put("/v1.0/person/update", json=[{"id": 12, "lastName": "Roth"}])
    await before.switch(refusal="200")
    await before.control().post(
        "webhook", json={"url": "http://127.0.0.1:9999/hook", "secret": SECRET}
    )
    await before.control().post(
        "sync-item-ids", json={"booking_id": booking["id"], "sync_item_id": "A"}
    )
    grant = {
        "grant_type": "apikey",
        "scope": "rooms_api",
        "client_id": "rooms-sync",
        "client_secret": "rooms-sync-secret",
        "apikey": "900001",
    }
    token = (await before.client(None).post("http://rooms/connect/token", data=grant)).json()
    journal, mails, state = await before.journal(), await before.mails(), await before.state()

    after = start()
    bearer = after.client(None, Authorization=f"Bearer {token['access_token']}")

    assert (await after.journal(), await after.mails(), await after.state()) == (
        journal,
        mails,
        state,
    )
    assert (await bearer.get("/v1.0/person/12")).json()["name"] == "Beat Roth"
    assert (await after.control().get("switches")).json()["refusal"]["value"] == "200"
    assert (await after.control().get("webhook")).json() == {"url": "http://127.0.0.1:9999/hook"}
    lookup = await bearer.get("/v1.0/bookings/syncitemid", params={"syncItemId": "A"})
    assert lookup.json() == booking["id"]


async def test_new_things_get_new_numbers_after_a_kill(start):
    first = await booked(start().client("11"))
    second = await booked(start().client("11"), ressourceId=106)

    assert second["id"] == first["id"] + 1
    assert second["maskedIdentifier"] != first["maskedIdentifier"]


async def test_open_drafts_are_still_open_and_still_expire(start):
    before = start()
    booking = await booked(before.client("11"), ressourceId=106)
    edit = await edited(before.client("11"), booking["id"])
    draft = await opened(before.client("11"))
    later = await opened(before.client("11"), ressourceId=102)

    after = start()
    anna = after.client("11")
    final = await confirmed(anna, edit["tempdataContextId"], titel="Neu")
    await confirmed(anna, draft["tempdataContextId"])
    await after.advance(minutes=20)

    assert final["title"] == "Neu"
    assert later["reservationId"] not in await found(anna)
    assert (await after.control().get("pending")).json()["drafts"] == 0


async def test_a_series_and_a_series_in_a_draft_outlive_a_kill(start):
    before = start()
    booking = await booked_series(before.client("11"), DAILY)
    draft = await opened(before.client("11"), ressourceId=102)
    items = await drawn_up(before.client("11"), draft["tempdataContextId"], DAILY)
    shown = await before.state()

    after = start()
    anna = after.client("11")
    kept = (
        await anna.get(
            f"/v1.0/series/{draft['tempdataContextId']}", params={"fromTempdataContext": True}
        )
    ).json()
    second = await confirmed(anna, draft["tempdataContextId"])

    assert kept == items
    assert {n: b for n, b in (await after.state()).items() if n in shown} == shown | {
        draft["reservationId"]: (await after.state())[draft["reservationId"]]
    }
    assert len(await items_of(anna, booking["serienId"])) == 4
    assert len(await items_of(anna, second["serienId"])) == 4
    assert second["serienId"] == booking["serienId"] + 1


async def test_temporary_bookings_and_missed_check_ins_still_have_their_alarm(start):
    before = start()
    anna = before.client("11")
    await booked(anna, statusId=27)
    missed = await booked(anna, ressourceId=103)

    after = start()
    await after.advance(days=1, hours=2)

    assert [(n, b["status"]) for n, b in (await after.state()).items()] == [
        (missed["id"], "Annulliert")
    ]


async def test_a_running_booking_still_goes_on_after_a_kill(start):
    before = start()
    await before.control().post("resources", json={"rooms_id": 106, "auto_extension": True})
    running = await booked(before.client("11"), ressourceId=106)

    after = start()
    await after.advance(days=1, hours=2)

    assert (await after.state())[running["id"]]["end"] == "2026-03-03T09:15:00Z"


async def test_webhooks_not_delivered_before_the_kill_are_delivered_after_it(start):
    before = start()
    before.receiver.answers = [500]
    draft = await opened(before.client("11"))
    await before.simulator.agenda.run_due()

    after = start()
    await after.advance(seconds=1)

    assert after.receiver.bookings == [draft["reservationId"]]
    assert after.receiver.ids == before.receiver.ids


async def test_a_new_world_leaves_nothing_of_the_old_one_behind(start, clock):
    before = start()
    await booked(before.client("11"))
    before.simulator.load(world(mandator="Neu"))

    after = start()
    clock.advance(timedelta(hours=1))

    assert await after.state() == {}
    assert (await after.client().get("http://rooms/Neu/api/v1.0/status")).status_code == 200
    assert await after.journal() != []


async def test_only_what_changed_is_written(tmp_path, start):
    house = start()
    anna = house.client("11")
    await booked(anna)
    written: list[tuple[str, str]] = []
    house.simulator.shelf.put = lambda kind, key, _: written.append((kind, key))

    await anna.get("/v2.0/bookings/find", params={"filter.start": BEGIN, "filter.end": END})

    assert {kind for kind, _ in written} == {"request", "request-last"}


async def test_delivery_knobs_and_skew_are_back(start):
    before = start()
    await before.control().post("notifications", json={"delay_s": [60, 60]})
    await before.control().post("clock", json={"skew_s": 30})

    after = start()
    booking = await booked(after.client("11"))
    await after.advance(seconds=1)

    assert booking["modifiedOn"] == "2026-03-02T07:00:30Z"
    assert after.receiver.requests == []
