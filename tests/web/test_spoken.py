"""Sentences of the core in German: every one that can be met has its text, others are marked."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from core.app.imports.checking import reasons
from core.app.imports.location_row import LocationRow
from core.app.imports.rows import EnvironmentRow, PersonRow, PolicyRow, ResourceRow
from core.app.imports.said import Kind
from core.domain.remark import Remark
from core.errors import InvalidPayloadError
from web.problems import problem_of
from web.spoken import GROUP, Spoken
from web.words import catalog, words_in

ROOT = Path(__file__).parents[2]
GERMAN = words_in("de")
ROWS: tuple[type[BaseModel], ...] = (
    PersonRow,
    ResourceRow,
    EnvironmentRow,
    LocationRow,
    PolicyRow,
)
FORMATS = {"missing", "enum", "int_parsing", "string_too_long"}


def templates():
    """Every template of a remark in the program, with the names that are put into it."""
    found: dict[str, set[str]] = {each.value: set() for each in Kind}
    for folder in ("core", "web"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                is_remark = isinstance(node, ast.Call) and ast.unparse(node.func) == "Remark"
                if is_remark and node.args and isinstance(node.args[0], ast.Constant):
                    named = {each.arg for each in node.keywords if each.arg}
                    found.setdefault(str(node.args[0].value), set()).update(named)
    return found


def german():
    return {k.partition(".")[2]: v for k, v in catalog("de").items() if k.startswith(GROUP + ".")}


def test_every_sentence_has_a_german_text_with_the_same_values():
    texts, known = german(), templates()
    assert len(known) > 80
    for template, values in known.items():
        inside = set(re.findall(r"\{(\w+)\}", texts.get(template, "there is none")))
        assert (template, inside) == (template, values)


def test_no_german_text_is_left_of_a_sentence_that_is_gone():
    left = german().keys() - templates().keys()
    assert left >= FORMATS
    assert all(re.fullmatch(r"[a-z_]+", each) for each in left), left


@given(
    model=st.sampled_from(ROWS),
    values=st.dictionaries(
        st.sampled_from(sorted({name for row in ROWS for name in row.model_fields})),
        st.none()
        | st.booleans()
        | st.integers(-1, 2**40)
        | st.floats(allow_nan=False)
        | st.sampled_from(["", "x", "x" * 501, "a\x07", "2026-13-40T99", "2026-01-01", "\udc00"])
        | st.lists(st.text(max_size=3) | st.integers(), max_size=2)
        | st.dictionaries(st.sampled_from(["cc", "enabled", "x"]), st.text(max_size=3)),
        max_size=6,
    ),
)
@settings(max_examples=400)
def test_whatever_is_wrong_with_a_row_is_told_in_german(model: type[BaseModel], values: Any):
    try:
        model.model_validate(values)
    except ValidationError as error:
        for piece in GERMAN.spoken(reasons(error)):
            # What is wrong with the words of a mail is told by its own reader, in English.
            assert (
                not piece.is_english
                or "title" in piece.text
                or "body" in piece.text
                or ("cc: no." in piece.text)
            ), piece


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Remark("{key} is given more than once", key="11"), [("11 ist mehrfach angegeben", False)]),
        (
            Remark.listed(
                (Remark("{file} line {line}", file="a{b}", line=3), Remark("nobody")), ": "
            ),
            [("a{b} Zeile 3: ", False), ("nobody", True)],
        ),
        (Remark("{n} of {all}", n=Remark("1 link"), all=2), [("1 Verknüpfung von 2", False)]),
        ("Graph answered 503", [("Graph answered 503", True)]),
        (Remark.of(("Wählen Sie etwas aus.",)), [("Wählen Sie etwas aus.", False)]),
        ("", []),
    ],
)
def test_what_has_no_german_text_stays_english_and_is_marked(told, said):
    assert [(piece.text, piece.is_english) for piece in GERMAN.spoken(told)] == said
    assert words_in("en").spoken(told) == ((Spoken(str(told)),) if told else ())


def test_an_error_is_told_as_the_remark_that_it_was_raised_with():
    problem = problem_of(InvalidPayloadError(Remark("{file} is empty", file="p.csv")))

    assert (problem.status, problem.detail) == (400, "p.csv is empty")
    assert GERMAN.said(problem.detail) == "p.csv ist leer"
