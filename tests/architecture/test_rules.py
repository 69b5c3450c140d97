"""docs/rules.md names tests that exist, and the operation of EWS that each skip is about."""

import ast
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
    skips = [skip for file in (TESTS / "scenarios").glob("test_*.py") for skip in skips_of(file)]

    assert len(skips) > 5
    assert [why for _, why in skips if not any(name in why for name in operations)] == []
    assert [name for name, _ in skips if name not in listed] == []


def skips_of(file):
    """Yield where a file skips, the test or the file itself for a fixture, and why."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for holder in ast.walk(tree):
        if not isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        name = holder.name if holder.name.startswith("test_") else file.stem
        for call in ast.walk(holder):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.skip":
                yield name, call.args[0].value
