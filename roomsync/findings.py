"""How findings of the doctor are printed: one line each, with names for who asks here."""

from rich.text import Text

from core.app.doctor import wording
from core.app.doctor.condensed import concerned
from core.app.doctor.gathered import Gathered, gathered
from core.domain.directory import Directory
from core.domain.finding import ADDRESS, Finding, Part, Severity
from core.domain.ids import PersonId, ResourceId
from roomsync.output import out

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}


def show_findings(findings: tuple[Finding, ...], settings: Directory) -> None:
    """Print findings: level, who, what, what to do; the same of many mailboxes as one."""
    for each in gathered(findings, settings):
        finding = each.first
        text = Text(f"{finding.severity}: ", style=STYLES[finding.severity])
        about = _many(each) if each.is_of_many else who(finding, settings)
        said = wording.what(finding)
        text.append(f"{about}: {said}" if about else said, style="not bold default")
        if finding.detail:
            text.append(f" ({finding.detail})", style="not bold default")
        text.append(f" - {wording.advice(finding)}", style="not bold dim")
        out().print(text, soft_wrap=True)
        if command := wording.command(finding):
            address = "" if each.is_of_many else _address(finding, settings)
            shown = command.replace(ADDRESS, address or ADDRESS)
            out().print(Text(f"    {shown}", style="cyan"), soft_wrap=True)


def _many(each: Gathered) -> str:
    numbers = ", ".join(finding.who for finding in each.findings)
    return f"{len(each.findings)} {each.first.part}s ({numbers})"


def _address(finding: Finding, settings: Directory) -> str:
    if not finding.who.isdecimal():
        return ""
    number = int(finding.who)
    person = settings.persons.get(PersonId(number)) if finding.part is Part.PERSON else None
    thing = settings.resources.get(ResourceId(number)) if finding.part is Part.RESOURCE else None
    owner = person or thing
    return "" if owner is None else owner.address


def who(finding: Finding, settings: Directory) -> str:
    """Return whom a finding is about, by name."""
    name = ""
    if finding.part is Part.PERSON and finding.who.isdecimal():
        person = settings.persons.get(PersonId(int(finding.who)))
        name = "" if person is None else person.name
    if finding.part is Part.RESOURCE and finding.who.isdecimal():
        resource = settings.resources.get(ResourceId(int(finding.who)))
        name = "" if resource is None else resource.name
    if finding.part is Part.SETTINGS:
        return ""
    number = concerned(finding, settings)
    if number:
        name = f"({number} mailbox{'' if number == 1 else 'es'})"
    return " ".join(filter(None, (finding.part, finding.who, name)))
