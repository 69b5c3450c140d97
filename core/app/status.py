"""How things stand, in numbers: what the console's status answers and `roomsync status` prints."""

from collections import Counter
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.app.drift.standing import Standing, standing_of
from core.app.link_gate import LinksState, links_state
from core.app.services import Services
from core.app.silence import PushStatus, push_status
from core.app.standstill import hours_stood_still
from core.app.worker_sign import silent_minutes
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId
from core.domain.mapping import Mapping, MappingState
from core.domain.remaining import is_followed, is_over, open_refusals
from core.domain.subscription import Subscription
from core.domain.work import WorkItem
from core.ports.queues import QueueCounts, QueueDepth
from core.sync.breaker import Breaker, BreakerState

PATIENCE = timedelta(minutes=30)
"""So long the renewal of a subscription may be overdue, however short its life is."""

SHOWN_STATES = (
    MappingState.LINKED,
    MappingState.REJECTED,
    MappingState.SYNC_DISABLED,
    MappingState.CANCELLED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedScope:
    """What is parked or has just been let go on, and how many keys wait for it."""

    breaker: Breaker
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentStatus:
    """An environment of Exchange: its synced mailboxes, and how many of them tell of changes."""

    id: EnvironmentId
    kind: str
    mailboxes: int
    watched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Queue depths by name, links by state, open differences, subscriptions by condition.

    A difference is what was refused, what was given up, and what a comparison has found.
    """

    queues: dict[str, QueueDepth]
    in_flight: int
    mappings: dict[str, int]
    differences_open: int
    subscriptions: dict[str, int]
    worker_silent_minutes: int = 0
    push: PushStatus = field(default_factory=PushStatus)
    stood_still_hours: int = 0
    parked: tuple[ParkedScope, ...] = ()
    stopped: int = 0
    links: LinksState = LinksState.WHOLE
    environments: tuple[EnvironmentStatus, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Tell whether nothing is queued or being worked on right now."""
        return self.in_flight == 0 and not any(
            depth.active for name, depth in self.queues.items() if name != "failed-items"
        )

    @property
    def retries_pending(self) -> int:
        """Return how many looks wait for their next try."""
        return sum(depth.scheduled for depth in self.queues.values())


@dataclass
class Tally:
    """Links counted while they are read for whatever purpose; `now` tells what is over.

    `refused` are those whose sides disagree as they know it; `standing` what scans have found.
    """

    now: datetime
    standing: Standing
    states: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def add(self, mapping: Mapping) -> None:
        """Count one link."""
        self.states[mapping.state] += 1
        is_told = is_different(mapping, self.now)
        self.refused += is_told
        self.standing.see(mapping, is_told=is_told)

    @property
    def differences(self) -> int:
        """Return how much both sides disagree on, each thing once."""
        return self.refused + len(self.standing.drifts)


async def new_tally(services: Services) -> Tally:
    """Return a tally that has not seen any link."""
    return Tally(services.clock.now(), await standing_of(services))


async def read_status(services: Services, counts: QueueCounts, in_flight: int) -> Status:
    """Collect the numbers."""
    tally = await new_tally(services)
    async for mapping in services.mappings.all():
        tally.add(mapping)
    return await status_of(tally, await queue_depths(counts), in_flight, services)


async def queue_depths(counts: QueueCounts) -> dict[str, QueueDepth]:
    """Return the depths; `dead` of `failed-items` is what was given up and lies there."""
    queues = await counts.depths()
    given_up = queues.get("failed-items")
    if given_up is not None:
        dead = given_up.active + given_up.dead
        queues["failed-items"] = QueueDepth(active=0, scheduled=given_up.scheduled, dead=dead)
    return queues


async def status_of(
    tally: Tally, queues: dict[str, QueueDepth], in_flight: int, services: Services
) -> Status:
    """Put the numbers together; no queues at all means that they could not be read.

    What was given up is a difference, too.
    """
    conditions = {place: each.condition for place, each in (await watched(services)).items()}
    counted = Counter(conditions.values())
    return Status(
        queues=queues,
        in_flight=in_flight,
        mappings={state.value: tally.states[state] for state in SHOWN_STATES},
        differences_open=tally.differences + len(await services.given_up.all()),
        subscriptions={name: counted[name] for name in ("active", "expiring", "failed")},
        environments=_environments(await services.roster.directory(), conditions),
        worker_silent_minutes=await silent_minutes(services, queues),
        push=await push_status(services),
        stood_still_hours=await hours_stood_still(services),
        parked=await parked_scopes(services),
        stopped=await _stopped(services),
        links=await links_state(services),
    )


async def parked_scopes(services: Services) -> tuple[ParkedScope, ...]:
    """Return what is parked or on trial, the longest first (docs/parking.md)."""
    return tuple(
        [
            ParkedScope(breaker=breaker, waiting=len(await services.parked.of(breaker.scope)))
            for breaker in await _not_closed(services)
        ]
    )


async def parked_looks(services: Services) -> list[tuple[Breaker, WorkItem]]:
    """Return every look that waits for something that does not answer: a difference, may be."""
    return [
        (breaker, parked.work)
        for breaker in await _not_closed(services)
        for parked in await services.parked.of(breaker.scope)
        if isinstance(parked.work, WorkItem)
    ]


async def _not_closed(services: Services) -> list[Breaker]:
    found = [b for b in await services.breakers.store.all() if b.state is not BreakerState.CLOSED]
    return sorted(found, key=lambda breaker: breaker.since)


def is_different(mapping: Mapping, now: datetime) -> bool:
    """Tell whether a link's sides disagree: a refusal stands, or its sync has ended (R-113).

    What is over disagrees with nobody any more (R-106); of a series each date counts.
    """
    if is_over(mapping, now):
        return False
    return bool(open_refusals(mapping, now)) or not is_followed(mapping, now)


@dataclass(frozen=True, slots=True)
class Watch:
    """How a synced mailbox is watched: `active`, `expiring` (renewal is overdue) or `failed`."""

    condition: str
    subscription: Subscription | None


async def watched(services: Services) -> dict[EventPlace, Watch]:
    """Return how each synced mailbox is watched."""
    now = services.clock.now()
    directory = await services.roster.directory()
    known = await services.subscriptions.all()
    found = {
        s.place: s for s in sorted(known, key=lambda s: s.expires_at) if s.retired_until is None
    }
    return {
        place: Watch(_condition(found.get(place), now), found.get(place))
        for place in directory.synced_places()
    }


def _environments(
    directory: Directory, conditions: MappingOf[EventPlace, str]
) -> tuple[EnvironmentStatus, ...]:
    return tuple(
        EnvironmentStatus(
            id=environment.id,
            kind=environment.kind,
            mailboxes=sum(place.environment == environment.id for place in conditions),
            watched=sum(
                place.environment == environment.id and condition != "failed"
                for place, condition in conditions.items()
            ),
        )
        for environment in sorted(directory.environments.values(), key=lambda each: each.id)
    )


async def _stopped(services: Services) -> int:
    """Return how many watched mailboxes the guard has stopped."""
    directory = await services.roster.directory()
    return len(await services.guard.stopped(directory.synced_places()))


def _condition(subscription: Subscription | None, now: datetime) -> str:
    if subscription is None or subscription.expires_at <= now:
        return "failed"
    life = subscription.expires_at - subscription.created_at
    # It is renewed at half-life, or when care next asks.
    overdue = now - (subscription.created_at + life / 2)
    return "expiring" if overdue > max(life / 4, PATIENCE) else "active"
