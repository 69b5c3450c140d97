"""Forms of the settings: every field is told in words, and what is typed becomes what is stored."""

import pytest
from starlette.datastructures import FormData

from core.domain.ids import ResourceId
from tests.unit.builders import a_directory, a_person, a_resource
from web.api.settings import person_shape, resource_shape
from web.pages.settings_fields import FIELDS, Entry, as_text, entry_of
from web.problems import Problem
from web.reader import LANGUAGES
from web.words import catalog, words_in

ANNA = Entry("persons", "11", "Anna", person_shape(a_person(11, "Anna")).row)


def changed(entry, **fields):
    return entry.changed(FormData({f"field-{name}": text for name, text in fields.items()}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_and_every_choice_is_told_in_every_language(language):
    words, directory = words_in(language), a_directory()
    entries = [entry_of(part, key, directory) for part, key in KEYS.items()]
    for field in (field for entry in entries for field in entry.fields(directory)):
        assert f"field.{field.name}" in catalog(language)
        for value in field.choices or ():
            known = f"choice.{field.name}.{value}" in catalog(language)
            assert known or value in {"true", "false", "contoso"}, (field.name, value)
            assert words.choice(field.name, value)


KEYS = {"persons": "11", "resources": "101", "environments": "contoso", "policies": ""}


def test_what_is_left_as_it_was_is_no_change():
    directory = a_directory()
    for part, key in KEYS.items():
        entry = entry_of(part, key, directory)
        same = {field.name: field.value for field in entry.fields(directory)}
        assert set(same) == set(FIELDS[part])
        assert changed(entry, **same) == {}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sync_disabled", "true", True),
        ("aliases", "a@x.example, b@x.example", ["a@x.example", "b@x.example"]),
        ("resource_types", "Raum", ["Raum"]),
        ("resource_types", "none", []),
        ("language", " fr ", "fr"),
        ("mail", "", ""),
        ("sync_url", "x", "x"),
    ],
)
def test_what_is_typed_becomes_what_is_stored(name, text, value):
    assert changed(ANNA, **{name: text}) == {name: value}


def test_what_may_be_missing_is_taken_away_by_leaving_it_empty():
    row = resource_shape(a_resource(ResourceId(101), "Säntis"), a_directory()).row
    room = Entry("resources", "101", "Säntis", row | {"lead_minutes": 5})
    assert changed(room, external_identifier="") == {"external_identifier": None}
    assert changed(room, lead_minutes="15") == {"lead_minutes": 15}
    assert changed(room, lead_minutes="soon") == {"lead_minutes": "soon"}
    types = Entry("persons", "11", "Anna", ANNA.row | {"resource_types": ["Raum"]})
    assert changed(types, resource_types="") == {"resource_types": None}


def test_lists_are_written_as_they_are_read():
    assert as_text("resource_types", []) == "none"
    assert as_text("resource_types", None) == ""
    assert as_text("aliases", []) == ""
    assert as_text("domains", ["a.example", "b.example"]) == "a.example, b.example"


@pytest.mark.parametrize(
    ("part", "key"),
    [("persons", "99"), ("persons", "x"), ("persons", "9" * 50), ("environments", "x"), ("y", "1")],
)
def test_what_is_not_there_cannot_be_edited(part, key):
    with pytest.raises(Problem, match="404"):
        entry_of(part, key, a_directory())
