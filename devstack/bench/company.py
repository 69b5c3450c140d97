"""The company that the bench loads: twenty people with a mailbox, twenty rooms."""

from typing import Any

from devstack.kit.world import World

PEOPLE = 20
_DOMAIN = "contoso.example"


def bench_world() -> World:
    """Return the world; everybody is synced, every room is always open."""
    return World.model_validate(
        {
            "environments": [{"id": "contoso", "kind": "graph", "domains": [_DOMAIN]}],
            "persons": [_person(number) for number in range(1, PEOPLE + 1)],
            "resources": [_room(number) for number in range(1, PEOPLE + 1)],
        }
    )


def person_name(number: int) -> str:
    """Return the short name of a person, counted from 1."""
    return f"p{number:02d}"


def room_name(number: int) -> str:
    """Return the name of a room, counted from 1."""
    return f"Raum {number:02d}"


def _person(number: int) -> dict[str, Any]:
    name = person_name(number)
    return {
        "mail": f"{name}.muster@{_DOMAIN}",
        "name": f"{name} Muster",
        "rooms_id": 10 + number,
        "pin": f"{100_000 + number}",
    }


def _room(number: int) -> dict[str, Any]:
    mail = f"room{number:02d}@{_DOMAIN}"
    return {
        "rooms_id": 100 + number,
        "name": room_name(number),
        "mail": mail,
        "external_identifier": mail,
    }
