"""Findings have no words of their own: each kind has them in every language, for its own facts."""

import ast
import re
import string
from pathlib import Path

import pytest

from core.app.doctor import wording
from core.domain.finding import Part, Severity, found
from core.domain.finding_kinds import ERRORS, NOTES, FindingKind
from web.words import catalog, words_in

CORE = Path(__file__).parents[3] / "core"
MAKERS = {"found", "about"}
NO_FACTS = {"detail"}


def places(*texts):
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def texts_of(kind):
    text = wording.TEXTS[kind]
    commands = [text.command] if isinstance(text.command, str) else [*text.command.values()]
    needed = places(text.what, text.advice, *commands)
    return needed if isinstance(text.command, str) else needed | {"by"}


def made():
    """Every place that makes a finding of a named kind, with the names of the facts it gives."""
    for file in CORE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in MAKERS:
                continue
            given = {k.arg for k in call.keywords} - NO_FACTS
            for kind in ast.walk(call):
                if isinstance(kind, ast.Attribute) and getattr(kind.value, "id", "") in {
                    "Kind",
                    "FindingKind",
                }:
                    yield FindingKind[kind.attr], given


@pytest.mark.parametrize("kind", FindingKind)
def test_each_kind_of_finding_has_words_in_english_and_german(kind):
    german = catalog("de")
    assert wording.TEXTS[kind].what
    assert wording.TEXTS[kind].advice
    assert german[f"finding.{kind}"]
    assert german[f"finding_advice.{kind}"]


def test_there_are_no_words_for_findings_that_nobody_makes():
    german = {key.partition(".")[2] for key in catalog("de") if key.startswith("finding")}
    assert german == set(FindingKind)
    assert set(wording.TEXTS) == set(FindingKind)


@pytest.mark.parametrize("kind", FindingKind)
def test_no_language_needs_a_fact_that_english_does_not(kind):
    german = catalog("de")
    needed = places(german[f"finding.{kind}"], german[f"finding_advice.{kind}"])
    assert needed <= texts_of(kind)


def test_wherever_a_finding_is_made_it_gets_the_facts_that_its_words_need():
    found_places = [(kind, given) for kind, given in made() if None not in given]
    assert len(found_places) > 60
    for kind, given in found_places:
        assert given == texts_of(kind), kind


def test_kinds_matter_as_they_are_listed():
    assert not ERRORS & NOTES
    assert found(FindingKind.NO_WORKER, Part.SERVICE, minutes=3).severity is Severity.ERROR
    assert found(FindingKind.ALL_UNWATCHED, Part.ENVIRONMENT).severity is Severity.WARNING
    assert found(FindingKind.NO_SENDER, Part.MAILS).severity is Severity.NOTE


def test_whose_mailbox_it_is_is_told_in_the_readers_language():
    finding = found(FindingKind.SHARED_MAILBOX, Part.PERSON, "11", mailbox="r101")
    assert wording.what(finding).startswith("has the mailbox of resource 101,")
    assert words_in("de").finding(finding).startswith("hat dasselbe Postfach wie Ressource 101 ")
    nobody = found(FindingKind.SHARED_MAILBOX, Part.PERSON, "11", mailbox="")
    assert "somebody else" in wording.what(nobody)
    assert "jemand anderes" in words_in("de").finding(nobody)


def test_a_command_is_that_of_the_kind_of_environment():
    on_premises = found(FindingKind.SCOPE_OPEN, Part.ENVIRONMENT, "cellar", by="ews")
    assert "ApplicationImpersonation" in wording.command(on_premises)
    online = found(FindingKind.SCOPE_OPEN, Part.ENVIRONMENT, "contoso", by="graph")
    assert "Application Calendars.ReadWrite" in wording.command(online)


def test_what_a_system_says_is_put_in_as_it_is():
    odd = found(FindingKind.TABLES, Part.SERVICE, error="{braces} {0}")
    assert re.search(r"\{braces\} \{0\}$", wording.what(odd))
