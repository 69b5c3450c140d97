"""Exchange and ROOMS over the network: Graph per environment, one connection to ROOMS."""

from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.credential import GraphLogin, credential_for
from core.adapters.graph.lanes import LaneLimits, Lanes
from core.adapters.graph.link_property import LinkProperty
from core.adapters.graph.mailboxes import GraphMailboxDirectory
from core.adapters.graph.mailer import GraphEventLinks, GraphMailer
from core.adapters.graph.notifier import GraphNotifier
from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.directory import RoomsCatalogue
from core.adapters.rooms.login import RoomsLogin
from core.adapters.rooms.series import RoomsSeries
from core.app.roster import Roster
from core.bootstrap.outside import Outside
from core.domain.ids import EnvironmentId, MailboxKey, PersonId
from core.ports.clock import Clock
from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
from core.ports.mail import EventLinks, Mailer
from core.settings import Settings


class NetworkPorts:
    """The real `core.bootstrap.outside.Ports`; a connection is opened at its first call."""

    def __init__(
        self, settings: Settings, outside: Outside, *, roster: Roster, clock: Clock
    ) -> None:
        self._settings, self._outside = settings, outside
        self._roster, self._clock = roster, clock
        self._graph: dict[EnvironmentId, GraphConnection] = {}
        self._rooms_connection = self._connect_rooms()
        bookings = RoomsBookingSystem(
            self._rooms_connection, person_at=self._person_at, known_names=self._known_names
        )
        self.rooms = bookings
        self.series = RoomsSeries(
            self._rooms_connection,
            bookings,
            person_at=self._person_at,
            known_names=self._known_names,
        )
        self.rooms_directory = RoomsCatalogue(self._rooms_connection)
        self.mailboxes = GraphMailboxDirectory(self._connected)

    def calendar(self, environment: EnvironmentId) -> ExchangeCalendar:
        """Return the calendars of an environment."""
        named = self._settings.appointment_oid_property
        link = LinkProperty(named) if named else LinkProperty()
        return GraphCalendar(self._connected(environment), self._clock, link)

    def notifier(self, environment: EnvironmentId) -> ExchangeNotifier:
        """Return the subscriptions of an environment."""
        login = graph_login(self._settings, environment)
        return GraphNotifier(self._connected(environment), login.mark)

    def event_links(self, environment: EnvironmentId) -> EventLinks:
        """Return where the events of an environment are opened."""
        return GraphEventLinks(self._connected(environment))

    def mailer(self, environment: EnvironmentId, sender: str) -> Mailer:
        """Return who sends mails from this address of an environment."""
        return GraphMailer(self._connected(environment), sender)

    async def close(self) -> None:
        """Close the connections to Exchange and ROOMS."""
        for connection in self._graph.values():
            await connection.aclose()
        await self._rooms_connection.aclose()

    def _connected(self, environment: EnvironmentId) -> GraphConnection:
        """Return the connection to an environment, also to one that is not in the settings yet."""
        if environment not in self._graph:
            transport = self._outside.graph_transport
            self._graph[environment] = GraphConnection(
                credential=credential_for(
                    graph_login(self._settings, environment), self._clock, transport
                ),
                address_of=self._address_of,
                environment=environment,
                base_url=self._settings.graph_base_url,
                zone_of=self._zone_of,
                transport=transport,
                lanes=Lanes(
                    self._clock, LaneLimits(environment_parallel=self._settings.graph_parallel)
                ),
            )
        return self._graph[environment]

    def _connect_rooms(self) -> RoomsConnection:
        settings = self._settings
        return RoomsConnection(
            base_url=settings.rooms_base_url,
            mandator=settings.rooms_mandator,
            login=RoomsLogin(
                api_key=settings.rooms_api_key.get_secret_value(),
                token_url=settings.rooms_token_url,
                client_id=settings.rooms_client_id,
                client_secret=settings.rooms_client_secret.get_secret_value(),
            ),
            clock=self._clock,
            transport=self._outside.rooms_transport,
        )

    def _person_at(self, address: str) -> PersonId | None:
        person = self._roster.latest.person_at(address)
        return None if person is None else person.id

    def _known_names(self) -> list[str]:
        return [person.name for person in self._roster.latest.persons.values() if person.name]

    def _address_of(self, mailbox: MailboxKey) -> str:
        return self._roster.latest.address_of(mailbox)

    def _zone_of(self, mailbox: MailboxKey) -> str:
        return self._roster.latest.zone_of(mailbox)


def graph_login(settings: Settings, environment: EnvironmentId) -> GraphLogin:
    """Return an environment's own credentials, whole, else the default ones (R-043 ... R-045)."""
    own = settings.graph_environments.get(environment)
    if own is not None:
        return GraphLogin(
            authority=settings.graph_authority,
            tenant=own.tenant_id,
            client_id=own.client_id,
            client_secret=own.client_secret.get_secret_value(),
        )
    return GraphLogin(
        authority=settings.graph_authority,
        tenant=settings.graph_tenant_id,
        client_id=settings.graph_client_id,
        client_secret=settings.graph_client_secret.get_secret_value(),
    )
