"""One running app, part by part.

The notification path needs a queue and our subscriptions, nothing else: that is all this module
loads. The clients of Graph and ROOMS come with the first look (`core.bootstrap.sync_services`).
"""

import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from core.adapters.clock import FileClock, SystemClock
from core.adapters.servicebus.queue import BusWorkQueue
from core.adapters.tables.subscription_store import TableSubscriptionStore
from core.app.subscription_book import SubscriptionBook
from core.bootstrap.outside import Outside
from core.ports.clock import Clock
from core.settings import Settings, is_in_azure
from core.telemetry.metrics import is_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azure.core.credentials_async import AsyncTokenCredential

    from core.adapters.servicebus.bus import Bus
    from core.adapters.tables.state_store import TableStateStore
    from core.adapters.tables.table import Tables
    from core.adapters.vault import Vault
    from core.app.console.reader import ConsoleReader
    from core.app.doctor.surroundings import Surroundings
    from core.app.free_busy.desk import FreeBusyDesk
    from core.app.ingest_rooms import RoomsWebhook
    from core.app.mail.library import Library
    from core.app.send_notice import PostRoom
    from core.app.services import Services
    from core.app.subscribe import Callbacks
    from core.bootstrap.sync_services import SyncServices
    from core.domain.finding import Finding
    from core.ports.dead_letters import DeadLetterBox
    from core.ports.queues import QueueCounts


@dataclass
class App:
    """Every part is made when it is first asked for and then kept.

    `in_flight` counts the queue messages that this process is working on right now.
    """

    settings: Settings
    outside: Outside = field(default_factory=Outside)
    in_flight: int = 0

    @cached_property
    def clock(self) -> Clock:
        """Return the clock: the stack's in development, the system's otherwise."""
        if self.outside.clock is not None:
            return self.outside.clock
        path = self.settings.clock_file
        return FileClock(path) if path else SystemClock()

    @cached_property
    def tables(self) -> "Tables":
        """Return Table Storage, each call of it a span where telemetry is on."""
        if not is_on():
            return self._tables
        from core.adapters.tables.traced_tables import TracedTables  # noqa: PLC0415 - only if on

        return TracedTables(self._tables)

    @cached_property
    def _tables(self) -> "Tables":
        """Return Table Storage, by connection string or by identity."""
        if self.outside.tables is not None:
            return self.outside.tables
        from core.adapters.tables.azure_table import AzureTables  # noqa: PLC0415 - loads the SDK

        connection = self.settings.tables_connection.get_secret_value()
        if connection:
            return AzureTables(connection_string=connection)
        return AzureTables(endpoint=self.settings.tables_endpoint, credential=self.identity)

    @cached_property
    def bus(self) -> "Bus":
        """Return Service Bus, by connection string or by identity."""
        if self.outside.bus is not None:
            return self.outside.bus
        from core.adapters.servicebus.azure_bus import AzureBus  # noqa: PLC0415 - only if needed

        connection = self.settings.bus_connection.get_secret_value()
        if connection:
            return AzureBus(connection_string=connection)
        return AzureBus(namespace=self.settings.bus_namespace, credential=self.identity)

    @cached_property
    def identity(self) -> "AsyncTokenCredential":
        """Return who opens tables and queues: in Azure the app, elsewhere who is signed in."""
        return self._identity()

    def _identity(self) -> "AsyncTokenCredential":
        from core.adapters.own_identity import own_identity  # noqa: PLC0415 - loads the SDK

        own = self.settings.identity_client_id
        return own_identity(own, is_in_azure=is_in_azure(os.environ))

    @cached_property
    def vault(self) -> "Vault | None":
        """Return the vault, None where there is none to ask."""
        if not self.settings.vault_url:
            return None
        from core.adapters.vault import Vault  # noqa: PLC0415 - once a day

        return Vault(self.settings.vault_url, self._identity)

    @cached_property
    def queue(self) -> BusWorkQueue:
        """Return the work queues."""
        return BusWorkQueue(self.bus)

    @cached_property
    def dead_letters(self) -> "DeadLetterBox":
        """Return what nobody works on any more by itself."""
        from core.adapters.servicebus.dead_letters import BusDeadLetters  # noqa: PLC0415 - late

        return BusDeadLetters(self.bus)

    @cached_property
    def subscription_book(self) -> SubscriptionBook:
        """Return our subscriptions as the notification path knows them."""
        return SubscriptionBook(TableSubscriptionStore(self.tables))

    @cached_property
    def state_store(self) -> "TableStateStore":
        """Return everything that is stored, as rows."""
        from core.adapters.tables.state_store import TableStateStore  # noqa: PLC0415 - the CLI's

        return TableStateStore(self.tables)

    @cached_property
    def rooms_webhook(self) -> "RoomsWebhook":
        """Return what a genuine call of ROOMS is known by."""
        from core.app.ingest_rooms import RoomsWebhook  # noqa: PLC0415 - not on Graph's path

        secrets = [secret.get_secret_value() for secret in self.settings.rooms_webhook_secrets]
        return RoomsWebhook(secrets, self.settings.rooms_mandator)

    @cached_property
    def callbacks(self) -> "Callbacks":
        """Return where Exchange is to call us."""
        from core.app.subscribe import Callbacks  # noqa: PLC0415 - not on Graph's path

        return Callbacks(self.settings.webhook_base_url.rstrip("/"))

    @cached_property
    def counts(self) -> "QueueCounts":
        """Return the reader of queue depths."""
        if self.outside.counts is not None:
            return self.outside.counts
        from core.adapters.counts import BrokerCounts, ServiceBusCounts  # noqa: PLC0415 - late

        if self.settings.queue_counts_url:
            return BrokerCounts(self.settings.queue_counts_url)
        return ServiceBusCounts(self.settings.bus_namespace, self.identity)

    @cached_property
    def console(self) -> "ConsoleReader":
        """Return what the console's pages read with."""
        from core.app.console.reader import ConsoleReader  # noqa: PLC0415 - late

        return ConsoleReader(reaches=self.settings.reaches, known=self.mail_findings)

    @cached_property
    def mail_library(self) -> "Library":
        """Return the mail texts; what is wrong with the operator's own is in its `faults`."""
        from core.adapters.mail_files import load_library  # noqa: PLC0415 - only for mails

        return load_library(self.settings.mail_templates, self.settings.mail_language)

    @cached_property
    def mail_findings(self) -> "Sequence[Finding]":
        """Return what is wrong with mails, as far as it can be told without a call."""
        from core.app.doctor.mails import mail_text_findings  # noqa: PLC0415 - late

        return mail_text_findings(self.mail_library, has_sender=bool(self.settings.mail_sender))

    @cached_property
    def _sync(self) -> "SyncServices":
        from core.bootstrap.sync_services import SyncServices  # noqa: PLC0415 - loads the clients

        return SyncServices(
            self.settings,
            self.outside,
            clock=self.clock,
            tables=self.tables,
            queue=self.queue,
            dead_letters=self.dead_letters,
            around=self.surroundings,
        )

    async def surroundings(self) -> "Surroundings":
        """Return what the doctor asks around the app."""
        from core.bootstrap.surroundings import surroundings_of  # noqa: PLC0415 - for people only

        return await surroundings_of(self)

    async def services(self) -> "Services":
        """Return everything a use case may reach, with the environments of the stored settings."""
        return await self._sync.services()

    @property
    def services_unread(self) -> "Services":
        """Return the services without the settings being read: for what needs only the queue."""
        return self._sync.services_unread

    async def post_room(self) -> "PostRoom":
        """Return what mails are written and sent with."""
        return await self._sync.post_room(self.mail_library)

    async def free_busy(self) -> "FreeBusyDesk":
        """Return where free/busy is asked for."""
        return await self._sync.free_busy()

    async def close(self) -> None:
        """Close every connection that was opened; the app is of no use afterwards.

        For processes that end after one command; a worker keeps its connections as long as it is.
        """
        for part in ("_sync", "bus", "_tables", "counts", "vault", "identity"):
            close = getattr(self.__dict__.get(part), "close", None)
            if close is not None:
                await close()

    def forget_settings(self) -> None:
        """Make the next look read persons, resources and subscriptions again."""
        self._sync.roster.forget()
        self.subscription_book.forget()
