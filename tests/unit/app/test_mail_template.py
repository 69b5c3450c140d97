"""Templates in brackets: strict when they are read, harmless when they are filled."""

import html

import pytest

from core.app.mail.template import TemplateError, Values, Vocabulary, read_template
from core.app.mail.vocabulary import MAIL

KNOWN = Vocabulary(
    words=frozenset({"Titel", "Von Datum/Zeit"}),
    flags=frozenset({"Serie"}),
    repeats={"Fehler": frozenset({"Validierungsfehler"})},
)


def filled(text: str, *, flags=(), errors=(), title="Planung", escape=str) -> str:
    values = Values(
        words={"Titel": title, "Von Datum/Zeit": "3.3. 09:00"},
        flags=dict.fromkeys(flags, True),
        repeats={"Fehler": [{"Validierungsfehler": error} for error in errors]},
    )
    return read_template(text, "mail.txt", KNOWN).fill(values, escape)


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(TemplateError) as told:
        read_template(text, "mail.txt", KNOWN)
    return told.value.faults


def test_placeholders_are_replaced_whatever_is_in_their_names():
    assert filled("«[Titel]», [Von Datum/Zeit]") == "«Planung», 3.3. 09:00"


def test_a_block_is_shown_only_if_it_applies():
    text = "a[Serie] b [Titel][/Serie] c"

    assert filled(text) == "a c"
    assert filled(text, flags=["Serie"]) == "a b Planung c"


def test_a_repeated_block_is_filled_once_per_line():
    text = "[Fehler]- [Validierungsfehler] ([Titel])\n[/Fehler]"

    assert filled(text, errors=["belegt", "zu"]) == "- belegt (Planung)\n- zu (Planung)\n"
    assert filled(text) == ""


def test_the_line_of_a_mark_that_stands_alone_is_not_kept():
    text = "oben\n  [Serie]\nSerie\n  [/Serie]\nunten\n"

    assert filled(text, flags=["Serie"]) == "oben\nSerie\nunten\n"
    assert filled(text) == "oben\nunten\n"


def test_a_double_bracket_is_a_bracket():
    assert filled("[[if mso]> [Titel]") == "[if mso]> Planung"


def test_a_value_is_never_read_as_a_placeholder():
    assert filled("[Titel]", title="[Von Datum/Zeit] [Serie]") == "[Von Datum/Zeit] [Serie]"


def test_values_are_escaped_and_the_template_is_not():
    assert filled("<b>[Titel]</b>", title="<i>", escape=html.escape) == "<b>&lt;i&gt;</b>"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ok\n[Title]", "line 2: [Title] is not a placeholder; did you mean [Titel]?"),
        ("[Xyzzy123]", "line 1: [Xyzzy123] is not a placeholder; see docs/mails.md"),
        ("[Validierungsfehler]", "[Validierungsfehler] stands outside of [Fehler]"),
        ("a\nb\n[Serie] c", "line 3: [Serie] is not ended"),
        ("[/Serie]", "line 1: [/Serie] ends a block that was not begun"),
        ("[Serie][/Fehler][/Serie]", "[/Fehler] ends a block that was not begun"),
        ("[Serie]\n[Fehler]\n[/Serie]", "line 2: [Fehler] is not ended before"),
        ("[Serie][Serie][/Serie]", "[Serie] stands within itself"),
        ("eins [ zwei", "[ without ]"),
    ],
)
def test_a_fault_is_told_with_file_line_and_placeholder(text, told):
    found = faults(text)

    assert len(found) == 1
    assert found[0].startswith("mail.txt, line ")
    assert told in found[0]


def test_all_faults_of_a_template_are_told_at_once():
    assert len(faults("[Eins]\n[Zwei]\n[Serie]")) == 3


VENDORS = """[Reservation.Titel] [Reservation.VorlaufbeginnDatum] [Reservation.VorlaufbeginnZeit]
[Reservation.NachlaufendeZeit]
[SynchronisationValidierung][Validierungsfehler][/SynchronisationValidierung]
[BetrifftGanzeSerie][SerieReservationen][Ressourcenbezeichnung]: [Von Wochentag],
[Von Datum/Zeit] - [Bis Wochentag], [Bis Datum/Zeit][/SerieReservationen][/BetrifftGanzeSerie]"""


def test_every_placeholder_of_the_vendor_is_known():
    read_template(VENDORS, "mail.txt", MAIL)
