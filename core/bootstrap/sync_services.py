"""Wires what looks and jobs need: the clients of Exchange and ROOMS, and all stores."""

from datetime import timedelta
from typing import TYPE_CHECKING

from core.adapters.tables.activity_store import TableActivityStore
from core.adapters.tables.breaker_store import TableBreakerStore
from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.drift_store import TableDriftStore
from core.adapters.tables.given_up_store import TableGivenUpStore
from core.adapters.tables.guard_store import TableGuardStore
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.notice_store import TableNoticeStore
from core.adapters.tables.operating_stores import TableDeedStore, TableMeasureStore
from core.adapters.tables.outbox_index import TableOutboxIndex
from core.adapters.tables.parked_store import TableParkedStore
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.policy_store import TablePolicyStore
from core.adapters.tables.push_store import TablePushStore
from core.adapters.tables.self_test_store import TableSelfTestStore
from core.adapters.tables.settings_store import TableSettingsStore
from core.adapters.tables.subscription_store import TableSubscriptionStore
from core.adapters.tables.table import Tables
from core.adapters.tables.waiting_store import TableWaitingStore
from core.app.activity_told import ToldActivity
from core.app.breakers import BreakerBook
from core.app.groups import GroupBook
from core.app.mail.gather import Doors
from core.app.mail.library import Library
from core.app.push_watch import PushWatch
from core.app.room_policies import RoomPolicies
from core.app.roster import Roster
from core.app.send_notice import PostRoom
from core.app.services import Limits, Retention, Services, new_mapping_id
from core.bootstrap.outside import Outside, Ports
from core.domain.homes import home_of_sender
from core.domain.ids import BookingId, EnvironmentId
from core.ports.clock import Clock
from core.ports.dead_letters import DeadLetterBox
from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
from core.ports.mail import EventLinks, Mailer
from core.ports.queues import WorkQueue
from core.settings import Settings
from core.sync.breaker import BreakerLimits
from core.sync.fingerprint import HashKeys
from core.sync.guard import GuardLimits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from core.app.doctor.surroundings import Surroundings
    from core.app.free_busy.desk import FreeBusyDesk


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
        dead_letters: DeadLetterBox,
        around: "Callable[[], Awaitable[Surroundings]] | None" = None,
    ) -> None:
        self._settings, self._outside, self._clock = settings, outside, clock
        self.settings_store = TableSettingsStore(tables)
        self.roster = Roster(self.settings_store, max_age_s=settings.directory_max_age_s)
        self._calendars: dict[EnvironmentId, ExchangeCalendar] = {}
        self._notifiers: dict[EnvironmentId, ExchangeNotifier] = {}
        self._event_links: dict[EnvironmentId, EventLinks] = {}
        self._wired: dict[EnvironmentId, str] = {}
        self._notices = TableNoticeStore(tables)
        self._free_busy: FreeBusyDesk | None = None
        self._ports = self._reached()
        self._services = Services(
            clock=clock,
            roster=self.roster,
            settings=self.settings_store,
            keys=hash_keys(settings),
            calendars=self._calendars,
            notifiers=self._notifiers,
            mailboxes=self._ports.mailboxes,
            rooms=self._ports.rooms,
            series=self._ports.series,
            rooms_directory=self._ports.rooms_directory,
            mappings=TableMappingStore(tables),
            pointers=TablePointerStore(tables),
            waiting=TableWaitingStore(tables),
            outbox=TableOutboxIndex(tables),
            subscriptions=TableSubscriptionStore(tables),
            cursors=TableCursorStore(tables),
            push=PushWatch(TablePushStore(tables), clock),
            activity=ToldActivity(TableActivityStore(tables)),
            guard=TableGuardStore(tables),
            given_up=TableGivenUpStore(tables),
            drifts=TableDriftStore(tables),
            self_tests=TableSelfTestStore(tables),
            policies=RoomPolicies(TablePolicyStore(tables), self._calendars, clock),
            groups=GroupBook(self._calendars, clock),
            breakers=BreakerBook(TableBreakerStore(tables), clock, breaker_limits(settings)),
            parked=TableParkedStore(tables),
            measures=TableMeasureStore(tables),
            deeds=TableDeedStore(tables),
            queue=queue,
            dead_letters=dead_letters,
            notices=self._notices,
            retention=Retention(
                links=timedelta(days=settings.keep_links_days),
                activity=timedelta(days=settings.keep_activity_days),
                notices=timedelta(days=settings.keep_notices_days),
            ),
            limits=Limits(
                subscription_s=settings.subscription_minutes * 60.0,
                series_ahead_days=settings.series_ahead_days,
                # A clock that only others move stands still while one waits for a moment.
                slice_days=outside.rooms_slice_days or Limits().slice_days,
                stored_within_s=0.0 if outside.clock is not None else Limits().stored_within_s,
            ),
            guard_limits=GuardLimits(
                creates=settings.guard_creates,
                cancels=settings.guard_cancels,
                buffers=settings.guard_buffers,
                missing=settings.guard_missing,
            ),
            retries=settings.retry_delays,
            new_id=outside.new_id or new_mapping_id,
            around=around,
        )

    async def services(self) -> Services:
        """Return the services; an environment that was configured meanwhile is wired now."""
        directory = await self.roster.directory()
        for environment in directory.environments.values():
            if self._wired.get(environment.id) != environment.kind:
                self._wire(environment.id)
                self._wired[environment.id] = environment.kind
        return self._services

    @property
    def services_unread(self) -> Services:
        """Return the services as they are, be the settings within reach or not."""
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
            operators=self._settings.operator_mails,
            console=self._settings.console_url,
            language=self._settings.mail_language,
        )

    async def free_busy(self) -> "FreeBusyDesk":
        """Return where free/busy is asked for; what it keeps lasts as long as the process."""
        await self.services()
        if self._free_busy is None:
            from core.app.free_busy.desk import free_busy_desk  # noqa: PLC0415 - for people only

            self._free_busy = free_busy_desk(
                self._clock,
                self.roster,
                self._ports.schedules,
                self._ports.room_blockers,
                self._ports.rooms,
            )
        return self._free_busy

    async def close(self) -> None:
        """Close the connections to Exchange and ROOMS."""
        await self._ports.close()

    def _reached(self) -> Ports:
        """Return what leads to Exchange and ROOMS."""
        if self._outside.ports is not None:
            return self._outside.ports(self.roster)
        from core.bootstrap.network_ports import NetworkPorts  # noqa: PLC0415 - loads the clients

        return NetworkPorts(self._settings, self._outside, roster=self.roster, clock=self._clock)

    def _wire(self, environment: EnvironmentId) -> None:
        self._calendars[environment] = self._ports.calendar(environment)
        self._notifiers[environment] = self._ports.notifier(environment)
        self._event_links[environment] = self._ports.event_links(environment)

    def _mailer(self) -> Mailer | None:
        """Return who sends mails; None while there is no sender, or not yet its environment."""
        wanted, sender = self._settings.mail_environment, self._settings.mail_sender
        environments = self.roster.latest.environments.values()
        named = EnvironmentId(wanted) if wanted else home_of_sender(environments, sender)
        if not sender or named is None or named not in self._calendars:
            return None
        return self._ports.mailer(named, sender)

    def _why_silent(self) -> str:
        wanted = self._settings.mail_environment
        if not self._settings.mail_sender:
            return "nobody is told by mail: set ROOMSYNC_MAIL_SENDER"
        if wanted:
            return f"ROOMSYNC_MAIL_ENVIRONMENT: {wanted!r} is no environment of the settings"
        return "no environment is in the settings: import them"

    def _booking_link(self, booking_id: BookingId) -> str:
        return self._settings.booking_url.format(
            booking_id=booking_id, mandator=self._settings.rooms_mandator
        )


def breaker_limits(settings: Settings) -> BreakerLimits:
    """Return when a mailbox or a system is parked, and when it is asked again."""
    return BreakerLimits(
        failures=settings.parking_failures,
        environment_failures=settings.parking_environment_failures,
        window_s=settings.parking_window_minutes * 60.0,
        first_s=settings.parking_first_minutes * 60.0,
        longest_s=settings.parking_longest_minutes * 60.0,
    )


def hash_keys(settings: Settings) -> HashKeys:
    """Return the fingerprint keys: the first pair is the current one."""
    pairs = [pair.get_secret_value().partition(":") for pair in settings.fingerprint_keys]
    secrets = {version: secret.encode() for version, _, secret in pairs}
    return HashKeys(current=pairs[0][0], secrets=secrets)
