"""Locations by import: how their mails are written, row by row like everything else."""

import json

import pytest

from core.app.imports.importing import take_over
from core.app.imports.json_file import read_json
from core.app.settings_file import read_settings
from core.domain.ids import LocationId, ResourceId
from tests.kit.company import Company

BERN, SWISS, FLOOR = LocationId(1), LocationId(9), LocationId(2)
COPIES = {"cc": ["raum@contoso.example"]}


@pytest.fixture
def stored():
    locations = [
        {"id": 1, "name": "Bern", "parent": 9},
        {"id": 9, "name": "Schweiz", "error_mail": COPIES},
    ]
    return read_settings(Company(locations=locations).as_settings())


def imported(stored, *rows):
    return take_over(stored, read_json(json.dumps({"locations": rows}).encode(), "f.json"))


def told(result):
    return [f"{fault.place}: {fault.why}" for fault in result.faults]


def test_a_file_without_locations_leaves_them_as_they_are(stored):
    result = take_over(stored, read_json(b'{"persons": []}', "f.json"))

    assert result.settings.locations == stored.locations


def test_locations_are_replaced_and_resources_follow_their_names(stored):
    result = imported(stored, {"id": 1, "name": "Bern West", "error_mail": {"enabled": False}})

    assert sorted(result.settings.locations) == [BERN]
    assert not result.settings.error_mail_at(BERN).enabled
    assert result.settings.resources[ResourceId(101)].location == "Bern West"
    assert told(result) == []


def test_a_location_with_a_wrong_text_stays_as_it_is_stored(stored):
    wrong = {"id": 9, "name": "Schweiz", "error_mail": {"body": {"de": "[Titel]"}}}
    result = imported(stored, {"id": 1, "name": "Bern", "parent": 9}, wrong)

    assert result.settings.locations == stored.locations
    (only,) = told(result)
    assert only.startswith("f.json locations.1: error_mail: body.de, line 1: [Titel] is not a")


def test_a_new_location_with_a_parent_nobody_knows_is_left_out(stored):
    rows = ({"id": 1, "name": "Bern", "parent": 9}, {"id": 9, "name": "Schweiz",
            "error_mail": COPIES}, {"id": 2, "name": "Etage", "parent": 77})  # fmt: skip
    result = imported(stored, *rows)

    assert result.settings.locations == stored.locations
    assert told(result) == ["location 2: its parent 77 is not among the locations"]


def test_of_a_new_circle_everybody_stays_as_stored(stored):
    rows = ({"id": 1, "name": "Bern", "parent": 9}, {"id": 9, "name": "Schweiz", "parent": 1,
            "error_mail": COPIES})  # fmt: skip
    result = imported(stored, *rows)

    assert result.settings.locations == stored.locations
    assert len(told(result)) == 2


def test_a_circle_that_is_stored_already_ends_too(stored):
    rows = ({"id": 2, "name": "Etage", "parent": 2},)
    broken = imported(stored, *rows)

    assert sorted(broken.settings.locations) == []
    assert told(broken) == ["location 2: it is its own parent in the end; take one parent away"]
