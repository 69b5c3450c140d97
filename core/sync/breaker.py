"""When a scope that keeps failing is parked, asked again and let go on (docs/parking.md).

Pure: time comes in, what to store comes out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.scope import Scope
from core.errors import RetryClass

Strikes = Mapping[Scope, tuple[datetime, ...]]
"""When each scope has failed lately."""


class BreakerState(StrEnum):
    """Closed: all is well. Open: parked. Half open: it answers again and has to prove itself."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


GRAVE = frozenset({RetryClass.AUTHORIZATION, RetryClass.MAILBOX_UNKNOWN})
"""What does not pass by itself: asked at the first failure, and then seldom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerLimits:
    """How many failures within `window_s` make us ask, and how long until we ask again."""

    failures: int = 5
    environment_failures: int = 10
    window_s: float = 900.0
    first_s: float = 60.0
    longest_s: float = 900.0
    first_grave_s: float = 300.0
    longest_grave_s: float = 3600.0
    trial_s: float = 120.0

    def enough(self, scope: Scope, kind: RetryClass) -> int:
        """Return how many failures of this kind make us ask the scope."""
        if kind in GRAVE:
            return 1
        is_environment = not scope.is_rooms and scope.mailbox is None
        return self.environment_failures if is_environment else self.failures

    def wait_s(self, kind: str, probes: int, hint_s: float | None) -> float:
        """Return the seconds until the question after `probes` in vain; a longer hint wins."""
        is_grave = kind in GRAVE
        first = self.first_grave_s if is_grave else self.first_s
        longest = self.longest_grave_s if is_grave else self.longest_s
        return max(min(first * 2.0 ** min(probes, 16), longest), hint_s or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """One scope that is, or lately was, parked.

    `kind` is the retry class of the failure, `why` its text for operators; `probes` counts the
    questions in vain; `due`: of an open one the next question, of a half open one the end of the
    trial. `is_drained`: all that was parked is queued again.
    """

    scope: Scope
    state: BreakerState
    since: datetime
    kind: str
    why: str
    due: datetime
    probes: int = 0
    is_drained: bool = False
    version: str = field(default="", compare=False)

    @property
    def is_parking(self) -> bool:
        """Tell whether looks are kept instead of taken."""
        return self.state is BreakerState.OPEN

    def needs_care(self, now: datetime) -> bool:
        """Tell whether there is something to ask, to queue or to settle by now.

        What is of a clock that was set back meanwhile does not wait until it has caught up.
        """
        return self.state is not BreakerState.CLOSED and (
            self.due <= now
            or now < self.since
            or (self.state is BreakerState.HALF_OPEN and not self.is_drained)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What was answered in vain: its class, its text, and the pause the service asks for."""

    kind: RetryClass
    why: str
    hint_s: float | None = None


def struck(strikes: Strikes, scope: Scope, now: datetime, limits: BreakerLimits) -> Strikes:
    """Return the strikes with one more of `scope` and of its environment, without old ones."""
    since = now - timedelta(seconds=limits.window_s)
    recent = {each: tuple(m for m in moments if m > since) for each, moments in strikes.items()}
    hit = {scope, scope if scope.is_rooms else Scope(scope.environment)}
    for each in hit:
        recent[each] = (*recent.get(each, ()), now)
    return {each: moments for each, moments in recent.items() if moments}


def is_enough(strikes: Strikes, scope: Scope, failure: Failure, limits: BreakerLimits) -> bool:
    """Tell whether a scope, or its environment, has failed so often that it is to be asked."""
    candidates = {scope} if scope.is_rooms else {scope, Scope(scope.environment)}
    return any(
        len(strikes.get(each, ())) >= limits.enough(each, failure.kind) for each in candidates
    )


def without(strikes: Strikes, scope: Scope) -> Strikes:
    """Return the strikes without those of a scope that answers, and of its environment."""
    gone = {scope} if scope.is_rooms else {scope, Scope(scope.environment)}
    return {each: moments for each, moments in strikes.items() if each not in gone}


def opened(
    scope: Scope, failure: Failure, now: datetime, limits: BreakerLimits, known: Breaker | None
) -> Breaker:
    """Return a scope's breaker after it has not answered; half open ones go on counting."""
    is_again = known is not None and known.state is not BreakerState.CLOSED
    probes = known.probes + 1 if known is not None and is_again else 0
    return Breaker(
        scope=scope,
        state=BreakerState.OPEN,
        since=known.since if known is not None and is_again else now,
        kind=failure.kind,
        why=failure.why,
        due=now + timedelta(seconds=limits.wait_s(failure.kind, probes, failure.hint_s)),
        probes=probes,
        version="" if known is None else known.version,
    )


def answered(breaker: Breaker, now: datetime, limits: BreakerLimits) -> Breaker:
    """Return an open breaker after its scope has answered, or a person has released it."""
    due = now + timedelta(seconds=limits.trial_s)
    return replace(breaker, state=BreakerState.HALF_OPEN, due=due, is_drained=False)


def settled(breaker: Breaker, now: datetime) -> Breaker:
    """Return a half open breaker as it is by now: closed after its trial, if nothing is left."""
    is_over = breaker.state is BreakerState.HALF_OPEN and breaker.due <= now and breaker.is_drained
    return replace(breaker, state=BreakerState.CLOSED) if is_over else breaker
