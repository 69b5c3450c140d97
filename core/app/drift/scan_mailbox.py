"""The job that scans one mailbox: read, compare, keep what differs, note that it is done.

Killed anywhere, it is done again; done twice, it finds the same. Its scan says what is to be
compared; of a scan that is over, nothing is done.
"""

from collections.abc import Sequence
from datetime import datetime

from core.app.drift.examine import Examined, examine
from core.app.drift.marks import Mark, mark_read
from core.app.drift.read import BothSides, context_of, read_bookings
from core.app.services import Services
from core.domain.drift import Drift, DriftState
from core.domain.event import EventPlace
from core.domain.scan import UNREAD, PartState, Scan, ScanPart
from core.drift.life import after_check


async def scan_mailbox(place: EventPlace, services: Services) -> None:
    """Scan a mailbox for the scan that runs, unless that was done already."""
    scan = await services.drifts.scan()
    if scan is None or scan.finished_at is not None:
        return
    known = await services.drifts.part(scan, place)
    if known is not None and known.state not in UNREAD:
        return
    part, mark = await _compared(place, scan, services)
    await services.drifts.note(scan, part)
    # Last: killed before, the next scan compares once more. The other way round this one, done
    # again, would find its own mark, take nothing for changed, and count nothing.
    if mark is not None:
        await mark.store(services)


async def note_unread(place: EventPlace, state: PartState, services: Services) -> None:
    """Note that a mailbox of the scan that runs is not compared, so that the others end."""
    scan = await services.drifts.scan()
    if scan is None or scan.finished_at is not None:
        return
    if await services.drifts.part(scan, place) is None:
        part = ScanPart(place=place, state=state, at=services.clock.now())
        await services.drifts.note(scan, part)


async def _compared(
    place: EventPlace, scan: Scan, services: Services
) -> tuple[ScanPart, Mark | None]:
    """Compare both sides of one mailbox and keep what differs; return the mark to be stored."""
    context = await context_of(services)
    now = context.now
    if not context.directory.watches(place):
        return ScanPart(place=place, state=PartState.NOT_SYNCED, at=now), None
    mark = None
    if not scan.is_full:
        mark = await mark_read(place, scan.window, context, services)
        if mark is not None and not mark.is_moved:
            return ScanPart(place=place, state=PartState.UNCHANGED, at=now), None
    calendar = services.calendars[place.environment]
    events = [event async for event in calendar.list_events(place, scan.window)]
    bookings = await read_bookings(place, scan.window, events, context, services)
    sides = BothSides(tuple(events), tuple(bookings))
    examined = await examine(place, scan.window, sides, context, services)
    known = await services.drifts.of(place)
    await keep(known, examined, scan, services)
    part = ScanPart(
        place=place,
        state=PartState.DONE,
        at=now,
        compared=examined.compared,
        found=sum(_is_of(drift, scan) for drift in examined.found),
        fresh=examined.fresh,
    )
    return part, None if examined.fresh else mark


async def keep(known: Sequence[Drift], examined: Examined, scan: Scan, services: Services) -> None:
    """Write what a check has found, and what is gone; forget what was settled long ago."""
    now = services.clock.now()
    concerned = [
        drift
        for drift in known
        if (_is_of(drift, scan) or _is_over(drift, now))
        and drift.mapping_id not in examined.untouched
    ]
    found = [drift for drift in examined.found if _is_of(drift, scan)]
    await services.drifts.put(after_check(concerned, found, now))
    settled = (DriftState.CLOSED, DriftState.RESOLVED)
    for drift in known:
        is_old = now - drift.checked_at > services.retention.activity
        if drift.state in settled and is_old:
            await services.drifts.remove(drift)


def _is_over(drift: Drift, now: datetime) -> bool:
    """Tell whether a drift is past: nobody disagrees on that any more (R-106)."""
    return drift.time is not None and drift.time.end <= now


def _is_of(drift: Drift, scan: Scan) -> bool:
    """Tell whether a scan compares what a drift is about."""
    if scan.resource is not None and drift.resource != scan.resource:
        return False
    return drift.time is None or drift.time.overlaps(scan.window)
