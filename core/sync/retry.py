"""When a failed look is tried again: four fast tries, then the vendor's delays (R-(i)).

The tables are a setting (`ROOMSYNC_RETRY_DELAYS`, docs/retries.md): those not named stay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.errors import RetryClass

FAST_TRIES_S = (2.0, 10.0, 30.0, 120.0)
"""Most troubles are over within minutes: these come before the vendor's own, slower delays."""

FAST = "fast"
"""What the fast tries are called in the setting."""

HOUR_S = 3600.0

# A draft lives for up to half an hour, one whose answer was lost included: LOCKED outlasts it.
SLOW_TRIES_S: Mapping[RetryClass, tuple[float, ...]] = MappingProxyType(
    {
        RetryClass.DATA_PROCESSING: (300.0,) * 3,
        RetryClass.CONNECTIVITY: (HOUR_S,) * 24,
        RetryClass.AUTHORIZATION: (2 * HOUR_S,) * 8,
        RetryClass.MAILBOX_UNKNOWN: (6 * HOUR_S,) * 4,
        RetryClass.BACK_SYNC: ((60.0,) * 6 + (1800.0,) * 43),
        RetryClass.LOCKED: (180.0,) * 20,
        RetryClass.UNFORESEEN: (60.0, *(1200.0,) * 3),
        RetryClass.OTHER: (180.0,) * 3,
    }
)

NEVER_FAST = {RetryClass.AUTHORIZATION, RetryClass.MAILBOX_UNKNOWN}
"""Hammering these does harm: accounts get locked, and a mailbox does not appear in seconds."""

MOST_TRIES = 500
LONGEST_S = 24 * HOUR_S
"""Of one delay: what waits longer than a day is forgotten by everybody."""

_UNITS_S = {"s": 1.0, "m": 60.0, "h": HOUR_S}
_DELAY = re.compile(r"(?:(\d{1,4})x)?(\d{1,6})([smh])")


@dataclass(frozen=True, slots=True)
class RetryTables:
    """The delays in seconds, in order: the fast ones of all classes, then those of each class."""

    fast_s: tuple[float, ...] = FAST_TRIES_S
    slow_s: Mapping[RetryClass, tuple[float, ...]] = field(default_factory=lambda: SLOW_TRIES_S)

    def delays_s(self, kind: RetryClass) -> tuple[float, ...]:
        """Return all delays of a class; after the last one a look is given up."""
        return self.slow_s[kind] if kind in NEVER_FAST else (*self.fast_s, *self.slow_s[kind])

    def delay_before(
        self, attempt: int, kind: RetryClass, retry_after_s: float | None
    ) -> float | None:
        """Return the seconds before try number `attempt` (1 = first retry), None to give up.

        A longer wish of the service (`Retry-After`) wins over the table.
        """
        table = self.delays_s(kind)
        if attempt > len(table):
            return None
        return max(table[attempt - 1], retry_after_s or 0.0)

    @property
    def most_locked_tries(self) -> int:
        """Return after how many tries a lock counts as a refusal: an editor was left open."""
        return len(self.delays_s(RetryClass.LOCKED))


def changed_tables(texts: Mapping[str, object]) -> RetryTables:
    """Return the tables with some replaced, each as in "3x5s 30m 2x12h"; ValueError says what not.

    "" means that there are no tries of that kind. The names are those of `RetryClass`, and "fast".
    """
    known = {FAST, *RetryClass}
    if unknown := sorted(set(texts) - known):
        raise ValueError(
            f"{', '.join(unknown)}: no such class; there are {', '.join(sorted(known))}"
        )
    delays = {name: _delays(name, text) for name, text in texts.items()}
    fast = delays.pop(FAST, FAST_TRIES_S)
    return RetryTables(
        fast, {**SLOW_TRIES_S, **{RetryClass(name): d for name, d in delays.items()}}
    )


def _delays(name: str, text: object) -> tuple[float, ...]:
    if not isinstance(text, str):
        raise ValueError(f'{name}: must be a text as in "3x5s 30m"')  # noqa: TRY004 - a setting
    delays: list[float] = []
    for word in text.split():
        read = _DELAY.fullmatch(word)
        if read is None:
            raise ValueError(f"{name}: {word[:20]!r} is no delay; write 30s, 5m, 1h or 3x5m")
        delay_s = int(read[2]) * _UNITS_S[read[3]]
        if not 0 < delay_s <= LONGEST_S:
            raise ValueError(f"{name}: {word[:20]} must be from one second to a day")
        delays += [delay_s] * min(int(read[1] or 1), MOST_TRIES + 1)
        if len(delays) > MOST_TRIES:
            raise ValueError(f"{name}: more than {MOST_TRIES} tries")
    return tuple(delays)
