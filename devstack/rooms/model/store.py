"""Everything ROOMS has stored, indexed for its questions; changed things go to the shelf."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from devstack.kit.control import StampClock
from devstack.kit.shelf import Shelf
from devstack.kit.switches import Switches
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.draft import Draft
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import MissingError
from devstack.rooms.model.resource import Location, Resource
from devstack.rooms.model.series import Series
from devstack.rooms.model.series_limits import UserGroup

FIRST_NUMBERS = {
    "booking": 1001,
    "draft": 700001,
    "series": 3001,
    "series-item": 500001,
    "token": 1,
}

type Listener = Callable[[int, datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One global parameter of ROOMS (R-001, R-004..R-007)."""

    id: int
    name: str
    value: str
    description: str = ""


class Store:
    """Persons, places, bookings and drafts, in memory and on the shelf.

    `save_booking` stamps `modified_on` with this simulator's own clock (milliseconds) whenever a
    value really changed, counts `revision` up and tells the listeners.
    """

    def __init__(self, shelf: Shelf, stamps: StampClock, switches: Switches, seed: int) -> None:
        self._shelf, self._stamps, self._switches, self._seed = shelf, stamps, switches, seed
        self.listeners: list[Listener] = []
        self.revision = 0
        self._read_shelf()

    def _read_shelf(self) -> None:
        kept = self._kept
        self.settings: dict[str, Any] = kept("setting")
        self._numbers: dict[str, int] = FIRST_NUMBERS | kept("number")
        self.persons: dict[int, Person] = {p.id: p for p in kept("person").values()}
        self.locations: dict[int, Location] = {p.id: p for p in kept("location").values()}
        self.resources: dict[int, Resource] = {r.id: r for r in kept("resource").values()}
        self.parameters: dict[int, Parameter] = {p.id: p for p in kept("parameter").values()}
        self.bookings: dict[int, Booking] = {}
        self._by_resource: dict[int, dict[int, Booking]] = defaultdict(dict)
        self._by_series: dict[int, dict[int, Booking]] = defaultdict(dict)
        self._in_order: dict[int, list[Booking]] = {}
        self.series: dict[int, Series] = {s.id: s for s in kept("series").values()}
        self.groups: dict[int, UserGroup] = {g.id: g for g in kept("group").values()}
        for booking in sorted(kept("booking").values(), key=lambda b: b.id):
            self._index(booking)
        self.drafts: dict[int, Draft] = {d.id: d for d in kept("draft").values()}
        self.sync_item_ids: dict[str, int] = kept("sync-item")
        self.tokens: dict[str, tuple[int, datetime]] = kept("token")

    def _kept(self, kind: str) -> dict[str, Any]:
        return dict(self._shelf.load(kind))

    def clear(self) -> None:
        """Forget everything; numbers start again."""
        self._shelf.clear()
        self._read_shelf()

    def next_number(self, kind: str) -> int:
        """Return the next id of a kind."""
        number = self._numbers[kind]
        self._numbers[kind] = number + 1
        self._shelf.put("number", kind, number + 1)
        return number

    def guid(self, kind: str, number: int) -> str:
        """Return the GUID that this installation gives the n-th thing of a kind."""
        digest = hashlib.sha256(f"{self._seed}/{kind}/{number}".encode()).digest()
        return str(UUID(bytes=digest[:16], version=4))

    def stamp(self) -> datetime:
        """Return the present moment as this simulator writes it: milliseconds, own skew."""
        now = self._stamps.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def keep_setting(self, name: str, value: object) -> None:
        self.settings[name] = value
        self._shelf.put("setting", name, value)

    def keep_parameter(self, parameter: Parameter) -> None:
        self.parameters[parameter.id] = parameter
        self._shelf.put("parameter", str(parameter.id), parameter)

    def keep_location(self, location: Location) -> None:
        self.locations[location.id] = location
        self._shelf.put("location", str(location.id), location)

    def keep_resource(self, resource: Resource) -> None:
        self.resources[resource.id] = resource
        self._shelf.put("resource", str(resource.id), resource)

    def keep_person(self, person: Person) -> None:
        """Store a person; a real change counts as one."""
        if self.persons.get(person.id) != person:
            self.revision += 1
        self.persons[person.id] = person
        self._shelf.put("person", str(person.id), person)

    def keep_series(self, series: Series) -> None:
        self.series[series.id] = series
        self._shelf.put("series", str(series.id), series)

    def keep_group(self, group: UserGroup) -> None:
        self.groups[group.id] = group
        self._shelf.put("group", str(group.id), group)

    def keep_sync_item_id(self, sync_item_id: str, booking_id: int) -> None:
        self.sync_item_ids[sync_item_id] = booking_id
        self._shelf.put("sync-item", sync_item_id, booking_id)

    def keep_token(self, token: str, person_id: int, expires: datetime) -> None:
        self.tokens[token] = (person_id, expires)
        self._shelf.put("token", token, (person_id, expires))

    def remove_token(self, token: str) -> None:
        del self.tokens[token]
        self._shelf.remove("token", token)

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Tell no listener what changes inside."""
        listeners, self.listeners = self.listeners, []
        try:
            yield
        finally:
            self.listeners = listeners

    def booking(self, booking_id: int) -> Booking:
        if booking_id not in self.bookings:
            raise MissingError(f"Es gibt keine Buchung mit der Id {booking_id}.")
        return self.bookings[booking_id]

    def resource(self, resource_id: int) -> Resource:
        if resource_id not in self.resources:
            raise MissingError(f"Es gibt keine Ressource mit der Id {resource_id}.")
        return self.resources[resource_id]

    def location(self, location_id: int) -> Location:
        if location_id not in self.locations:
            raise MissingError(f"Es gibt keinen Standort mit der Id {location_id}.")
        return self.locations[location_id]

    def person(self, person_id: int) -> Person:
        if person_id not in self.persons:
            raise MissingError(f"Es gibt keine Person mit der Id {person_id}.")
        return self.persons[person_id]

    def person_by_mail(self, mail: str) -> Person | None:
        wanted = mail.strip().lower()
        return next((p for p in self.persons.values() if (p.mail or "").lower() == wanted), None)

    def person_by_pin(self, pin: str) -> Person | None:
        return next((p for p in self.persons.values() if p.pin and p.pin == pin and p.active), None)

    def active_on(self, resource_id: int) -> Iterator[Booking]:
        """Yield the bookings of a resource that are not cancelled."""
        yield from self._by_resource[resource_id].values()

    def active_items(self, series_id: int) -> list[Booking]:
        """Return the bookings of a series that are not cancelled, in the order of their time."""
        if series_id not in self._in_order:
            items = self._by_series.get(series_id, {}).values()
            active = (b for b in items if b.is_active)
            self._in_order[series_id] = sorted(active, key=lambda b: (b.begin, b.id))
        return self._in_order[series_id]

    def count_on(self, resource_id: int) -> int:
        """Return how many bookings of a resource are not cancelled."""
        return len(self._by_resource[resource_id])

    def lineage(self, location: Location) -> Iterator[Location]:
        """Yield a location and all that it lies in, from the inside out."""
        at: Location | None = location
        while at is not None:
            yield at
            at = self.locations.get(at.parent_id) if at.parent_id is not None else None

    def below(self, location_id: int) -> set[int]:
        """Return the ids of a location and of everything in it."""
        return {
            each.id
            for each in self.locations.values()
            if any(outer.id == location_id for outer in self.lineage(each))
        }

    def system_resource(self) -> Resource:
        return next(r for r in self.resources.values() if r.hidden)

    def save_booking(self, booking: Booking) -> Booking:
        """Store a booking; nothing changed means no new stamp (switch `noop_update`)."""
        before = self.bookings.get(booking.id)
        unchanged = (
            before is not None and replace(booking, modified_on=before.modified_on) == before
        )
        if before is not None and unchanged and self._switches["noop_update"] == "keeps":
            return before
        stamped = replace(booking, modified_on=self.stamp())
        self._index(stamped)
        self._shelf.put("booking", str(booking.id), stamped)
        self._count(stamped.id, stamped.modified_on)
        return stamped

    def delete_booking(self, booking_id: int) -> None:
        """Remove a booking for good, as ROOMS does with what was never confirmed."""
        booking = self.bookings.pop(booking_id)
        self._by_resource[booking.resource_id].pop(booking_id, None)
        self._by_series[booking.series_id or 0].pop(booking_id, None)
        self._in_order.pop(booking.series_id or 0, None)
        self._shelf.remove("booking", str(booking_id))
        self._count(booking_id, self.stamp())

    def _count(self, booking_id: int, stamp: datetime) -> None:
        self.revision += 1
        for listener in self.listeners:
            listener(booking_id, stamp)

    def _index(self, booking: Booking) -> None:
        before = self.bookings.get(booking.id)
        if before is not None:
            self._by_resource[before.resource_id].pop(booking.id, None)
            self._by_series[before.series_id or 0].pop(booking.id, None)
            self._in_order.pop(before.series_id or 0, None)
        self.bookings[booking.id] = booking
        if booking.is_active:
            self._by_resource[booking.resource_id][booking.id] = booking
        if booking.series_id is not None:
            self._by_series[booking.series_id][booking.id] = booking
            self._in_order.pop(booking.series_id, None)

    def keep_draft(self, draft: Draft) -> None:
        self.drafts[draft.id] = draft
        self._shelf.put("draft", str(draft.id), draft)

    def remove_draft(self, draft_id: int) -> None:
        del self.drafts[draft_id]
        self._shelf.remove("draft", str(draft_id))

    def draft_of(self, booking_id: int) -> Draft | None:
        """Return the open context of a booking, None when nobody edits it."""
        return next((d for d in self.drafts.values() if d.booking_id == booking_id), None)
