"""Styles and pages know each other: what a page names has a rule, what has a rule is named."""

import re
from itertools import chain
from pathlib import Path

import pytest

from core.app.imports.room_offers import Standing
from core.domain.drift import DriftState
from core.domain.finding import Severity
from core.domain.mapping import MappingState
from web.board import tones
from web.render import STYLES, assets

WEB = Path(__file__).parents[2] / "web"
SHEETS = sorted((WEB / "static").rglob("*.css"))
LONGEST = 250
"""Lines of a file that somebody can still overlook."""
NUMBERED = re.compile(r"(?:rows|row|of|(?:from|until|at|to)-[hm])-?\d+")


def rules(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    heads = re.sub(r"\d+\.\d+", "", "".join(re.findall(r"([^{}]*)\{", text)))
    return set(re.findall(r"\.([A-Za-z_][\w-]*)", heads))


def sources():
    files = chain(WEB.rglob("*.html"), WEB.rglob("*.py"), [WEB / "static/console.js"])
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_class_that_has_a_rule_is_named_somewhere():
    text = sources()
    words = set(re.findall(r"[A-Za-z_][\w-]*", text))
    begun = tuple(re.findall(r"\b(is-)\{\{", text))
    known = words | {state.value for state in MappingState}
    for sheet in SHEETS:
        unknown = {
            each
            for each in rules(sheet) - known
            if not NUMBERED.fullmatch(each) and not each.startswith(begun)
        }
        assert unknown <= {"not_synced"}, sheet.name


def test_every_class_that_a_page_names_has_a_rule():
    known = set().union(*map(rules, SHEETS))
    named = set()
    for page in WEB.rglob("*.html"):
        for value in re.findall(r'class="([^"]*)"', page.read_text(encoding="utf-8")):
            plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\0", value)
            named |= {word for word in plain.split() if re.fullmatch(r"[a-z][\w-]*", word)}
    assert len(named) > 100
    assert named - known == set()


def test_the_styles_of_every_page_are_one_file_made_of_parts_in_order():
    whole = assets()["console.css"].decode()
    parts = [(WEB / f"static/console/{name}.css").read_text("utf-8") for name in STYLES]
    assert whole == "\n".join(parts)
    assert {f"{name}.css" for name in STYLES} == {
        file.name for file in (WEB / "static/console").iterdir()
    }


@pytest.mark.parametrize("name", STYLES)
def test_no_part_is_too_long_to_be_overlooked(name):
    sheet = WEB / f"static/console/{name}.css"
    assert len(sheet.read_text("utf-8").splitlines()) <= LONGEST


def test_every_state_has_a_tone_and_every_tone_a_rule():
    tables = (
        (tones.LINKS, MappingState),
        (tones.DIFFERENCES, DriftState),
        (tones.SEVERITIES, Severity),
        (tones.ROOMS, Standing),
    )
    for table, states in tables:
        assert set(table) == {state.value for state in states}
    all_tables = (*(table for table, _ in tables), tones.OUTCOMES, tones.SELF_TESTS)
    colours = rules(WEB / "static/console/colours.css")
    assert set(chain(*(table.values() for table in all_tables))) <= colours
