"""How a receiver ends its lock on a message."""

from dataclasses import dataclass, field
from enum import StrEnum

from devstack.bus.amqp.codec import Encoded


class Settlement(StrEnum):
    """What becomes of the message; `RELEASE` is an abandon that does not count."""

    COMPLETE = "complete"
    ABANDON = "abandon"
    RELEASE = "release"
    DEFER = "defer"
    DEAD_LETTER = "dead-letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A settlement with what the receiver adds: a reason, or changed application properties."""

    settlement: Settlement
    reason: str | None = None
    description: str | None = None
    properties: dict[str, Encoded] = field(default_factory=dict)


COMPLETED = Outcome(settlement=Settlement.COMPLETE)
ABANDONED = Outcome(settlement=Settlement.ABANDON)
RELEASED = Outcome(settlement=Settlement.RELEASE)
DEFERRED = Outcome(settlement=Settlement.DEFER)
