"""Do notifications tell what changes? Measured by what delta and polls have to find (S16).

Costs nothing while all is well: only a look that found a change by itself writes, and a
notification is looked up in memory. docs/triggers.md has the states.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.app.report import Report
from core.app.services import Services
from core.app.subscribe import current_subscription
from core.domain.event import EventPlace
from core.domain.history import Activity
from core.domain.ids import EnvironmentId
from core.domain.job_kind import JobKind
from core.domain.push import PushRecord
from core.domain.work import BookingKey, EventKey, MailboxJob, Source, WorkItem
from core.errors import RoomSyncError
from core.sync.push_silence import (
    is_doubted,
    is_to_be_made_anew,
    judged,
    silent_environments,
    silent_places,
)

log = logging.getLogger(__name__)

TOLD = frozenset({Source.PUSH, Source.WAKE_UP})
"""Where a look comes from that somebody has told us of."""

SETTLED_IN = timedelta(minutes=10)
"""A subscription that is younger than two rounds of delta need not have told of what they find."""

POLLS_OF_SILENT_ROOMS_S = (20.0, 40.0)
"""Seconds after its ordinary poll at which ROOMS is asked again while its webhook is silent."""

SILENT = "push_silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class PushStatus:
    """Who tells of no changes: environments, mailboxes, ROOMS' webhook; since when."""

    environments: tuple[EnvironmentId, ...] = ()
    mailboxes: tuple[EventPlace, ...] = ()
    is_rooms_silent: bool = False
    since: datetime | None = None


async def note_look(item: WorkItem, report: Report | None, services: Services) -> None:
    """Note what a look says about notifications; a failure to note it harms no look."""
    if item.attempt > 0 or not isinstance(item.key, EventKey | BookingKey):
        return
    place = item.key.place if isinstance(item.key, EventKey) else None
    try:
        if item.source in TOLD:
            await services.push.heard(place, item.first_seen)
        elif report is not None and report.steps and item.source in {Source.DELTA, Source.POLL}:
            await _found_untold(place, item, services)
    except RoomSyncError as error:
        log.warning("push_not_noted", extra={"error": type(error).__name__})


async def judge(place: EventPlace | None, services: Services) -> None:
    """Decide whether a place is silent by now; a silent subscription is made anew at times."""
    record = (await services.push.records()).get(place)
    if record is None or not is_doubted(record):
        return
    now = services.clock.now()
    present = judged(record, now)
    if present is None:
        await services.push.remove(record)
        return
    if is_to_be_made_anew(present, now) and place is not None:
        present = replace(present, made_anew_at=now)
        job = MailboxJob(kind=JobKind.MAKE_ANEW, place=place, requested_at=now)
        await services.queue.send_jobs([job])
    if present != record:
        await services.push.put(present)
    if present.silent_since is not None and record.silent_since is None:
        await _alert(present, services)


async def hurry(services: Services) -> None:
    """Ask more often where nobody tells: silent mailboxes each minute, ROOMS three times."""
    records = (await services.push.records()).values()
    now, silent = services.clock.now(), silent_places(records)
    if silent:
        watched = (await services.roster.directory()).synced_places()
        blocked = silent_environments(silent, watched)
        asked = [p for p in watched if p in silent or p.environment in blocked]
        jobs = [MailboxJob(kind=JobKind.CATCH_UP, place=place, requested_at=now) for place in asked]
        await services.queue.send_jobs(jobs)
    if any(r.place is None and r.silent_since is not None for r in records):
        job = MailboxJob(kind=JobKind.POLL_ROOMS_AGAIN, place=None, requested_at=now)
        for seconds in POLLS_OF_SILENT_ROOMS_S:
            await services.queue.send_jobs([job], now + timedelta(seconds=seconds))


async def push_status(services: Services) -> PushStatus:
    """Return who is silent, for the console and the command line."""
    services.push.forget()
    records = (await services.push.records()).values()
    silent = silent_places(records)
    watched = (await services.roster.directory()).synced_places()
    return PushStatus(
        environments=silent_environments(silent, watched),
        mailboxes=silent,
        is_rooms_silent=any(r.place is None and r.silent_since is not None for r in records),
        since=min((r.silent_since for r in records if r.silent_since is not None), default=None),
    )


async def _found_untold(place: EventPlace | None, item: WorkItem, services: Services) -> None:
    if place is not None and not await _should_have_told(place, item.first_seen, services):
        return
    if await services.push.found_untold(place, item.first_seen):
        log.info("change_found_untold", extra={"mailbox": _name(place)})


async def _should_have_told(place: EventPlace, found_at: datetime, services: Services) -> bool:
    """Tell whether a subscription was there, and long enough, to tell of what was found."""
    known = await current_subscription(place, services)
    if known is None or known.expires_at <= found_at:
        return False
    return known.watches_since <= found_at - SETTLED_IN


async def _alert(record: PushRecord, services: Services) -> None:
    name = _name(record.place)
    since = record.silent_since.isoformat(timespec="minutes") if record.silent_since else ""
    log.error(SILENT, extra={"mailbox": name, "since": since})
    await services.activity.add(
        Activity(
            at=services.clock.now(),
            mapping_id=None,
            outcome=SILENT,
            text=f"{name}: nobody tells of changes since {since}; asked more often until it does",
            source=Source.POLL if record.place is None else Source.DELTA,
        )
    )


def _name(place: EventPlace | None) -> str:
    return "rooms" if place is None else f"{place.environment}/{place.mailbox}"
