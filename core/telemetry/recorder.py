"""What was noted and not handed over yet: spans, numbers, events; bounded, and never waited for.

`recording` is the one of this process; without it nothing is noted anywhere.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from core.telemetry.vocabulary import LOST_RECORDS, Metric, SpanType

Value = str | int | float | bool
Attributes = tuple[tuple[str, str], ...]
"""Of a number: sorted by name."""

MOST_SEGMENTS = 2000
MOST_SPANS = 1000
"""Of one segment: a sweep of everything has more, and is told by its first thousand."""
MOST_NUMBERS = 20_000
MOST_EVENTS = 5000
MOST_SERIES = 2000
"""Combinations of a counter's or gauge's attributes, over all of them."""


class SpanRecord(NamedTuple):
    """A span that has ended. `parent_id` is 0 for the first of a trace; times in ns since 1970."""

    type: SpanType
    name: str
    trace_id: int
    span_id: int
    parent_id: int
    is_parent_remote: bool
    started_ns: int
    ended_ns: int
    attributes: Mapping[str, Value]
    links: tuple[tuple[int, int], ...]
    is_failed: bool


class EventRecord(NamedTuple):
    """A log line; `trace_id` and `span_id` are 0 outside of any span."""

    at_ns: int
    level: int
    logger: str
    event: str
    fields: Mapping[str, Value]
    trace_id: int
    span_id: int


class Number(NamedTuple):
    """One value for a histogram."""

    metric: Metric
    value: float
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Shares:
    """Which part of the traces is kept, of actions and of rounds; of failures all are."""

    actions: float = 1.0
    rounds: float = 0.05

    def keep(self, trace_id: int, *, is_action: bool) -> bool:
        """Tell whether a trace is in the share: the same everywhere, by its id alone."""
        share = self.actions if is_action else self.rounds
        return (trace_id & 0xFFFFFFFF) < share * 0x100000000


@dataclass(slots=True, eq=False)
class Segment:
    """What one process does of one trace, from a message or request on; kept or not as a whole."""

    trace_id: int
    is_action: bool
    is_failed: bool = False
    is_kept: bool | None = None
    spans: list[SpanRecord] = field(default_factory=list)


class Recorder:
    """Takes notes. `now_ns` is the time, `bits` makes that many random bits for ids."""

    def __init__(
        self,
        now_ns: Callable[[], int],
        bits: Callable[[int], int],
        shares: Shares | None = None,
    ) -> None:
        self.now_ns, self.bits = now_ns, bits
        self.shares = shares or Shares()
        self._segments: deque[list[SpanRecord]] = deque()
        self._numbers: deque[Number] = deque()
        self._events: deque[EventRecord] = deque()
        self.counters: dict[tuple[Metric, Attributes], float] = {}
        self.gauges: dict[tuple[Metric, Attributes], tuple[float, int]] = {}
        self.in_flight: Counter[str] = Counter()

    def ended(self, span: SpanRecord, segment: Segment, *, is_first: bool) -> None:
        """Take a span that has ended; with the first one of a segment all of it is decided on."""
        if span.is_failed:
            segment.is_failed = True
        if segment.is_kept is None:
            if len(segment.spans) < MOST_SPANS or is_first:
                segment.spans.append(span)
            else:
                self._lost("span")
            if is_first:
                self._decide(segment)
        elif segment.is_kept:
            self._keep([span])

    def _decide(self, segment: Segment) -> None:
        segment.is_kept = segment.is_failed or self.shares.keep(
            segment.trace_id, is_action=segment.is_action
        )
        spans, segment.spans = segment.spans, []
        if segment.is_kept:
            self._keep(spans)

    def _keep(self, spans: list[SpanRecord]) -> None:
        if len(self._segments) >= MOST_SEGMENTS:
            self._lost("span", len(spans))
            return
        self._segments.append(spans)

    def add(self, metric: Metric, amount: float, attributes: Attributes) -> None:
        """Count."""
        series = (metric, attributes)
        if series not in self.counters and len(self.counters) >= MOST_SERIES:
            self._lost("number")
            return
        self.counters[series] = self.counters.get(series, 0) + amount

    def put(self, metric: Metric, value: float, attributes: Attributes) -> None:
        """Note how something stands."""
        series = (metric, attributes)
        if series not in self.gauges and len(self.gauges) >= MOST_SERIES:
            self._lost("number")
            return
        self.gauges[series] = (value, self.now_ns())

    def measure(self, metric: Metric, value: float, attributes: Attributes) -> None:
        """Note one value of many."""
        if len(self._numbers) >= MOST_NUMBERS:
            self._lost("number")
            return
        self._numbers.append(Number(metric, value, attributes))

    def tell(self, event: EventRecord) -> None:
        """Note an event."""
        if len(self._events) >= MOST_EVENTS:
            self._lost("event")
            return
        self._events.append(event)

    def take_spans(self) -> list[SpanRecord]:
        """Return the spans that were kept since the last time."""
        return [span for segment in _taken(self._segments) for span in segment]

    def take_numbers(self) -> list[Number]:
        """Return the values that were noted since the last time."""
        return list(_taken(self._numbers))

    def take_events(self) -> list[EventRecord]:
        """Return the events that were noted since the last time."""
        return list(_taken(self._events))

    def standing(self, metric: Metric, longest_s: float) -> list[tuple[Attributes, float]]:
        """Return how a gauge stands, without what was noted longer ago."""
        since = self.now_ns() - int(longest_s * 1e9)
        return [
            (attributes, value)
            for (each, attributes), (value, at) in list(self.gauges.items())
            if each is metric and at >= since
        ]

    def counted(self, metric: Metric) -> list[tuple[Attributes, float]]:
        """Return what was counted since this process began."""
        return [
            (attributes, value)
            for (each, attributes), value in list(self.counters.items())
            if each is metric
        ]

    def lost(self, kind: str, number: int) -> None:
        """Count what could not be handed over."""
        if number:
            self._lost(kind, number)

    def _lost(self, kind: str, number: int = 1) -> None:
        series = (LOST_RECORDS, (("kind", kind),))
        self.counters[series] = self.counters.get(series, 0) + number


def _taken[T](waiting: deque[T]) -> Iterable[T]:
    for _ in range(len(waiting)):
        yield waiting.popleft()


class _Holder:
    """Where the recorder of this process is; None: telemetry is off."""

    __slots__ = ("recorder",)

    def __init__(self) -> None:
        self.recorder: Recorder | None = None


recording = _Holder()


def record(recorder: Recorder | None) -> None:
    """Note from now on with this recorder, or nothing any more."""
    recording.recorder = recorder
