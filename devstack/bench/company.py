"""The companies that the bench loads: twenty people with a mailbox, twenty rooms."""

from typing import Any

from devstack.kit.world import World

PEOPLE = 20
ONLINE, ON_PREMISES = range(1, PEOPLE // 2 + 1), range(PEOPLE // 2 + 1, PEOPLE + 1)
"""Who lives where in a company with two environments: numbers of people and of rooms alike."""

CELLAR = "cellar"
"""The environment on premises."""

_DOMAIN, _CELLAR_DOMAIN = "contoso.example", "cellar.example"
_CONTOSO = {"id": "contoso", "kind": "graph", "domains": [_DOMAIN]}


def bench_world() -> World:
    """Return the world; everybody is synced, every room is always open."""
    return World.model_validate(
        {
            "environments": [_CONTOSO],
            "persons": [_person(number) for number in range(1, PEOPLE + 1)],
            "resources": [_room(number) for number in range(1, PEOPLE + 1)],
        }
    )


def divided_world() -> World:
    """Return the same people and rooms, half of each in an environment on premises."""
    return World.model_validate(
        {
            "environments": [_CONTOSO, {"id": CELLAR, "kind": "ews", "domains": [_CELLAR_DOMAIN]}],
            "persons": [
                *map(_person, ONLINE),
                *(_person(number, **_IN_THE_CELLAR) for number in ON_PREMISES),
            ],
            "resources": [
                *map(_room, ONLINE),
                *(_room(number, **_IN_THE_CELLAR) for number in ON_PREMISES),
            ],
        }
    )


def person_name(number: int) -> str:
    """Return the short name of a person, counted from 1."""
    return f"p{number:02d}"


def room_name(number: int) -> str:
    """Return the name of a room, counted from 1."""
    return f"Raum {number:02d}"


_IN_THE_CELLAR = {"domain": _CELLAR_DOMAIN, "mode": "EWS1"}


def _person(number: int, domain: str = _DOMAIN, mode: str = "Microsoft365") -> dict[str, Any]:
    name = person_name(number)
    return {
        "mail": f"{name}.muster@{domain}",
        "mode": mode,
        "name": f"{name} Muster",
        "rooms_id": 10 + number,
        "pin": f"{100_000 + number}",
    }


def _room(number: int, domain: str = _DOMAIN, mode: str = "Microsoft365") -> dict[str, Any]:
    mail = f"room{number:02d}@{domain}"
    return {
        "mode": mode,
        "rooms_id": 100 + number,
        "name": room_name(number),
        "mail": mail,
        "external_identifier": mail,
    }
