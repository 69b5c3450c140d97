"""The first line of the overview: green, or what is not, and the numbers below it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.app.console.reader import Look
from core.app.overview import worst
from core.app.status import ParkedScope, Status
from core.app.wording import KINDS
from web.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The first line of the page, and the numbers below it."""

    level: str
    verdict: str
    signs: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, int], ...]


def overview(look: Look, words: Words, zone: ZoneInfo | None = None) -> Overview:
    """Return the verdict with what keeps it from being green; `zone` is the reader's."""
    status, level = look.status, worst(look.signs)
    queues = {name: d for name, d in status.queues.items() if name != "failed-items"}
    return Overview(
        level=level.name.lower(),
        verdict=words(f"level.{level.name.lower()}"),
        signs=(
            *(
                (sign.level.name.lower(), words.trouble(sign.trouble, sign.number))
                for sign in look.signs
            ),
            *(_parked_line(each, words, zone or look.zone) for each in status.parked),
        ),
        numbers=(
            (words("number.linked"), status.mappings.get("linked", 0)),
            (words("number.refused"), status.differences_open),
            (words("number.queued"), sum(depth.active for depth in queues.values())),
            (words("number.in_flight"), status.in_flight),
            (words("number.retries"), status.retries_pending),
            (words("number.dead"), sum(depth.dead for depth in status.queues.values())),
            (
                words("number.watched"),
                sum(status.subscriptions.get(c, 0) for c in ("active", "expiring")),
            ),
            *_by_environment(status, words),
        ),
    )


def _by_environment(status: Status, words: Words) -> tuple[tuple[str, int], ...]:
    """Return how many mailboxes are watched in each environment; one alone says nothing more."""
    if len(status.environments) < 2:  # noqa: PLR2004 - one is told already
        return ()
    return tuple(
        (
            words("number.watched_in", environment=each.id, kind=KINDS.get(each.kind, each.kind)),
            each.watched,
        )
        for each in status.environments
    )


def _parked_line(each: ParkedScope, words: Words, zone: ZoneInfo) -> tuple[str, str]:
    """Return what is said of one mailbox or system that does not answer."""
    breaker = each.breaker
    since, due = breaker.since.astimezone(zone), breaker.due.astimezone(zone)
    line = words(
        "sign.parked" if breaker.is_parking else "sign.on_trial",
        scope=breaker.scope.name,
        since=words.moment(since),
        due=f"{due:%H:%M}",
        waiting=each.waiting,
        why=breaker.why,
    )
    return ("bad" if breaker.is_parking else "look", line)
