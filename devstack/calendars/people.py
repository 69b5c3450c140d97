"""Who takes part: ATTENDEE and ORGANIZER lines as Graph's attendees (RFC 5545, 3.8.4)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from devstack.calendars.structure import Component, Property

type Json = dict[str, Any]

_MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_RESOURCES = ("ROOM", "RESOURCE")
_NOT_NEEDED = ("OPT-PARTICIPANT", "NON-PARTICIPANT")
_GOOGLE_RESOURCES = "@resource.calendar.google.com"


@dataclass(frozen=True, slots=True)
class People:
    """The attendees without resources, the labels of the resources, and what was left out."""

    attendees: tuple[Json, ...] = ()
    resources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_people(
    entry: Component, owner: Collection[str], known_resources: Collection[str]
) -> People:
    """Return who takes part beside the owner of the mailbox.

    `owner` are the owner's addresses, `known_resources` those of the world's resources, all in
    lower case. The file's organizer is whom the owner stands for: no attendee either.
    """
    organizer = entry.first("ORGANIZER")
    replaced = None if organizer is None else address_of(organizer)
    themselves = {*owner, (replaced or "").lower()}
    attendees: dict[str, Json] = {}
    resources: list[str] = []
    notes: list[str] = []
    if replaced and replaced.lower() not in owner:
        notes.append(f"its organizer {replaced} is the mailbox's owner here")
    for given in entry.all("ATTENDEE"):
        mail = address_of(given)
        if _is_resource(given, mail, known_resources):
            resources.append(_label(given, mail))
        elif mail is None:
            notes.append(f"attendee {_label(given, mail)!r} has no address: left out")
        elif mail.lower() not in themselves:
            attendees.setdefault(mail.lower(), _attendee(given, mail))
    return People(tuple(attendees.values()), tuple(resources), tuple(notes))


def address_of(given: Property) -> str | None:
    """Return the address of a person, with or without `mailto:`; None when there is none."""
    value = given.value.strip()
    if value[:7].lower() == "mailto:":
        value = unquote(value[7:])
    for candidate in (value, given.params.get("EMAIL", "")):
        mail = candidate.strip().strip("'\"<>").strip()
        if _MAIL.fullmatch(mail):
            return mail
    return None


def _attendee(given: Property, mail: str) -> Json:
    role = given.params.get("ROLE", "").upper()
    return {
        "type": "optional" if role in _NOT_NEEDED else "required",
        "emailAddress": {"address": mail, "name": _name(given) or mail},
    }


def _is_resource(given: Property, mail: str | None, known_resources: Collection[str]) -> bool:
    if given.params.get("CUTYPE", "").upper() in _RESOURCES:
        return True
    folded = (mail or "").lower()
    return folded in known_resources or folded.endswith(_GOOGLE_RESOURCES)


def _label(given: Property, mail: str | None) -> str:
    return _name(given) or mail or given.value.strip()


def _name(given: Property) -> str:
    """Return the name without the quotes that clients leave around it."""
    return " ".join(given.params.get("CN", "").strip().strip("'\"").split())
