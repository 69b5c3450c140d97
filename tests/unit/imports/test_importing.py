"""Row by row: good rows are applied, a wrong row changes nothing, every reason is told."""

import json

import pytest

from core.app.imports.csv_file import read_csv
from core.app.imports.importing import take_over
from core.app.imports.json_file import read_json
from core.app.settings_file import read_settings
from core.domain.directory import Directory
from core.domain.ids import PersonId, ResourceId
from core.domain.policies import Policies
from core.errors import InvalidPayloadError
from tests.kit.company import Company

ANNA, MARC, LEA, PETER = (PersonId(n) for n in (11, 12, 13, 16))
SAENTIS, EIGER = ResourceId(101), ResourceId(102)


@pytest.fixture
def world():
    return Company().as_settings()


@pytest.fixture
def stored(world):
    return read_settings(world)


def imported(stored, content):
    return take_over(stored, read_json(json.dumps(content).encode(), "f.json"))


def from_csv(stored, text, name="f.csv", **more):
    return take_over(stored, read_csv(text.encode(), name, **more))


def told(result):
    return [f"{fault.place}: {fault.why}" for fault in result.faults]


def test_a_whole_world_file_says_the_same_as_when_it_is_loaded_at_once(world, stored):
    assert imported(Directory(), world).settings == stored
    assert imported(stored, world).settings == stored
    assert imported(stored, world).faults == ()


def test_a_wrong_row_changes_nothing_and_the_good_ones_are_applied(world, stored):
    persons = {p["rooms_id"]: dict(p) for p in world["persons"]}
    persons[11] |= {"mail": "anna at contoso", "mode": "Fax"}
    persons[12] |= {"sync_disabled": True}

    result = imported(stored, {"persons": list(persons.values())})

    assert result.settings.persons[ANNA] == stored.persons[ANNA]
    assert result.settings.persons[MARC].sync_disabled
    (only,) = told(result)
    assert only.startswith("f.json persons.0: ")
    assert "mail: is no mail address" in only
    assert "mode: Input should be" in only
    assert "anna at" not in only


def test_what_a_list_does_not_hold_is_removed_but_not_what_is_merely_wrong(world, stored):
    persons = [p for p in world["persons"] if p["rooms_id"] not in (13, 16)]
    persons[0] = {**persons[0], "time_zone": "Bern"}

    result = imported(stored, {"persons": persons})

    assert sorted(result.settings.persons) == [11, 12]
    assert result.settings.resources == stored.resources


def test_with_a_row_that_nobody_can_place_nothing_is_removed(world, stored):
    persons = [p for p in world["persons"] if p["rooms_id"] != 13]
    persons[0] = {**persons[0], "rooms_id": "elf"}

    result = imported(stored, {"persons": persons})

    assert result.settings.persons == stored.persons
    assert "not removed" in result.notices[-1]


def test_two_rows_for_one_entry_are_both_wrong(world, stored):
    rooms = [*world["resources"], {**world["resources"][0], "name": "Anders"}]

    result = imported(stored, {"resources": rooms})

    assert result.settings.resources == stored.resources
    assert told(result) == [
        "f.json resources.0: 101 is given more than once",
        "f.json resources.5: 101 is given more than once",
    ]


def test_what_a_file_does_not_speak_of_stays(stored):
    result = imported(stored, {"policies": {"resolve_groups": True}})

    assert result.settings.policies.resolve_groups
    assert result.settings.global_sync_enabled
    assert result.settings.persons == stored.persons
    assert imported(stored, {}).settings == stored


@pytest.mark.parametrize(
    ("policy", "value", "reason"),
    [
        ("unsynced_organizer", "cancel", "must be report, decline or book_as"),
        ("direct_booking", "decline", "must be report, cancel or book_as"),
        ("direct_booking", "book_as:", "must be report, cancel or book_as"),
        ("stop_after_failed_attempts", 0, "greater than or equal to 1"),
        ("cancel_after_failed_attempts", True, "must be a number"),
        ("resolve_groups", "vielleicht", "valid boolean"),
    ],
)
def test_a_wrong_policy_stays_as_it_was_and_the_others_are_taken(stored, policy, value, reason):
    result = imported(stored, {"policies": {policy: value, "lead_follow_up": "holds"}})

    assert result.settings.policies == Policies(lead_follow_up="holds")
    assert len(result.faults) == 1
    assert reason in told(result)[0]


@pytest.mark.parametrize("value", ["report", "decline", "book_as:anna.meier@contoso.example"])
def test_what_may_happen_to_an_unsynced_organizer_s_event(stored, value):
    result = imported(stored, {"policies": {"unsynced_organizer": value}})

    assert result.settings.policies.unsynced_organizer == value


def test_unknown_keys_and_policies_are_named(stored, world):
    rooms = [{**world["resources"][0], "sync_mastre": False}, *world["resources"][1:]]

    result = imported(stored, {"resources": rooms, "policies": {"x": 1}, "perosns": []})

    assert "f.json: not known and ignored: 'perosns'" in result.notices
    assert any("'sync_mastre'" in notice for notice in result.notices)
    assert "policies: not known and ignored: 'x'" in result.notices


def test_csv_rows_change_only_what_they_speak_of_and_remove_nobody(stored):
    result = from_csv(stored, "rooms_id;mail_on_error\n11;nein\n")

    assert result.settings.persons[ANNA].aliases == stored.persons[ANNA].aliases
    assert not result.settings.persons[ANNA].mail_on_error
    assert result.settings.persons[MARC] == stored.persons[MARC]


def test_csv_removes_what_it_does_not_hold_when_it_is_asked_to(stored):
    result = from_csv(stored, "rooms_id;mail_on_error\n11;nein\n", is_complete=True)

    assert sorted(result.settings.persons) == [11]
    assert result.settings.resources == stored.resources


def test_a_new_person_by_csv_needs_a_name_and_gets_its_environment(stored):
    text = (
        "rooms_id;name;mail;language\n17;Sara Frei;sara.frei@contoso.example;de\n"
        "18;;x@contoso.example;de\n"
    )

    result = from_csv(stored, text)

    assert result.settings.persons[PersonId(17)].is_synced
    assert PersonId(18) not in result.settings.persons
    assert told(result) == ["f.csv line 3: name: Field required"]


def test_a_resource_by_csv_keeps_its_place_or_gets_a_named_one(stored):
    text = "rooms_id;sync_master;location\n101;nein;Zürich\n102;ja;1\n"

    result = from_csv(stored, text)

    assert result.settings.resources[SAENTIS].location == "Zürich"
    assert not result.settings.resources[SAENTIS].is_sync_master
    assert result.settings.resources[EIGER].location == "Bern"


def test_a_new_environment_brings_in_those_who_live_there(stored):
    lea = {"rooms_id": 13, "name": "Lea", "mail": "lea@tochter.example"}
    moved = imported(stored, {"persons": [lea]}).settings
    assert not moved.persons[LEA].is_synced

    tochter = {"id": "tochter", "domains": ["tochter.example"]}
    result = imported(moved, {"environments": [{"id": "contoso", "domains": ["contoso.example"]},
                                               tochter]})  # fmt: skip

    assert result.settings.persons[LEA].environment == "tochter"


@pytest.mark.parametrize("domain", ["*.contoso.example", "@contoso.example", "", "a b.example"])
def test_a_domain_is_a_whole_domain(stored, domain):
    """R-043"""
    result = imported(stored, {"environments": [{"id": "contoso", "domains": [domain]}]})

    assert result.settings.environments == stored.environments
    assert "no whole mail domain" in told(result)[0]


def test_one_domain_belongs_to_one_environment_of_a_kind(stored):
    both = [
        {"id": "contoso", "domains": ["contoso.example"]},
        {"id": "zwei", "domains": ["CONTOSO.example"]},
        {"id": "alt", "kind": "ews", "domains": ["contoso.example"]},
    ]

    result = imported(stored, {"environments": both})

    assert sorted(result.settings.environments) == ["alt", "contoso"]
    assert told(result) == ["environment zwei: CONTOSO.example belongs to another environment"]


@pytest.mark.parametrize(
    "data",
    [b"persons:", b"[]", b"7", b'"x"', b"\xff\xfe\x00", b'{"persons": [' + b"[" * 100_000],
)
def test_what_is_no_settings_file_is_refused_whole(data):
    with pytest.raises(InvalidPayloadError, match=r"f\.json"):
        read_json(data, "f.json")


HOSTILE = [
    *(None, True, 7.5, -1, 0, 2**80, 1e308, "", " ", "x" * 10_000, "\x1b[31m", "a\nb", "../../x"),
    *([], {}, [None], ["a@b"], {"a": 1}),
]
KEYS = (
    *("rooms_id", "name", "mail", "aliases", "mode", "time_zone", "resource_types", "language"),
    *("sync_url", "synced_since"),
)


@pytest.mark.parametrize("value", HOSTILE, ids=lambda v: repr(v)[:20])
@pytest.mark.parametrize("key", KEYS)
def test_no_value_of_a_row_harms_another_row(world, stored, key, value):
    persons = [{**world["persons"][0], key: value}, *world["persons"][1:]]
    persons[1] = {**persons[1], "sync_disabled": True}

    result = imported(stored, {"persons": persons})

    assert result.settings.persons[MARC].sync_disabled
    assert ANNA in result.settings.persons
    if result.faults:
        assert result.settings.persons[ANNA] == stored.persons[ANNA]
