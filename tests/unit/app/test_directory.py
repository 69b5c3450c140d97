"""Whose mailbox an address is: nobody shares one, and contradictions harm nobody else."""

from dataclasses import replace

from core.domain.directory import (
    Environment,
    SyncedPerson,
    SyncedResource,
    SyncMode,
    directory,
)
from core.domain.ids import EnvironmentId, PersonId, ResourceId
from core.domain.policies import Policies

CONTOSO = EnvironmentId("contoso")


def a_room(number: int, mail: str = "eiger@contoso.example", **more) -> SyncedResource:
    room = SyncedResource(
        id=ResourceId(number),
        name=f"Raum {number}",
        type="Raum",
        address=mail,
        external_identifier=mail,
        environment=CONTOSO,
    )
    return replace(room, **more)


def somebody(number: int, mail: str, **more) -> SyncedPerson:
    person = SyncedPerson(
        id=PersonId(number), name=f"Person {number}", address=mail, environment=CONTOSO
    )
    return replace(person, **more)


def settings(*, persons=(), resources=()):
    return directory(
        global_sync_enabled=True,
        policies=Policies(),
        environments=[Environment(id=CONTOSO, kind="graph", domains=("contoso.example",))],
        persons=persons,
        resources=resources,
    )


def test_of_two_resources_with_one_mailbox_only_the_first_is_synced():
    found = settings(resources=[a_room(102), a_room(101), a_room(103, "moench@contoso.example")])

    assert [r for r in (101, 102, 103) if found.is_resource_synced(ResourceId(r))] == [101, 103]
    assert found.resource_at("EIGER@contoso.example") == found.resources[ResourceId(101)]


def test_whoever_is_not_to_be_synced_stands_in_nobody_s_way():
    found = settings(
        resources=[a_room(101, mode=SyncMode.NONE), a_room(102)],
        persons=[
            somebody(11, "anna@contoso.example", sync_disabled=True),
            somebody(12, "anna@contoso.example"),
        ],
    )

    assert found.is_resource_synced(ResourceId(102))
    assert found.persons[PersonId(12)].is_synced
    assert found.person_at("anna@contoso.example") == found.persons[PersonId(12)]


def test_a_person_with_the_mailbox_of_a_resource_is_not_synced():
    found = settings(
        resources=[a_room(101)],
        persons=[somebody(11, "Eiger@contoso.example"), somebody(12, "beat@contoso.example")],
    )

    assert found.is_resource_synced(ResourceId(101))
    assert not found.persons[PersonId(11)].is_synced
    assert found.persons[PersonId(12)].is_synced


def test_a_primary_address_counts_before_somebody_s_alias():
    found = settings(
        persons=[
            somebody(11, "anna@contoso.example", aliases=("beat@contoso.example",)),
            somebody(12, "beat@contoso.example"),
        ]
    )

    assert found.person_at("beat@contoso.example") == found.persons[PersonId(12)]
    assert found.persons[PersonId(12)].is_synced


def test_what_was_doubled_is_free_once_the_other_one_is_gone():
    doubled = settings(resources=[a_room(101), a_room(102)]).resources[ResourceId(102)]

    assert doubled.is_doubled
    assert not settings(resources=[doubled]).resources[ResourceId(102)].is_doubled
