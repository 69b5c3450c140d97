"""What one mirrored change costs in calls, and what one echo costs, each by itself."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from standardwebhooks import Webhook

from devstack.bench.crew import Crew
from devstack.bench.gauges import NAMES, Gauge, calls_since, middle, read_gauge
from devstack.demo.day import Book, Cancel, Change, Deed, Delete, Where, in_outlook, in_rooms
from devstack.demo.stage import ALL_RETRIES_S
from devstack.kit.journal import iso

Json = dict[str, Any]
SAMPLES = 5
_PATIENCE_S = 20.0


class NotMirroredError(Exception):
    """A change that the bench counts was not mirrored: the figures would mean nothing."""


async def measure_costs(crew: Crew, webhook_secret: str) -> Json:
    """Make SAMPLES of each kind of change one after the other and count, echoes included."""
    meter = Meter(crew)
    changes: Json = {}
    for where, end in ((Where.ROOMS, Cancel()), (Where.OUTLOOK, Delete())):
        changes[f"created in {where}"] = await meter.changes(where, _booked)
        changes[f"updated in {where}"] = await meter.changes(where, _renamed)
        changes[f"cancelled in {where}"] = await meter.changes(where, partial(_ended, end))
    echoes = {
        "Graph notification": await meter.echoes(crew.notify_unchanged),
        "ROOMS webhook": await meter.echoes(partial(_webhook, crew, webhook_secret)),
    }
    return {"samples": SAMPLES, "per_change": changes, "per_echo": echoes}


def _booked(number: int) -> Deed:
    at = f"{60 + number} 09:00-10:00"
    return Book(title=f"Kosten {number}", at=at, room="Raum 01", people=("p02",))


def _renamed(number: int) -> Deed:
    return Change(title=f"Kosten {number}, anders")


def _ended(deed: Deed, _: int) -> Deed:
    return deed


class Meter:
    """Counts calls from one rest to the next."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._numbers = {Where.ROOMS: 0, Where.OUTLOOK: SAMPLES}

    async def changes(self, where: Where, deed_of: Callable[[int], Deed]) -> Json:
        """Return the calls for a change of one kind, the middle of SAMPLES."""
        act = in_rooms if where is Where.ROOMS else in_outlook
        counted = []
        for number in range(self._numbers[where], self._numbers[where] + SAMPLES):
            action = act("p01", f"cost {where} {number}", deed_of(number))
            counted.append(await self._counted(partial(self._crew.act, action)))
            await self._require_mirrored()
        return middle(counted)

    async def echoes(self, send: Callable[[], Awaitable[None]]) -> Json:
        """Return the calls for a notification of what is in step, the middle of SAMPLES."""
        return middle([await self._counted(send) for _ in range(SAMPLES)])

    async def _counted(self, deed: Callable[[], Awaitable[None]]) -> Counter[str]:
        stage = self._crew.stage
        await stage.keep_clear_of_timers()
        _, before = await calls_since(stage, Gauge(self._crew.read, 0, 0))
        before = await read_gauge(stage, before.requests)
        await deed()
        if trouble := await stage.rest(_PATIENCE_S, ALL_RETRIES_S):
            raise NotMirroredError(trouble)
        calls, now = await calls_since(stage, before)
        self._crew.read = now.requests
        return Counter({name: calls[name] for name in NAMES})

    async def _require_mirrored(self) -> None:
        if found := await self._crew.differences():
            raise NotMirroredError("; ".join(map(str, found[:5])))


async def _webhook(crew: Crew, secret: str) -> None:
    """Send the webhook of a booking that is in step already, as ROOMS signs it."""
    stage = crew.stage
    state = await stage.get(f"{stage.addresses.rooms}/_control/state")
    number = crew.standing_booking()
    booking = next(b for b in state["bookings"] if b["id"] == number)
    now = datetime.now(UTC)
    data = {"mandator": stage.office.mandator, "bookingId": number,
            "modifiedOn": booking["modifiedOn"]}  # fmt: skip
    content = {"type": "booking.changed", "timestamp": iso(now), "data": data}
    await crew.send_webhook(content, Webhook(secret), now)
