"""The shipped mail texts: complete in every language, filled to the last placeholder."""

import html
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.adapters.mail_files import SHIPPED, load_library
from core.app.mail.letter import write_letter
from core.app.mail.library import read_library, with_own_files
from core.app.mail.matter import Part
from core.app.mail.samples import sample
from core.app.mail.template import TemplateError
from core.domain.directory import ErrorMail
from core.domain.interval import Interval
from core.domain.notice import NoticeKind
from core.domain.refusal import RefusalCode

LANGUAGES = ("de", "en", "fr", "it")
LIBRARY = load_library(None, "en")
TO = "\N{EN DASH}"


def letter(kind=NoticeKind.NOT_BOOKED, language="de", library=LIBRARY, **changes):
    from dataclasses import replace  # noqa: PLC0415 - only here

    found = write_letter(replace(sample(kind, language), **changes), library)
    assert found is not None
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_kind_is_told_in_every_language(kind, language):
    mail = letter(kind, language)

    assert mail.language == language
    for text in (mail.subject, mail.text, mail.html):
        assert "Säntis" in text or kind in {NoticeKind.ROLLED_BACK, NoticeKind.SYNC_DISABLED,
                                            NoticeKind.GIVEN_UP}  # fmt: skip
        assert not re.search(r"\[[A-ZÄÖÜ/][^\]]*\]", text)
    assert LIBRARY.language(language).words["Wort.Fuss"] in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_a_sentence_of_its_own_in_every_language(language):
    known = LIBRARY.language(language).reasons
    shown = {
        code: letter(parts=(Part(resource="Eiger", time=TIME, code=code),), language=language).text
        for code in RefusalCode
    }

    assert set(known) == {"answer", *RefusalCode}
    assert len(set(shown.values())) == len(RefusalCode)


TIME = Interval(datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 3, 9, 30, tzinfo=UTC))


def test_no_language_says_what_another_one_says():
    said = [
        (language, name, template)
        for language in LANGUAGES
        for name, template in LIBRARY.language(language).reasons.items()
    ]

    assert len({(name, template) for _, name, template in said}) == len(said)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("de", f"Dienstag, 3. März 2026, 09:00{TO}10:30"),
        ("en", f"Tuesday, 3 March 2026, 09:00{TO}10:30"),
        ("fr", f"mardi 3 mars 2026, 09:00{TO}10:30"),
        ("it", f"martedì 3 marzo 2026, 09:00{TO}10:30"),
    ],
)
def test_day_and_time_are_written_as_the_language_does(language, written):
    mail = letter(language=language)

    assert written in mail.subject
    assert written in mail.text
    assert written in html.unescape(mail.html)


def test_the_first_of_a_month_is_written_as_the_french_do():
    day = Interval(datetime(2026, 5, 1, 8, tzinfo=UTC), datetime(2026, 5, 1, 9, tzinfo=UTC))

    assert "vendredi 1er mai 2026" in letter(language="fr", time=day).subject


def test_times_are_those_of_the_recipient_and_the_zone_is_named_if_the_rooms_is_another():
    from dataclasses import replace  # noqa: PLC0415 - only here

    recipient = replace(sample(NoticeKind.DECLINED, "en").recipient, zone=ZoneInfo("Europe/London"))
    mail = letter(language="en", recipient=recipient)

    assert f"Tuesday, 3 March 2026, 08:00{TO}09:30 (Europe/London)" in mail.text


def test_a_zone_that_shows_the_same_time_is_not_named():
    assert "(" not in letter(resource_zone=ZoneInfo("Europe/Paris")).subject


def test_whole_days_are_told_as_such():
    zone = ZoneInfo("Europe/Zurich")
    days = Interval(datetime(2026, 3, 3, tzinfo=zone), datetime(2026, 3, 5, tzinfo=zone))
    one = Interval(days.start, days.start + timedelta(days=1))

    two_days = f"Dienstag, 3. März 2026 {TO} Mittwoch, 4. März 2026, ganztägig"
    assert two_days in letter(time=days).text
    assert "Zeit: Dienstag, 3. März 2026, ganztägig" in letter(time=one).text


def test_a_night_names_both_days():
    night = Interval(TIME.start, TIME.start + timedelta(days=1))

    both = f"Dienstag, 3. März 2026, 09:00 {TO} Mittwoch, 4. März 2026, 09:00"
    assert both in letter(time=night).text


def test_a_private_title_is_nowhere_not_even_for_the_organizer():
    mail = letter(is_private=True, title="Arzttermin")

    assert "Arzttermin" not in mail.subject + mail.text + mail.html
    assert "Privater Termin" in mail.subject


def test_what_people_write_stays_text():
    mail = letter(title="<b>Fest</b> & [Reservation.Link]\r\nBcc: all")

    assert "&lt;b&gt;Fest&lt;/b&gt; &amp; [Reservation.Link] Bcc: all" in mail.html
    assert "<b>Fest</b> & [Reservation.Link] Bcc: all" in mail.text
    assert "\n" not in mail.subject


def test_a_meeting_without_title_leaves_no_gap():
    mail = letter(title="")

    assert mail.subject == f"Säntis ist nicht gebucht, Dienstag, 3. März 2026, 09:00{TO}10:30"
    assert "Termin:" not in mail.text


def test_only_what_can_be_opened_is_linked():
    mail = letter(booking_link="", event_link="https://outlook.example.com/1?a=b&c=d")

    assert 'href="https://outlook.example.com/1?a=b&amp;c=d"' in mail.html
    assert "https://outlook.example.com/1?a=b&c=d" in mail.text
    assert "ROOMS öffnen" not in mail.text + mail.html


def test_a_series_lists_its_dates_and_each_reason_once():
    parts = tuple(
        Part(
            resource="Säntis",
            time=Interval(TIME.start + timedelta(days=7 * n), TIME.end + timedelta(days=7 * n)),
            code=RefusalCode.OCCUPIED,
        )
        for n in range(3)
    )
    mail = letter(is_series=True, parts=parts)

    assert mail.text.count("bereits gebucht") == 1
    assert f"- Säntis: Dienstag, 10.03.2026 09:00 {TO} Dienstag, 10.03.2026 10:30" in mail.text
    assert mail.html.count("<li") == 3


def test_what_rooms_said_is_quoted_where_we_know_no_better():
    known, unknown = (
        letter(parts=(Part(resource="Säntis", time=TIME, code=code, answer="Nur mit Badge."),))
        for code in (RefusalCode.OCCUPIED, RefusalCode.OTHER)
    )

    assert "Badge" not in known.text
    assert "ROOMS meldet: «Nur mit Badge.»" in unknown.text


def test_a_reason_of_tomorrow_is_told_as_other():
    other = letter(parts=(Part(resource="Säntis", time=TIME, code="on_strike"),))

    assert "ROOMS nimmt diese Buchung von Säntis nicht an." in other.text


@pytest.mark.parametrize(
    ("tag", "used"), [("de-CH", "de"), ("DE", "de"), ("fr", "fr"), ("es", "en"), ("", "en")]
)
def test_the_language_is_the_recipients_or_the_installations_own(tag, used):
    assert letter(language=tag).language == used


# What a location has of its own


def test_a_location_may_have_its_own_title_and_text():
    own = ErrorMail(
        title={"de": "ROOMS Synchronisation fehlgeschlagen: [Reservation.Titel]"},
        body={"de": "[Reservation.VorlaufbeginnDatum] [Reservation.VorlaufbeginnZeit]-"
                    "[Reservation.NachlaufendeZeit]\n[SynchronisationValidierung]* "
                    "[Validierungsfehler]\n[/SynchronisationValidierung]"},
    )  # fmt: skip
    mail = letter(own=own)

    assert mail.subject == "ROOMS Synchronisation fehlgeschlagen: Quartalsplanung"
    assert mail.text == "03.03.2026 09:00-10:30\n* Säntis ist zu dieser Zeit bereits gebucht.\n"
    assert "<br>\n* Säntis ist zu" in mail.html


def test_an_own_text_in_html_is_sent_as_html_and_as_text():
    own = ErrorMail(body={"de": '<h1>[Reservation.Titel]</h1><p>A&amp;B<br>'
                                '<a href="[Reservation.Link]">Buchung</a></p>'})  # fmt: skip
    mail = letter(own=own, title="<Fest>")

    assert "<h1>&lt;Fest&gt;</h1>" in mail.html
    assert mail.text == "<Fest>\nA&B\nBuchung (https://rooms.example.com/bookings/4711)\n"


def test_an_empty_body_sends_no_mail():
    own = ErrorMail(body={"de": " \n", "fr": "Bonjour"})

    assert write_letter(sample(NoticeKind.DECLINED, "de", own=own), LIBRARY) is None
    assert write_letter(sample(NoticeKind.DECLINED, "fr", own=own), LIBRARY) is not None


def test_a_language_without_an_own_text_has_the_shipped_one():
    own = ErrorMail(body={"fr": "Bonjour"})

    assert "Was Sie jetzt tun können" in letter(own=own).text


def test_a_text_without_a_language_is_for_all():
    assert letter(own=ErrorMail(body={"*": "Hallo"}), language="it").text == "Hallo\n"


def test_copies_go_to_everybody_once_and_not_to_the_organizer():
    own = ErrorMail(cc=("a@example.com", "A@example.com", "anna.meier@example.com"))

    assert letter(own=own).cc == ("a@example.com",)


# An operator's own files


def shipped():
    return {path.name: path.read_text(encoding="utf-8") for path in SHIPPED.iterdir()}


def test_an_own_file_replaces_a_shipped_one_and_a_part_of_a_language():
    own = {
        "title.txt": "Raum: [Ereignis.Titel]\n",
        "mail.fr.txt": "Salut\n",
        "de.toml": '[kinds.not_booked]\ntitle = "Kein [Reservation.Ressource]"\n',
    }
    library = with_own_files(read_library(shipped(), "en"), shipped(), own)

    assert library.faults == ()
    assert letter(library=library).subject == "Raum: Kein Säntis"
    assert "Was Sie jetzt tun können" in letter(library=library).text
    assert letter(library=library, language="fr").text == "Salut\n"


def test_a_file_with_a_fault_is_told_and_the_shipped_one_used():
    own = {
        "mail.txt": "Hallo [Titel]\n",
        "de.toml": '[kinds.not_booked]\nwhat = "[Reservation.Raum]"\n',
        "en.toml": "[kinds",
        "it.toml": '[reasons]\nocupied = "x"\n[dates]\nlong = "{dey}"\n',
        "es.toml": '[words]\nuntitled = "(sin título)"\n',
        "notes.txt": "",
    }
    library = with_own_files(read_library(shipped(), "en"), shipped(), own)

    told = "\n".join(library.faults)
    for part in (
        "mail.txt, line 1: [Titel] is not a placeholder",
        "de.toml, kinds.not_booked.what, line 1: [Reservation.Raum]",
        "en.toml: ",
        "it.toml: reasons.ocupied is not known",
        "it.toml: dates.long: {'dey'} is no field",
        "es.toml: dates: Field required",
        "notes.txt is not used",
    ):
        assert part in told
    assert letter(library=library).text == letter().text
    assert letter(library=library, language="it").text == letter(language="it").text


def test_a_language_of_ones_own_must_be_complete():
    spanish = {"es.toml": shipped()["it.toml"].replace("Buongiorno", "Buenos días")}
    library = with_own_files(read_library(shipped(), "es"), shipped(), spanish)

    assert library.faults == ()
    assert "Buenos días Anna Meier" in letter(library=library, language="es-MX").text


def test_a_fallback_language_without_texts_is_told():
    library = with_own_files(read_library(shipped(), "es"), shipped(), {})

    assert library.faults == ("there are no mail texts in 'es'; there are de, en, fr, it",)


def test_shipped_templates_that_cannot_be_used_are_an_error_at_once():
    broken = {**shipped(), "mail.txt": "[Titel]"}
    del broken["mail.html"]

    with pytest.raises(TemplateError, match=r"mail\.html is missing"):
        read_library(broken, "en")


def test_a_folder_that_is_not_there_is_told(tmp_path):
    library = load_library(tmp_path / "nowhere", "en")

    assert library.faults == ("ROOMSYNC_MAIL_TEMPLATES cannot be read: No such file or directory",)
    assert letter(library=library).text == letter().text
