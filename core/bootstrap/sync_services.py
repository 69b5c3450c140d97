"""Wires what looks and jobs need: the clients of Exchange and ROOMS, and all stores."""

from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.credential import GraphLogin, credential_for
from core.adapters.graph.link_property import LinkProperty
from core.adapters.graph.mailboxes import GraphMailboxDirectory
from core.adapters.graph.mailer import GraphEventLinks, GraphMailer
from core.adapters.graph.notifier import GraphNotifier
from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.directory import RoomsCatalogue
from core.adapters.rooms.login import RoomsLogin
from core.adapters.rooms.series import RoomsSeries
from core.adapters.tables.activity_store import TableActivityStore
from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.guard_store import TableGuardStore
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.notice_store import TableNoticeStore
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.policy_store import TablePolicyStore
from core.adapters.tables.settings_store import TableSettingsStore
from core.adapters.tables.subscription_store import TableSubscriptionStore
from core.adapters.tables.table import Tables
from core.adapters.tables.waiting_store import TableWaitingStore
from core.app.groups import GroupBook
from core.app.mail.gather import Doors
from core.app.mail.library import Library
from core.app.room_policies import RoomPolicies
from core.app.roster import Roster
from core.app.send_notice import PostRoom
from core.app.services import Limits, Services, new_mapping_id
from core.bootstrap.outside import Outside
from core.domain.ids import BookingId, EnvironmentId, MailboxKey, PersonId
from core.ports.clock import Clock
from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
from core.ports.mail import EventLinks
from core.ports.queues import WorkQueue
from core.settings import Settings
from core.sync.fingerprint import HashKeys
from core.sync.guard import GuardLimits


class SyncServices:
    """Makes the services once, and a calendar and a notifier per environment as they appear."""

    def __init__(
        self,
        settings: Settings,
        outside: Outside,
        *,
        clock: Clock,
        tables: Tables,
        queue: WorkQueue,
    ) -> None:
        self._settings, self._outside, self._clock = settings, outside, clock
        self.settings_store = TableSettingsStore(tables)
        self.roster = Roster(self.settings_store, max_age_s=settings.directory_max_age_s)
        self._calendars: dict[EnvironmentId, ExchangeCalendar] = {}
        self._notifiers: dict[EnvironmentId, ExchangeNotifier] = {}
        self._graph: dict[EnvironmentId, GraphConnection] = {}
        self._event_links: dict[EnvironmentId, EventLinks] = {}
        self._notices = TableNoticeStore(tables)
        self._rooms_connection = self._connect_rooms()
        rooms = RoomsBookingSystem(
            self._rooms_connection, person_at=self._person_at, known_names=self._known_names
        )
        self._services = Services(
            clock=clock,
            roster=self.roster,
            settings=self.settings_store,
            keys=hash_keys(settings),
            calendars=self._calendars,
            notifiers=self._notifiers,
            mailboxes=GraphMailboxDirectory(self._connected),
            rooms=rooms,
            series=RoomsSeries(
                self._rooms_connection,
                rooms,
                person_at=self._person_at,
                known_names=self._known_names,
            ),
            rooms_directory=RoomsCatalogue(self._rooms_connection),
            mappings=TableMappingStore(tables),
            pointers=TablePointerStore(tables),
            waiting=TableWaitingStore(tables),
            subscriptions=TableSubscriptionStore(tables),
            cursors=TableCursorStore(tables),
            activity=TableActivityStore(tables),
            guard=TableGuardStore(tables),
            policies=RoomPolicies(TablePolicyStore(tables), self._calendars, clock),
            groups=GroupBook(self._calendars, clock),
            queue=queue,
            limits=Limits(
                subscription_s=settings.subscription_minutes * 60.0,
                series_ahead_days=settings.series_ahead_days,
            ),
            guard_limits=GuardLimits(
                creates=settings.guard_creates,
                cancels=settings.guard_cancels,
                buffers=settings.guard_buffers,
            ),
            new_id=outside.new_id or new_mapping_id,
        )

    async def services(self) -> Services:
        """Return the services; an environment that was configured meanwhile is wired now."""
        directory = await self.roster.directory()
        for environment in directory.environments.values():
            if environment.id not in self._calendars and environment.kind == "graph":
                self._wire_graph(environment.id)
        return self._services

    async def post_room(self, library: Library) -> PostRoom:
        """Return what mails are written and sent with, as the environments are now."""
        await self.services()
        return PostRoom(
            library=library,
            notices=self._notices,
            mailer=self._mailer(),
            doors=Doors(events=self._event_links, booking=self._booking_link),
            is_wanted=bool(self._settings.mail_sender and self._settings.mail_environment),
            why_silent=self._why_silent(),
        )

    async def close(self) -> None:
        """Close the connections to Exchange and ROOMS."""
        for connection in self._graph.values():
            await connection.aclose()
        await self._rooms_connection.aclose()

    def _wire_graph(self, environment: EnvironmentId) -> None:
        connection = self._connected(environment)
        named = self._settings.appointment_oid_property
        link = LinkProperty(named) if named else LinkProperty()
        self._calendars[environment] = GraphCalendar(connection, self._clock, link)
        self._notifiers[environment] = GraphNotifier(connection)
        self._event_links[environment] = GraphEventLinks(connection)

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
            )
        return self._graph[environment]

    def _mailer(self) -> GraphMailer | None:
        """Return who sends mails; None while there is no sender, or not yet its environment."""
        wanted, sender = self._settings.mail_environment, self._settings.mail_sender
        named = EnvironmentId(wanted) if wanted else next(iter(self._calendars), None)
        if not sender or named is None or named not in self._calendars:
            return None
        return GraphMailer(self._connected(named), sender)

    def _why_silent(self) -> str:
        wanted = self._settings.mail_environment
        if not self._settings.mail_sender:
            return "nobody is told by mail: set ROOMSYNC_MAIL_SENDER"
        if wanted:
            return f"ROOMSYNC_MAIL_ENVIRONMENT: {wanted!r} is no environment reached by Graph"
        return "no environment reached by Graph is in the settings: import them"

    def _booking_link(self, booking_id: BookingId) -> str:
        return self._settings.booking_url.format(
            booking_id=booking_id, mandator=self._settings.rooms_mandator
        )

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
        person = self.roster.latest.person_at(address)
        return None if person is None else person.id

    def _known_names(self) -> list[str]:
        return [person.name for person in self.roster.latest.persons.values() if person.name]

    def _address_of(self, mailbox: MailboxKey) -> str:
        return self.roster.latest.address_of(mailbox)

    def _zone_of(self, mailbox: MailboxKey) -> str:
        return self.roster.latest.zone_of(mailbox)


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


def hash_keys(settings: Settings) -> HashKeys:
    """Return the fingerprint keys: the first pair is the current one."""
    pairs = [pair.get_secret_value().partition(":") for pair in settings.fingerprint_keys]
    secrets = {version: secret.encode() for version, _, secret in pairs}
    return HashKeys(current=pairs[0][0], secrets=secrets)
