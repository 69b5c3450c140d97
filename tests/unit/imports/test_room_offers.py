"""Rooms of Exchange beside the resources of the settings: who could have which."""

import pytest

from core.app.imports.room_offers import Offer, Standing, compare, proposal, row_of
from core.app.imports.said import Kind
from core.domain.directory import Environment, SyncedResource, SyncMode, directory
from core.domain.ids import EnvironmentId, ResourceId
from core.domain.policies import Policies
from core.ports.mailboxes import RoomFacts

ONLINE, CELLAR = EnvironmentId("online"), EnvironmentId("cellar")


def a_resource(number=104, name="Eiger", **more):
    return SyncedResource(id=ResourceId(number), name=name, type="Raum", **more)


def settings(*resources):
    return directory(
        global_sync_enabled=True,
        policies=Policies(),
        environments=[
            Environment(id=ONLINE, kind="graph", domains=("online.example",)),
            Environment(id=CELLAR, kind="ews", domains=("cellar.example",)),
        ],
        persons=[],
        resources=resources,
    )


def an_offer(address="eiger@cellar.example", name="Eiger", environment=CELLAR):
    return Offer(environment, RoomFacts(address=address, name=name))


def standing(known, told=None, offer=None):
    (found,) = compare([offer or an_offer()], known, told or {})
    return found.standing, found.resource


@pytest.mark.parametrize(
    ("resource", "told", "expected"),
    [
        ({"address": "EIGER@cellar.example"}, "", (Standing.KNOWN, 104)),
        ({"address": "x@cellar.example", "aliases": ("eiger@cellar.example",)}, "",
         (Standing.KNOWN, 104)),
        ({}, "", (Standing.FITS, 104)),
        ({"name": "X", "aliases": ("Eiger@cellar.example",)}, "", (Standing.FITS, 104)),
        ({"name": " eiger "}, "", (Standing.FITS, 104)),
        ({"name": "Sitzungszimmer 3"}, "Eiger@cellar.example", (Standing.FITS, 104)),
        ({"name": "Sitzungszimmer 3"}, "", (Standing.UNKNOWN, None)),
        ({"name": ""}, "", (Standing.UNKNOWN, None)),
        ({"address": "old@cellar.example"}, "", (Standing.OTHER_ADDRESS, 104)),
        ({"assigned_environment": "online"}, "", (Standing.OTHER_ADDRESS, 104)),
        ({"assigned_environment": "cellar"}, "", (Standing.FITS, 104)),
        ({"is_online": True}, "", (Standing.UNKNOWN, None)),
    ],
)  # fmt: skip
def test_what_the_settings_have_of_a_room(resource, told, expected):
    assert standing(settings(a_resource(**resource)), {104: told} if told else {}) == expected


def test_what_rooms_says_counts_more_than_a_name():
    known = settings(a_resource(104, "Eiger"), a_resource(105, "Mönch"))
    assert standing(known, {105: "eiger@cellar.example"}) == (Standing.FITS, 105)


def test_nobody_chooses_between_two_that_fit():
    two_resources = settings(a_resource(104), a_resource(105))
    assert standing(two_resources) == (Standing.SEVERAL_FIT, None)
    two_rooms = [an_offer(), an_offer("eiger2@cellar.example")]
    found = compare(two_rooms, settings(a_resource()), {})
    assert {each.standing for each in found} == {Standing.SEVERAL_FIT}
    assert proposal(found, settings(a_resource())).sections == {}


def test_a_room_that_two_environments_offer_stands_where_its_domain_lives():
    offers = [an_offer(environment=ONLINE), an_offer(), an_offer(environment=ONLINE)]
    (found,) = compare(offers, settings(), {})
    assert found.offer.environment == CELLAR


def test_what_is_proposed_is_what_an_import_would_be_told():
    known = settings(a_resource(), a_resource(106, "Rigi", address="rigi@cellar.example"))
    offers = [an_offer(), an_offer("rigi@cellar.example", "Rigi"), an_offer("u@x.example", "U")]
    section = proposal(compare(offers, known, {}), known).sections[Kind.RESOURCES]
    assert section.is_partial
    assert not section.is_complete, "nobody is removed by it"
    assert [dict(row.values) for row in section.rows] == [
        {
            "rooms_id": 104,
            "name": "Eiger",
            "mail": "eiger@cellar.example",
            "external_identifier": "eiger@cellar.example",
            "mode": "EWS1",
            "environment": "",
        }
    ]


@pytest.mark.parametrize(
    ("offer", "resource", "mode", "environment"),
    [
        (an_offer(), {"mode": SyncMode.EWS2}, "EWS2", ""),
        (an_offer(), {"mode": SyncMode.NONE}, "EWS1", ""),
        (an_offer("eiger@online.example"), {}, "EWS1", "cellar"),
        (an_offer("eiger@online.example", environment=ONLINE), {}, "Microsoft365", ""),
        (an_offer("eiger@online.example", environment=ONLINE), {"mode": SyncMode.EWS2},
         "Microsoft365", ""),
    ],
)  # fmt: skip
def test_mode_and_environment_lead_to_where_the_room_is_offered(offer, resource, mode, environment):
    known = settings(a_resource(**resource))
    (found,) = compare([offer], known, {})
    row = row_of(found, known)
    assert (row["mode"], row["environment"]) == (mode, environment)


def test_a_room_of_another_address_has_no_number_in_its_row():
    known = settings(a_resource(address="old@cellar.example"))
    (found,) = compare([an_offer()], known, {})
    assert row_of(found, known)["rooms_id"] is None
