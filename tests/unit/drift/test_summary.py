"""What operators read about a scan of the night: numbers, causes, advice; nobody's words."""

import pytest

from core.app.drift.summary import TEXTS
from core.domain.drift import Advice, Cause, DriftKind


@pytest.mark.parametrize("language", TEXTS)
def test_every_kind_cause_and_advice_has_its_words_in_each_language(language):
    words = TEXTS[language]

    assert words.keys() >= {*DriftKind, *Cause, *Advice}
    assert words.keys() == TEXTS["en"].keys()
