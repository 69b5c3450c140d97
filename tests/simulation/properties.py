"""What holds whenever a simulated world is at rest, and at its end (P1 to P12, design 11)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from core.errors import ServiceUnavailableError
from tests.kit.canary import WATCH
from tests.kit.closing import complaints
from tests.kit.company import Company
from tests.kit.costs import Costs
from tests.kit.links import with_put_off_links, wrong_links
from tests.kit.mails import error_mails
from tests.kit.on_premises import as_stored
from tests.kit.pages import MEETINGS, Ask, see_pages
from tests.kit.views import EventView
from tests.kit.world import World
from tests.simulation.steps import Deed
from tests.simulation.wishes import Ledger

MOST_WAITS, A_WAIT = 40, timedelta(minutes=20)
PROBES = ("parked_care", "outbox_sweep")
"""Timers by which what was parked or not sent goes on."""
MOST_WRITES, DEARER = 2, ("hands over", "changes room")
SOON = ("rooms_poll", "delta_catch_up")
"""The nets that find within minutes what no notification told."""


async def comes_to_rest(world: World) -> list[str]:
    """Let pass what is tried again, then let every net look once.

    Return what poll and delta have not found: the sweep is for what they cannot see.
    """
    await world.settles()
    await _until_nothing_is_tried_again(world)
    for net in SOON:
        await world.runs(net)
    await _until_nothing_is_tried_again(world)
    missed = [f"P8: after poll and delta: {each.text}" for each in await world.disagreements()]
    await world.full_pass()
    await _until_nothing_is_tried_again(world)
    return missed


async def _until_nothing_is_tried_again(world: World) -> None:
    for _ in range(MOST_WAITS):
        if not world.motor.retries_pending() and not await _is_anything_parked(world):
            break
        await _waits(world)


async def _is_anything_parked(world: World) -> bool:
    """Tell whether a scope is still parked: the question to it may have been lost with the tables.

    Its timer asks, too.
    """
    services = await world.app.services()
    return any(breaker.is_parking for breaker in await services.breakers.store.all())


async def _waits(world: World) -> None:
    await world.advances(seconds=A_WAIT.total_seconds(), timers=())
    for probe in PROBES:
        await world.runs(probe)


async def at_rest(world: World, ledger: Ledger, told_before: int) -> list[str]:
    """Return what is wrong with a world that has come to rest: agreement, wishes, owners, links."""
    events, bookings = await world.all_events(), await world.bookings()
    found = [f"P1: {finding.text}" for finding in await world.disagreements()]
    told = {
        world.company.name_of(address)
        for mail in error_mails(world.exchange.controls.mails.since(0), world.company, "")[
            told_before:
        ]
        for address in mail.to
    }
    found += ledger.broken(events, bookings, told)
    found += double_owners(events, world.company, world.clock.now())
    dates = world.all_dates()
    found += own_guests(events)
    services = await world.app.services()
    known = [as_stored(world.exchange, mapping) async for mapping in services.mappings.all()]
    table = {mapping.id: mapping for mapping in known}
    shown = with_put_off_links([*events, *dates], bookings, world.company)
    found += [f"P4: {w}" for w in wrong_links(events, shown, table, world.clock.now(), dates)]
    ledger.rest(events, bookings)
    return found


async def by_push_alone(world: World) -> list[str]:
    """Return on what both sides disagree although every notification has arrived (P1, P8).

    No net has looked: poll, delta and sweeps are for what notifications do not tell.
    """
    return [f"P8: by push alone: {finding.text}" for finding in await world.disagreements()]


def few_writes(world: World, since: int, deeds: Sequence[Deed]) -> list[str]:
    """P7: in fair weather a deed costs at most one write per side, another home or room one more.

    Told of all that was done since the call with this number, as changes may be mirrored together.
    """
    costs = Costs("", world.calls[since:])
    writes = costs.rooms_writes + costs.graph_writes_in_all
    most = sum(MOST_WRITES + (deed.what in DEARER) for deed in deeds)
    return [f"P7: {writes} writes for {len(deeds)} changes:\n{costs}"] if writes > most else []


async def at_end(world: World, *, closely: bool = False) -> list[str]:
    """Return what is wrong with a world at its end: also the fixed point, mails and secrets.

    `closely`: also all pages of the console are searched.
    """
    # A worker that cannot reach its queue gives its messages back: that is no fault of the app's.
    motor = world.motor
    motor.crashes = [e for e in motor.crashes if not isinstance(e, ServiceUnavailableError)]
    if closely:
        await see_pages(WATCH, _asking(world), await _some_links(world))
    return await complaints(world)


def _asking(world: World) -> Ask:
    async def ask(path: str) -> str:
        return (await world.calls_app("GET", path)).text

    return ask


async def _some_links(world: World) -> list[str]:
    services = await world.app.services()
    return [str(link.id) async for link in services.mappings.all()][:MEETINGS]


def own_guests(events: list[EventView]) -> Iterator[str]:
    """P1: who has a meeting is not invited to it as well."""
    for event in events:
        if event.is_organizer and event.is_alive and event.organizer in event.attendees:
            yield f"P1: {event.organizer} is a guest of the own meeting at {event.slot}"


def double_owners(events: list[EventView], company: Company, now: datetime) -> Iterator[str]:
    """P5: no resource mailbox holds two accepted meetings at one instant."""
    for room in company.resources:
        held = sorted(
            (e for e in events if e.mailbox == room and e.is_alive and e.kind == "singleInstance"),
            key=lambda e: e.slot.start,
        )
        held = [e for e in held if not e.slot.is_past(now) and e.show_as != "free"]
        for one, other in pairwise(held):
            if other.slot.start < one.slot.end:
                yield f"P5: {room} holds two meetings: {one.slot} and {other.slot}"
