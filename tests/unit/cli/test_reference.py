"""What an operator may type to mean one event, booking or link."""

import pytest

from core.app.reference import (
    BookingReference,
    EventReference,
    LinkReference,
    UnknownItemError,
    parse_reference,
    place_of,
)
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, person_mailbox, resource_mailbox
from tests.unit.builders import ANNA, CONTOSO, SAENTIS, a_directory, a_person

LINK = "0f8fad5b-d9cb-469f-a165-70867728950e"
COMPANY = a_directory()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1177", BookingReference(1177)),
        (" 1177 ", BookingReference(1177)),
        (LINK, LinkReference(LINK)),
        (LINK.upper(), LinkReference(LINK)),
        ("{" + LINK + "}", LinkReference(LINK)),
        ("anna@contoso.example/AAMk_-==", EventReference("anna@contoso.example", "AAMk_-==")),
        ("p11/AAMk", EventReference("p11", "AAMk")),
        ("r101/AAMk/with/slashes", EventReference("r101", "AAMk/with/slashes")),
    ],
)
def test_each_form_has_one_meaning(text, meant):
    assert parse_reference(text) == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not understood"),
        ("0", "is no booking"),
        ("99999999999", "is no booking"),
        ("-3", "is not understood"),
        ("\u0661\u0662", "is not understood"),
        ("anna/AAMk", "'anna' is no mailbox"),
        ("@/AAMk", "'@' is no mailbox"),
        ("anna@contoso.example/", "names no event"),
        ("0f8fad5b-d9cb", "give a booking's number, <mailbox>/<event id>, a link's id"),
        ("uid:", "is not understood"),
    ],
)
def test_anything_else_says_what_would_do(text, told):
    with pytest.raises(UnknownItemError) as error:
        parse_reference(text)

    assert told in str(error.value)


@pytest.mark.parametrize(
    ("mailbox", "key"),
    [
        ("ANNA@contoso.example", person_mailbox(ANNA)),
        ("p11", person_mailbox(ANNA)),
        ("saentis@contoso.example", resource_mailbox(SAENTIS)),
        ("r101", resource_mailbox(SAENTIS)),
    ],
)
def test_a_mailbox_is_found_by_address_and_by_key(mailbox, key):
    assert place_of(mailbox, COMPANY) == EventPlace(CONTOSO, key)


@pytest.mark.parametrize("mailbox", ["nobody@contoso.example", "p999", "r999"])
def test_a_mailbox_that_is_not_in_the_settings_is_said(mailbox):
    with pytest.raises(UnknownItemError, match="not in the settings"):
        place_of(mailbox, COMPANY)


def test_a_mailbox_without_environment_is_said():
    company = a_directory(persons=[a_person(ANNA, "Anna Meier", environment=None)])

    with pytest.raises(UnknownItemError, match="lies in no environment"):
        place_of("p11", company)


def test_the_environment_belongs_to_the_place():
    assert place_of("p11", COMPANY).environment == EnvironmentId("contoso")
