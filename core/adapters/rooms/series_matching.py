"""Which date that ROOMS drew up stands for which date of the rule. Pure.

ROOMS computes in the organizer's zone, or another (R-660): its dates may be off by what two zones
differ in around a change of DST, never by half a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.adapters.rooms.payloads import SeriesItemLine
from core.domain.series import Occurrence
from core.domain.series_draft import SeriesDraft, WantedDate

_FARTHEST = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Slot:
    """One date of the rule, and what is wanted of it; None: cancelled, not to be booked."""

    occurrence: Occurrence
    wanted: WantedDate | None


def slots_of(draft: SeriesDraft, occurrences: Iterable[Occurrence]) -> list[Slot]:
    """Return the dates of the rule from the first wanted one to the last."""
    wanted = {date.original_start: date for date in draft.dates}
    first, last = min(wanted), max(wanted)
    slots = []
    for occurrence in occurrences:
        if occurrence.original_start > last:
            break
        if occurrence.original_start >= first:
            slots.append(Slot(occurrence, wanted.get(occurrence.original_start)))
    return slots


def paired(
    slots: Sequence[Slot], lines: Sequence[SeriesItemLine]
) -> tuple[list[tuple[Slot, SeriesItemLine]], list[Slot], list[SeriesItemLine]]:
    """Return the pairs, the dates of the rule that ROOMS has not, and those it has beside them."""
    pairs, missing = [], []
    left = list(lines)
    for slot in slots:
        start = slot.occurrence.original_start
        near = [line for line in left if _distance(line, start) <= _FARTHEST]
        if not near:
            missing.append(slot)
            continue
        line = min(near, key=lambda candidate: _distance(candidate, start))
        left.remove(line)
        pairs.append((slot, line))
    return pairs, missing, left


def _distance(line: SeriesItemLine, start: datetime) -> timedelta:
    return timedelta.max if line.start is None else abs(line.start - start)
