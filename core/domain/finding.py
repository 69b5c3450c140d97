"""What the doctor finds: whom or what it is about, of which kind, and the facts that belong to it.

A finding has no words: those are put at the edge, in the language of whoever asks
(`core.app.doctor.wording`, `web/texts`), out of its kind and facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.domain.finding_kinds import ERRORS, NOTES, FindingKind

ADDRESS = "<address>"
"""Stands in a command for the address of whom it is about."""


class Severity(StrEnum):
    """How much it matters: not synced or refused; works otherwise than meant; good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Part(StrEnum):
    """What a finding is about."""

    PERSON = "person"
    RESOURCE = "resource"
    ENVIRONMENT = "environment"
    POLICY = "policy"
    SETTINGS = "settings"
    ROOMS = "ROOMS"
    MAILS = "mails"
    SERVICE = "service"


OWNERS = frozenset({Part.PERSON, Part.RESOURCE})
"""Parts that have a mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding. `who` is a number or name of the settings, never a person's name or address.

    `facts` are put into its words: numbers, names of the settings, errors of the systems; the one
    called `mailbox` says whose it is (`p11`, `r101`, "" for somebody's). `detail` may hold
    addresses: it is shown to the operator who asks, and never stored.
    """

    kind: FindingKind
    part: Part
    who: str
    facts: tuple[tuple[str, str], ...] = ()
    detail: str = ""

    @property
    def severity(self) -> Severity:
        """Return how much it matters."""
        if self.kind in ERRORS:
            return Severity.ERROR
        return Severity.NOTE if self.kind in NOTES else Severity.WARNING

    @property
    def named(self) -> Mapping[str, str]:
        """Return the facts by their names."""
        return dict(self.facts)


def found(
    kind: FindingKind, part: Part, who: str = "", *, detail: str = "", **facts: object
) -> Finding:
    """Return a finding; the facts are those that the words of its kind have places for."""
    told = tuple((name, str(value)) for name, value in facts.items())
    return Finding(kind=kind, part=part, who=who, facts=told, detail=detail)


def worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings in the order in which they are shown."""
    severities, parts = list(Severity), list(Part)
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                severities.index(f.severity),
                parts.index(f.part),
                (len(f.who), f.who) if f.who.isdecimal() else (0, f.who),
                f.kind,
            ),
        )
    )
