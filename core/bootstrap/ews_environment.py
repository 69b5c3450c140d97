"""Environments on premises: what reaches each of them through EWS.

Loaded where one exists and nowhere else: exchangelib takes its time (ADR 0022).
"""

from pydantic import SecretStr

from core.adapters.credential import AppLogin
from core.adapters.either_credential import credential_of
from core.adapters.ews.calendar import EwsCalendar
from core.adapters.ews.client import EwsConnection
from core.adapters.ews.login import EwsAuthentication, EwsLogin, EwsServer
from core.adapters.ews.mailboxes import EwsMailboxDirectory
from core.adapters.ews.mailer import EwsEventLinks, EwsMailer
from core.adapters.ews.notifier import EwsNotifier
from core.adapters.ews.schedules import EwsSchedules
from core.adapters.exchange.link_property import LinkProperty
from core.app.roster import Roster
from core.bootstrap.outside import Outside
from core.domain.ids import EnvironmentId
from core.environment_settings import EwsCredentials
from core.ports.clock import Clock
from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
from core.ports.mail import EventLinks, Mailer
from core.ports.mailboxes import MailboxDirectory
from core.ports.schedules import ExchangeSchedules
from core.settings import Settings


class EwsEnvironment:
    """The ports of one installation, on one connection with threads of its own.

    One that the app settings do not know refuses every call and says what to do: so its mailboxes
    are parked, and nobody else's.
    """

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
        known = settings.ews_environments.get(environment)
        self._login = None if known is None else ews_login(known)
        application = ews_application(known, settings.graph_authority) if known else None
        transport = outside.graph_transport
        self._connection = EwsConnection(
            self._login,
            environment=environment,
            address_of=roster.address_of,
            zone_of=roster.zone_of,
            url_of=roster.url_of,
            parallel=1 if known is None else known.parallel,
            adapter=outside.ews_adapter,
            clock=clock,
            credential=credential_of(application, clock, transport, "EWS") if application else None,
        )

    def calendar(self) -> ExchangeCalendar:
        """Return its calendars."""
        named = self._settings.appointment_oid_property
        return EwsCalendar(self._connection, LinkProperty(named) if named else LinkProperty())

    def notifier(self) -> ExchangeNotifier:
        """Return its subscriptions."""
        return EwsNotifier(self._connection, self._clock, self._login.mark if self._login else "")

    def event_links(self) -> EventLinks:
        """Return where its events are opened: nowhere yet."""
        return EwsEventLinks()

    def mailer(self, sender: str) -> Mailer:
        """Return who sends mails from this address."""
        return EwsMailer(self._connection, sender)

    def mailboxes(self) -> MailboxDirectory:
        """Return its address book."""
        return EwsMailboxDirectory(lambda _: self._connection)

    def schedules(self) -> ExchangeSchedules:
        """Return its free/busy."""
        return EwsSchedules(self._connection)

    async def close(self) -> None:
        """Close its connections and let its threads go."""
        await self._connection.aclose()


def ews_login(known: EwsCredentials) -> EwsLogin:
    """Return the account of an environment, as the adapter wants it."""
    return EwsLogin(
        url=known.url,
        user=known.user or f"{known.tenant_id}/{known.client_id}",
        password=_revealed(known.password),
        authentication=EwsAuthentication(known.auth),
        server=EwsServer(known.server),
        hosts=known.allowed_hosts,
        networks=known.networks,
        ca_file="" if known.ca_file is None else str(known.ca_file),
        scope=known.scope or "",
        mailbox=known.mailbox or "",
    )


def ews_application(known: EwsCredentials, authority: str) -> AppLogin | None:
    """Return the application of an environment, None where it has an account with a password."""
    if known.auth != "oauth":
        return None
    return AppLogin(
        authority=authority,
        tenant=known.tenant_id or "",
        client_id=known.client_id or "",
        client_secret=_revealed(known.client_secret),
        certificate=known.certificate,
        certificate_password=_revealed(known.certificate_password),
    )


def _revealed(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()
