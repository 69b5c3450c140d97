"""Writes down what the present version stores and sends, to be read by all that follow.

    python -m tests.contract.stores.writing 2026-11     makes written/2026-11-*.jsonl

Run once per version that changes a stored form, never to replace a file (docs/upgrade.md).
"""

import asyncio
import json
import sys
from pathlib import Path

from core.adapters.tables.breaker_store import TableBreakerStore
from core.adapters.tables.drift_store import TableDriftStore
from core.adapters.tables.given_up_store import TableGivenUpStore
from core.adapters.tables.operating_stores import TableDeedStore
from core.adapters.tables.outbox_index import TableOutboxIndex
from core.adapters.tables.parked_store import TableParkedStore
from core.adapters.tables.self_test_store import TableSelfTestStore
from core.adapters.tables.table import Tables
from core.app.state_file import exported
from core.domain.deed import Deed, DeedKind
from core.domain.event import EventPlace
from core.domain.given_up import GivenUpEntry
from core.domain.ids import EventId, MailboxKey, MappingId
from core.domain.parked import to_park
from core.domain.scan import PartState, ScanPart
from core.domain.scope import Scope
from core.domain.self_test import Said, begun, failed, running
from core.domain.work import EventKey, Source, WorkItem
from core.errors import RetryClass
from core.ports.self_tests import Sighting
from core.sync.breaker import BreakerLimits, Failure, opened
from tests.contract.stores.values import ANNA, LINK, NOW, a_drift, a_scan
from tests.kit import quick
from tests.kit.recurring import FIRST, weekly
from tests.kit.world import World, a_world

WRITTEN = Path(__file__).parent / "written"
MARC = EventPlace(ANNA.environment, MailboxKey("p12"))


async def fill(world: World) -> None:
    """Let happen what fills most tables, and put into the others what would be there."""
    anna = world.outlook("anna")
    event = await anna.books("Säntis", at="tomorrow 09:00-10:00", attendees=["marc", "lea"])
    await world.outlook("marc").books("Eiger", at=FIRST, recurrence=weekly(times=5))
    await world.rooms("peter").books("Säntis", at="tomorrow 11:00-12:00")
    await world.rooms("peter").books("Pilatus", at="tomorrow 13:00-14:00")
    await world.settles()
    await world.outlook("lea").books("Pilatus", at="tomorrow 13:30-14:30")
    await world.settles()
    await world.push(silent=True)
    await anna.moves(event, to="tomorrow 15:00-16:00")
    await world.advances(minutes=12)
    await fill_the_others(world.tables)


async def fill_the_others(tables: Tables) -> None:
    """Put a row of each kind into the tables that a good day leaves empty."""
    look = WorkItem(key=EventKey(ANNA, EventId("AAMk1")), source=Source.PUSH, first_seen=NOW)
    down = Failure(kind=RetryClass.CONNECTIVITY, why="Graph answered 503")
    scope = Scope(MARC.environment, MARC.mailbox)
    await TableBreakerStore(tables).save(opened(scope, down, NOW, BreakerLimits(), None))
    await TableParkedStore(tables).put(scope, to_park(look))
    await TableGivenUpStore(tables).put(
        GivenUpEntry(
            id="event/contoso/p11/AAMk1",
            reason="guard",
            text="stopped",
            item=look,
            mapping_id=LINK,
            first_at=NOW,
            last_at=NOW,
        )
    )
    await TableOutboxIndex(tables).note(LINK, NOW)
    deed = Deed(at=NOW, who="mia", kind=DeedKind.SETTINGS_CHANGED, details=("rooms",), number=7)
    await TableDeedStore(tables).add(deed)
    tests = TableSelfTestStore(tables)
    begin = begun(MappingId("t1"), ANNA.mailbox, ANNA, NOW)
    await tests.put(failed(running(begin, NOW), NOW, Said.REFUSED, "why"))
    await tests.note(ANNA.mailbox, Sighting(test_id=MappingId("t1"), at=NOW, is_told=True))
    drifts = TableDriftStore(tables)
    await drifts.put([a_drift()])
    scan = a_scan()
    await drifts.begin(scan, None)
    await drifts.note(scan, ScanPart(place=ANNA, state=PartState.DONE, at=NOW))


async def _write(version: str) -> None:
    quick.begin()
    world = await a_world()
    await fill(world)
    lines = [line async for line in exported(world.app.state_store, world.clock.now())]
    _new(WRITTEN / f"{version}-state.jsonl").write_text("".join(lines), encoding="utf-8")
    kinds = {(queue, _shape(body)): body for queue, body in world.bus.sent}
    told = [
        json.dumps({"queue": queue, "body": body.decode()}) + "\n"
        for (queue, _), body in sorted(kinds.items())
    ]
    _new(WRITTEN / f"{version}-messages.jsonl").write_text("".join(told), encoding="utf-8")
    await world.ends()


def _shape(body: bytes) -> str:
    content = json.loads(body)
    kind = content.get("kind") or content.get("key", {}).get("kind")
    return f"{kind} {sorted(content)}"


def _new(file: Path) -> Path:
    if file.exists():
        raise SystemExit(f"{file} is there: what a version has written is never written anew")
    file.parent.mkdir(exist_ok=True)
    return file


if __name__ == "__main__":
    asyncio.run(_write(sys.argv[1]))
