"""Turns what the doctor found into lines for the console: no people, no addresses."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.app.console.reader import Look
from core.domain.directory import Directory
from core.domain.finding import Finding, Part
from core.domain.ids import ResourceId
from web.board.tones import SEVERITIES
from web.words import Words

MOST = 50
"""How many are listed; whoever has more works with the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One finding."""

    tone: str
    severity: str
    who: str
    what: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLines:
    """The section: its lines, how many more there are, and what they are based on."""

    number: int
    lines: tuple[FindingLine, ...]
    more: str
    basis: str


def finding_lines(look: Look, words: Words, zone: ZoneInfo) -> FindingLines:
    """Return what is wrong with the settings, worst first."""
    found = look.examination.findings
    asked_at = look.examination.asked_at
    basis = words("configuration.never_asked")
    if asked_at is not None:
        local = asked_at.astimezone(zone)
        basis = words("configuration.asked", time=f"{local:%Y-%m-%d %H:%M}")
    more = len(found) - MOST
    return FindingLines(
        number=look.examination.to_correct,
        lines=tuple(_line(finding, look.directory, words) for finding in found[:MOST]),
        more=words("configuration.more", number=str(more)) if more > 0 else "",
        basis=basis,
    )


def whom(finding: Finding, directory: Directory, words: Words) -> str:
    """Return whom a finding is about: a person by number only, a resource by its name, too."""
    if finding.part is Part.SETTINGS:
        return ""
    name = ""
    if finding.part is Part.RESOURCE and finding.who.isdecimal():
        resource = directory.resources.get(ResourceId(int(finding.who)))
        name = "" if resource is None else resource.name
    return " ".join(filter(None, (words(f"about.{finding.part}"), finding.who, name)))


def _line(finding: Finding, directory: Directory, words: Words) -> FindingLine:
    tone, severity = SEVERITIES[finding.severity], words(f"severity.{finding.severity}")
    return FindingLine(
        tone=tone,
        severity=severity,
        who=whom(finding, directory, words),
        what=words.finding(finding),
        advice=words.advice(finding),
    )
