"""Which zone stands in for one that Exchange does not name (graph-calendar 10)."""

from core.adapters.graph.zones import iana_name
from core.domain.event import EventPlace
from core.domain.ids import MailboxKey
from core.errors import PermanentError, PreconditionFailedError
from devstack.exchange.model import zones
from devstack.exchange.model.item import Item
from tests.simulation.ports.event_values import EventValues
from tests.simulation.ports.exchange_line import MAILBOX_SETTINGS, Addresses, Asking, ExchangeLine


class MailboxZones:
    """Asks a mailbox for its zone, once, and only when an event needs it."""

    def __init__(self, line: ExchangeLine, addresses: Addresses, values: EventValues) -> None:
        self._line, self._addresses, self._values = line, addresses, values
        self._known: dict[MailboxKey, str] = {}

    async def zone_for(self, place: EventPlace, item: Item) -> str:
        """Return the IANA zone to read this item with, should its own be unknown."""
        if not self._values.needs_mailbox_zone(item):
            return "UTC"
        if place.mailbox not in self._known:
            self._known[place.mailbox] = await self._ask(place)
        return self._known[place.mailbox]

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
