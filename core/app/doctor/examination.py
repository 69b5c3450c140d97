"""One run of the doctor, and what is kept of the last one for the console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from core.app.doctor.asking import ask_of_owners, ask_of_the_whole
from core.app.doctor.chosen import wanted
from core.app.doctor.condensed import condensed
from core.app.doctor.surroundings import Surroundings
from core.app.services import Services
from core.domain.finding import OWNERS, Finding, Part, Severity, found, worst_first
from core.domain.finding_kinds import FindingKind
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
class LastRun:
    """What both systems were last heard to say, and when."""

    at: datetime
    findings: tuple[Finding, ...]


_RUN = TypeAdapter(LastRun)


async def examine(
    services: Services,
    reaches: Mapping[str, Reach] | None = None,
    *,
    ask: bool = True,
    known: Sequence[Finding] = (),
    around: Surroundings | None = None,
) -> Examination:
    """Check the settings as they are stored; with `ask` against both systems, which is kept.

    `known` are findings that others make without asking anybody, of mail texts. With `around`
    everything is asked that the sync needs to work, not only who is synced.
    """
    directory = await services.settings.load()
    issues = services.settings.issues
    told = [*unreadable(issues), *settings_findings(directory, reaches), *known]
    if not ask:
        return Examination(findings=worst_first(condensed(told, directory)))
    asked = await ask_of_owners(wanted(directory), (), directory, services)
    asked += await ask_of_the_whole(directory, around, services)
    asked = condensed(asked, directory)
    now = services.clock.now()
    await keep(LastRun(now, tuple(asked)), services.cursors)
    return Examination(findings=worst_first(condensed([*told, *asked], directory)), asked_at=now)


async def last_examination(
    services: Services,
    reaches: Mapping[str, Reach] | None = None,
    known: Sequence[Finding] = (),
) -> Examination:
    """Return the contradictions of now and what the last run heard from both systems: no calls.

    What the last run found about somebody who is gone or not to be synced any more is left out.
    """
    directory = await services.roster.directory()
    told = [*settings_findings(directory, reaches), *known]
    run = await last_run(services.cursors)
    if run is None:
        return Examination(findings=worst_first(condensed(told, directory)))
    wanted_now = {
        *((Part.PERSON, str(p.id)) for p in directory.persons.values() if p.wants_sync),
        *((Part.RESOURCE, str(r.id)) for r in directory.resources.values() if r.wants_sync),
    }
    told += [f for f in run.findings if f.part not in OWNERS or (f.part, f.who) in wanted_now]
    return Examination(findings=worst_first(condensed(told, directory)), asked_at=run.at)


def unreadable(issues: Sequence[str]) -> list[Finding]:
    """Return a finding per stored row that could not be read."""
    return [found(FindingKind.UNREADABLE_ROW, Part.SETTINGS, issue=issue) for issue in issues]


async def keep(run: LastRun, cursors: CursorStore) -> None:
    """Keep a run without what only the operator who asked may see."""
    plain = LastRun(run.at, tuple(replace(finding, detail="") for finding in run.findings))
    await cursors.put(LAST_RUN, _RUN.dump_json(plain).decode())


async def last_run(cursors: CursorStore) -> LastRun | None:
    """Return what was kept; what cannot be read counts as never asked."""
    stored = await cursors.get(LAST_RUN)
    if stored is None:
        return None
    try:
        return _RUN.validate_json(stored)
    except ValidationError:
        return None
