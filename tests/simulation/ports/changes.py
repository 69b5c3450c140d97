"""Delta rounds straight from the model, sorted as the Graph adapter sorts its pages."""

from core.domain.event import Event, EventPlace
from core.domain.ids import EventId
from core.domain.interval import Interval
from core.ports.exchange import ChangePage
from devstack.exchange.graph.delta_rounds import How, RoundPage, Told
from devstack.exchange.graph.ids import shown_id
from devstack.exchange.graph.windows import Window
from devstack.exchange.model.item import CALENDAR, Item
from tests.simulation.ports.event_values import EventValues
from tests.simulation.ports.exchange_line import Addresses, Asked, Asking, ExchangeLine
from tests.simulation.ports.mailbox_zones import MailboxZones, Unsettled


class Changes:
    """Reads one page at a time; a cursor is the model's own token, opaque and used verbatim."""

    def __init__(
        self,
        line: ExchangeLine,
        addresses: Addresses,
        values: EventValues,
        zones: MailboxZones,
        page_size: int,
    ) -> None:
        self._line, self._addresses = line, addresses
        self._values, self._zones = values, zones
        self._page_size = page_size

    async def page(self, place: EventPlace, window: Interval, cursor: str | None) -> ChangePage:
        """Return one page; a cursor that was not made here is CursorExpiredError."""
        asking = Asking(
            port="changes",
            operation="view.delta",
            doing=f"reading the changes of mailbox {place.mailbox}",
        )
        rounds, throttle = self._line.simulator.delta, self._line.simulator.throttle

        def read(asked: Asked) -> tuple[RoundPage, list[Event | Unsettled | None]]:
            if cursor is None:
                span = Window(window.start, window.end)
                token = rounds.first(asked.opened, CALENDAR, span)
            else:
                token = rounds.known(cursor, asked.opened)
            page = rounds.page(token, throttle.page(self._page_size))
            return page, [self._told(place, line) for line in page.lines]

        page, told = await self._line.ask(
            asking, "calendarView/delta", read, self._addresses.address(place)
        )
        events, removed = await self._sorted(page, told)
        return ChangePage(
            events=tuple(events.values()),
            removed=tuple(removed),
            cursor=page.token.pack(),
            is_last=page.ends,
        )

    def _told(self, place: EventPlace, line: Told) -> Event | Unsettled | None:
        if line.how is not How.WHOLE or not isinstance(line.thing, Item):
            return None
        return self._zones.told(place, line.thing, self._values.bare)

    async def _sorted(
        self, page: RoundPage, told: list[Event | Unsettled | None]
    ) -> tuple[dict[EventId, Event], dict[EventId, None]]:
        """Part a page into events and ids to look at; plain dates are left to their master."""
        events: dict[EventId, Event] = {}
        removed: dict[EventId, None] = {}
        masters: set[str] = set()
        for line, shown in zip(page.lines, told, strict=True):
            thing = line.thing
            event_id = EventId(shown_id(thing, immutable=True))
            events.pop(event_id, None)
            removed.pop(event_id, None)
            if shown is not None:
                events[event_id] = await self._zones.settled(shown)
            elif line.how is How.STUB and isinstance(thing, Item):
                masters.add(thing.master_ids[1])
            else:
                removed[event_id] = None
        for master in sorted(masters - events.keys() - {""}):
            removed[EventId(master)] = None
        return events, removed
