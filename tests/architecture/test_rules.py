"""docs/rules.md names tests that exist, and the operation of EWS that each skip is about."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
RULES = (TESTS.parent / "docs" / "rules.md").read_text(encoding="utf-8")


def test_every_test_that_a_rule_names_exists():
    source = "\n".join(file.read_text(encoding="utf-8") for file in TESTS.rglob("*.py"))
    there = set(re.findall(r"def (test_\w+)", source)) | {p.stem for p in TESTS.rglob("test_*")}

    assert set(re.findall(r"\btest_\w+", RULES)) - there == set()


def test_every_skip_of_a_scenario_names_an_operation_that_the_rules_list():
    listed = RULES.partition("## Skipped on premises")[2]
    columns = re.findall(r"^\| ([^|]+) \|", listed, re.MULTILINE)
    operations = set(re.findall(r"[A-Z][A-Za-z]{5,}", " ".join(columns)))
    skips = [
        reason
        for file in (TESTS / "scenarios").glob("test_*.py")
        for reason in re.findall(r'pytest\.skip\("([^"]+)"\)', file.read_text(encoding="utf-8"))
    ]

    assert len(skips) > 5
    assert [reason for reason in skips if not any(name in reason for name in operations)] == []
