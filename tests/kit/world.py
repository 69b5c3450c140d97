"""A whole world in one process, and what a scenario says to it. See tests/README.md."""

from dataclasses import dataclass, field
from typing import Any

from core.adapters.servicebus.bus import NOTICES
from core.adapters.servicebus.notice_forms import decode_notice
from core.app.reset import reset
from core.domain.ids import PersonId
from core.domain.mapping import Mapping as Link
from core.domain.notice import Notice
from tests.kit.agreement import Finding, Sides, disagreements
from tests.kit.company import Company
from tests.kit.costs import Counting
from tests.kit.deeds import Deeds
from tests.kit.expectations import Expectations
from tests.kit.links import with_put_off_links
from tests.kit.mails import ErrorMail, error_mails
from tests.kit.moments import Slot, slot
from tests.kit.outlook import EventRef, OutlookUser
from tests.kit.rooms_user import AddIn, BookingRef, RoomsUser
from tests.kit.secrets import Secrets
from tests.kit.stage import Stage
from tests.kit.views import BookingView, EventView, booking_view, event_view
from tests.kit.wire import Call


@dataclass
class World(Stage):
    """The stage with people on it; make one with `a_world()`."""

    expected: Expectations = field(default_factory=Expectations)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.deeds = Deeds(self.clock)
        self.secrets = Secrets(self.clock)

    # Users

    def outlook(self, name: str, mailbox: str | None = None) -> OutlookUser:
        """Return somebody at Outlook; with `mailbox` as that person's delegate."""
        return OutlookUser(self, name, mailbox)

    def rooms(self, name: str) -> RoomsUser:
        """Return somebody at ROOMS."""
        return RoomsUser(self, name)

    def add_in(self, name: str) -> AddIn:
        """Return somebody with the add-in."""
        return AddIn(self, name)

    def slot(self, phrase: str) -> Slot:
        """Return the span of time that a phrase like "tomorrow 09:00-10:00" means."""
        return slot(phrase, self.clock.now())

    # What can be seen

    async def events(self, mailbox: str) -> list[EventView]:
        """Return all events of a mailbox, deleted ones included."""
        return [e for e in await self.all_events() if e.mailbox == mailbox]

    async def event(self, ref: EventRef) -> EventView:
        """Return an event as it is now."""
        found = [e for e in await self.events(ref.mailbox) if e.event_id == ref.event_id]
        assert found, f"{ref.mailbox} has no such event (any more)"
        return found[0]

    async def graph_event(self, mailbox: str, ref: EventRef) -> dict[str, Any]:
        """Return an event as Graph shows it to its owner."""
        address = self.company.address(mailbox)
        headers = {"Authorization": f"Bearer user:{address}", "Prefer": 'IdType="ImmutableId"'}
        answer = await self.graph.get(f"users/{address}/events/{ref.event_id}", headers=headers)
        assert answer.is_success, answer.text
        content: dict[str, Any] = answer.json()
        return content

    async def bookings(self) -> list[BookingView]:
        """Return all bookings, cancelled ones included."""
        state = (await self._rooms_control.get("state")).json()
        return [booking_view(shown, self.company) for shown in state["bookings"]]

    async def booking(self, ref: BookingRef) -> BookingView:
        """Return a booking as it is now."""
        found = [b for b in await self.bookings() if b.booking_id == ref.booking_id]
        assert found, f"ROOMS has no booking {ref.booking_id} (any more)"
        return found[0]

    async def booking_of(self, event: EventRef) -> BookingRef:
        """Return the one living booking that is linked with an event."""
        oid = (await self.event(event)).oid
        assert oid is not None, "the event carries no link"
        linked = [b for b in await self.bookings() if b.is_alive and b.oid == oid]
        assert len(linked) == 1, f"{len(linked)} bookings are linked with the event"
        return BookingRef(linked[0].booking_id)

    async def event_of(self, booking: BookingRef) -> EventRef:
        """Return the one living event that is linked with a booking."""
        oid = (await self.booking(booking)).oid
        assert oid is not None, "the booking carries no link"
        linked = [e for e in await self.all_events() if e.is_alive and e.oid == oid]
        assert len(linked) == 1, f"{len(linked)} events are linked with the booking"
        return EventRef(linked[0].mailbox, linked[0].event_id)

    async def disagreements(self) -> list[Finding]:
        """Return everything on which the two systems differ right now."""
        events = await self.all_events()
        bookings = with_put_off_links(events, await self.bookings(), self.company)
        sides = Sides(
            events=tuple(events),
            bookings=tuple(bookings),
            company=self.company,
            now=self.clock.now(),
            hold=bool(self.company.policies.get("hold_for_unsynced", True)),
            several_rooms=self.company.policies.get("resources_per_event") == "many",
            switch_field=self.company.app_policies.get("sync_with_calendar_field"),
            groups=self.company.unfolded_groups(),
            lessons=bool(self.company.app_policies.get("job_manager_synced")),
        )
        return disagreements(sides)

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
        await services.guard.release(place)

    async def differences(self) -> list[dict[str, Any]]:
        """Return what the console shows as different."""
        found: list[dict[str, Any]] = await self.app_answers("/api/console/differences.json")
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
            if link.id == oid or (link.event is not None and link.event.event_id == event.event_id):
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
        """Assert one living event there, with these values (subject=, rooms=, private=, ...)."""
        wanted = self.slot(at)
        here = [e for e in await self.events(mailbox) if e.is_alive]
        found = [e for e in here if e.slot == wanted]
        assert len(found) == 1, f"{mailbox} at {wanted}: {len(found)} events; all: {here}"
        _compare(found[0], expected)
        return EventRef(mailbox, found[0].event_id)

    async def then_outlook_has_nothing(self, mailbox: str) -> None:
        """Assert that no living event is left in a calendar."""
        left = [e for e in await self.events(mailbox) if e.is_alive]
        assert not left, f"{mailbox} still has: {left}"

    async def then_room_accepted(self, event: EventRef, room: str) -> None:
        """Assert that the room's own calendar holds the meeting and has said yes."""
        shown = await self.event(event)
        assert shown.answers.get(room) == "accepted", f"{room} answered {shown.answers}"
        copies = [e for e in await self.events(room) if e.ical_uid == shown.ical_uid]
        assert [c.slot for c in copies if c.is_alive] == [shown.slot]

    async def all_events(self) -> list[EventView]:
        """Return every copy of every event, in all mailboxes."""
        state = (await self._exchange_control.get("state")).json()
        return [
            event_view(self.company.name_of(mail), shown, self.company)
            for mail, mailbox in state["mailboxes"].items()
            for shown in mailbox["events"]
        ]


async def a_world(
    *,
    seed: int = 0,
    resources: dict[str, dict[str, Any] | None] | None = None,
    settings: dict[str, Any] | None = None,
    company: dict[str, Any] | None = None,
    **persons: dict[str, Any],
) -> World:
    """Make a world and begin it; the company is that of tests/kit/company.py but for what is said.

    `resources={"Säntis": {...}}` and `anna={...}` change an entry or add one (None takes it away),
    `company={...}` sets parts of `Company`, `settings` settings of the app.
    """
    it = Company(**(company or {}))
    for name, changes in (resources or {}).items():
        if changes is None:
            it.resources.pop(name)
        else:
            it.resources.setdefault(name, {}).update(changes)
    for name, changes in persons.items():
        it.persons.setdefault(name, {}).update(changes)
    world = World(it, seed=seed, settings=settings or {})
    await world.begins()
    return world


def _compare(found: EventView | BookingView, expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        shown = getattr(found, name)
        if isinstance(shown, tuple):
            assert sorted(shown) == sorted(value), f"{name} is {shown}, not {value}"
        else:
            assert shown == value, f"{name} is {shown!r}, not {value!r}"
