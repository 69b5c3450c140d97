"""A round of the doctor in the background: job by job some mailboxes, so that no job takes long.

docs/health.md has its states. Twice: two jobs take what is left one after the other, as all jobs
without a mailbox do.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from core.app.doctor.asking import ask_of_one, ask_of_owners, ask_of_the_whole
from core.app.doctor.chosen import wanted
from core.app.doctor.condensed import condensed, environment_of, mailbox_of
from core.app.doctor.examination import LastRun, keep, last_run
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.finding import OWNERS, Finding, Part
from core.domain.finding_kinds import FindingKind as Kind
from core.domain.ids import MailboxKey
from core.domain.job_kind import JobKind
from core.domain.remark import Remark
from core.domain.work import MailboxJob
from core.errors import RoomSyncError

log = logging.getLogger(__name__)

ROUND = "doctor:round"
"""The cursor's name."""

AT_A_TIME = 20
"""Mailboxes per job: seconds, in which nothing else without a mailbox is done."""

FORSAKEN = timedelta(minutes=10)

DISPROVED = frozenset({Kind.EXCHANGE_SILENT, Kind.ALL_SHUT_OUT, Kind.ROOMS_SILENT})
"""What is no more so of an environment, or of ROOMS, once one mailbox is answered for."""


class RoundRunningError(RoomSyncError):
    """The doctor is at work already; the text says since when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """The last round, or the one under way; `only` is set when it is of one mailbox."""

    began_at: datetime
    touched_at: datetime
    total: int
    waiting: tuple[MailboxKey, ...]
    only: MailboxKey | None = None
    is_whole_due: bool = True
    findings: tuple[Finding, ...] = ()
    ended_at: datetime | None = None

    @property
    def done(self) -> int:
        """Return how many mailboxes have been asked for."""
        return self.total - len(self.waiting)

    def is_running(self, now: datetime) -> bool:
        """Tell whether somebody works on it, as far as can be told."""
        return self.ended_at is None and now - self.touched_at < FORSAKEN

    def is_forsaken(self, now: datetime) -> bool:
        """Tell whether its job was lost."""
        return self.ended_at is None and not self.is_running(now)


_ROUND = TypeAdapter(Round)


async def begin_round(services: Services, only: MailboxKey | None = None) -> Round:
    """Begin to examine everything, or one mailbox again; RoundRunningError while one runs."""
    now, known = services.clock.now(), await last_round(services)
    if known is not None and known.is_running(now):
        raise RoundRunningError(
            Remark("the doctor is at work since {since} UTC", since=f"{known.began_at:%H:%M:%S}")
        )
    directory = await services.roster.directory()
    mailboxes = tuple(wanted(directory)) if only is None else (only,)
    begun = Round(
        began_at=now,
        touched_at=now,
        total=len(mailboxes),
        waiting=mailboxes,
        only=only,
        is_whole_due=only is None,
    )
    await _put(begun, services)
    await _queue(services)
    return begun


async def go_on_with_round(services: Services) -> None:
    """Ask some more; the last ones end the round."""
    known = await last_round(services)
    if known is None or known.ended_at is not None:
        return
    directory = await services.roster.directory()
    asked = await _asked(known, directory, services)
    asked = replace(asked, touched_at=services.clock.now())
    if asked.waiting or asked.is_whole_due:
        await _put(asked, services)
        await _queue(services)
        return
    await _end(asked, directory, services)


async def last_round(services: Services) -> Round | None:
    """Return the last round, None when there was none that can be read."""
    stored = await services.cursors.get(ROUND)
    if stored is None:
        return None
    try:
        return _ROUND.validate_json(stored)
    except ValidationError:
        log.warning("doctor_round_unreadable")
        return None


async def _asked(known: Round, directory: Directory, services: Services) -> Round:
    if known.is_whole_due:
        around = None if services.around is None else await services.around()
        told = await ask_of_the_whole(directory, around, services)
        return replace(known, is_whole_due=False, findings=_plain([*known.findings, *told]))
    now, later = known.waiting[:AT_A_TIME], known.waiting[AT_A_TIME:]
    told = await ask_of_owners(now, known.findings, directory, services)
    if known.only is not None and services.around is not None:
        around = await services.around()
        told += await ask_of_one(known.only, around.callbacks, directory, services)
    return replace(known, waiting=later, findings=_plain([*known.findings, *told]))


async def _end(ended: Round, directory: Directory, services: Services) -> None:
    now = services.clock.now()
    findings: Sequence[Finding] = condensed(ended.findings, directory)
    at = now
    if ended.only is not None:
        before = await last_run(services.cursors)
        at = now if before is None else before.at
        known = () if before is None else before.findings
        findings = [*_still(known, ended.only, findings, directory), *findings]
    await keep(LastRun(at, tuple(findings)), services.cursors)
    await _put(replace(ended, ended_at=now, findings=()), services)


def _still(
    known: Sequence[Finding],
    mailbox: MailboxKey,
    fresh: Collection[Finding],
    directory: Directory,
) -> list[Finding]:
    """Return what was found before and is not answered anew by a mailbox's own examination."""
    owner = directory.owner_of(mailbox)
    home = None if owner is None else owner.environment
    silent = {finding.kind for finding in fresh}

    def is_answered(finding: Finding) -> bool:
        if finding.part in OWNERS:
            return mailbox_of(finding) == mailbox
        is_of_it = finding.part is Part.ROOMS or environment_of(finding, directory) == home
        return is_of_it and finding.kind in DISPROVED - silent

    return [finding for finding in known if not is_answered(finding)]


def _plain(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings without what only the operator who asks may see, each once."""
    return tuple(dict.fromkeys(replace(finding, detail="") for finding in findings))


async def _put(known: Round, services: Services) -> None:
    await services.cursors.put(ROUND, _ROUND.dump_json(known).decode())


async def _queue(services: Services) -> None:
    job = MailboxJob(kind=JobKind.EXAMINE, place=None, requested_at=services.clock.now())
    await services.queue.send_jobs([job])
