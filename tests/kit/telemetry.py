"""What the app tells of itself, kept in memory and read as OpenTelemetry's exporters would."""

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core.adapters.telemetry.post import Exporters, Post
from core.telemetry.logs import listen, stop_listening
from core.telemetry.recorder import Recorder, Shares, record
from tests.kit.canary import WATCH


@dataclass
class Told:
    """Everything that was told; `read` hands over what was noted since."""

    recorder: Recorder
    spans_exporter: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    logs_exporter: InMemoryLogRecordExporter = field(default_factory=InMemoryLogRecordExporter)
    reader: InMemoryMetricReader = field(default_factory=InMemoryMetricReader)

    def __post_init__(self) -> None:
        exporters = Exporters(
            self.spans_exporter, self.logs_exporter, self.reader, Resource({"service.name": "t"})
        )
        self._post = Post(self.recorder, lambda: exporters)

    def read(self) -> None:
        """Hand over."""
        self._post.hand_over()

    @property
    def spans(self) -> list[ReadableSpan]:
        """Return all spans, in the order of their beginnings."""
        self.read()
        return sorted(self.spans_exporter.get_finished_spans(), key=lambda s: s.start_time or 0)

    @property
    def events(self) -> list[tuple[str, dict[str, object]]]:
        """Return all events with their fields."""
        self.read()
        logs = [each.log_record for each in self.logs_exporter.get_finished_logs()]
        return [(str(log.body), dict(log.attributes or {})) for log in logs]

    @property
    def metrics(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        """Return every number by name and attributes; of a histogram, how many there were."""
        self.read()
        data = self.reader.get_metrics_data()
        return {
            (metric.name, tuple(sorted(dict(point.attributes or {}).items()))): getattr(
                point, "count", None
            )
            or getattr(point, "value", 0)
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            for point in metric.data.data_points
        }

    @property
    def texts(self) -> list[str]:
        """Return everything that was told, as texts to be searched."""
        spans = [
            f"{span.name} {dict(span.attributes or {})} {span.status.description} {span.events}"
            for span in self.spans
        ]
        events = [f"{name} {fields}" for name, fields in self.events]
        return spans + events + [f"{name} {attributes}" for name, attributes in self.metrics]

    def trace_of(self, name: str) -> list[ReadableSpan]:
        """Return the trace that has the newest span of this name."""
        found = [span for span in self.spans if span.name == name]
        assert found, (name, [span.name for span in self.spans])
        return self.trace(found[-1])

    def trace(self, span: ReadableSpan) -> list[ReadableSpan]:
        """Return all spans of the trace of one."""
        return [each for each in self.spans if each.context.trace_id == span.context.trace_id]


@contextmanager
def told(shares: Shares | None = None) -> Iterator[Told]:
    """Note everything for a while; each nanosecond of its clock is a note."""
    chance = random.Random(7)  # noqa: S311 - repeatable, no secrets
    recorder = Recorder(itertools.count(1).__next__, chance.getrandbits, shares or Shares(1.0, 1.0))
    record(recorder)
    handler = listen()
    all_told = Told(recorder)
    try:
        yield all_told
    finally:
        stop_listening(handler)
        record(None)
        for text in all_told.texts:
            WATCH.saw("telemetry", text)


def tree(spans: list[ReadableSpan]) -> list[str]:
    """Return a trace as indented names; a span whose parent is missing is marked."""
    known = {span.context.span_id for span in spans}
    lines: list[str] = []

    def show(span: ReadableSpan, depth: int) -> None:
        lines.append("  " * depth + span.name)
        for each in spans:
            if each.parent is not None and each.parent.span_id == span.context.span_id:
                show(each, depth + 1)

    for span in spans:
        if span.parent is None:
            show(span, 0)
        elif span.parent.span_id not in known:
            lines.append(f"? {span.name}")
    return lines
