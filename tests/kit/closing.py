"""What holds at the end of every scenario, whatever it was about (design 11, scenarios.md).

Both sides agree in all synced fields, one link per pair, a further full pass writes nothing (nor
does a second one, where the first changed a row), every mail is explained by what a user did, no
title is where none may be.
"""

from devstack.kit.journal import MailEntry
from tests.kit.buffers import wrong_buffers
from tests.kit.canary import WATCH
from tests.kit.deeds import SERVICE, dates_written, too_many_errors, unexplained
from tests.kit.links import with_put_off_links, wrong_links
from tests.kit.on_premises import as_stored
from tests.kit.world import World

MOST_WAITS = 12


async def assert_closed(world: World) -> None:
    """Bring a world to rest and assert all that must hold then."""
    await comes_to_rest(world)
    found = [*await complaints(world), *await _console(world), *_mails(world)]
    assert not found, "at the end of the scenario:\n- " + "\n- ".join(found)


async def complaints(world: World) -> list[str]:
    """Return what is wrong with a world at rest, whatever was done in it and however often."""
    found = [*await _disagreement(world), *await _links(world), *await _buffers(world)]
    found += await _two_passes(world)
    return found + await _leaks(world) + _crashes(world)


async def comes_to_rest(world: World) -> None:
    """Go on until nothing is tried again any more, or for an hour."""
    await world.settles()
    for _ in range(MOST_WAITS):
        if not world.motor.retries_pending():
            return
        await world.advances(minutes=5)


async def _disagreement(world: World) -> list[str]:
    found = await world.disagreements()
    tolerated = world.expected.tolerated
    complaints = [f.text for f in found if not any(t.covers(f) for t in tolerated)]
    complaints += [
        f"the {t.field} of {t.item} was to stay different ({t.because}), but it agrees"
        for t in tolerated
        if t.field and not any(t.covers(f) for f in found)
    ]
    return complaints


async def _links(world: World) -> list[str]:
    services = await world.app.services()
    every = [as_stored(world.exchange, mapping) async for mapping in services.mappings.all()]
    table = {mapping.id: mapping for mapping in every}
    everything = await world.all_events()
    dates = world.all_dates()
    shown = [*everything, *dates]
    bookings = with_put_off_links(shown, await world.bookings(), world.company)
    return wrong_links(everything, bookings, table, world.clock.now(), dates)


async def _buffers(world: World) -> list[str]:
    # Of an item that was announced to be somebody's own, nothing is asked here.
    own = {t.item for t in world.expected.tolerated if t.shown == "direct_item"}
    events = [e for e in await world.all_events() if e.event_id not in own or not e.buffer_of]
    return wrong_buffers(events, await world.bookings(), world.company, world.clock.now())


async def _console(world: World) -> list[str]:
    """The console lists exactly the differences that the scenario has announced."""
    shown = await world.differences()
    wanted = [t for t in world.expected.tolerated if t.shown is not None]
    complaints = [
        f"the console lists a difference nobody announced: {line}"
        for line in shown
        if not any(_is_line(line, t.item) and line["cause"] == t.shown for t in wanted)
    ]
    complaints += [
        f"the console does not list {t.item} as {t.shown}"
        for t in wanted
        if not any(_is_line(line, t.item) and line["cause"] == t.shown for line in shown)
    ]
    return complaints


def _is_line(line: dict[str, object], item: str | int) -> bool:
    return item in (line["event_id"], line["booking_id"])


async def _two_passes(world: World) -> list[str]:
    """The fixed point: looking at everything twice more writes nothing (P2).

    A pass that left every row of every table as it was would only be told again by the second:
    both systems and the tables are all that a pass knows.
    """
    before, known = len(world.calls), _rows(world)
    numbers = [_last_request(world, side) for side in ("exchange", "rooms")]
    await world.full_pass()
    if _rows(world) != known:
        await world.full_pass()
    writes = world.service_writes(before)
    complaints = [f"a further pass wrote: {c.side} {c.method} {c.path}" for c in writes]
    ledgers = (world.exchange.controls.requests, world.booking_system.controls.requests)
    for ledger, number in zip(ledgers, numbers, strict=True):
        complaints += [
            f"a further pass changed something: {line.method} {line.path}"
            for line in ledger.since(number)
            if line.actor == "service" and line.changed
        ]
    if world.motor.looks_pending():
        complaints.append("a further pass left a retry behind")
    return complaints


def _rows(world: World) -> list[tuple[str, str, str, dict[str, object]]]:
    """Return all rows but those that say when something was looked at, not what was found."""
    return [
        (name, row.partition, row.key, dict(row.values))
        for name, row in world.tables.rows()
        if row.partition != "fulllook"
    ]


def _last_request(world: World, side: str) -> int:
    simulator = world.exchange if side == "exchange" else world.booking_system
    lines = simulator.controls.requests.since(0)
    return lines[-1].number if lines else 0


def _mails(world: World) -> list[str]:
    mails = world.exchange.controls.mails.since(0) + world.booking_system.controls.mails.since(0)
    rooms = {str(entry.get("mail")).lower() for entry in world.company.resources.values()}
    dates = dates_written(world.exchange.controls.requests.since(0), world.exchange)
    return unexplained(mails, world.deeds, rooms, dates) + too_many_errors(mails, world.deeds)


async def _leaks(world: World) -> list[str]:
    with_mailbox = {name for name, entry in world.company.resources.items() if entry.get("mail")}
    everything = [*await world.all_events(), *world.all_dates()]
    resource_events = [event for event in everything if event.mailbox in with_mailbox]
    mails = [
        # What ROOMS tells of somebody's own change there, before we could know, is not our doing.
        *(m for m in world.booking_system.controls.mails.since(0) if _is_ours(m)),
        *(m for m in world.exchange.controls.mails.since(0) if m.kind in ("error", "other")),
    ]
    private = world.secrets.leaked(resource_events=resource_events, mails=mails)
    return [f"P9: {leak}" for leak in private + WATCH.complaints()]


def _is_ours(mail: MailEntry) -> bool:
    return (mail.cause or {}).get("actor") == SERVICE


def _crashes(world: World) -> list[str]:
    crashes, given_up = len(world.motor.crashes), len(world.bus.waiting("failed-items"))
    complaints = []
    if crashes != world.expected.crashes:
        complaints.append(f"{crashes} functions crashed: {world.motor.crashes!r}")
    if given_up != world.expected.given_up:
        bodies = [m.body.decode() for m in world.bus.waiting("failed-items")]
        complaints.append(f"{given_up} items were given up: {bodies}")
    return complaints
