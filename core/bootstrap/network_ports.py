"""Exchange and ROOMS over the network: ports per environment, one connection to ROOMS."""

from collections.abc import Sequence
from typing import Protocol

from core.adapters.rooms.blockers import RoomsBlockerList
from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.directory import RoomsCatalogue
from core.adapters.rooms.login import RoomsLogin
from core.adapters.rooms.series import RoomsSeries
from core.app.roster import Roster
from core.bootstrap.outside import Outside
from core.domain.ids import EnvironmentId, PersonId
from core.ports.clock import Clock
from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
from core.ports.mail import EventLinks, Mailer
from core.ports.mailboxes import MailboxDirectory, MailboxFacts, RoomFacts
from core.ports.schedules import ExchangeSchedules
from core.settings import Settings


class EnvironmentPorts(Protocol):
    """What reaches one environment of Exchange, whatever its kind."""

    def calendar(self) -> ExchangeCalendar:
        """Return its calendars."""
        ...

    def notifier(self) -> ExchangeNotifier:
        """Return its subscriptions."""
        ...

    def event_links(self) -> EventLinks:
        """Return where its events are opened."""
        ...

    def mailer(self, sender: str) -> Mailer:
        """Return who sends mails from this address."""
        ...

    def mailboxes(self) -> MailboxDirectory:
        """Return its address book."""
        ...

    def schedules(self) -> ExchangeSchedules:
        """Return its free/busy."""
        ...

    async def close(self) -> None:
        """Close what was opened."""
        ...


class NetworkPorts:
    """The real `core.bootstrap.outside.Ports`; a connection is opened at its first call."""

    def __init__(
        self, settings: Settings, outside: Outside, *, roster: Roster, clock: Clock
    ) -> None:
        self._settings, self._outside = settings, outside
        self._roster, self._clock = roster, clock
        self._environments: dict[tuple[EnvironmentId, str], EnvironmentPorts] = {}
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
        self.room_blockers = RoomsBlockerList(self._rooms_connection)
        self.mailboxes: MailboxDirectory = _AddressBooks(self)

    def of(self, environment: EnvironmentId) -> EnvironmentPorts:
        """Return what reaches an environment, also one that is not in the settings yet.

        Only here it counts of which kind it is; each kind is loaded where one exists.
        """
        kind = self._kind(environment)
        if (environment, kind) not in self._environments:
            self._environments[environment, kind] = self._made(environment, kind)
        return self._environments[environment, kind]

    def calendar(self, environment: EnvironmentId) -> ExchangeCalendar:
        """Return the calendars of an environment."""
        return self.of(environment).calendar()

    def notifier(self, environment: EnvironmentId) -> ExchangeNotifier:
        """Return the subscriptions of an environment."""
        return self.of(environment).notifier()

    def event_links(self, environment: EnvironmentId) -> EventLinks:
        """Return where the events of an environment are opened."""
        return self.of(environment).event_links()

    def mailer(self, environment: EnvironmentId, sender: str) -> Mailer:
        """Return who sends mails from this address of an environment."""
        return self.of(environment).mailer(sender)

    def schedules(self, environment: EnvironmentId) -> ExchangeSchedules:
        """Return the free/busy of an environment."""
        return self.of(environment).schedules()

    async def close(self) -> None:
        """Close the connections to Exchange and ROOMS."""
        for ports in self._environments.values():
            await ports.close()
        await self._rooms_connection.aclose()

    def _kind(self, environment: EnvironmentId) -> str:
        known = self._roster.latest.environments.get(environment)
        if known is not None:
            return known.kind
        return "ews" if environment in self._settings.ews_environments else "graph"

    def _made(self, environment: EnvironmentId, kind: str) -> EnvironmentPorts:
        if kind == "ews":
            from core.bootstrap.ews_environment import EwsEnvironment  # noqa: PLC0415 - ADR 0022

            return EwsEnvironment(
                environment,
                self._settings,
                self._outside,
                roster=self._roster,
                clock=self._clock,
            )
        from core.bootstrap.graph_environment import GraphEnvironment  # noqa: PLC0415 - as above

        return GraphEnvironment(
            environment, self._settings, self._outside, roster=self._roster, clock=self._clock
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
        person = self._roster.latest.person_at(address)
        return None if person is None else person.id

    def _known_names(self) -> list[str]:
        return [person.name for person in self._roster.latest.persons.values() if person.name]


class _AddressBooks:
    """The MailboxDirectory of all environments: each is asked by its own."""

    def __init__(self, ports: NetworkPorts) -> None:
        self._ports = ports

    async def find(self, environment: EnvironmentId, address: str) -> MailboxFacts | None:
        return await self._ports.of(environment).mailboxes().find(environment, address)

    async def opens(self, environment: EnvironmentId, address: str) -> bool:
        return await self._ports.of(environment).mailboxes().opens(environment, address)

    async def rooms(self, environment: EnvironmentId, near: str) -> Sequence[RoomFacts]:
        return await self._ports.of(environment).mailboxes().rooms(environment, near)
