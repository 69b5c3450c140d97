"""Every line of code that logs is an event of the vocabulary, with no other fields."""

import ast
import re
from pathlib import Path

from core.telemetry.events import EVENTS

ROOT = Path(__file__).parents[2]
WHERE = ("error", "where")
"""What `core.app.failures.where` returns."""


def log_calls():
    """Yield each call of a module's `log`, with the function that it is in."""
    for package in ("core", "functions", "web", "roomsync"):
        for file in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(file.read_text())
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "log"
                ):
                    yield file.relative_to(ROOT), tree, node


def constants(tree):
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def event_of(tree, call):
    (name,) = call.args
    if isinstance(name, ast.Name):
        return constants(tree)[name.id]
    assert isinstance(name, ast.Constant), ast.unparse(call)
    return name.value


def fields_of(tree, call):
    """Return the names in `extra`: written there, or in the variable of that name just before."""
    found = []
    for keyword in call.keywords:
        assert keyword.arg == "extra", ast.unparse(call)
        value = keyword.value
        if isinstance(value, ast.Name):
            value = next(
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id == value.id
                and 0 < call.lineno - node.lineno < 4
            )
        if isinstance(value, ast.Call):
            assert ast.unparse(value) == "where(error)"
            found += WHERE
            continue
        assert isinstance(value, ast.Dict), ast.unparse(call)
        for key, each in zip(value.keys, value.values, strict=True):
            if key is None:
                assert ast.unparse(each) == "where(error)"
                found += WHERE
            else:
                found.append(key.value)
    return found


def test_every_line_that_logs_is_an_event_of_the_vocabulary():
    calls = list(log_calls())
    assert len(calls) > 60
    wrong = [
        f"{file}:{call.lineno}: {event_of(tree, call)} {fields_of(tree, call)}"
        for file, tree, call in calls
        if set(fields_of(tree, call)) - set(EVENTS.get(event_of(tree, call), ()))
        or event_of(tree, call) not in EVENTS
    ]
    assert wrong == []


def test_every_event_of_the_vocabulary_is_logged_somewhere():
    logged = {event_of(tree, call) for _, tree, call in log_calls()}
    assert set(EVENTS) - logged == set()


def test_no_library_is_told_to_log_more():
    for package in ("core", "functions", "web", "roomsync"):
        for file in (ROOT / package).rglob("*.py"):
            assert "logging.DEBUG)" not in file.read_text(), file


def test_only_what_hands_telemetry_over_knows_opentelemetry():
    knowing = {
        str(file.relative_to(ROOT).parent)
        for package in ("core", "functions", "web", "roomsync")
        for file in (ROOT / package).rglob("*.py")
        if re.search(r"^ *(from|import) opentelemetry", file.read_text(), re.MULTILINE)
    }
    assert knowing == {"core/adapters/telemetry"}
