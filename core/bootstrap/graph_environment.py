"""Environments in Exchange Online: what reaches each of them through Graph."""

from core.adapters.credential import AppLogin
from core.adapters.either_credential import credential_of
from core.adapters.exchange.lanes import LaneLimits, Lanes
from core.adapters.exchange.link_property import LinkProperty
from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.mailboxes import GraphMailboxDirectory
from core.adapters.graph.mailer import GraphEventLinks, GraphMailer
from core.adapters.graph.notifier import GraphNotifier
from core.adapters.graph.schedules import GraphSchedules
from core.app.roster import Roster
from core.bootstrap.outside import Outside
from core.domain.ids import EnvironmentId
from core.ports.clock import Clock
from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
from core.ports.mail import EventLinks, Mailer
from core.ports.mailboxes import MailboxDirectory
from core.ports.schedules import ExchangeSchedules
from core.settings import Settings


class GraphEnvironment:
    """The ports of one tenant, on one connection; it is opened at its first call."""

    def __init__(
        self,
        environment: EnvironmentId,
        settings: Settings,
        outside: Outside,
        *,
        roster: Roster,
        clock: Clock,
    ) -> None:
        self._settings, self._clock = settings, clock
        self._login = graph_login(settings, environment)
        self._connection = GraphConnection(
            credential=credential_of(self._login, clock, outside.graph_transport),
            address_of=roster.address_of,
            environment=environment,
            base_url=settings.graph_base_url,
            zone_of=roster.zone_of,
            transport=outside.graph_transport,
            lanes=Lanes(clock, LaneLimits(environment_parallel=settings.graph_parallel)),
        )

    def calendar(self) -> ExchangeCalendar:
        """Return its calendars."""
        named = self._settings.appointment_oid_property
        link = LinkProperty(named) if named else LinkProperty()
        return GraphCalendar(self._connection, self._clock, link)

    def notifier(self) -> ExchangeNotifier:
        """Return its subscriptions."""
        return GraphNotifier(self._connection, self._login.mark)

    def event_links(self) -> EventLinks:
        """Return where its events are opened."""
        return GraphEventLinks(self._connection)

    def mailer(self, sender: str) -> Mailer:
        """Return who sends mails from this address."""
        return GraphMailer(self._connection, sender)

    def mailboxes(self) -> MailboxDirectory:
        """Return its address book."""
        return GraphMailboxDirectory(lambda _: self._connection)

    def schedules(self) -> ExchangeSchedules:
        """Return its free/busy."""
        return GraphSchedules(self._connection)

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.aclose()


def graph_login(settings: Settings, environment: EnvironmentId) -> AppLogin:
    """Return an environment's own credentials, whole, else the default ones (R-043 ... R-045)."""
    own = settings.graph_environments.get(environment)
    if own is not None:
        return AppLogin(
            authority=settings.graph_authority,
            tenant=own.tenant_id,
            client_id=own.client_id,
            client_secret=own.client_secret.get_secret_value(),
            certificate=own.certificate,
            certificate_password=own.certificate_password.get_secret_value(),
            is_federated=own.federated,
            vault_certificate=own.vault_certificate,
            vault_url=settings.vault_url,
            identity=settings.identity_client_id if own.needs_identity else "",
        )
    return AppLogin(
        authority=settings.graph_authority,
        tenant=settings.graph_tenant_id,
        client_id=settings.graph_client_id,
        client_secret=settings.graph_client_secret.get_secret_value(),
    )
