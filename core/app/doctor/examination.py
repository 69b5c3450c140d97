"""One run of the doctor, and what is kept of the last one for the console."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from core.app.doctor.checkup import checkup_findings
from core.app.doctor.mailboxes import mailbox_findings
from core.app.doctor.mails import sender_findings
from core.app.doctor.rooms import rooms_findings
from core.app.doctor.surroundings import Surroundings
from core.app.send_notice import PostRoom
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.finding import Finding, Part, Severity, worst_first
from core.domain.reach import Reach
from core.ports.stores import CursorStore
from core.sync.checks import settings_findings

LAST_RUN = "doctor:last_run"
"""The cursor's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was found. `asked_at`: when the two systems were asked, None if never."""

    findings: tuple[Finding, ...]
    asked_at: datetime | None = None

    @property
    def is_well(self) -> bool:
        """Tell whether nothing is wrong; notes are not wrong."""
        return not self.to_correct

    @property
    def to_correct(self) -> int:
        """Return how many findings are wrong."""
        return sum(finding.severity is not Severity.NOTE for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Run:
    at: datetime
    findings: tuple[Finding, ...]


_RUN = TypeAdapter(_Run)


async def examine(
    services: Services,
    reaches: Mapping[str, Reach] | None = None,
    *,
    ask: bool = True,
    known: Sequence[Finding] = (),
    post: PostRoom | None = None,
    around: Surroundings | None = None,
) -> Examination:
    """Check the settings as they are stored; with `ask` against both systems, which is kept.

    `known` are findings that others make without asking anybody, of mail texts. With `around`
    everything is asked that the sync needs to work, not only who is synced.
    """
    directory = await services.settings.load()
    issues = services.settings.issues
    found = [*unreadable(issues), *settings_findings(directory, reaches), *known]
    if not ask:
        return Examination(findings=worst_first(found))
    answers = await asyncio.gather(
        mailbox_findings(directory, services),
        rooms_findings(directory, services),
        _sender(post),
        _around(directory, around, services),
    )
    asked = [finding for some in answers for finding in some]
    now = services.clock.now()
    await _keep(_Run(now, tuple(asked)), services.cursors)
    return Examination(findings=worst_first([*found, *asked]), asked_at=now)


async def last_examination(
    services: Services,
    reaches: Mapping[str, Reach] | None = None,
    known: Sequence[Finding] = (),
) -> Examination:
    """Return the contradictions of now and what the last run heard from both systems: no calls.

    What the last run found about somebody who is gone or not to be synced any more is left out.
    """
    directory = await services.roster.directory()
    found = [*settings_findings(directory, reaches), *known]
    stored = await services.cursors.get(LAST_RUN)
    run = _read(stored)
    if run is None:
        return Examination(findings=worst_first(found))
    wanted = {
        *((Part.PERSON, str(p.id)) for p in directory.persons.values() if p.wants_sync),
        *((Part.RESOURCE, str(r.id)) for r in directory.resources.values() if r.wants_sync),
    }
    owners = {Part.PERSON, Part.RESOURCE}
    found += [f for f in run.findings if f.part not in owners or (f.part, f.who) in wanted]
    return Examination(findings=worst_first(found), asked_at=run.at)


async def _around(
    directory: Directory, around: Surroundings | None, services: Services
) -> list[Finding]:
    return [] if around is None else await checkup_findings(directory, around, services)


async def _sender(post: PostRoom | None) -> list[Finding]:
    return [] if post is None else await sender_findings(post)


def unreadable(issues: Sequence[str]) -> list[Finding]:
    """Return a finding per stored row that could not be read."""
    return [
        Finding(
            severity=Severity.ERROR,
            code="unreadable_row",
            part=Part.SETTINGS,
            who="",
            what=issue,
            advice="import the settings again",
        )
        for issue in issues
    ]


async def _keep(run: _Run, cursors: CursorStore) -> None:
    """Keep a run without what only the operator who asked may see."""
    plain = _Run(run.at, tuple(replace(finding, detail="") for finding in run.findings))
    await cursors.put(LAST_RUN, _RUN.dump_json(plain).decode())


def _read(stored: str | None) -> _Run | None:
    if stored is None:
        return None
    try:
        return _RUN.validate_json(stored)
    except ValidationError:
        return None
