"""Findings in words: English, as the command line tells them; commands are of no language."""

from collections.abc import Callable, Mapping

from core.app.doctor.text import Text
from core.app.doctor.words_around import AROUND
from core.app.doctor.words_settings import SETTINGS
from core.app.doctor.words_systems import SYSTEMS
from core.domain.finding import Finding
from core.domain.finding_kinds import FindingKind
from core.domain.ids import MailboxKey, is_resource_mailbox

TEXTS: Mapping[FindingKind, Text] = {**SETTINGS, **SYSTEMS, **AROUND}

type Named = Callable[[MailboxKey], str]


def what(finding: Finding) -> str:
    """Return what is so, to be read after whom it is about."""
    return filled(TEXTS[finding.kind].what, finding, owner_named)


def advice(finding: Finding) -> str:
    """Return what to do about it."""
    return filled(TEXTS[finding.kind].advice, finding, owner_named)


def command(finding: Finding) -> str:
    """Return the command that mends or shows it, "" if there is none.

    The address of whom it is about is in it as `core.domain.finding.ADDRESS`.
    """
    given = TEXTS[finding.kind].command
    text = given if isinstance(given, str) else given.get(finding.named.get("by", ""), "")
    return filled(text, finding, owner_named)


def filled(text: str, finding: Finding, named: Named) -> str:
    """Put the facts of a finding into a text; `named` says who the owner of a mailbox is."""
    facts = dict(finding.named)
    if "mailbox" in facts:
        facts["mailbox"] = named(MailboxKey(facts["mailbox"]))
    return text.format(**facts)


def owner_named(mailbox: MailboxKey) -> str:
    """Return who owns a mailbox, by number."""
    if not mailbox:
        return "somebody else"
    return f"{'resource' if is_resource_mailbox(mailbox) else 'person'} {mailbox[1:]}"
