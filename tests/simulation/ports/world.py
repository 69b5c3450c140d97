"""A world in depth `ports`: nothing between the app and the simulators' models but calls.

It has the methods of `tests.kit.world.World`; make one with `a_ports_world()`.
"""

from datetime import datetime
from typing import Any

from core.adapters.exchange.link_property import LinkProperty
from core.app.roster import Roster
from core.bootstrap import Outside
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.scope import Scope
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.simulator import ExchangeSimulator
from devstack.rooms.simulator import RoomsSimulator
from devstack.rooms.webhooks import Target
from tests.kit.links import with_series_links
from tests.kit.outlook import EventRef
from tests.kit.rooms_user import BookingRef
from tests.kit.sides import HORIZON, STEP
from tests.kit.sights import A_WHILE
from tests.kit.stage import A_WHOLE_WINDOW, LINK_PROPERTY, ROOMS_WEBHOOK, WEBHOOK_SECRET
from tests.kit.views import BookingView, EventView
from tests.kit.wire import Said
from tests.kit.world import World, a_world
from tests.simulation.ports.arrivals import GraphArrivals, RoomsArrivals
from tests.simulation.ports.exchange_line import ExchangeLine
from tests.simulation.ports.line import Line
from tests.simulation.ports.people import OutlookPeople, RoomsPeople
from tests.simulation.ports.rooms_line import RoomsLine
from tests.simulation.ports.sights import (
    Names,
    booking_view,
    date_view,
    dates_of,
    event_view,
    events_of,
    mailboxes,
)
from tests.simulation.ports.simulated import SimulatedPorts


class PortsWorld(World):
    """The stage with people on it, who act on the models; so does the app."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._outlook_people = OutlookPeople(self.exchange)
        self._rooms_people = RoomsPeople(self.booking_system)

    # Between the app and the models

    def _new_exchange(self) -> ExchangeSimulator:
        return ExchangeSimulator(
            self.clock, seed=self.seed, transport=self.host, endpoint=GraphArrivals(self.host)
        )

    def _new_booking_system(self) -> RoomsSimulator:
        return RoomsSimulator(
            clock=self.clock,
            seed=self.seed,
            webhook=Target(url=ROOMS_WEBHOOK, secret=WEBHOOK_SECRET),
            transport=self.host,
            endpoint=RoomsArrivals(self.host),
        )

    def _outside(self) -> Outside:
        return Outside(
            clock=self.clock,
            tables=self.tables,
            bus=self.bus,
            counts=self.bus,
            ports=self._ports,
            new_id=self._new_id,
            rooms_slice_days=A_WHOLE_WINDOW,
        )

    def _ports(self, roster: Roster) -> SimulatedPorts:
        exchange = ExchangeLine(
            self.exchange, self._line("graph", self.exchange), self._mailbox_scope
        )
        rooms = RoomsLine(self.booking_system, self._line("rooms", self.booking_system))
        named = self.settings.get("appointment_oid_property", LINK_PROPERTY)
        return SimulatedPorts(exchange, rooms, roster, LinkProperty(named))

    def _mailbox_scope(self, address: str | None) -> str:
        environment = EnvironmentId(self.company.as_world()["environments"][0]["id"])
        name = self.company.name_of(address or "")
        if name in self.company.persons:
            return Scope(environment, MailboxKey(f"p{self.company.person_number(name)}")).name
        if name in self.company.resources:
            return Scope(environment, MailboxKey(f"r{self.company.resource_number(name)}")).name
        return Scope(environment).name

    def _line(self, side: str, simulator: ExchangeSimulator | RoomsSimulator) -> Line:
        # Looked up at every call: a simulation puts others in their place.
        return Line(
            side,
            self.calls,
            lambda: self.interruptions,
            simulator.controls.requests,
            self.clock.now,
        )

    # People

    async def says_to_graph(
        self, name: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Said:
        """Let somebody do something in Outlook."""
        return self._outlook_people.says(self.company.address(name), method, path, body)

    async def says_to_rooms(
        self,
        name: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        acts_as: str = "",
    ) -> Said:
        """Let somebody do something in ROOMS."""
        pin = self.company.persons[name]["pin"]
        return self._rooms_people.says(pin, method, path, body, acts_as=acts_as)

    # Sights

    async def all_events(self) -> list[EventView]:
        """Return every copy of every event, in all mailboxes; of a series its master."""
        model, names = self.exchange.model, Names(self.company)
        return [e for box in mailboxes(model) for e in events_of(model, box, names)]

    async def events(self, mailbox: str) -> list[EventView]:
        """Return all events of a mailbox, deleted ones included; of a series its master."""
        model, names = self.exchange.model, Names(self.company)
        shown = (box for box in mailboxes(model) if names.of(box.mail) == mailbox)
        return [e for box in shown for e in events_of(model, box, names)]

    def all_dates(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> list[EventView]:
        """Return the dates of every copy of every series; of the coming year, if not told else."""
        now = self.clock.now()
        span = (start or now - A_WHILE, end or now + HORIZON + STEP)
        model, names = self.exchange.model, Names(self.company)
        return [d for box in mailboxes(model) for d in dates_of(model, box, names, span)]

    async def event(self, ref: EventRef) -> EventView:
        """Return an event, or a date of a series, as it is now."""
        model, names = self.exchange.model, Names(self.company)
        box = self._mailbox(ref.mailbox)
        item = model.store.find(box.guid, ref.event_id)
        if item is not None and not item.is_part_of_series:
            return event_view(ref.mailbox, item, names)
        date = self.exchange.deeds.found(box, ref.event_id)
        assert date is not None, f"{ref.mailbox} has no such event (any more)"
        return date_view(ref.mailbox, date, model.store.master(date), names)

    async def bookings(self) -> list[BookingView]:
        """Return all bookings, cancelled ones included."""
        store, names = self.booking_system.house.store, Names(self.company)
        found = [booking_view(b, store, names) for b in store.bookings.values()]
        if self.booking_system.switches["series_link"] == "first_item":
            return with_series_links(found)
        return found

    async def booking(self, ref: BookingRef) -> BookingView:
        """Return a booking as it is now."""
        if self.booking_system.switches["series_link"] == "first_item":
            return await super().booking(ref)
        store = self.booking_system.house.store
        stored = store.bookings.get(ref.booking_id)
        assert stored is not None, f"ROOMS has no booking {ref.booking_id} (any more)"
        return booking_view(stored, store, Names(self.company))

    def _mailbox(self, name: str) -> Mailbox:
        found = self.exchange.model.directory.find(self.company.address(name))
        assert found is not None, f"{name} has no mailbox"
        return found


async def a_ports_world(**wanted: Any) -> PortsWorld:
    """Make a world in depth `ports` and begin it; see `a_world` for what can be wanted."""
    world = await a_world(made_by=PortsWorld, **wanted)
    assert isinstance(world, PortsWorld)
    return world
