"""Sets of time: united, taken from each other, looked up fast."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from core.domain.interval import Interval


def united(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the same time as few spans that neither meet nor overlap; empty ones are no time."""
    found: list[Interval] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if found and span.start <= found[-1].end:
            if span.end > found[-1].end:
                found[-1] = Interval(found[-1].start, span.end)
        else:
            found.append(span)
    return tuple(found)


def without(spans: Iterable[Interval], taken: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the time of `spans` that is not in `taken`."""
    away, left = united(taken), []
    first = 0
    for span in united(spans):
        at = span.start
        while first < len(away) and away[first].end <= at:
            first += 1
        number = first
        while number < len(away) and away[number].start < span.end:
            if at < away[number].start:
                left.append(Interval(at, away[number].start))
            at = max(at, away[number].end)
            number += 1
        if at < span.end:
            left.append(Interval(at, span.end))
    return tuple(left)


def clipped(spans: Iterable[Interval], window: Interval) -> tuple[Interval, ...]:
    """Return the time of `spans` that lies within `window`."""
    return united(
        Interval(max(span.start, window.start), min(span.end, window.end))
        for span in spans
        if span.overlaps(window)
    )


class Busy:
    """United spans that are asked often whether they leave a time free."""

    def __init__(self, spans: Iterable[Interval]) -> None:
        whole = united(spans)
        self._starts = [span.start for span in whole]
        self._ends = [span.end for span in whole]

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Tell whether nothing overlaps `[start, end)`, which must not be empty."""
        after = bisect_right(self._starts, start)
        if after and self._ends[after - 1] > start:
            return False
        return after == len(self._starts) or self._starts[after] >= end
