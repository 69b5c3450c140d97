"""Which zone stands in for one that Exchange does not name (graph-calendar 10)."""

from core.adapters.exchange.zones import iana_name
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.directory_payloads import MailboxSettingsPayload
from core.adapters.graph.payloads import EventPayload
from core.domain.event import EventPlace
from core.domain.ids import MailboxKey
from core.errors import PermanentError, PreconditionFailedError


class MailboxZones:
    """Asks a mailbox for its zone, once, and only when an event needs it.

    Without the right to read mailbox settings, or where the mailbox has a custom zone itself, the
    zone of our own settings stands in.
    """

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection
        self._known: dict[MailboxKey, str] = {}

    async def zone_for(self, place: EventPlace, payload: EventPayload) -> str:
        """Return the IANA zone to read this event with, should its own be unknown."""
        if not payload.needs_mailbox_zone:
            return "UTC"
        if place.mailbox not in self._known:
            self._known[place.mailbox] = await self._ask(place)
        return self._known[place.mailbox]

    async def _ask(self, place: EventPlace) -> str:
        address = self._connection.address(place)
        try:
            content = await self._connection.read(
                lambda requests: requests.mailbox_settings(address),
                f"reading the settings of mailbox {place.mailbox}",
            )
            named = MailboxSettingsPayload.read(content, "mailbox settings").time_zone
        except (PermanentError, PreconditionFailedError):
            named = ""
        return iana_name(named) or iana_name(self._connection.zone_of(place.mailbox)) or "UTC"
