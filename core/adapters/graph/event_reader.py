"""From an answer of Graph to an event of one mailbox, zone and link filled in where known."""

from core.adapters.exchange.link_property import LinkProperty
from core.adapters.exchange.links import linked
from core.adapters.graph.mailbox_zones import MailboxZones
from core.adapters.graph.payloads import EventPayload
from core.domain.event import Event, EventPlace
from core.errors import InvalidPayloadError, ServiceUnavailableError


class EventReader:
    """Reads events with one link property; asks a mailbox for its zone where an event needs it."""

    def __init__(self, zones: MailboxZones, link_property: LinkProperty) -> None:
        self._zones, self.link_property = zones, link_property

    async def event(self, place: EventPlace, content: object) -> Event:
        """Return an event; InvalidPayloadError when it cannot be read."""
        return await self.of_payload(place, EventPayload.read(content, "event"))

    async def of_payload(self, place: EventPlace, payload: EventPayload) -> Event:
        """Return the event that a validated answer shows."""
        zone = await self._zones.zone_for(place, payload)
        return payload.to_domain(place, self.link_property, zone)

    async def written(self, place: EventPlace, content: object, link: str | None) -> Event:
        """Return what a write answered; the answer leaves the property out that we know of.

        An answer that cannot be read leaves open what was written: ServiceUnavailableError.
        """
        try:
            event = await self.event(place, content)
        except InvalidPayloadError as error:
            raise ServiceUnavailableError(f"the outcome of a write is unknown: {error}") from None
        return linked(event, link)
