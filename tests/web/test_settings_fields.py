"""Forms of the settings: every field is told in words, and what is typed becomes what is stored."""

import pytest
from starlette.datastructures import FormData

from core.domain.directory import ErrorMail, Location
from core.domain.ids import LocationId, ResourceId
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
    words, directory = words_in(language), a_directory(locations=PLACES)
    entries = [entry_of(part, key, directory) for part, key in KEYS.items()]
    for field in (field for entry in entries for field in entry.fields(directory)):
        assert f"field.{field.name}" in catalog(language)
        for value in field.choices or ():
            known = f"choice.{field.name}.{value}" in catalog(language)
            is_itself = value in {"true", "false", "contoso"} or value in field.called
            assert known or is_itself, (field.name, value)
            assert words.choice(field.name, value)


KEYS = {
    "persons": "11",
    "resources": "101",
    "locations": "2",
    "environments": "contoso",
    "policies": "",
}
BERN = Location(id=LocationId(1), name="Bern")
OWN_MAIL = ErrorMail(enabled=False, cc=("a@x.example",), title={"de": "Gestört"})
FLOOR = Location(id=LocationId(2), name="1. Stock", parent=BERN.id, error_mail=OWN_MAIL)
PLACES = (BERN, FLOOR)


def test_what_is_left_as_it_was_is_no_change():
    directory = a_directory(locations=PLACES)
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


OWN_ROW = {"enabled": False, "cc": ["a@x.example"], "title": {"de": "Gestört"}, "body": {}}


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"name": "2. Stock"}, {"name": "2. Stock"}),
        ({"parent": ""}, {"parent": None}),
        ({"error_mail_enabled": "true"}, {"error_mail": OWN_ROW | {"enabled": True}}),
        ({"error_mail_cc": "b@x.example"}, {"error_mail": OWN_ROW | {"cc": ["b@x.example"]}}),
        ({"error_mail_cc": ""}, {"error_mail": OWN_ROW | {"cc": []}}),
        ({"error_mail_enabled": ""}, {"error_mail": None}),
    ],
)
def test_of_a_location_the_texts_stay_unless_its_mails_are_to_be_as_above_it(typed, fields):
    floor = entry_of("locations", "2", a_directory(locations=PLACES))
    assert changed(floor, **typed) == fields


def test_a_location_without_mails_of_its_own_gets_them_with_its_first_copy():
    top = entry_of("locations", "1", a_directory(locations=PLACES))
    assert changed(top, error_mail_cc="b@x.example") == {
        "error_mail": {"enabled": True, "cc": ["b@x.example"]}
    }


def test_a_location_is_chosen_by_name_and_never_lies_in_itself():
    directory = a_directory(locations=PLACES)
    floor = {field.name: field for field in entry_of("locations", "2", directory).fields(directory)}
    room = entry_of("resources", "101", directory)
    by_name = {field.name: field for field in room.fields(directory)}

    assert floor["parent"].choices == ("", "1")
    assert (floor["parent"].value, floor["parent"].called["1"]) == ("1", "Bern")
    assert by_name["location"].choices == ("", "1", "2")
    assert changed(room, location="2") == {"location": 2}
    without = entry_of("resources", "101", a_directory()).fields(a_directory())
    assert {field.name: field.choices for field in without}["location"] is None


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
