"""The texts: the same keys in every language, what is used is there, what is there is used."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from core.app import wording
from core.app.drift import wording as drift_wording
from core.app.overview import Level, Trouble
from core.app.rule_words import RULES, RULES_OF_REASONS
from core.domain.meeting import Aspect
from core.domain.notice import NoticeKind
from core.errors import RetryClass
from core.sync import steps
from core.sync.series import steps as series_steps
from tests.kit.reasons import A_CODE, GIVEN
from web.reader import LANGUAGES, accepted
from web.words import HERE as TEXTS
from web.words import catalog, words_in

WEB = Path(__file__).parents[2] / "web"
SHARED = (
    "trouble.",
    "outcome.",
    "source.",
    "state.",
    "refusal.",
    "aspect.",
    "step.",
    "mail.",
    "reason.",
)
SHARED += ("difference.", "rule.")
SHARED += ("finding.", "finding_advice.", "remark.")
"""What English takes from the command line's words."""


def keys(language):
    return {key for key in catalog(language) if not key.startswith(SHARED) or key == "step.dates"}


def sources():
    files = [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
    return {file: file.read_text(encoding="utf-8") for file in files}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_missing_in_any_language(language):
    assert keys(language) == keys("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_values_are_put_into_every_language(language):
    def values(text):
        return set(re.findall(r"\{\w+\}", text))

    for key in keys("en"):
        assert values(catalog(language)[key]) == values(catalog("en")[key]), key
        assert ("|" in catalog(language)[key]) == ("|" in catalog("en")[key]), key


def test_every_word_of_the_command_line_is_known_in_german():
    german = catalog("de")
    wanted = {f"trouble.{each}" for each in Trouble}
    wanted |= {f"outcome.{each}" for each in wording.OUTCOMES}
    wanted |= {f"source.{each}" for each in wording.SOURCES}
    wanted |= {f"state.{each}" for each in wording.STATES}
    wanted |= {f"refusal.{each}" for each in wording.REFUSALS}
    wanted |= {f"aspect.{each}" for each in Aspect}
    wanted |= {f"mail.{each}" for each in NoticeKind}
    wanted |= {f"rule.{each}" for each in RULES}
    wanted |= {
        f"difference.{g}.{name}" for g, names in drift_wording.GROUPS.items() for name in names
    }
    assert wanted - german.keys() == set()


def test_every_step_has_a_german_name():
    known = {*get_args(steps.Step), *get_args(series_steps.SeriesStep)}
    names = {each.__name__ for each in known} - {"OnDate"}
    assert len(names) > 15
    assert {f"step.{name}" for name in names} - catalog("de").keys() == set()


def test_every_key_that_is_used_exists():
    call = re.compile(r"""\b(?:w|words)(?:\.many|\.raw)?\(\s*["']([\w.]+)["']\s*[,)]""")
    missing = [
        f"{file.name}: {key}"
        for file, text in sources().items()
        for key in call.findall(text)
        if key not in catalog("en")
    ]
    assert missing == []


def test_every_key_is_used():
    everything = "\n".join(sources().values())
    begun = re.findall(r"""["']([\w.]+\.)["'] ~""", everything)
    begun += re.findall(r"""f["']([\w.]+\.)\{""", everything)
    unused = [
        key
        for key in keys("en")
        if f'"{key}"' not in everything
        and f"'{key}'" not in everything
        and not key.startswith(tuple(begun))
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("CreateBooking", "Buchung anlegen"),
        ("UpdateEvent (show_as, time)", "Termin ändern (anzeigen als, Zeit)"),
        ("Tell (rolled_back)", "Mail an den Organisator: Änderung zurückgenommen"),
        ("BookSeries (6 dates)", "Serie buchen (6 Termine)"),
        ("UpdateBooking (subject) on 2026-03-10", "Buchung ändern (Titel) am 10.3."),
        ("Something new", "Something new"),
    ],
)
def test_a_step_is_told_in_german(step, told):
    assert words_in("de").step(step) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_to_be_given_up_is_told_in_words(language):
    words = words_in(language)
    for kind in RetryClass:
        assert f"tries.{kind}" in catalog(language)
    assert words.failure("InvalidPayloadError") != "InvalidPayloadError"
    assert words.failure("tries_used_up:connectivity").count("_") == 0
    assert words.failure("KeyError") == "KeyError"


def test_one_and_several_are_told_apart_and_numbers_are_written_as_people_do():
    assert words_in("en").trouble(Trouble.GIVEN_UP, 1) == "1 look was given up"
    assert words_in("de").trouble(Trouble.GIVEN_UP, 1) == "1 Blick wurde aufgegeben"
    assert words_in("de").trouble(Trouble.GIVEN_UP, 1234) == "1\u2019234 Blicke wurden aufgegeben"
    assert {words_in(each)(f"level.{Level.BAD.name.lower()}") for each in LANGUAGES} == {
        "Something needs you",
        "Etwas braucht Sie",
    }


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH, de;q=0.9, en;q=0.8", "de"),
        ("fr, en;q=0.5, de;q=0.7", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr", "en"),
        ("de;q=nonsense", "en"),
        ("," * 400, "en"),
    ],
)
def test_the_language_is_the_one_the_browser_likes_best(header, language):
    assert accepted(header) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_stands_in_one_file_only(language):
    files = [json.loads(file.read_text(encoding="utf-8")) for file in (TEXTS / language).iterdir()]

    assert sum(map(len, files)) == len(catalog(language))


@pytest.mark.parametrize("reason", sorted({*GIVEN, *RULES_OF_REASONS}))
def test_every_reason_is_known_in_german_with_its_rules_and_refusals(reason):
    if reason.startswith(A_CODE):
        reason = reason.replace(A_CODE, "its organizer was changed in ROOMS (R-103)")
    told = words_in("de").reason(reason)

    assert told != reason
    assert A_CODE not in told
    assert re.findall(r"R-\d{3}", told) == re.findall(r"R-\d{3}", reason)
