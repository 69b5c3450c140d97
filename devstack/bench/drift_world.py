"""A company whose meetings were mirrored long ago, but for a few: half its mailboxes are rooms."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from devstack.kit.world import World
from devstack.stack.stack_file import APPOINTMENT_OID_PROPERTY

EVENTS = 300
"""Items in each calendar: a person's own, and a room's copies of them."""

DIFFERENT = 3
"""Meetings of each person on which both sides differ: a title, a time, a booking that is gone."""

PER_DAY = 5
_OIDS = UUID("0d3c1c4e-2a39-4d55-9d0c-7f1f5d7e2b11")
_DOMAIN = "contoso.example"


def drift_company(mailboxes: int) -> World:
    """Return the people and rooms; nobody has booked anything yet."""
    return World.model_validate(_company(mailboxes // 2))


def drift_world(mailboxes: int) -> World:
    """Return the same with all their meetings, on both sides, linked."""
    pairs = mailboxes // 2
    first = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0)
    events: list[dict[str, Any]] = []
    bookings: list[dict[str, Any]] = []
    for person in range(1, pairs + 1):
        for number in range(EVENTS):
            start = first + timedelta(days=1 + number // PER_DAY, hours=number % PER_DAY)
            oid = str(uuid5(_OIDS, f"{person}/{number}"))
            events.append(_event(person, number, start, oid))
            if number != _GONE:
                bookings.append(_booking(person, number, start, oid))
    return World.model_validate(_company(pairs) | {"events": events, "bookings": bookings})


_RENAMED, _MOVED, _GONE = 10, 20, 30


def _company(pairs: int) -> dict[str, Any]:
    return {
        "environments": [{"id": "contoso", "kind": "graph", "domains": [_DOMAIN]}],
        "persons": [
            {
                "mail": _person(n),
                "name": f"p{n:03d} Muster",
                "rooms_id": 1000 + n,
                "pin": f"{n:06d}",
            }
            for n in range(1, pairs + 1)
        ],
        "resources": [
            {"rooms_id": 5000 + n, "name": f"Raum {n:03d}", "mail": _room(n)}
            for n in range(1, pairs + 1)
        ],
    }


def _event(person: int, number: int, start: datetime, oid: str) -> dict[str, Any]:
    title = f"Termin {number}, anders" if number == _RENAMED else f"Termin {number}"
    begins = start + timedelta(minutes=15) if number == _MOVED else start
    return {
        "mailbox": _person(person),
        "event": {
            "subject": title,
            "start": _at(begins),
            "end": _at(start + timedelta(minutes=45)),
            "attendees": [
                {
                    "type": "resource",
                    "emailAddress": {"address": _room(person), "name": f"Raum {person:03d}"},
                }
            ],
            "singleValueExtendedProperties": [{"id": APPOINTMENT_OID_PROPERTY, "value": oid}],
        },
    }


def _booking(person: int, number: int, start: datetime, oid: str) -> dict[str, Any]:
    return {
        "creator": 1000 + person,
        "appointment_oid": oid,
        "booking": {
            "titel": f"Termin {number}",
            "beginn": start.isoformat(),
            "ende": (start + timedelta(minutes=45)).isoformat(),
            "ressourceId": 5000 + person,
            "personOrganisatorId": 1000 + person,
        },
    }


def _at(moment: datetime) -> dict[str, str]:
    return {"dateTime": moment.replace(tzinfo=None).isoformat(), "timeZone": "UTC"}


def _person(number: int) -> str:
    return f"p{number:03d}.muster@{_DOMAIN}"


def _room(number: int) -> str:
    return f"room{number:03d}@{_DOMAIN}"
