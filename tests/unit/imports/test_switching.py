"""Switched on, off or moved: who, and since when they are synced (D11, D12, R-001, S36)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.app.imports.switching import Turn, switched, with_synced_since
from core.domain.directory import Directory, SyncMode, directory
from core.domain.ids import EnvironmentId
from core.domain.policies import Policies
from tests.unit.app.test_directory import a_room, settings, somebody

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
EARLIER = datetime(2025, 1, 1, tzinfo=UTC)
ANNA = somebody(11, "anna@contoso.example", synced_since=EARLIER)
EIGER = a_room(101, synced_since=EARLIER)


def since(old, new):
    result = with_synced_since(old, new, NOW)
    return {**result.persons, **result.resources}


def turns(old, new):
    return [(each.part, each.who, each.turn) for each in switched(old, new)]


def without_sync(found: Directory) -> Directory:
    return directory(
        global_sync_enabled=False,
        policies=Policies(),
        environments=found.environments.values(),
        persons=found.persons.values(),
        resources=found.resources.values(),
    )


def test_whoever_is_new_is_synced_from_now_on():
    new = settings(persons=[somebody(11, "a@contoso.example")], resources=[a_room(101)])

    assert turns(Directory(), new) == [
        ("person", 11, Turn.ON),
        ("resource", 101, Turn.ON),
    ]
    assert {each.synced_since for each in since(Directory(), new).values()} == {NOW}


def test_whoever_stays_synced_keeps_the_moment_whatever_else_changes():
    old = settings(persons=[ANNA], resources=[EIGER])
    new = settings(
        persons=[replace(ANNA, synced_since=None, mail_on_error=False)],
        resources=[replace(EIGER, synced_since=None, name="Eiger Nordwand")],
    )

    assert turns(old, new) == []
    assert {each.synced_since for each in since(old, new).values()} == {EARLIER}


def test_whoever_was_always_synced_stays_so():
    old = settings(persons=[replace(ANNA, synced_since=None)])

    assert since(old, old)[11].synced_since is None


@pytest.mark.parametrize(
    "off",
    [
        {"mode": SyncMode.NONE},
        {"sync_disabled": True},
        {"environment": None},
        {"address": ""},
    ],
)
def test_switched_off_the_moment_is_forgotten_and_switched_on_again_it_is_new(off):
    on, quiet = settings(persons=[ANNA]), settings(persons=[replace(ANNA, **off)])

    ended = with_synced_since(on, quiet, EARLIER)

    assert turns(on, quiet) == [("person", 11, Turn.OFF)]
    assert ended.persons[11].synced_since is None
    assert since(ended, settings(persons=[replace(ANNA, synced_since=None)]))[11].synced_since == (
        NOW
    )


def test_an_inactive_resource_is_switched_off():
    """R-024"""
    old, new = settings(resources=[EIGER]), settings(resources=[replace(EIGER, is_active=False)])

    assert turns(old, new) == [("resource", 101, Turn.OFF)]


def test_the_global_switch_switches_every_resource_and_nobody_else():
    """R-001"""
    on = settings(persons=[ANNA], resources=[EIGER, a_room(102, "moench@contoso.example")])
    off = with_synced_since(on, without_sync(on), NOW)

    assert turns(off, on) == [("resource", 101, Turn.ON), ("resource", 102, Turn.ON)]
    assert off.resources[101].synced_since is None
    assert off.persons[11].synced_since == EARLIER


def test_another_mailbox_is_another_beginning():
    old = settings(persons=[ANNA])
    new = settings(persons=[replace(ANNA, address="anna@new.example")])

    assert turns(old, new) == [("person", 11, Turn.MOVED)]
    assert since(old, new)[11].synced_since == NOW


def test_a_mailbox_that_only_got_another_address_is_the_same():
    """S36: Exchange keeps the former address as an alias."""
    old = settings(persons=[ANNA])
    renamed = replace(
        ANNA,
        address="anna.meier@contoso.example",
        aliases=("Anna@contoso.example",),
        synced_since=None,
    )

    assert turns(old, settings(persons=[renamed])) == []
    assert since(old, settings(persons=[renamed]))[11].synced_since == EARLIER


def test_another_environment_is_another_mailbox():
    old = settings(persons=[ANNA])
    new = settings(persons=[replace(ANNA, environment=EnvironmentId("tochter"))])

    assert turns(old, new) == [("person", 11, Turn.MOVED)]


def test_a_removed_person_is_switched_off():
    assert turns(settings(persons=[ANNA]), settings()) == [("person", 11, Turn.OFF)]


def test_a_file_may_say_since_when_somebody_is_synced():
    new = settings(persons=[ANNA])

    assert since(Directory(), new)[11].synced_since == EARLIER
