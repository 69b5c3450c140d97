"""Whatever people do with series: nothing is booked twice, nothing breaks, a kill loses nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from devstack.kit.clock import VirtualClock
from devstack.kit.shelf import Shelf
from devstack.rooms.simulator import RoomsSimulator
from tests.contract.rooms.conftest import START, House, world
from tests.contract.rooms.receiver import Receiver
from tests.kit.search import examples

ROOMS = (102, 106)
FIRST = datetime(2026, 3, 3, 8, tzinfo=UTC)
RULES = (
    {"recurrenceType": "Daily", "iterations": 4},
    {"recurrenceType": "Daily", "interval": 2, "iterations": 3},
    {"recurrenceType": "Weekly", "days": [1, 4], "iterations": 4},
    {"recurrenceType": "Weekly", "iterations": 0},
)
hours = st.integers(0, 30).map(lambda h: timedelta(hours=h))
picks = st.integers(0, 20)
steps = st.one_of(
    st.tuples(st.just("series"), st.sampled_from(RULES), hours, st.sampled_from(ROOMS)),
    st.tuples(st.just("single"), hours, st.sampled_from(ROOMS)),
    st.tuples(st.just("move"), picks, hours, st.booleans()),
    st.tuples(st.just("room"), picks, st.sampled_from(ROOMS), st.booleans()),
    st.tuples(st.just("people"), picks, st.booleans()),
    st.tuples(st.just("pattern"), picks, st.sampled_from(RULES)),
    st.tuples(st.just("end"), picks),
    st.tuples(st.just("cancel"), picks),
    st.tuples(st.just("cancel series"), picks),
    st.tuples(st.just("remove room"), picks, st.booleans()),
    st.tuples(st.just("wait"), hours),
)


class People:
    """Anna and Beat, who take turns at one house; what is refused is refused."""

    def __init__(self, house: House, beginning: int) -> None:
        self.house = house
        self._turn = beginning

    async def do(self, step) -> None:
        self._turn += 1
        self._http = self.house.client(("11", "12")[self._turn % 2])
        name, *arguments = step
        await getattr(self, f"_{name.replace(' ', '_')}")(*arguments)

    async def _send(self, method, path, **content):
        answer = await self._http.request(method, f"/v1.0/{path}", **content)
        assert answer.status_code in (200, 400, 404), answer.text
        return answer.json() if answer.status_code == 200 else None

    async def _pick(self, number):
        found = (await self._http.get("/v2.0/bookings/find")).json()
        return found[number % len(found)] if found else None

    async def _series(self, rule, later, room):
        begin = FIRST + later
        body = {"ressourceId": room, "titel": "S", "beginn": begin.isoformat()}
        body["ende"] = (begin + timedelta(hours=1)).isoformat()
        draft = await self._send("POST", "reservation/create", json=body)
        await self._confirm(draft, rule)

    async def _single(self, later, room):
        begin = FIRST + later
        body = {"ressourceId": room, "titel": "E", "start": begin.isoformat()}
        body["end"] = (begin + timedelta(hours=1)).isoformat()
        await self._http.post("/v2.0/bookings/quickbooking", json=body)

    async def _confirm(self, draft, rule=None, **changes):
        if draft is None:
            return
        context = {"tempdataContextId": draft["tempdataContextId"]}
        if rule is not None:
            await self._send("POST", "reservation/recurrence/create", json={**context, **rule})
        if await self._send("PUT", "reservation/confirm", json={**context, **changes}) is None:
            await self._send("PUT", "reservation/abort", params=context)

    async def _update(self, number, changes, whole):
        if booking := await self._pick(number):
            body = {**changes(booking), "applyTempChangesToSeries": whole}
            answer = await self._http.put(f"/v2.0/bookings/{booking['id']}/update", json=body)
            assert answer.status_code in (200, 400), answer.text

    async def _move(self, number, later, whole):
        def changes(booking):
            begin = FIRST + later
            length = datetime.fromisoformat(booking["end"]) - datetime.fromisoformat(
                booking["begin"]
            )
            return {"start": begin.isoformat(), "end": (begin + length).isoformat()}

        await self._update(number, changes, whole)

    async def _room(self, number, room, whole):
        await self._update(number, lambda _: {"resourceId": room}, whole)

    async def _edited(self, number):
        booking = await self._pick(number)
        return booking and await self._send("POST", f"reservation/edit/{booking['id']}")

    async def _people(self, number, whole):
        guests = [{"name": "Gast", "eMail": f"{number}@far.example"}]
        draft = await self._edited(number)
        await self._confirm(draft, teilnehmerList=guests, applyChangesToSeries=whole)

    async def _pattern(self, number, rule):
        await self._confirm(await self._edited(number), rule)

    async def _end(self, number):
        if draft := await self._edited(number):
            context = {"tempdataContextId": draft["tempdataContextId"]}
            await self._send("DELETE", "reservation/recurrence/delete", params=context)
            await self._confirm(draft)

    async def _cancel(self, number):
        if booking := await self._pick(number):
            await self._send("PUT", f"bookings/{booking['id']}/cancel")

    async def _cancel_series(self, number):
        if booking := await self._pick(number):
            await self._send("PUT", f"bookings/{booking['id']}/cancelSerie")

    async def _remove_room(self, number, whole):
        if booking := await self._pick(number):
            params = {"applyToSerie": whole}
            await self._send("PATCH", f"bookings/{booking['id']}/removeRoom", params=params)

    async def _wait(self, span):
        await self.house.advance(hours=span / timedelta(hours=1))


async def history(path, moves, way):
    """Do all that on a house that is killed in the middle."""
    clock, shelf = VirtualClock(START), Path(path) / "rooms.sqlite"
    places = [{"id": number, "name": str(number)} for number in (1, 2, 3)]
    for at, part in enumerate((moves[: len(moves) // 2], moves[len(moves) // 2 :])):
        simulator = RoomsSimulator(clock=clock, shelf=Shelf(shelf))
        if not simulator.is_loaded:
            simulator.load(world(locations=places))
            simulator.switches.set("series_conflicts", way)
        people = People(House(simulator, clock, Receiver()), at)
        for move in part:
            await people.do(move)
        await check(people.house)
        await simulator.aclose()


async def check(house: House) -> None:
    state = (await house.control().get("state")).json()
    active = [b for b in state["bookings"] if not b["cancelled"] and b["ressourceId"] in ROOMS]
    for one, other in combinations(active, 2):
        apart = one["beginPreparation"] >= other["endFollowUp"]
        apart = apart or other["beginPreparation"] >= one["endFollowUp"]
        assert apart or one["ressourceId"] != other["ressourceId"], (one["id"], other["id"])
    known = {s["id"]: s for s in state["series"]}
    for booking in state["bookings"]:
        assert booking["serienId"] is None or booking["serienId"] in known
    for series in known.values():
        items = (await house.client().get(f"/v1.0/series/{series['id']}")).json()
        assert [i["reservationId"] for i in items] == series["bookings"]
        assert all(a["start"] <= b["start"] for a, b in pairwise(items))
        assert series["predecessorId"] is None or series["predecessorId"] in known
    assert house.simulator.house.store.drafts == {}


@examples(20)
@given(
    st.lists(steps, min_size=4, max_size=14),
    st.sampled_from(["refused", "left_out", "without_room"]),
)
def test_whatever_people_do_with_series_nothing_is_booked_twice(moves, way):
    with TemporaryDirectory() as path:
        asyncio.run(history(path, moves, way))
