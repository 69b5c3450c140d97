"""Sets of time: united, taken from each other, looked up fast."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

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
        self._spans: Sequence[Interval] = united(spans)
        self._starts = [span.start for span in self._spans]

    def is_free(self, time: Interval) -> bool:
        """Tell whether nothing overlaps a time."""
        number = bisect_right(self._starts, time.start) - 1
        here = self._spans[max(number, 0) : number + 2]
        return not any(span.overlaps(time) for span in here)
