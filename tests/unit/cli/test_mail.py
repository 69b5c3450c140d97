"""`roomsync mail preview`: every mail as its reader gets it, without anything being sent."""

import json

import pytest

from core.domain.notice import NoticeKind

CUSTOM = {"id": 1, "name": "Bern", "error_mail": {
    "cc": ["raum@contoso.example"], "title": {"de": "Fehlgeschlagen"}, "body": {"fr": ""},
}}  # fmt: skip


def test_one_mail_is_shown_as_text(types):
    ended = types("mail", "preview", "--kind", "room_removed", "--language", "it")

    assert ended.code == 0
    assert "it-room_removed" in ended.out
    assert "Subject: Impossibile prenotare Säntis: risorsa tolta dalla riunione" in ended.out
    assert "Buongiorno Anna Meier" in ended.out


def test_without_choice_all_kinds_are_shown_in_all_languages(types):
    ended = types("mail", "preview")

    for kind in NoticeKind:
        for language in ("de", "en", "fr", "it"):
            assert f"--- {language}-{kind.value}" in ended.out


def test_a_series_lists_its_dates(types):
    ended = types("mail", "preview", "--kind", "not_booked", "--language", "en", "--series")

    assert "Tuesday, 17 March 2026 09:00" in ended.words


def test_they_are_written_into_a_folder_with_an_index(types, tmp_path):
    out = tmp_path / "mails"
    ended = types("mail", "preview", "--language", "de", "--out", str(out))

    assert ended.code == 0
    assert "Guten Tag Anna Meier" in (out / "de-declined.txt").read_text(encoding="utf-8")
    assert '<html lang="de">' in (out / "de-declined.html").read_text(encoding="utf-8")
    index = (out / "index.html").read_text(encoding="utf-8")
    assert index.count("<li>") == len(NoticeKind)


def test_own_texts_are_used_and_what_is_wrong_with_them_is_told(types, tmp_path, monkeypatch):
    (tmp_path / "title.txt").write_text("Raum!", encoding="utf-8")
    (tmp_path / "mail.html").write_text("[Titel]", encoding="utf-8")
    monkeypatch.setenv("ROOMSYNC_MAIL_TEMPLATES", str(tmp_path))
    ended = types("mail", "preview", "--kind", "declined", "--language", "de")

    assert "Subject: Raum!" in ended.out
    assert "Not used: mail.html, line 1: [Titel] is not a placeholder" in ended.out


def test_a_language_without_texts_is_refused_with_those_that_there_are(types):
    ended = types("mail", "preview", "--language", "es")

    assert ended.code == 2
    assert "no mail texts in 'es'; there are de, en, fr, it" in ended.err


def test_a_folder_that_cannot_be_written_is_told(types, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    ended = types("mail", "preview", "--kind", "declined", "--out", str(tmp_path / "file"))

    assert ended.code == 2
    assert "cannot be written" in ended.err


async def test_a_location_shows_its_own_texts(a_world, operator_of):
    operator = operator_of(await a_world(company={"locations": [CUSTOM]}))
    german = await operator(
        "mail", "preview", "--location", "1", "--kind", "declined", "--language", "de"
    )
    french = await operator(
        "mail", "preview", "--location", "1", "--kind", "declined", "--language", "fr"
    )

    assert "Subject: Fehlgeschlagen" in german.out
    assert "Cc: raum@contoso.example" in german.out
    assert "No mail: the location's text is empty" in french.out


@pytest.mark.parametrize(
    ("location", "told"),
    [("7", "location 7 is not in the settings; known: 1"), ("1", "this location sends no mails")],
)
async def test_a_location_without_mails_is_told(a_world, operator_of, location, told):
    silent = {"id": 1, "name": "Bern", "error_mail": {"enabled": False}}
    operator = operator_of(await a_world(company={"locations": [silent]}))
    ended = await operator("mail", "preview", "--location", location)

    assert ended.code == 2
    assert told in ended.err


async def test_what_is_imported_is_what_is_previewed(world, operator, tmp_path):
    file = tmp_path / "settings.json"
    content = world.company.as_settings() | {"locations": [CUSTOM]}
    file.write_text(json.dumps(content), encoding="utf-8")

    imported = await operator("settings", "import", str(file))
    shown = await operator("mail", "preview", "--location", "1", "--language", "de")

    assert "changed location 1 Bern error_mail: - -> on; cc raum@contoso.example" in imported.words
    assert "Subject: Fehlgeschlagen" in shown.out


async def test_the_doctor_tells_what_is_wrong_with_mails(a_world, operator_of, tmp_path):
    (tmp_path / "mail.txt").write_text("[Raum]", encoding="utf-8")
    world = await a_world(
        settings={"mail_sender": "nobody@contoso.example", "mail_templates": tmp_path}
    )
    ended = await operator_of(world)("doctor")

    assert ended.code == 1
    assert "mails: a mail text of yours is not used: mail.txt, line 1: [Raum]" in ended.words
    assert "mails: the mailbox that mails are sent from cannot be opened" in ended.words


async def test_the_doctor_notes_that_nobody_is_told(a_world, operator_of):
    ended = await operator_of(await a_world(settings={"mail_sender": ""}))("doctor")

    assert ended.code == 0
    assert "note: mails: nobody is told by mail" in ended.words


async def test_the_doctor_tells_an_environment_that_is_not_there(a_world, operator_of):
    ended = await operator_of(await a_world(settings={"mail_environment": "nowhere"}))("doctor")

    assert ended.code == 1
    assert "'nowhere' is no environment of the settings" in ended.words


async def test_the_console_shows_a_mail_text_that_is_not_used(a_world, tmp_path):
    (tmp_path / "mail.txt").write_text("[Raum]", encoding="utf-8")
    world = await a_world(settings={"mail_templates": tmp_path})
    found = (await world.app_answers("/api/console/doctor.json"))["findings"]

    assert [(f["part"], f["code"]) for f in found] == [("mails", "mail_text")]
