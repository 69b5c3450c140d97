"""What the use cases work with: all ports of one running app, put together by the bootstrap."""

import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.app.breakers import BreakerBook
from core.app.groups import GroupBook
from core.app.push_watch import PushWatch
from core.app.room_policies import RoomPolicies
from core.app.roster import Roster
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MappingId
from core.domain.interval import Interval
from core.ports.clock import Clock
from core.ports.dead_letters import DeadLetterBox
from core.ports.drift import DriftStore
from core.ports.exchange import ExchangeCalendar, ExchangeNotifier
from core.ports.mail import NoticeStore
from core.ports.mailboxes import MailboxDirectory
from core.ports.operating import DeedStore, MeasureStore
from core.ports.parking import ParkedStore
from core.ports.queues import WorkQueue
from core.ports.room_series import RoomSeriesSystem
from core.ports.rooms import RoomBookingSystem
from core.ports.rooms_directory import RoomsDirectory
from core.ports.self_tests import SelfTestStore
from core.ports.stores import (
    ActivityStore,
    CursorStore,
    GivenUpStore,
    GuardStore,
    MappingStore,
    OutboxIndex,
    PointerStore,
    SettingsStore,
    SubscriptionStore,
    WaitingStore,
)
from core.sync.fingerprint import HashKeys
from core.sync.guard import GuardLimits
from core.sync.retry import RetryTables

if TYPE_CHECKING:
    from core.app.doctor.surroundings import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Times that belong together: a lease outlives the handler, so that no two create at once.

    `stored_within_s`: how long a mail waits on the spot for its pass to be stored, mostly a moment.
    `slice_days`: how much time ROOMS is asked about in one request that looks at everything.
    """

    handler_s: float = 60.0
    lease_s: float = 75.0
    stored_within_s: float = 3.0
    subscription_s: float = 4230 * 60.0
    window_past_days: int = 7
    window_ahead_days: int = 400
    series_ahead_days: int = 365
    slice_days: int = 31

    def window(self, now: datetime) -> Interval:
        """Return the span of time in which mailboxes are looked at as a whole (design 7)."""
        past, ahead = timedelta(days=self.window_past_days), timedelta(days=self.window_ahead_days)
        return Interval(now - past, now + ahead)

    def slices(self, window: Interval) -> Iterator[Interval]:
        """Cut what ROOMS is asked about as a whole: it has no paging (rooms-api 1)."""
        start = window.start
        while start < window.end:
            until = min(start + timedelta(days=self.slice_days), window.end)
            yield Interval(start, until)
            start = until


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long what is over is kept (docs/state.md)."""

    links: timedelta = timedelta(days=90)
    activity: timedelta = timedelta(days=30)
    notices: timedelta = timedelta(days=180)
    copies: timedelta = timedelta(days=180)
    guard: timedelta = timedelta(days=7)
    fine_measures: timedelta = timedelta(days=2)
    hourly_measures: timedelta = timedelta(days=35)
    deeds: timedelta = timedelta(days=730)


def new_mapping_id() -> MappingId:
    """Return a fresh link id."""
    return MappingId(str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class LossBook:
    """Where this process found too much gone lately, or not, and when (S22)."""

    verdicts: dict[EventPlace, tuple[bool, datetime]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a use case may reach. Time, ids and settings come in from here, too.

    `around` makes what the doctor asks beside mailboxes and ROOMS' lists; None: it leaves that out.
    """

    clock: Clock
    roster: Roster
    settings: SettingsStore
    keys: HashKeys
    calendars: Mapping[EnvironmentId, ExchangeCalendar]
    notifiers: Mapping[EnvironmentId, ExchangeNotifier]
    mailboxes: MailboxDirectory
    rooms: RoomBookingSystem
    series: RoomSeriesSystem
    rooms_directory: RoomsDirectory
    mappings: MappingStore
    pointers: PointerStore
    waiting: WaitingStore
    outbox: OutboxIndex
    subscriptions: SubscriptionStore
    cursors: CursorStore
    push: PushWatch
    activity: ActivityStore
    guard: GuardStore
    given_up: GivenUpStore
    drifts: DriftStore
    self_tests: SelfTestStore
    policies: RoomPolicies
    groups: GroupBook
    breakers: BreakerBook
    parked: ParkedStore
    measures: MeasureStore
    deeds: DeedStore
    queue: WorkQueue
    dead_letters: DeadLetterBox
    losses: LossBook = field(default_factory=LossBook)
    notices: NoticeStore
    limits: Limits = field(default_factory=Limits)
    retention: Retention = field(default_factory=Retention)
    guard_limits: GuardLimits = field(default_factory=GuardLimits)
    retries: RetryTables = field(default_factory=RetryTables)
    new_id: Callable[[], MappingId] = new_mapping_id
    around: "Callable[[], Awaitable[Surroundings]] | None" = None
