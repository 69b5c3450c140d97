"""Locations in the settings file: how their mails are written, and what is wrong with them."""

import pytest

from core.app.settings_changes import settings_changes
from core.app.settings_file import read_settings
from core.domain.directory import Directory, ErrorMail
from core.domain.ids import LocationId, ResourceId
from core.errors import InvalidPayloadError

MAIL = {
    "cc": ["raum@contoso.example"],
    "title": "ROOMS Synchronisation fehlgeschlagen",
    "body": {"de": "[Reservation.Titel]", "fr": ""},
}


def read(*locations, **resource):
    room = {"rooms_id": 101, "name": "Säntis", **resource}
    return read_settings({"locations": list(locations), "resources": [room]})


def faults(*locations):
    with pytest.raises(InvalidPayloadError) as told:
        read(*locations)
    return str(told.value)


def test_a_location_says_how_its_mails_are_written():
    settings = read({"id": 1, "name": "Bern", "error_mail": MAIL}, location=1)

    assert settings.resources[ResourceId(101)].location_id == LocationId(1)
    assert settings.resources[ResourceId(101)].location == "Bern"
    assert settings.error_mail_at(LocationId(1)) == ErrorMail(
        cc=("raum@contoso.example",),
        title={"*": "ROOMS Synchronisation fehlgeschlagen"},
        body={"de": "[Reservation.Titel]", "fr": ""},
    )


def test_the_nearest_parent_that_says_something_counts():
    group = {"id": 9, "name": "Schweiz", "error_mail": {"cc": ["ch@contoso.example"]}}
    house = {"id": 2, "name": "Haus", "parent": 9, "error_mail": MAIL}
    floor = {"id": 1, "name": "Etage", "parent": 2}
    other = {"id": 3, "name": "Anderes Haus", "parent": 9}
    settings = read(group, house, floor, other)

    assert settings.error_mail_at(LocationId(1)) == settings.error_mail_at(LocationId(2))
    near, far = settings.error_mail_at(LocationId(1)), settings.error_mail_at(LocationId(3))
    assert near is not None
    assert near.cc == ("raum@contoso.example",)
    assert far is not None
    assert far.cc == ("ch@contoso.example",)
    assert settings.error_mail_at(LocationId(77)) is None
    assert settings.error_mail_at(None) is None


def test_where_no_parent_says_anything_either_the_usual_text_counts():
    group = {"id": 9, "name": "Schweiz"}

    assert read(group, {"id": 1, "name": "Etage", "parent": 9}).error_mail_at(LocationId(1)) is None


def test_every_wrong_text_and_address_is_told_at_once_with_its_place():
    told = faults(
        {"id": 1, "name": "Etage", "error_mail": {"cc": ["a@contoso.example", "nobody"]}},
        {"id": 4, "name": "C", "error_mail": {"body": {"de": "eins\n[Titel]"}, "title": "[/X]"}},
    )

    for part in (
        "locations.0.error_mail: Value error, cc: no. 2 is no mail address",
        "locations.1.error_mail: Value error, title.*, line 1: [/X] ends a block",
        "body.de, line 2: [Titel] is not a placeholder",
    ):
        assert part in told


def test_every_wrong_parent_is_told():
    told = faults(
        {"id": 1, "name": "Etage", "parent": 7},
        {"id": 2, "name": "A", "parent": 3},
        {"id": 3, "name": "B", "parent": 2},
    )

    for part in (
        "location 1: its parent 7 is not among the locations",
        "location 2: it is its own parent in the end",
        "location 3: it is its own parent in the end",
    ):
        assert part in told


def test_a_word_that_is_not_known_is_told():
    assert "locations.0.error_mail.copy" in faults(
        {"id": 1, "name": "Bern", "error_mail": {"copy": ["raum@contoso.example"]}}
    )


def test_a_circle_in_stored_settings_ends():
    settings = read({"id": 1, "name": "Bern"})
    circle = settings.locations[LocationId(1)]
    settings.locations[LocationId(1)] = type(circle)(
        id=circle.id, name=circle.name, parent=circle.id
    )

    assert settings.error_mail_at(LocationId(1)) is None


def test_a_change_is_shown_without_the_texts():
    changes = settings_changes(
        read({"id": 1, "name": "Bern"}), read({"id": 1, "name": "Bern", "error_mail": MAIL})
    )

    (change,) = changes
    assert (change.part, change.name) == ("location", "1 Bern")
    told = "on; cc raum@contoso.example; own title (*); own body (de, fr)"
    assert change.fields == (("error_mail", "-", told),)


def test_new_locations_are_shown():
    (change, *_) = settings_changes(Directory(), read({"id": 1, "name": "Bern"}))[::-1]

    assert (change.change, change.part, change.name) == ("added", "location", "1 Bern")
