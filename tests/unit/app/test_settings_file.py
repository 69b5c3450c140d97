"""The settings file: checked whole, every wrong place named, environments by exact domain."""

import pytest

from core.app.settings_file import read_settings
from core.domain.directory import SyncMode
from core.domain.ids import PersonId, ResourceId
from core.domain.policies import Policies
from core.errors import InvalidPayloadError

FILE = {
    "global_sync_enabled": True,
    "environments": [{"id": "contoso", "kind": "graph", "domains": ["Contoso.example"]}],
    "persons": [
        {"rooms_id": 11, "name": "Anna Meier", "mail": "anna@contoso.example", "pin": "ignored"},
        {"rooms_id": 12, "name": "Eva", "mail": "eva@sub.contoso.example"},
        {"rooms_id": 13, "name": "Ohne", "mail": "", "mode": "None"},
        {
            "rooms_id": 14,
            "name": "Nur Postfach",
            "mail": "x@contoso.example",
            "rooms_person": False,
        },
    ],
    "locations": [{"id": 1, "name": "Bern"}],
    "resources": [
        {
            "rooms_id": 101,
            "name": "Saentis",
            "mail": "saentis@contoso.example",
            "external_identifier": "saentis@contoso.example",
            "location": 1,
        }
    ],
}


def test_a_file_becomes_a_directory():
    settings = read_settings(FILE)

    assert settings.global_sync_enabled
    anna = settings.persons[PersonId(11)]
    assert (anna.environment, anna.is_synced) == ("contoso", True)
    assert settings.persons[PersonId(13)].mode is SyncMode.NONE
    assert PersonId(14) not in settings.persons
    assert settings.resources[ResourceId(101)].location == "Bern"
    assert settings.is_resource_synced(ResourceId(101))


def test_a_domain_must_match_completely():
    """R-043: no subdomains, no wildcards; case does not matter."""
    settings = read_settings(FILE)

    assert settings.persons[PersonId(12)].environment is None
    assert not settings.persons[PersonId(12)].is_synced


def test_resource_sync_is_off_unless_the_file_says_otherwise():
    """R-001"""
    settings = read_settings({**FILE, "global_sync_enabled": False})

    assert not settings.is_resource_synced(ResourceId(101))
    assert not read_settings({}).global_sync_enabled


def test_every_wrong_place_is_named_and_no_value_shown():
    broken = {
        "persons": [{"rooms_id": "eleven", "name": "geheim"}, {"name": "x", "rooms_id": 1}],
        "resources": [{"rooms_id": 1, "name": "y", "mode": "Graph"}],
    }

    with pytest.raises(InvalidPayloadError) as told:
        read_settings(broken)

    assert "persons.0.rooms_id" in str(told.value)
    assert "resources.0.mode" in str(told.value)
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize("nonsense", [None, [], "text", 7])
def test_what_is_no_object_is_refused(nonsense):
    with pytest.raises(InvalidPayloadError):
        read_settings(nonsense)


def test_a_microsoft365_mailbox_is_never_looked_for_on_premises():
    file = {**FILE, "environments": [{"id": "old", "kind": "ews", "domains": ["contoso.example"]}]}

    settings = read_settings(file)

    assert not settings.persons[PersonId(11)].is_synced
    assert settings.synced_places() == ()


def test_what_a_file_does_not_say_is_as_before():
    """World files of the local stack know only some of the settings."""
    settings = read_settings(FILE)

    assert settings.policies == Policies()
    assert settings.persons[PersonId(11)].own_bookings_synced
    assert settings.resources[ResourceId(101)].synced_since is None


@pytest.mark.parametrize("mode", ["O365", "EWS1", "EWS2"])
def test_an_ews_mode_is_never_read_as_graph(mode):
    """R-011: although the domain is one of a Graph environment."""
    anna = {**FILE["persons"][0], "mode": mode}

    settings = read_settings({**FILE, "persons": [anna]})

    assert not settings.persons[PersonId(11)].is_synced
