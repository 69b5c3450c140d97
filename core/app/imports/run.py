"""An import from files to settings: what would change, what is wrong, and what that leads to.

Nothing is written here: the caller shows the result, and replaces the settings if that is wanted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.app.former_addresses import keeping_former_addresses
from core.app.imports.consequences import Consequence, consequences
from core.app.imports.importing import take_over
from core.app.imports.primary import with_primary_addresses
from core.app.imports.said import Fault, Said
from core.app.imports.switching import Turn, switched, with_synced_since
from core.app.services import Services
from core.app.settings_changes import SettingsChange, settings_changes
from core.domain.directory import Directory
from core.domain.finding import Finding
from core.sync.checks import settings_findings

FEW = 10
"""So many may always be switched off at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import comes to. `findings` are contradictions that were not there before.

    `since` is the version of the settings that it is about.
    """

    settings: Directory
    since: int
    changes: tuple[SettingsChange, ...]
    faults: tuple[Fault, ...]
    notices: tuple[str, ...]
    consequences: tuple[Consequence, ...]
    findings: tuple[Finding, ...]
    synced_before: int

    @property
    def ends(self) -> int:
        """Return how many are switched off."""
        return sum(each.switched.turn is Turn.OFF for each in self.consequences)

    @property
    def ends_most(self) -> bool:
        """Tell whether more than half of all are switched off, a few aside: ask before that."""
        return self.ends > max(FEW, self.synced_before / 2)


async def plan_import(files: Sequence[Said], services: Services, *, ask: bool) -> ImportPlan:
    """Take files over, one after the other, on top of what is stored.

    `ask`: Exchange is asked for the primary addresses of whoever is new or changed (R-023).
    """
    since, stored = await services.settings.version(), await services.settings.load()
    wanted, faults, notices = stored, list[Fault](), list[str]()
    for said in files:
        taken = take_over(wanted, said)
        wanted = taken.settings
        faults += taken.faults
        notices += taken.notices
    if ask:
        wanted, asked = await with_primary_addresses(stored, wanted, services.mailboxes)
        notices += asked
    turns = switched(stored, wanted)
    wanted = with_synced_since(stored, wanted, services.clock.now())
    wanted = keeping_former_addresses(stored, wanted)
    known = set(settings_findings(stored))
    return ImportPlan(
        settings=wanted,
        since=since,
        changes=settings_changes(stored, wanted),
        faults=tuple(faults),
        notices=tuple(notices),
        consequences=await consequences(turns, services),
        synced_before=len(stored.synced_places()),
        findings=tuple(f for f in settings_findings(wanted) if f not in known),
    )
