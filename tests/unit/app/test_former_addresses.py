"""S36: a resource or person with a new address is the same one."""

from dataclasses import replace

from core.app.former_addresses import keeping_former_addresses
from core.domain.directory import Directory
from core.sync.plan import plan_sync
from tests.unit.builders import (
    ANNA,
    RESOURCES,
    SAENTIS,
    a_context,
    a_directory,
    a_pair,
    a_person,
    a_resource,
    an_event,
)

NEW = "s1@contoso.example"
MOVED = a_resource(SAENTIS, "Saentis", address=NEW, external_identifier=NEW)


def test_the_old_address_stays_known_as_an_alias():
    settings = keeping_former_addresses(a_directory(), a_directory(resources=[MOVED]))

    assert settings.resource_at("saentis@contoso.example").id == SAENTIS
    assert settings.resource_at(NEW).id == SAENTIS


def test_no_booking_is_cancelled_because_its_room_has_another_address():
    settings = keeping_former_addresses(a_directory(), a_directory(resources=[MOVED]))

    for event in (an_event(), an_event(subject="Neu")):
        steps = plan_sync(a_pair(event), a_context(directory=settings)).steps
        assert not [step for step in steps if type(step).__name__ == "CancelBooking"]


def test_an_address_that_now_belongs_to_another_is_not_kept():
    taken = replace(RESOURCES[1], address="saentis@contoso.example")

    settings = keeping_former_addresses(a_directory(), a_directory(resources=[MOVED, taken]))

    assert settings.resource_at("saentis@contoso.example").id == taken.id


def test_persons_keep_theirs_too_and_new_entries_have_none():
    moved = replace(a_person(ANNA, "Anna Meier"), address="anna.neu@contoso.example")

    settings = keeping_former_addresses(a_directory(), a_directory(persons=[moved]))

    assert settings.person_at("anna@contoso.example").id == ANNA
    assert keeping_former_addresses(Directory(), a_directory()).resources[SAENTIS].aliases == ()
