"""A whole world in one process, and what a scenario says to it. See tests/README.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.adapters.servicebus.bus import NOTICES
from core.adapters.servicebus.notice_forms import decode_notice
from core.app.reset import reset
from core.domain.ids import PersonId
from core.domain.mapping import Mapping as Link
from core.domain.notice import Notice
from tests.kit.company import Company
from tests.kit.costs import Counting
from tests.kit.deeds import Deeds
from tests.kit.expectations import Expectations
from tests.kit.mails import ErrorMail, error_mails
from tests.kit.moments import Slot, slot
from tests.kit.on_premises import as_stored, stored_id
from tests.kit.outlook import EventRef
from tests.kit.outlook_series import SeriesInOutlook
from tests.kit.rooms_series import SeriesInRooms
from tests.kit.rooms_user import AddIn, BookingRef
from tests.kit.secrets import Secrets
from tests.kit.sights import Sights, date_ref
from tests.kit.views import BookingView, EventView
from tests.kit.wire import Call


@dataclass
class World(Sights):
    """The stage with people on it; make one with `a_world()`."""

    expected: Expectations = field(default_factory=Expectations)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.deeds = Deeds(self.clock)
        self.secrets = Secrets(self.clock)

    # Users

    def outlook(self, name: str, mailbox: str | None = None) -> SeriesInOutlook:
        """Return somebody at Outlook; with `mailbox` as that person's delegate."""
        return SeriesInOutlook(self, name, mailbox)

    def rooms(self, name: str) -> SeriesInRooms:
        """Return somebody at ROOMS."""
        return SeriesInRooms(self, name)

    def add_in(self, name: str) -> AddIn:
        """Return somebody with the add-in."""
        return AddIn(self, name)

    def slot(self, phrase: str) -> Slot:
        """Return the span of time that a phrase like "tomorrow 09:00-10:00" means."""
        return slot(phrase, self.clock.now())

    def counts(self, organizer: str = "anna") -> Counting:
        """Count what the service calls: `async with world.counts() as costs: ...`."""
        return Counting(self.calls, self.settles, self.company.address(organizer))

    def service_writes(self, since: int = 0) -> list[Call]:
        """Return the calls with which the service may have changed what users see."""
        return [call for call in self.calls[since:] if call.is_write]

    async def releases_guard(self, person: str) -> None:
        """Let a mailbox go on that the guard has stopped, as an operator does."""
        services = await self.app.services()
        directory = await services.roster.directory()
        place = directory.persons[PersonId(self.company.person_number(person))].place
        await services.guard.release(place, services.clock.now())

    async def differences(self) -> list[dict[str, Any]]:
        """Return what the console shows as different."""
        found: list[dict[str, Any]] = await self.app_answers("/api/console/differences.json")
        for line in found:
            if line["event_id"]:
                line["event_id"] = stored_id(self.exchange, line["event_id"])
        return found

    def error_mails(self, to: str = "") -> list[ErrorMail]:
        """Return the mails of the service, oldest first; with `to` only what somebody got."""
        return error_mails(self.exchange.controls.mails.since(0), self.company, to)

    def notices(self) -> list[Notice]:
        """Return what was put into the queue of mails, oldest first."""
        return [decode_notice(body) for queue, body in self.bus.sent if queue == NOTICES]

    async def link_of(self, event: EventRef) -> Link:
        """Return the stored link of an event."""
        services = await self.app.services()
        oid = (await self.event(event)).oid
        async for link in services.mappings.all():
            here = as_stored(self.exchange, link).event
            if link.id == oid or (here is not None and here.event_id == event.event_id):
                return link
        raise AssertionError("no link is stored for the event")

    async def resets(self, event: EventRef) -> None:
        """Take a link up again whose sync has ended, as an operator does."""
        assert await reset(await self.link_of(event), await self.app.services())

    # Assertions

    async def then_rooms_has(self, resource: str, at: str, **expected: Any) -> BookingRef:
        """Assert one living booking there, with these values (title=, organizer=, ...)."""
        wanted = self.slot(at)
        here = [b for b in await self.bookings() if b.is_alive and b.resource == resource]
        found = [b for b in here if b.slot == wanted]
        assert len(found) == 1, f"{resource} at {wanted}: {len(found)} bookings; all: {here}"
        _compare(found[0], expected)
        return BookingRef(found[0].booking_id)

    async def then_rooms_has_nothing(self, resource: str | None = None) -> None:
        """Assert that no living booking is left (on a resource)."""
        alive = [b for b in await self.bookings() if b.is_alive]
        left = [b for b in alive if resource in (None, b.resource)]
        assert not left, f"still booked: {left}"

    async def then_outlook_has(self, mailbox: str, at: str, **expected: Any) -> EventRef:
        """Assert one event or date of a series there, with these values (subject=, rooms=, ...)."""
        wanted = self.slot(at)
        here = await self.calendar(mailbox)
        found = [e for e in here if e.slot == wanted]
        assert len(found) == 1, f"{mailbox} at {wanted}: {len(found)} events; all: {here}"
        _compare(found[0], expected)
        return date_ref(found[0]) if found[0].is_date else EventRef(mailbox, found[0].event_id)

    async def then_rooms_has_dates(
        self, resource: str, at: str, *days: str, **expected: Any
    ) -> None:
        """Assert the living bookings of a resource: on these days at this time, and no other.

        `at` is "09:00-10:00", a day "2026-03-10", or "2026-03-10 14:00-15:00" if it differs.
        """
        here = [b for b in await self.bookings() if b.is_alive and b.resource == resource]
        self._are_on(f"bookings of {resource}", here, at, days)
        for booking in here:
            _compare(booking, expected)

    async def then_outlook_has_dates(
        self, mailbox: str, at: str, *days: str, **expected: Any
    ) -> None:
        """Assert all that a calendar shows, as `then_rooms_has_dates` does of a resource."""
        here = await self.calendar(mailbox)
        self._are_on(f"the calendar of {mailbox}", here, at, days)
        for event in here:
            _compare(event, expected)

    def _are_on(
        self, what: str, here: Sequence[EventView | BookingView], at: str, days: tuple[str, ...]
    ) -> None:
        wanted = sorted(str(self.slot(day if " " in day else f"{day} {at}")) for day in days)
        found = sorted(str(item.slot) for item in here)
        assert found == wanted, f"{what}: {found}, not {wanted}"

    async def then_outlook_has_nothing(self, mailbox: str) -> None:
        """Assert that no living event is left in a calendar."""
        left = [e for e in await self.events(mailbox) if e.is_alive]
        assert not left, f"{mailbox} still has: {left}"

    async def then_room_accepted(self, event: EventRef, room: str) -> None:
        """Assert that the room's own calendar holds the meeting and has said yes."""
        shown = await self.event(event)
        assert shown.answers.get(room) == "accepted", f"{room} answered {shown.answers}"
        copies = [e for e in await self.calendar(room) if e.ical_uid == shown.ical_uid]
        assert [c.slot for c in copies] == [shown.slot]


async def a_world(
    *,
    seed: int = 0,
    resources: dict[str, dict[str, Any] | None] | None = None,
    settings: dict[str, Any] | None = None,
    company: dict[str, Any] | None = None,
    made_by: type[World] = World,
    **persons: dict[str, Any],
) -> World:
    """Make a world and begin it; the company is that of tests/kit/company.py but for what is said.

    `resources={"Säntis": {...}}` and `anna={...}` change an entry or add one (None takes it away),
    `company={...}` sets parts of `Company`, `settings` settings of the app;
    `made_by` is the depth of the world.
    """
    it = Company(**(company or {}))
    for name, changes in (resources or {}).items():
        if changes is None:
            it.resources.pop(name)
        else:
            it.resources.setdefault(name, {}).update(changes)
    for name, changes in persons.items():
        it.persons.setdefault(name, {}).update(changes)
    world = made_by(it, seed=seed, settings=settings or {})
    await world.begins()
    return world


def _compare(found: EventView | BookingView, expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        shown = getattr(found, name)
        if isinstance(shown, tuple):
            assert sorted(shown) == sorted(value), f"{name} is {shown}, not {value}"
        else:
            assert shown == value, f"{name} is {shown!r}, not {value!r}"
