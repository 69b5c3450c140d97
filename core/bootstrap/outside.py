"""What a test puts in the place of network, cloud services, time and chance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from core.ports.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from requests.adapters import HTTPAdapter

    from core.adapters.servicebus.bus import Bus
    from core.adapters.tables.table import Tables
    from core.app.roster import Roster
    from core.domain.ids import EnvironmentId, MappingId
    from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
    from core.ports.mail import EventLinks, Mailer
    from core.ports.mailboxes import MailboxDirectory
    from core.ports.queues import QueueCounts
    from core.ports.room_blockers import RoomBlockers
    from core.ports.room_series import RoomSeriesSystem
    from core.ports.rooms import RoomBookingSystem
    from core.ports.rooms_directory import RoomsDirectory
    from core.ports.schedules import ExchangeSchedules


class Ports(Protocol):
    """All that reaches Exchange and ROOMS; `core.bootstrap.network_ports` has the real ones."""

    @property
    def rooms(self) -> "RoomBookingSystem":
        """Return the bookings of ROOMS."""
        ...

    @property
    def series(self) -> "RoomSeriesSystem":
        """Return the series of ROOMS."""
        ...

    @property
    def rooms_directory(self) -> "RoomsDirectory":
        """Return who and what ROOMS knows."""
        ...

    @property
    def mailboxes(self) -> "MailboxDirectory":
        """Return the address books of all environments."""
        ...

    @property
    def room_blockers(self) -> "RoomBlockers":
        """Return what stands against the time of ROOMS' resources."""
        ...

    def calendar(self, environment: "EnvironmentId") -> "ExchangeCalendar":
        """Return the calendars of an environment."""
        ...

    def notifier(self, environment: "EnvironmentId") -> "ExchangeNotifier":
        """Return the subscriptions of an environment."""
        ...

    def event_links(self, environment: "EnvironmentId") -> "EventLinks":
        """Return where the events of an environment are opened."""
        ...

    def mailer(self, environment: "EnvironmentId", sender: str) -> "Mailer":
        """Return who sends mails from this address of an environment."""
        ...

    def schedules(self, environment: "EnvironmentId") -> "ExchangeSchedules":
        """Return the free/busy of an environment."""
        ...

    async def close(self) -> None:
        """Close what was opened."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Replacements; None means the real one, as the settings say.

    `ports` makes what stands in for both systems, given the settings as they are known;
    `rooms_slice_days` is Limits.slice_days.
    """

    clock: Clock | None = None
    tables: "Tables | None" = None
    bus: "Bus | None" = None
    counts: "QueueCounts | None" = None
    graph_transport: "httpx.AsyncBaseTransport | None" = None
    rooms_transport: "httpx.AsyncBaseTransport | None" = None
    web_transport: "httpx.AsyncBaseTransport | None" = None
    ews_adapter: "type[HTTPAdapter] | None" = None
    ports: "Callable[[Roster], Ports] | None" = None
    new_id: "Callable[[], MappingId] | None" = None
    rooms_slice_days: int | None = None
