"""Items shown as events at the moment of an answer; a zone that has to be asked for comes later.

What an answer says was so when it was given, whatever others do before it is read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.adapters.exchange.zones import iana_name
from core.domain.event import Event, EventPlace
from core.domain.ids import MailboxKey
from core.errors import PermanentError, PreconditionFailedError
from devstack.exchange.model import zones
from devstack.exchange.model.item import Item
from tests.simulation.ports.event_values import EventValues
from tests.simulation.ports.exchange_line import MAILBOX_SETTINGS, Addresses, Asking, ExchangeLine

type Show = Callable[[EventPlace, Item, str], Event]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An item as it was, that cannot be shown before the zone of its mailbox is known."""

    place: EventPlace
    item: Item
    show: Show


class MailboxZones:
    """Asks a mailbox for its zone, once, and only when an event needs it (graph-calendar 10)."""

    def __init__(self, line: ExchangeLine, addresses: Addresses, values: EventValues) -> None:
        self._line, self._addresses, self._values = line, addresses, values
        self._known: dict[MailboxKey, str] = {}

    def told(self, place: EventPlace, item: Item, show: Show) -> Event | Unsettled:
        """Show an item as it is now."""
        if not self._values.needs_mailbox_zone(item):
            return show(place, item, "UTC")
        known = self._known.get(place.mailbox)
        return Unsettled(place, replace(item), show) if known is None else show(place, item, known)

    async def settled(self, told: Event | Unsettled) -> Event:
        """Return the event that was told, with the zone of its mailbox where it needs it."""
        if isinstance(told, Event):
            return told
        place = told.place
        if place.mailbox not in self._known:
            self._known[place.mailbox] = await self._ask(place)
        return told.show(place, told.item, self._known[place.mailbox])

    async def _ask(self, place: EventPlace) -> str:
        asking = Asking(
            port="mailbox_zone",
            operation="settings.read",
            doing=f"reading the settings of mailbox {place.mailbox}",
            permission=MAILBOX_SETTINGS,
        )
        address = self._addresses.address(place)
        try:
            named = await self._line.ask(
                asking,
                "mailboxSettings",
                lambda asked: zones.windows_name(asked.opened.time_zone),
                address,
            )
        except (PermanentError, PreconditionFailedError):
            named = ""
        own = self._addresses.zone_of(place.mailbox)
        return iana_name(named) or iana_name(own) or "UTC"
