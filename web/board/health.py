"""Turns what the doctor found into cards: the whole, then by environment, worst first.

Whoever operates sees names and addresses as in the settings; whoever only looks sees numbers, and
of resources their names (D13).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.app.doctor.condensed import concerned, environment_of, mailbox_of
from core.app.doctor.gathered import Gathered, gathered
from core.app.doctor.wording import command
from core.domain.directory import Directory, SyncedPerson
from core.domain.finding import ADDRESS, OWNERS, Finding, Part, Severity
from core.domain.ids import MailboxKey, is_resource_mailbox
from web.board.tones import SEVERITIES
from web.render import View

OF_THE_WHOLE = frozenset({Part.SERVICE, Part.ROOMS, Part.MAILS, Part.SETTINGS, Part.POLICY})


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSaid:
    """What one finding says."""

    severity: Severity
    tone: str
    what: str
    advice: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """What was found about somebody or something, worst first.

    The same of many is a card, too: `whos` are all of them. `mailbox`: whose it is, "" for what has
    none.
    """

    who: str
    whos: tuple[str, ...]
    mailbox: str
    findings: tuple[FindingSaid, ...]

    @property
    def tone(self) -> str:
        """Return the tone of the worst."""
        return self.findings[0].tone


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """Cards that belong together; `environment` "" for the whole, None for who lives nowhere."""

    environment: str | None
    cards: dict[str, tuple[FindingCard, ...]]
    """By what they are about: `environment` (or the whole), `persons`, `resources`."""

    @property
    def worst(self) -> int:
        """Return the place of its worst finding among severities, the number of them for none."""
        severities = list(Severity)
        told = [f.severity for cards in self.cards.values() for c in cards for f in c.findings]
        return min(map(severities.index, told), default=len(severities))


def counted(findings: Sequence[Finding]) -> dict[Severity, int]:
    """Return how many there are of each severity."""
    return {each: sum(f.severity is each for f in findings) for each in Severity}


def finding_groups(
    findings: Sequence[Finding], directory: Directory, view: View
) -> tuple[FindingGroup, ...]:
    """Return the groups that have something in them."""
    plain = [replace(finding, detail="") for finding in findings]
    shown = gathered(plain, directory)
    homes: list[str | None] = ["", *_environments(plain, directory), None]
    groups = [_group(home, shown, directory, view) for home in homes]
    told = [group for group in groups if any(group.cards.values())]
    return tuple(sorted(told, key=lambda group: group.worst))


def owner_named(mailbox: MailboxKey, directory: Directory, view: View) -> str:
    """Return who owns a mailbox: a person by name only to whoever operates."""
    owner = directory.owner_of(mailbox)
    is_shown = is_resource_mailbox(mailbox) or view.may("operator")
    name = owner.name if owner is not None and is_shown else ""
    return f"{view.words.mailbox(mailbox)} {name}".strip()


def _environments(findings: Sequence[Finding], directory: Directory) -> list[str]:
    told = [f.who for f in findings if f.part is Part.ENVIRONMENT]
    return list(dict.fromkeys([*directory.environments, *told]))


def _group(
    home: str | None, shown: Sequence[Gathered], directory: Directory, view: View
) -> FindingGroup:
    def of(*parts: Part) -> tuple[FindingCard, ...]:
        chosen = [
            each
            for each in shown
            if each.first.part in parts and _home(each.first, directory) == home
        ]
        return _cards(chosen, directory, view)

    return FindingGroup(
        environment=home,
        cards={
            "environment": of(Part.ENVIRONMENT, *OF_THE_WHOLE),
            "persons": of(Part.PERSON),
            "resources": of(Part.RESOURCE),
        },
    )


def _home(finding: Finding, directory: Directory) -> str | None:
    if finding.part in OF_THE_WHOLE:
        return ""
    return environment_of(finding, directory) or None


def _cards(chosen: Sequence[Gathered], directory: Directory, view: View) -> tuple[FindingCard, ...]:
    """Return a card for each of whom something was found, in the order of what is worst of it."""
    of_one: dict[tuple[str, str], list[Gathered]] = {}
    for number, each in enumerate(chosen):
        key = f"many {number}" if each.is_of_many else each.first.part
        of_one.setdefault((key, each.first.who), []).append(each)
    return tuple(
        FindingCard(
            who=_who(some[0], directory, view),
            whos=_whos(some[0], directory, view),
            mailbox=_mailbox(some[0]),
            findings=tuple(_said(each, directory, view) for each in some),
        )
        for some in of_one.values()
    )


def _said(each: Gathered, directory: Directory, view: View) -> FindingSaid:
    finding = each.first
    shown = command(finding) if each.is_of_many else command_shown(finding, directory, view)
    return FindingSaid(
        severity=finding.severity,
        tone=SEVERITIES[finding.severity],
        what=view.words.finding(finding),
        advice=view.words.advice(finding),
        command=shown,
    )


def _mailbox(each: Gathered) -> str:
    is_of_one = each.first.part in OWNERS and not each.is_of_many
    return mailbox_of(each.first) if is_of_one else ""


def _whos(each: Gathered, directory: Directory, view: View) -> tuple[str, ...]:
    if not each.is_of_many:
        return ()
    return tuple(_owner(finding, directory, view) for finding in each.findings)


def _who(each: Gathered, directory: Directory, view: View) -> str:
    finding, words = each.first, view.words
    if each.is_of_many:
        return words.many(f"health.many.{finding.part}", len(each.findings))
    if finding.part in OWNERS:
        return _owner(finding, directory, view)
    if finding.part is Part.ENVIRONMENT:
        number = concerned(finding, directory)
        return words.many("health.concerned", number) if number else ""
    return f"{words(f'about.{finding.part}')} {finding.who}".strip()


def _owner(finding: Finding, directory: Directory, view: View) -> str:
    return owner_named(mailbox_of(finding), directory, view)


def command_shown(finding: Finding, directory: Directory, view: View) -> str:
    """Return the command of a finding; with the address of a person for whoever operates only."""
    text = command(finding)
    if ADDRESS not in text or finding.part not in OWNERS:
        return text
    owner = directory.owner_of(mailbox_of(finding))
    is_hidden = isinstance(owner, SyncedPerson) and not view.may("operator")
    if owner is None or not owner.address or is_hidden:
        return text
    return text.replace(ADDRESS, owner.address)
