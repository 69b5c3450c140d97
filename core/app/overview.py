"""What is not as it should be, worst first: the console's first line and the CLI's exit code."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from core.app.link_gate import LinksState
from core.app.status import Status


class Level(IntEnum):
    """How much something needs a person: not at all, it passes by itself, look at it, act."""

    GOOD = 0
    BUSY = 1
    LOOK = 2
    BAD = 3


class Trouble(StrEnum):
    """What can be wrong, or merely going on."""

    COUNTS_UNREADABLE = "counts_unreadable"
    NO_WORKER = "no_worker"
    LINKS_LOST = "links_lost"
    GIVEN_UP = "given_up"
    STOPPED = "stopped"
    SILENT_EXCHANGE = "silent_exchange"
    SILENT_MAILBOX = "silent_mailbox"
    SILENT_ROOMS = "silent_rooms"
    STOOD_STILL = "stood_still"
    PARKED = "parked"
    UNWATCHED = "unwatched"
    SWITCHED_OFF = "switched_off"
    CONFIGURATION = "configuration"
    DIFFERENCES = "differences"
    EXPIRING = "expiring"
    REBUILDING = "rebuilding"
    RETRIES = "retries"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that is so, and how many of it there are."""

    level: Level
    trouble: Trouble
    number: int = 1


def signs(status: Status, *, global_sync_enabled: bool, to_correct: int = 0) -> tuple[Sign, ...]:
    """Return everything that keeps the overview from being green, worst first.

    `to_correct` is how much the doctor finds wrong with the settings.
    """
    queues = status.queues.values()
    waiting = sum(d.active for name, d in status.queues.items() if name != "failed-items")
    found = (
        Sign(Level.BAD, Trouble.COUNTS_UNREADABLE, int(not status.queues)),
        Sign(Level.BAD, Trouble.NO_WORKER, status.worker_silent_minutes),
        Sign(Level.BAD, Trouble.LINKS_LOST, int(status.links is LinksState.LOST)),
        Sign(Level.BAD, Trouble.GIVEN_UP, sum(depth.dead for depth in queues)),
        Sign(Level.BAD, Trouble.PARKED, sum(p.breaker.is_parking for p in status.parked)),
        Sign(Level.BAD, Trouble.UNWATCHED, status.subscriptions.get("failed", 0)),
        Sign(Level.BAD, Trouble.STOPPED, status.stopped),
        Sign(Level.BAD, Trouble.SILENT_EXCHANGE, len(status.push.environments)),
        Sign(Level.LOOK, Trouble.SILENT_MAILBOX, len(status.push.mailboxes)),
        Sign(Level.LOOK, Trouble.SILENT_ROOMS, int(status.push.is_rooms_silent)),
        Sign(Level.LOOK, Trouble.STOOD_STILL, status.stood_still_hours),
        Sign(Level.LOOK, Trouble.SWITCHED_OFF, int(not global_sync_enabled)),
        Sign(Level.LOOK, Trouble.CONFIGURATION, to_correct),
        Sign(Level.LOOK, Trouble.DIFFERENCES, status.differences_open),
        Sign(Level.LOOK, Trouble.EXPIRING, status.subscriptions.get("expiring", 0)),
        Sign(Level.LOOK, Trouble.REBUILDING, int(status.links is LinksState.REBUILDING)),
        Sign(Level.LOOK, Trouble.RETRIES, status.retries_pending),
        Sign(Level.BUSY, Trouble.WORKING, max(status.in_flight, waiting)),
    )
    return tuple(sign for sign in found if sign.number)


def worst(found: tuple[Sign, ...]) -> Level:
    """Return the highest level of all signs, GOOD when there are none."""
    return max((sign.level for sign in found), default=Level.GOOD)
