"""`roomsync rebuild`: lost links are restored from both systems; no create, no mail (S05).

    step                                           killed after it
    1  the table says that it is being rebuilt     no look makes a link; run it again
    2  both systems are read                       as above
    3  each link is written, then its look-ups     those there are kept, the rest follows
    4  look-ups are made up and swept              as above
    5  the table says that it is whole             the hourly sweep looks at everything
    6  a look at everything is queued              -

Looks at links that are there go on all the while; what has none waits for step 6.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import batched

from core.app.job_requests import request_full_pass
from core.app.link_gate import INSTALLED
from core.app.lookups import Repaired, repair_lookups
from core.app.rebuild.restore import Outlook, Restored, Verdict, foresee
from core.app.rebuild.survey import read_everything, read_links
from core.app.remember import point_to
from core.app.services import Services
from core.app.waiting import note_waiting
from core.domain.history import Activity, HistoryEntry
from core.domain.link_table import TableCondition
from core.domain.pointers import PointerKey, booking_pointer, meeting_pointer
from core.domain.work import Source
from core.errors import StaleVersionError
from core.sync.context import Context
from core.sync.rebuild.pairing import pair_up

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Links that are written at the same time: each takes some calls of the tables."""

REBUILT = "rebuilt"
"""The outcome in history and activity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What was written: links by verdict; `overtaken` were linked by somebody else meanwhile."""

    outlook: Outlook
    written: Mapping[Verdict, int] = field(default_factory=dict)
    overtaken: int = 0
    lookups: Repaired = field(default_factory=Repaired)


async def foresee_rebuild(services: Services) -> Outlook:
    """Return what a rebuild would write; nothing is written."""
    context = await _context(services)
    known, _ = await read_links(context.now, services)
    shown = await read_everything(context, services)
    return await foresee(pair_up(shown, known, context), shown, context, services)


async def rebuild(services: Services) -> Rebuilt:
    """Restore all links that are missing; the same again goes on where it was interrupted."""
    now = services.clock.now()
    before = await services.mappings.condition()
    since = now if before is None else before.since
    began = now if before is None else before.rebuilding_since or now
    await services.mappings.declare(TableCondition(since=since, rebuilding_since=began))
    await services.cursors.put(INSTALLED, since.isoformat())
    outlook = await foresee_rebuild(services)
    written: Counter[Verdict] = Counter()
    for part in batched(outlook.restored, AT_ONCE, strict=False):
        done = await asyncio.gather(*(_write(each, services) for each in part))
        written.update(each.verdict for each, is_new in zip(part, done, strict=True) if is_new)
    overtaken = len(outlook.restored) - written.total()
    lookups = await repair_lookups(services)
    await finish(services)
    await _tell_console(written, services)
    return Rebuilt(outlook=outlook, written=written, overtaken=overtaken, lookups=lookups)


async def finish(services: Services) -> None:
    """Let links be made again, and look at everything."""
    condition = await services.mappings.condition()
    since = services.clock.now() if condition is None else condition.since
    await services.mappings.declare(TableCondition(since=since))
    await request_full_pass(services)


async def _context(services: Services) -> Context:
    return Context(
        directory=await services.roster.directory(),
        keys=services.keys,
        now=services.clock.now(),
    )


async def _write(restored: Restored, services: Services) -> bool:
    """Write one link with its look-ups; False when a look was there first.

    One whose stored form nobody can read any more is written over.
    How many mails it has caused is lost. It counts on from the time, so that none to come has the
    id of one that was sent, and is taken for it.
    """
    minutes = int(services.clock.now().timestamp()) // 60
    mapping = replace(restored.mapping, occasions=minutes)
    if restored.is_claimable and await _is_being_linked(restored, services):
        return False
    entry = HistoryEntry(at=services.clock.now(), source=Source.OPERATOR, outcome=REBUILT)
    try:
        saved = await services.mappings.save(mapping, entry)
    except StaleVersionError:
        broken = await services.mappings.version_of_broken(mapping.id)
        if broken is None:
            return False
        saved = await services.mappings.save(replace(mapping, version=broken), entry)
    await point_to(mapping, saved, services)
    await note_waiting(replace(mapping, refusals=(), series=None), saved, services)
    return True


async def _is_being_linked(restored: Restored, services: Services) -> bool:
    """Tell whether a look that began before the rebuild is linking the same items."""
    mapping, now = restored.mapping, services.clock.now()
    keys: list[PointerKey] = []
    if mapping.event is not None:
        keys.append(meeting_pointer(mapping.home, mapping.event.ical_uid))
    keys += [booking_pointer(mapping.mandator, b.booking_id) for b in mapping.every_booking]
    for key in keys:
        pointer = await services.pointers.find(key)
        if pointer is not None and pointer.lease_until is not None and pointer.lease_until > now:
            return True
    return False


async def _tell_console(written: Mapping[Verdict, int], services: Services) -> None:
    number = sum(written.values())
    log.info("links_rebuilt", extra={"number": number})
    text = f"{number} {'link was' if number == 1 else 'links were'} restored from both systems"
    await services.activity.add(
        Activity(
            at=services.clock.now(),
            mapping_id=None,
            outcome=REBUILT,
            text=text,
            source=Source.OPERATOR,
        )
    )
