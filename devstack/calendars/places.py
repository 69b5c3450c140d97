"""Where an entry takes place: which ones name a room, and what stands for it here."""

import re
from dataclasses import dataclass
from typing import Any

from devstack.calendars.structure import Component

type Json = dict[str, Any]

_ONLINE = re.compile(
    r"https?://\S+"
    r"|.*\b(microsoft teams|teams[- ]meeting|skype|zoom|webex|google meet|gotomeeting)\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Room:
    """The resource of the world that is invited in place of the file's rooms."""

    mail: str
    name: str

    @property
    def as_attendee(self) -> Json:
        return {"type": "resource", "emailAddress": {"address": self.mail, "name": self.name}}

    @property
    def as_location(self) -> Json:
        """Return the location as Outlook writes a room that was picked (graph-calendar 3.1)."""
        return {
            "displayName": self.name,
            "locationType": "conferenceRoom",
            "locationUri": self.mail,
            "uniqueId": self.mail,
            "uniqueIdType": "directory",
        }


@dataclass(frozen=True, slots=True)
class Place:
    """The locations of an entry; `invites_room` when it needs the room."""

    locations: tuple[Json, ...] = ()
    invites_room: bool = False
    notes: tuple[str, ...] = ()


def read_place(entry: Component, resources: tuple[str, ...], room: Room) -> Place:
    """Return where an entry is: its resources and location lines become `room`.

    A link or the name of an online meeting is no room and is kept as it is.
    """
    lines = [part.strip() for part in re.split(r"[;\n]", entry.text("LOCATION")) if part.strip()]
    online = [line for line in lines if _ONLINE.fullmatch(line)]
    named = list(dict.fromkeys([*resources, *(line for line in lines if line not in online)]))
    kept: tuple[Json, ...] = tuple({"displayName": line} for line in online)
    if not named:
        return Place(kept)
    return Place(
        (room.as_location, *kept),
        invites_room=True,
        notes=(f"{room.name} stands for {', '.join(named)}",),
    )
