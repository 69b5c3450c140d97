"""How the sync did in a span of time: what the console's charts are drawn from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

BOUNDS_MS = (250, 500, 1000, 2000, 3000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000)
"""Upper ends of the classes of latencies; what takes longer is in one class more."""

STEP = timedelta(minutes=5)


PARTS = ("provider", "queue", "own", "write")
"""Of what a change's way consists, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOfWay:
    """How long one part took in all, and for how many changes it was noted: both can be added."""

    name: str
    total_ms: int
    number: int

    @property
    def mean_ms(self) -> float:
        """Return how long it took on average."""
        return self.total_ms / self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What happened until `at`, in `span_s` seconds, and how it stood then.

    `latencies` counts mirrored changes by class (`BOUNDS_MS`), from the first trigger to the end.
    `waiting`, `later` and `dead` are None where the queues could not be counted. `parts` are of
    what the ways of the changes consisted, those that were noted (`core.domain.history.Parts`).
    """

    at: datetime
    span_s: int
    changes: int = 0
    refused: int = 0
    given_up: int = 0
    latencies: tuple[int, ...] = (0,) * (len(BOUNDS_MS) + 1)
    waiting: int | None = None
    later: int | None = None
    dead: int | None = None
    parked: int = 0
    silent: int = 0
    parts: tuple[PartOfWay, ...] = ()

    def within_ms(self, share: float) -> float | None:
        """Return within how many ms this share of the changes was mirrored, None without any.

        Inside a class changes count as spread evenly; the last one has no end: its beginning.
        """
        whole = sum(self.latencies)
        if not whole:
            return None
        wanted, before, start = share * whole, 0, 0
        for count, end in zip(self.latencies, BOUNDS_MS, strict=False):
            if count and before + count >= wanted:
                return start + (end - start) * (wanted - before) / count
            before, start = before + count, end
        return float(start)


def classed(latencies_ms: Iterable[int]) -> tuple[int, ...]:
    """Count latencies by class."""
    counts = [0] * (len(BOUNDS_MS) + 1)
    for latency in latencies_ms:
        counts[next((n for n, end in enumerate(BOUNDS_MS) if latency <= end), len(BOUNDS_MS))] += 1
    return tuple(counts)


def joined(measures: Sequence[Measure]) -> Measure:
    """Return several measures as one: what happened is added, of what stood the most counts."""
    return Measure(
        at=max(m.at for m in measures),
        span_s=sum(m.span_s for m in measures),
        changes=sum(m.changes for m in measures),
        refused=sum(m.refused for m in measures),
        given_up=sum(m.given_up for m in measures),
        latencies=tuple(sum(each) for each in zip(*(m.latencies for m in measures), strict=True)),
        waiting=_most(m.waiting for m in measures),
        later=_most(m.later for m in measures),
        dead=_most(m.dead for m in measures),
        parked=max(m.parked for m in measures),
        silent=max(m.silent for m in measures),
        parts=joined_parts(part for m in measures for part in m.parts),
    )


def parts_of_ways(ways: Iterable[Mapping[str, int]]) -> tuple[PartOfWay, ...]:
    """Count the parts of several changes' ways, each by its name, in ms."""
    return joined_parts(
        PartOfWay(name=name, total_ms=part, number=1) for way in ways for name, part in way.items()
    )


def joined_parts(parts: Iterable[PartOfWay]) -> tuple[PartOfWay, ...]:
    """Add parts by their names, in the order of the way; what nobody noted is left out."""
    total, number = Counter[str](), Counter[str]()
    for part in parts:
        total[part.name] += part.total_ms
        number[part.name] += part.number
    return tuple(
        PartOfWay(name=name, total_ms=total[name], number=number[name])
        for name in PARTS
        if number[name]
    )


def _most(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)
