"""All ports of one app, served from the models of both simulators."""

from collections.abc import Callable

from core.adapters.exchange.link_property import LinkProperty
from core.app.roster import Roster
from core.domain.ids import EnvironmentId, MailboxKey, PersonId
from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
from core.ports.mail import EventLinks, Mailer
from core.ports.schedules import ExchangeSchedules
from tests.simulation.ports.blockers import ModelBlockers
from tests.simulation.ports.bookings import ModelBookings
from tests.simulation.ports.calendar import ModelCalendar
from tests.simulation.ports.exchange_line import Addresses, ExchangeLine
from tests.simulation.ports.mailboxes import ModelMailboxes
from tests.simulation.ports.mails import ModelEventLinks, ModelMailer
from tests.simulation.ports.notifier import ModelNotifier
from tests.simulation.ports.room_series import ModelSeries
from tests.simulation.ports.rooms_directory import ModelCatalogue
from tests.simulation.ports.rooms_line import RoomsLine
from tests.simulation.ports.schedules import ModelSchedules

CREDENTIALS = "simulated"


class SimulatedPorts:
    """What `core.bootstrap.outside.Ports` wants; one set per process of the app."""

    def __init__(
        self, exchange: ExchangeLine, rooms: RoomsLine, roster: Roster, link: LinkProperty
    ) -> None:
        self._exchange, self._roster, self._link = exchange, roster, link
        person_at, names = _person_at(roster), _known_names(roster)
        bookings = ModelBookings(rooms, person_at=person_at, known_names=names)
        self.rooms = bookings
        self.series = ModelSeries(rooms, bookings, person_at=person_at, known_names=names)
        self.rooms_directory = ModelCatalogue(rooms)
        self.room_blockers = ModelBlockers(rooms)
        self.mailboxes = ModelMailboxes(exchange)

    def calendar(self, environment: EnvironmentId) -> ExchangeCalendar:
        return ModelCalendar(self._exchange, self._addresses(environment), self._link)

    def notifier(self, environment: EnvironmentId) -> ExchangeNotifier:
        return ModelNotifier(self._exchange, self._addresses(environment), CREDENTIALS)

    def event_links(self, environment: EnvironmentId) -> EventLinks:
        return ModelEventLinks(self._exchange, self._addresses(environment))

    def mailer(self, environment: EnvironmentId, sender: str) -> Mailer:  # noqa: ARG002 - one post
        return ModelMailer(self._exchange, sender)

    def schedules(self, environment: EnvironmentId) -> ExchangeSchedules:
        return ModelSchedules(self._exchange, self._addresses(environment))

    async def close(self) -> None:
        """Do nothing: there is nothing open."""

    def _addresses(self, environment: EnvironmentId) -> Addresses:
        return Addresses(environment, self._address_of, self._zone_of)

    def _address_of(self, mailbox: MailboxKey) -> str:
        return self._roster.latest.address_of(mailbox)

    def _zone_of(self, mailbox: MailboxKey) -> str:
        return self._roster.latest.zone_of(mailbox)


def _person_at(roster: Roster) -> Callable[[str], PersonId | None]:
    def person_at(address: str) -> PersonId | None:
        person = roster.latest.person_at(address)
        return None if person is None else person.id

    return person_at


def _known_names(roster: Roster) -> Callable[[], list[str]]:
    return lambda: [p.name for p in roster.latest.persons.values() if p.name]
