"""The same about many is told once, with all whom it is about: nobody reads 300 lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.app.doctor.condensed import environment_of
from core.domain.directory import Directory
from core.domain.finding import OWNERS, Finding

FEW = 3
"""So many with the same are named one by one."""

DIFFERING = frozenset({"error", "at"})
"""Facts that need not be the same to be told together: the first one's are shown."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """One finding, or the same of many: all of them, the first one speaks for them."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """Return the one whose words are shown."""
        return self.findings[0]

    @property
    def is_of_many(self) -> bool:
        """Tell whether it is about more than one."""
        return len(self.findings) > 1


def gathered(findings: Sequence[Finding], directory: Directory) -> list[Gathered]:
    """Return the findings in their order, the same of many mailboxes of an environment together.

    Who has a detail of their own stays alone; a mail domain may be that of many.
    """
    same: dict[object, list[Finding]] = {}
    for finding in findings:
        same.setdefault(_key(finding, directory), []).append(finding)
    told: list[Gathered] = []
    for some in same.values():
        if len(some) > FEW:
            told.append(Gathered(tuple(some)))
        else:
            told += [Gathered((finding,)) for finding in some]
    places = {id(finding): at for at, finding in enumerate(findings)}
    return sorted(told, key=lambda each: places[id(each.first)])


def _key(finding: Finding, directory: Directory) -> object:
    if finding.part not in OWNERS:
        return id(finding)
    facts = tuple(fact for fact in finding.facts if fact[0] not in DIFFERING)
    home = environment_of(finding, directory)
    return finding.kind, finding.part, home, facts, finding.detail
