"""What the doctor finds: one line on who or what is wrong with the settings, and what to do."""

from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line. `who` is a number or name of the settings, never a person's name or address.

    `detail` may hold addresses: it is shown to the operator who asks, and never stored. `command`
    is what puts it right, or tells more, in a shell of Exchange or Azure; the address of whom it is
    about is written in as `ADDRESS` and filled in when it is shown.
    """

    severity: Severity
    code: str
    part: Part
    who: str
    what: str
    advice: str
    detail: str = ""
    command: str = ""


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
                f.code,
            ),
        )
    )
