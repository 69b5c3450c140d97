"""What the service wrote, which meeting it was for, and whether anybody's action needed it.

An echo write is one that changed no stored value, or that no user action needs. All calls of one
ROOMS draft count as one write: the confirmation.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from devstack.demo.comparison import EXCHANGE, ROOMS
from devstack.demo.day import (
    Action,
    Answer,
    Book,
    Change,
    Expect,
    HandOver,
    InviteRoomToo,
    Where,
)

Json = dict[str, Any]
_OPENING = {"Bookings_Create", "Bookings_Edit", "Bookings_Abort"}
_BOOKING_WRITES = {
    "Bookings_Confirm",
    "Bookings2_Update",
    "Bookings_Cancel",
    "Bookings_RemoveRoom",
    "Bookings2_QuickBooking",
    "Bookings_Extend",
}
_READS = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write to a calendar or to ROOMS that was not refused."""

    side: str
    number: int
    actor: str
    operation: str
    at: datetime
    changed: bool
    about: tuple[object, ...]
    """Event id, booking id or link: whatever the request names."""

    @property
    def by_service(self) -> bool:
        return self.actor == "service"


@dataclass(frozen=True, slots=True)
class Needed:
    """How many writes of the service an action needs at most, by side (P7)."""

    exchange: int
    rooms: int

    def __add__(self, other: "Needed") -> "Needed":
        return Needed(self.exchange + other.exchange, self.rooms + other.rooms)

    def on(self, side: str) -> int:
        return self.exchange if side == EXCHANGE else self.rooms


def needed_by(action: Action) -> Needed:
    """Return how many writes an action explains: to mirror it, and to store the link (R-210)."""
    if action.expect in {Expect.ALONE, Expect.KEPT} or isinstance(action.deed, Answer):
        return Needed(0, 0)
    # Sync-Master takes a refused room off (D2); what ROOMS overrules is set back: a rollback.
    rolled_back = action.expect in {Expect.REFUSED, Expect.OVERRULED}
    if rolled_back or action.where is Where.ADD_IN:
        return Needed(1, 0)  # the add-in stored the link itself, only the room is missing
    match action.deed:
        case Book() | InviteRoomToo():
            return Needed(1, 1)
        case HandOver():
            # Should the invitation overtake the cancellation on its way, the resource declines and
            # is taken off and invited once more (design 5).
            return Needed(5, 0)
        case Change(room=str()) if action.where is Where.OUTLOOK:
            return Needed(1, 1)  # a first room makes a new link
        case _:
            return Needed(1, 0) if action.where is Where.ROOMS else Needed(0, 1)


def read_writes(exchange: Iterable[Json], rooms: Iterable[Json], link_property: str) -> list[Write]:
    """Return everybody's successful writes from both request logs."""
    found = [_exchange_write(entry, link_property) for entry in exchange if _is_event_write(entry)]
    found += [_rooms_write(entry) for entry in rooms if _is_booking_write(entry)]
    return found


def echoes(
    writes: Iterable[Write], needed: Mapping[str, Needed], owners: Mapping[object, str]
) -> list[str]:
    """Return a line for each echo write among these writes of the service."""
    found: list[str] = []
    spent: Counter[tuple[str, str]] = Counter()
    for write in writes:
        if not write.by_service:
            continue
        meeting = owner(write, owners)
        place = f"{write.side} request {write.number}, {write.operation} for «{meeting or '?'}»"
        if not write.changed:
            found.append(f"{place}: it changed nothing")
            continue
        spent[meeting or "?", write.side] += 1
        if spent[meeting or "?", write.side] > _allowed(needed, meeting, write.side):
            found.append(f"{place}: no user action needs it")
    return found


def owner(write: Write, owners: Mapping[object, str]) -> str | None:
    """Return the meeting a write was about."""
    return next((owners[name] for name in write.about if name in owners), None)


def _allowed(needed: Mapping[str, Needed], meeting: str | None, side: str) -> int:
    return needed[meeting].on(side) if meeting is not None and meeting in needed else 0


def _is_event_write(entry: Json) -> bool:
    is_event = str(entry["operation"] or "").startswith("event.")
    return is_event and entry["method"] not in _READS and 0 < entry["status"] < 400


def _is_booking_write(entry: Json) -> bool:
    if entry["method"] in _READS or not 0 < entry["status"] < 400:
        return False
    operation = entry["operation"]
    # Operations nobody thought of count if they changed something.
    return operation in _BOOKING_WRITES or (entry["changed"] and operation not in _OPENING)


def _exchange_write(entry: Json, link_property: str) -> Write:
    segments = entry["path"].split("/")
    after = segments.index("events") + 1
    about: list[object] = [unquote(segment) for segment in segments[after : after + 1]]
    body = entry["body"] if isinstance(entry["body"], dict) else {}
    about += [
        str(p["value"]).lower()
        for p in body.get("singleValueExtendedProperties", ())
        if p.get("id") == link_property
    ]
    if entry["operation"] == "event.create":
        about.append((entry["mailbox"], body.get("subject")))
    return _write(EXCHANGE, entry, about)


def _rooms_write(entry: Json) -> Write:
    numbers = [int(part) for part in entry["path"].split("/") if part.isdigit()]
    body = entry["body"] if isinstance(entry["body"], dict) else {}
    link = str(body.get("syncAppointmentOid") or "").lower()
    return _write(ROOMS, entry, [*numbers, entry["item"], *([link] if link else [])])


def _write(side: str, entry: Json, about: list[object]) -> Write:
    return Write(
        side=side,
        number=entry["number"],
        actor=entry["actor"],
        operation=entry["operation"],
        at=datetime.fromisoformat(entry["answered"]),
        changed=entry["changed"],
        about=tuple(about),
    )
