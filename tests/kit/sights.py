"""What a world shows: events, dates of series and bookings, as the simulators hold them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from devstack.exchange.model.judging import end_of_window
from tests.kit.agreement import disagreements
from tests.kit.dates import dates_in_calendars
from tests.kit.links import with_put_off_links, with_series_links
from tests.kit.outlook import EventRef
from tests.kit.rooms_user import BookingRef
from tests.kit.sides import HORIZON, STEP, Finding, Sides
from tests.kit.stage import Stage
from tests.kit.views import BookingView, EventView, booking_view, event_view

A_WHILE = timedelta(days=100)


@dataclass
class Sights(Stage):
    """The stage as an onlooker sees it who may look everywhere."""

    async def all_events(self) -> list[EventView]:
        """Return every copy of every event, in all mailboxes; of a series its master."""
        state = (await self._exchange_control.get("state")).json()
        return [
            event_view(self.company.name_of(mail), shown, self.company)
            for mail, mailbox in state["mailboxes"].items()
            for shown in mailbox["events"]
        ]

    async def events(self, mailbox: str) -> list[EventView]:
        """Return all events of a mailbox, deleted ones included; of a series its master."""
        return [e for e in await self.all_events() if e.mailbox == mailbox]

    def all_dates(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> list[EventView]:
        """Return the dates of every copy of every series; of the coming year, if not told else."""
        now = self.clock.now()
        begins, ends = start or now - A_WHILE, end or now + HORIZON + STEP
        return list(dates_in_calendars(self.exchange.model, self.company, begins, ends))

    async def calendar(self, mailbox: str) -> list[EventView]:
        """Return what somebody sees in the calendar: single events and dates of series, by time."""
        singles = [e for e in await self.events(mailbox) if not e.is_series]
        dates = [d for d in self.all_dates() if d.mailbox == mailbox]
        return sorted((e for e in singles + dates if e.is_alive), key=lambda e: e.slot.start)

    async def event(self, ref: EventRef) -> EventView:
        """Return an event, or a date of a series, as it is now."""
        for events in (await self.all_events(), self.all_dates()):
            for event in events:
                if (event.mailbox, event.event_id) == (ref.mailbox, ref.event_id):
                    return event
        raise AssertionError(f"{ref.mailbox} has no such event (any more)")

    async def graph_event(self, mailbox: str, ref: EventRef) -> dict[str, Any]:
        """Return an event as Graph shows it to its owner."""
        address = self.company.address(mailbox)
        answer = await self.says_to_graph(mailbox, "GET", f"users/{address}/events/{ref.event_id}")
        assert answer.is_success, answer.text
        content: dict[str, Any] = answer.content
        return content

    async def subscriptions_of(self, name: str) -> list[str]:
        """Return the ids of the live subscriptions of somebody's mailbox."""
        state = (await self._exchange_control.get("state")).json()
        address = self.company.address(name)
        return [each["id"] for each in state["subscriptions"] if each["mail"] == address]

    async def bookings(self) -> list[BookingView]:
        """Return all bookings, cancelled ones included."""
        state = (await self._rooms_control.get("state")).json()
        found = [booking_view(shown, self.company) for shown in state["bookings"]]
        if self.booking_system.switches["series_link"] == "first_item":
            return with_series_links(found)
        return found

    async def booking(self, ref: BookingRef) -> BookingView:
        """Return a booking as it is now."""
        found = [b for b in await self.bookings() if b.booking_id == ref.booking_id]
        assert found, f"ROOMS has no booking {ref.booking_id} (any more)"
        return found[0]

    async def items(self, booking: BookingRef) -> list[BookingRef]:
        """Return the active items of the series that a booking is of, by time."""
        series = (await self.booking(booking)).series
        assert series is not None, f"booking {booking.booking_id} is of no series"
        found = [b for b in await self.bookings() if b.is_alive and b.series == series]
        return [BookingRef(b.booking_id) for b in sorted(found, key=lambda b: b.slot.start)]

    async def bookings_of(self, event: EventRef) -> list[BookingRef]:
        """Return the living bookings of an event, a date or a whole series, by time."""
        shown = await self.event(event)
        oid = shown.oid
        if shown.master_id is not None:
            oid = (await self.event(EventRef(event.mailbox, shown.master_id))).oid
        assert oid is not None, "the event carries no link"
        linked = [b for b in await self.bookings() if b.is_alive and b.oid == oid]
        if shown.is_date:
            linked = [b for b in linked if b.slot == shown.slot]
        return [BookingRef(b.booking_id) for b in sorted(linked, key=lambda b: b.slot.start)]

    async def booking_of(self, event: EventRef) -> BookingRef:
        """Return the one living booking that is linked with an event or a date of a series."""
        found = await self.bookings_of(event)
        assert len(found) == 1, f"{len(found)} bookings are linked with the event"
        return found[0]

    async def event_of(self, booking: BookingRef) -> EventRef:
        """Return the one living event that is linked with a booking; of a series its master."""
        oid = (await self.booking(booking)).oid
        assert oid is not None, "the booking carries no link"
        linked = [e for e in await self.all_events() if e.is_alive and e.oid == oid]
        assert len(linked) == 1, f"{len(linked)} events are linked with the booking"
        return EventRef(linked[0].mailbox, linked[0].event_id)

    async def date_of(self, booking: BookingRef) -> EventRef:
        """Return the date of a series that is linked with a booking."""
        series, slot = await self.event_of(booking), (await self.booking(booking)).slot
        own = [d for d in self.all_dates() if d.master_id == series.event_id]
        found = [d for d in own if d.mailbox == series.mailbox and d.slot == slot]
        assert len(found) == 1, f"{len(found)} dates of the series are at {slot}"
        return date_ref(found[0])

    async def sides(self) -> Sides:
        """Return all that both systems hold right now."""
        now = self.clock.now()
        listed = await self.bookings()
        last = max([now + HORIZON + STEP, *(b.slot.end for b in listed if b.is_alive)])
        events, dates = await self.all_events(), self.all_dates(now, last + STEP)
        bookings = with_put_off_links([*events, *dates], listed, self.company)
        return Sides(
            events=tuple(events),
            bookings=tuple(bookings),
            dates=tuple(d for d in dates if d.is_organizer and d.is_alive),
            windows=self.windows(),
            company=self.company,
            now=now,
            hold=bool(self.company.policies.get("hold_for_unsynced", True)),
            several_rooms=self.company.policies.get("resources_per_event") == "many",
            switch_field=self.company.app_policies.get("sync_with_calendar_field"),
            groups=self.company.unfolded_groups(),
            lessons=bool(self.company.app_policies.get("job_manager_synced")),
        )

    async def disagreements(self) -> list[Finding]:
        """Return everything on which the two systems differ right now."""
        return disagreements(await self.sides())

    def windows(self) -> dict[str, datetime]:
        """Return up to when each room can be booked: by its mailbox's rules and by ROOMS' own."""
        now, found = self.clock.now(), {}
        for name, entry in self.company.resources.items():
            mailbox = self.exchange.model.directory.find(str(entry.get("mail") or ""))
            policy = None if mailbox is None else mailbox.policy
            limits = []
            if policy is not None and policy.automate_processing == "AutoAccept":
                limits.append(end_of_window(policy, now))
            room = self.booking_system.house.store.resources.get(entry["rooms_id"])
            if room is not None and room.book_ahead_days is not None:
                limits.append(now + timedelta(days=room.book_ahead_days))
            if limits:
                found[name] = min(limits)
        return found


def date_ref(date: EventView) -> EventRef:
    """Return how one refers to a date of a series."""
    return EventRef(
        date.mailbox, date.event_id, series=date.master_id, original_start=date.original_start
    )
