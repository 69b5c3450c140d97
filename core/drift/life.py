"""The life of a drift from one check to the next (R-841, docs/differences.md).

known as    found again                        not found any more
nothing     open                               nothing
open        open                               closed by itself
resolved    resolved for a while, then open    resolved
ignored     ignored while nothing changes      closed by itself
closed      open                               closed
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.drift import Drift, DriftState

UNDER_WAY = timedelta(minutes=15)
"""How long it may take until what a person has decided is done."""


def seen_again(known: Drift | None, found: Drift) -> Drift:
    """Return a drift that was found, with what was known and decided of it before."""
    if known is None:
        return found
    state = _still(known, found)
    if known.state is DriftState.CLOSED:
        return found
    kept = replace(found, state=state, found_at=known.found_at)
    if state is DriftState.OPEN:
        return kept
    return replace(kept, decided_at=known.decided_at, decision=known.decision)


def not_seen(known: Drift, now: datetime) -> Drift:
    """Return a drift that is gone."""
    if known.state in {DriftState.RESOLVED, DriftState.CLOSED}:
        return known
    return replace(known, state=DriftState.CLOSED, checked_at=now)


def after_check(known: Iterable[Drift], found: Iterable[Drift], now: datetime) -> list[Drift]:
    """Return the drifts that are to be written: those of a check, and those it did not find."""
    before = {drift.id: drift for drift in known}
    now_there = {drift.id: drift for drift in found}
    written = [seen_again(before.get(name), drift) for name, drift in now_there.items()]
    gone = (drift for name, drift in before.items() if name not in now_there)
    return written + [ended for drift in gone if (ended := not_seen(drift, now)) != drift]


def decided(drift: Drift, state: DriftState, decision: str, now: datetime) -> Drift:
    """Return a drift on which a person has decided."""
    return replace(drift, state=state, decision=decision, decided_at=now)


def _still(known: Drift, found: Drift) -> DriftState:
    match known.state:
        case DriftState.IGNORED if known.digest == found.digest:
            return DriftState.IGNORED
        case DriftState.RESOLVED if known.decided_at is not None:
            is_under_way = found.checked_at - known.decided_at < UNDER_WAY
            return DriftState.RESOLVED if is_under_way else DriftState.OPEN
        case _:
            return DriftState.OPEN
