"""What can be wrong with the settings as they are: contradictions that need no question (R-020)."""

from collections.abc import Mapping

from core.domain.directory import Directory
from core.domain.finding import Finding, worst_first
from core.domain.reach import Reach
from core.sync.checks.owners import owner_findings
from core.sync.checks.whole import whole_findings


def settings_findings(
    directory: Directory, reaches: Mapping[str, Reach] | None = None
) -> tuple[Finding, ...]:
    """Return everything that contradicts itself, worst first.

    `reaches` are the environments that have credentials of their own; None: nobody knows. What is
    wrong costs its own entry only: that is not synced.
    """
    return worst_first([*whole_findings(directory, reaches), *owner_findings(directory, reaches)])
