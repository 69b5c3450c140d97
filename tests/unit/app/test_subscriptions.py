"""Subscriptions against a service that refuses, forgets and limits (graph-calendar 1, R-047)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from core.adapters.ews.notifier import EwsNotifier
from core.adapters.graph.notifier import LATE, GraphNotifier
from core.adapters.tables.activity_store import TableActivityStore
from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.provision import create_tables
from core.adapters.tables.subscription_store import TableSubscriptionStore
from core.app.jobs import try_again
from core.app.subscribe import (
    ROTATION,
    SPREAD,
    Callbacks,
    care_for_subscription,
    current_subscription,
    doubt_subscription,
    end_subscription,
    is_left_over,
    make_anew,
    reauthorize,
    renewal_of,
    restore,
)
from core.app.subscription_care import request_subscription_care
from core.app.subscription_orphans import compare_subscriptions
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.work import MailboxJob
from core.errors import (
    AlreadyExistsError,
    LifetimeRefusedError,
    NotFoundError,
    NotPermittedError,
    RoomSyncError,
    ServiceUnavailableError,
    SubscriptionLimitError,
    ThrottledError,
)
from core.ports.exchange import NotifierCapabilities, SubscriptionGrant
from tests.kit.memory_tables import MemoryTables
from tests.unit.builders import CONTOSO

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
ANNA = EventPlace(CONTOSO, MailboxKey("p11"))
LEA = EventPlace(CONTOSO, MailboxKey("p13"))
CALLBACKS = Callbacks("https://sync.example.com")
OUR_URL = "https://sync.example.com/graph"
DAY = timedelta(days=1)


class Hands:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Service:
    """A service that keeps subscriptions of several applications; `refuses` comes first."""

    credentials: str = "app one"
    capabilities: NotifierCapabilities = GraphNotifier.capabilities
    most: timedelta = timedelta(minutes=4230)
    live: dict[str, SubscriptionGrant] = field(default_factory=dict)
    refuses: list[RoomSyncError] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    clock: Hands = field(default_factory=Hands)

    async def subscribe(
        self,
        place: EventPlace,  # noqa: ARG002 - the port
        *,
        notification_url: str,
        lifecycle_url: str,  # noqa: ARG002 - the port
        secret: str,  # noqa: ARG002 - the port
        until: datetime,
    ) -> SubscriptionGrant:
        self._begin("subscribe", until)
        grant = SubscriptionGrant(
            subscription_id=f"s{len(self.calls)}",
            expires_at=until,
            notification_url=notification_url,
        )
        self.live[grant.subscription_id] = grant
        return grant

    async def renew(self, subscription_id: str, until: datetime) -> SubscriptionGrant:
        self._begin("renew", until)
        if subscription_id not in self.live:
            raise NotFoundError("gone")
        self.live[subscription_id] = replace(self.live[subscription_id], expires_at=until)
        return self.live[subscription_id]

    async def reauthorize(self, subscription_id: str) -> None:  # noqa: ARG002 - the port
        raise AssertionError("a renewal is one, too")

    async def unsubscribe(self, subscription_id: str) -> None:
        self._begin("unsubscribe", None)
        self.live.pop(subscription_id, None)

    async def list_subscriptions(self) -> Sequence[SubscriptionGrant]:
        self._begin("list", None)
        return list(self.live.values())

    def _begin(self, call: str, until: datetime | None) -> None:
        self.calls.append(call)
        if self.refuses:
            raise self.refuses.pop(0)
        if until is not None and until - self.clock.now() > self.most:
            raise LifetimeRefusedError("too long")


class Queue:
    def __init__(self) -> None:
        self.jobs: list[tuple[MailboxJob, datetime | None]] = []

    async def send_jobs(self, jobs: Sequence[MailboxJob], due: datetime | None = None) -> None:
        self.jobs += [(job, due) for job in jobs]

    def kinds(self) -> list[str]:
        return [job.kind for job, _ in self.jobs]


class Roster:
    def __init__(self, synced: list[EventPlace]) -> None:
        self.synced = synced

    async def directory(self) -> SimpleNamespace:
        return SimpleNamespace(synced_places=lambda: tuple(self.synced))


class Yard(SimpleNamespace):
    """As much of the services as subscriptions need."""

    service: Service
    queue: Queue
    roster: Roster

    async def cares(self, **later: float) -> None:
        self.clock.at += timedelta(**later)
        await care_for_subscription(ANNA, CALLBACKS, self)

    async def known(self):
        return await current_subscription(ANNA, self)

    async def is_asked_for(self, callbacks: Callbacks = CALLBACKS) -> bool:
        """Let the timer run, and tell whether it has queued care for Anna's mailbox."""
        self.queue.jobs.clear()
        await request_subscription_care(callbacks, self)
        return "subscribe" in self.queue.kinds()


@pytest.fixture
async def yard() -> Yard:
    tables, clock = MemoryTables(), Hands()
    await create_tables(tables)
    service = Service(clock=clock)
    return Yard(
        clock=clock,
        service=service,
        notifiers={CONTOSO: service},
        subscriptions=TableSubscriptionStore(tables),
        cursors=TableCursorStore(tables),
        activity=TableActivityStore(tables),
        queue=Queue(),
        roster=Roster([ANNA]),
        limits=SimpleNamespace(subscription_s=4230 * 60.0),
    )


async def test_the_timer_asks_only_for_mailboxes_whose_subscription_needs_care(yard):
    assert await yard.is_asked_for()
    await yard.cares()
    assert not await yard.is_asked_for()
    assert yard.queue.jobs == []
    other = Callbacks("https://new.example.com")
    assert await yard.is_asked_for(other)
    yard.service.credentials = "app two"
    assert await yard.is_asked_for()
    yard.service.credentials = "app one"
    yard.clock.at = renewal_of(await yard.known())
    assert await yard.is_asked_for()


async def test_the_timer_asks_for_what_was_doubted_and_what_is_there_twice(yard):
    await yard.cares()
    known = await yard.known()
    await yard.subscriptions.put(replace(known, subscription_id="of a worker that died"))
    assert await yard.is_asked_for()
    await yard.subscriptions.remove("of a worker that died")
    assert not await yard.is_asked_for()
    await doubt_subscription(ANNA, yard)
    assert await yard.is_asked_for()


async def test_what_the_timer_never_asks_for_changes_nothing_for_months(yard):
    """Each question of the timer that says no would have been care that does nothing."""
    for _ in range(24 * 70):
        yard.clock.at += timedelta(hours=1)
        is_due = await yard.is_asked_for()
        before = len(yard.service.calls)
        await yard.cares()
        assert is_due == (len(yard.service.calls) > before)


async def test_a_mailbox_that_is_synced_no_more_is_not_watched_any_more(yard):
    await yard.cares()
    yard.roster.synced = []
    assert not await yard.is_asked_for()
    assert yard.service.live == {}
    assert await yard.subscriptions.all() == []


async def test_what_another_one_has_replaced_goes_in_time(yard):
    await yard.cares()
    await make_anew(ANNA, CALLBACKS, yard)
    assert not await yard.is_asked_for()
    assert len(await yard.subscriptions.all()) == 2
    yard.clock.at += LATE
    assert not await yard.is_asked_for()
    assert len(await yard.subscriptions.all()) == 1


async def test_a_mailbox_is_subscribed_once_and_caught_up_with(yard):
    await yard.cares()
    await yard.cares(minutes=15)
    assert yard.service.calls == ["subscribe"]
    assert yard.queue.kinds() == ["catch_up"]


async def test_renewal_comes_before_half_life_and_not_for_all_in_one_minute(yard):
    await yard.cares()
    known = await yard.known()
    moments = {
        renewal_of(replace(known, place=EventPlace(CONTOSO, MailboxKey(f"p{n}"))))
        for n in range(300)
    }
    life = known.expires_at - known.created_at
    parts = [(moment - known.created_at) / life for moment in moments]
    assert 0.4 <= min(parts) < 0.41
    assert 0.49 < max(parts) <= 0.5
    slots = [(moment - NOW) // timedelta(minutes=15) for moment in moments]
    assert max(slots.count(slot) for slot in slots) <= 24  # of 300, over seven hours


async def test_a_renewal_keeps_secret_and_id(yard):
    await yard.cares()
    first = await yard.known()
    await yard.cares(minutes=2115)
    renewed = await yard.known()
    assert yard.service.calls == ["subscribe", "renew"]
    assert (renewed.subscription_id, renewed.secret_hash, renewed.secret_since) == (
        first.subscription_id,
        first.secret_hash,
        NOW,
    )
    assert renewed.expires_at == yard.clock.at + timedelta(minutes=4230)


@pytest.mark.parametrize("error", [NotFoundError("gone"), NotPermittedError("not yours")])
async def test_what_cannot_be_renewed_is_made_anew(yard, error):
    await yard.cares()
    yard.service.refuses = [error]
    await yard.cares(minutes=2115)
    assert yard.service.calls == ["subscribe", "renew", "subscribe"]
    assert len(await yard.subscriptions.all()) == 1
    assert yard.queue.kinds() == ["catch_up", "catch_up"]


async def test_an_ended_one_is_made_anew_and_the_gap_is_listed(yard):
    await yard.cares()
    await yard.cares(minutes=4231)
    assert yard.service.calls == ["subscribe", "subscribe"]
    (line,) = await yard.activity.latest(5)
    assert line.outcome == "unwatched"
    assert "contoso/p11: not watched from 2026-03-05 05:30 UTC to" in line.text


async def test_a_shorter_life_is_asked_for_where_the_configured_one_is_refused(yard):
    yard.limits.subscription_s = 10080 * 60.0
    await yard.cares()
    assert yard.service.calls == ["subscribe", "subscribe"]
    assert (await yard.known()).expires_at == NOW + timedelta(minutes=4230)
    yard.service.most = timedelta(minutes=1440)
    yard.limits.subscription_s = 4230 * 60.0
    await yard.cares(minutes=2115)
    assert (await yard.known()).expires_at == yard.clock.at + timedelta(minutes=1440)


async def test_a_request_that_is_refused_however_short_is_tried_later(yard):
    yard.service.most = timedelta(minutes=1)
    with pytest.raises(ServiceUnavailableError, match="ROOMSYNC_WEBHOOK_BASE_URL"):
        await yard.cares()
    assert await yard.known() is None


@pytest.mark.parametrize("full", [SubscriptionLimitError("full"), AlreadyExistsError("doubled")])
async def test_where_there_is_no_room_what_a_crash_left_behind_makes_room(yard, full):
    yard.service.live["lost"] = SubscriptionGrant(
        subscription_id="lost", expires_at=NOW + DAY, notification_url=OUR_URL
    )
    yard.service.live["theirs"] = SubscriptionGrant(
        subscription_id="theirs", expires_at=NOW + DAY, notification_url="https://other.example.com"
    )
    yard.service.refuses = [full]
    await yard.cares()
    assert yard.service.calls == ["subscribe", "list", "unsubscribe", "subscribe"]
    assert set(yard.service.live) == {"theirs", (await yard.known()).subscription_id}


async def test_a_limit_that_others_have_reached_is_an_error_for_the_operator(yard):
    yard.service.refuses = [SubscriptionLimitError("full")]
    with pytest.raises(SubscriptionLimitError):
        await yard.cares()


async def test_other_credentials_begin_anew_and_never_try_to_renew(yard):
    """R-047: only those that made a subscription can renew or end it."""
    await yard.cares()
    yard.service.credentials = "app two"
    before = len(yard.service.calls)
    yard.service.refuses = []
    await yard.cares(minutes=15)
    assert yard.service.calls[before:] == ["subscribe", "unsubscribe"]
    (known,) = await yard.subscriptions.all()
    assert known.made_by == "app two"
    await yard.cares(minutes=15)
    assert len(yard.service.calls) == before + 2


async def test_one_that_other_credentials_must_end_runs_out_by_itself(yard):
    await yard.cares()
    yard.service.credentials = "app two"

    async def refuse(_: str) -> None:
        raise NotPermittedError("not yours")

    yard.service.unsubscribe = refuse
    await yard.cares(minutes=15)
    assert [s.made_by for s in await yard.subscriptions.all()] == ["app two"]


async def test_a_lifecycle_event_of_other_credentials_begins_anew_too(yard):
    await yard.cares()
    yard.service.credentials = "app two"
    await reauthorize(ANNA, CALLBACKS, yard)
    assert "renew" not in yard.service.calls
    assert (await yard.known()).made_by == "app two"


async def test_another_callback_is_another_subscription_and_both_secrets_count_meanwhile(yard):
    await yard.cares()
    old = await yard.known()
    other = Callbacks("https://new.example.com")
    await care_for_subscription(ANNA, other, yard)
    assert yard.service.calls == ["subscribe", "subscribe", "unsubscribe"]
    new = await yard.known()
    assert new.notification_url == "https://new.example.com/graph"
    retired = await yard.subscriptions.find(old.subscription_id)
    assert retired.retired_until == NOW + LATE
    assert retired.secret_hash == old.secret_hash != new.secret_hash


async def test_secrets_are_changed_by_the_month_the_new_one_first(yard):
    await yard.cares()
    first = await yard.known()
    while yard.clock.at < NOW + ROTATION * (1 - SPREAD) - DAY:
        await yard.cares(hours=30)
    assert (await yard.known()).secret_hash == first.secret_hash
    while yard.clock.at < NOW + ROTATION:
        await yard.cares(hours=30)
    assert (await yard.known()).secret_hash != first.secret_hash
    assert yard.service.calls.count("subscribe") == 2
    assert yard.service.calls[-2:] != ["unsubscribe", "subscribe"]


async def test_what_is_retired_or_ended_long_ago_is_left_over(yard):
    await yard.cares()
    known = await yard.known()
    assert not is_left_over(known, known.expires_at)
    assert is_left_over(known, known.expires_at + DAY)
    retired = replace(known, retired_until=NOW + LATE)
    assert not is_left_over(retired, NOW)
    assert is_left_over(retired, NOW + LATE)


async def test_ending_a_retired_one_does_not_end_the_present_one(yard):
    await yard.cares()
    await make_anew(ANNA, CALLBACKS, yard)
    present = await yard.known()
    for subscription in await yard.subscriptions.all():
        if subscription.retired_until is not None:
            await end_subscription(subscription, yard)
    assert await yard.known() == present


async def test_one_that_is_said_to_be_removed_is_replaced_only_if_it_is(yard):
    """`subscriptionRemoved` may be doubled, or be about one that was replaced already."""
    await yard.cares()
    await restore(ANNA, CALLBACKS, yard)
    assert yard.service.calls == ["subscribe", "renew"]
    yard.service.live.clear()
    await restore(ANNA, CALLBACKS, yard)
    await restore(ANNA, CALLBACKS, yard)
    assert yard.service.calls == ["subscribe", "renew", "renew", "subscribe", "renew"]
    assert len(yard.service.live) == 1
    assert yard.queue.kinds().count("catch_up") == 5


async def test_a_reauthorization_renews_and_catches_up(yard):
    await yard.cares()
    await reauthorize(ANNA, CALLBACKS, yard)
    assert yard.service.calls == ["subscribe", "renew"]
    assert yard.queue.kinds() == ["catch_up", "catch_up"]


async def test_one_that_the_service_has_lost_is_restored_by_the_daily_comparison(yard):
    await yard.cares()
    yard.service.live.clear()
    await compare_subscriptions(CALLBACKS.of, yard)
    assert "resubscribe" not in yard.queue.kinds()
    yard.clock.at += timedelta(hours=2)
    await compare_subscriptions(CALLBACKS.of, yard)
    assert yard.queue.kinds()[-1] == "resubscribe"


async def test_who_is_to_be_cared_for_does_not_wait_for_what_is_to_be_ended(yard, monkeypatch):
    await yard.cares()
    yard.queue.jobs.clear()
    yard.roster.synced[:] = [LEA]
    queued_before = []

    async def slow(_):
        queued_before.extend(job.place for job, _ in yard.queue.jobs)

    monkeypatch.setattr(yard.service, "unsubscribe", slow)
    await request_subscription_care(CALLBACKS, yard)
    assert queued_before == [LEA]
    assert await yard.subscriptions.all() == []


async def test_an_environment_that_refuses_keeps_no_other_from_being_compared(yard):
    yard.notifiers = {EnvironmentId("broken"): Service()} | yard.notifiers
    await yard.cares()
    yard.service.live.clear()
    yard.clock.at += timedelta(hours=2)
    yard.notifiers["broken"].refuses.append(NotPermittedError("the secret has expired"))
    with pytest.raises(NotPermittedError):
        await compare_subscriptions(CALLBACKS.of, yard)
    assert yard.queue.kinds()[-1] == "resubscribe"


async def test_one_that_nobody_knows_is_ended_on_the_second_day(yard):
    await yard.cares()
    for name, url in (
        ("lost", OUR_URL),
        ("theirs", "https://other.example.com"),
    ):
        yard.service.live[name] = SubscriptionGrant(
            subscription_id=name, expires_at=NOW + 9 * DAY, notification_url=url
        )
    await compare_subscriptions(CALLBACKS.of, yard)
    assert len(yard.service.live) == 3
    await compare_subscriptions(CALLBACKS.of, yard)
    assert set(yard.service.live) == {"theirs", (await yard.known()).subscription_id}
    await compare_subscriptions(CALLBACKS.of, yard)
    assert yard.service.calls.count("unsubscribe") == 1


def job(kind: str = "subscribe", attempt: int = 0) -> MailboxJob:
    return MailboxJob(kind=kind, place=ANNA, requested_at=NOW, attempt=attempt)


async def test_a_subscription_that_cannot_be_had_is_tried_each_minute(yard):
    """R-864; better: nobody is ever switched off for it."""
    assert await try_again(job(), ServiceUnavailableError("down"), yard)
    ((again, due),) = yard.queue.jobs
    assert again.attempt == 1
    assert timedelta(seconds=60) < due - NOW < timedelta(seconds=92)
    assert not await try_again(job(attempt=14), ServiceUnavailableError("down"), yard)


async def test_the_service_says_when_to_ask_again(yard):
    await try_again(job(), ThrottledError("slow down", retry_after_s=600.0), yard)
    ((_, due),) = yard.queue.jobs
    assert due >= NOW + timedelta(seconds=600)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("subscribe", NotPermittedError("no consent")),
        ("subscribe", NotFoundError("no mailbox")),
        ("catch_up", ServiceUnavailableError("down")),
    ],
)
async def test_what_a_person_must_mend_or_a_timer_repeats_anyway_is_left_to_the_timer(
    yard, kind, error
):
    assert not await try_again(job(kind), error, yard)
    assert yard.queue.jobs == []


async def test_a_subscription_that_nobody_could_ask_after_counts_as_ended(yard):
    await yard.cares()
    assert not await try_again(job("resubscribe"), NotPermittedError("no consent"), yard)
    assert (await yard.known()).expires_at == NOW
    await yard.cares()
    assert yard.service.calls == ["subscribe", "subscribe"]


async def test_nobody_is_doubted_who_is_not_subscribed(yard):
    await doubt_subscription(ANNA, yard)
    assert await yard.known() is None


ON_PREMISES = EwsNotifier.capabilities


async def test_what_cannot_be_renewed_is_replaced_and_the_old_one_believed_while_it_may_tell(yard):
    yard.service.capabilities = ON_PREMISES
    await yard.cares()
    old = await yard.known()
    assert old.notification_url == "https://sync.example.com/exchange"
    await yard.cares(minutes=60 * 48)
    assert yard.service.calls.count("renew") == 0
    new = await yard.known()
    assert new.subscription_id != old.subscription_id
    retired = await yard.subscriptions.find(old.subscription_id)
    assert retired.retired_until == new.created_at + ON_PREMISES.late


async def test_what_stands_for_a_renewal_watches_on_so_that_silence_is_noticed_at_any_time(yard):
    """S16: a young subscription need not have told; one that has followed in time should have."""
    yard.service.capabilities, yard.service.most = ON_PREMISES, timedelta(days=9)
    await yard.cares()
    for _ in range(3):
        await yard.cares(seconds=yard.limits.subscription_s * 0.6)
        assert (await yard.known()).watches_since == NOW
    await make_anew(ANNA, CALLBACKS, yard)
    assert (await yard.known()).watches_since == yard.clock.now(), "the silent one told nothing"
    await yard.cares(seconds=yard.limits.subscription_s + 1)
    assert (await yard.known()).watches_since == yard.clock.now(), "nobody watched in the gap"


async def test_where_the_service_lists_nothing_nothing_counts_as_lost(yard):
    yard.service.capabilities = ON_PREMISES
    await yard.cares()
    yard.service.live.clear()
    yard.queue.jobs.clear()
    yard.service.clock.at += timedelta(hours=2)
    await compare_subscriptions(CALLBACKS.of, yard)
    assert "list" not in yard.service.calls
    assert yard.queue.jobs == []
