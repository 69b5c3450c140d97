"""Each reason that a planner gives leads to a rule, and each rule has a text."""

import pytest

from core.app.rule_words import RULES, RULES_OF_REASONS, rule, rules_of_reason, rules_of_refusal
from core.app.series.sync_series import AS_AGREED
from core.domain.refusal import RefusalCode
from core.sync.answers import REASONS
from core.sync.begin import REASONS as BEGIN_REASONS
from tests.kit.reasons import GIVEN


def test_the_reasons_are_found():
    assert {REASONS[kind] for kind in REASONS} <= GIVEN.keys()
    assert "its organizer was changed in ROOMS (R-103)" in GIVEN
    assert "in the past (R-106)" in GIVEN
    assert len(GIVEN) > 60
    assert BEGIN_REASONS is REASONS


@pytest.mark.parametrize("reason", [*GIVEN, AS_AGREED, "both sides agree"])
def test_every_reason_has_a_rule(reason):
    assert rules_of_reason(reason), f"{GIVEN.get(reason)}: add it to RULES_OF_REASONS"


@pytest.mark.parametrize("reason", [*GIVEN, *RULES_OF_REASONS])
def test_every_rule_of_a_reason_has_a_text(reason):
    assert [name for name in rules_of_reason(reason) if not rule(name)] == []


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_has_rules_with_a_text(code):
    assert all(rule(name) for name in rules_of_refusal(code))


def test_a_refused_reason_has_the_rules_of_all_its_codes():
    assert rules_of_reason("refused: occupied, second_resource, holiday") == ("R-404", "R-420")


def test_what_nobody_has_written_has_no_rule():
    assert rules_of_reason("refused: Fusion with Contoso") == ()
    assert rules_of_reason("Budget R-31") == ()


def test_texts_are_short_and_end_without_a_stop():
    assert [text for text in RULES.values() if len(text) > 90 or text.endswith(".")] == []
