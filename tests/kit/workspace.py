"""What a workspace of Application Insights would hold of what was told.

Rows are made by the conversion of Azure's own exporter, with its temporality; nothing is sent.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from azure.monitor.opentelemetry.exporter.export.logs._exporter import _convert_log_to_envelope
from azure.monitor.opentelemetry.exporter.export.metrics._exporter import (
    APPLICATION_INSIGHTS_METRIC_TEMPORALITIES,
    _convert_point_to_envelope,
)
from azure.monitor.opentelemetry.exporter.export.trace._exporter import _convert_span_to_envelope
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource

from core.adapters.telemetry.exporters import NAME
from core.adapters.telemetry.forms import readable_log, readable_span
from core.adapters.telemetry.meters import Meters
from core.telemetry.recorder import Recorder
from infra.check.kql import TABLES
from tests.kit.kusto import answer
from tests.kit.kusto_values import Row
from tests.kit.telemetry import told

TUESDAY = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_RESOURCE = Resource({"service.name": NAME, "service.instance.id": "one"})
_DURATION = re.compile(r"(\d+)\.(\d+):(\d+):([\d.]+)")


class Workspace:
    """The tables of what one process notes; its metrics are told each minute."""

    def __init__(self, recorder: Recorder, now: datetime) -> None:
        self.now, self.tables = now, {name: [] for name in TABLES}
        self._recorder = recorder
        recorder.now_ns = self._now_ns
        self._reader = InMemoryMetricReader(APPLICATION_INSIGHTS_METRIC_TEMPORALITIES)
        self._meters = Meters(recorder, self._reader, _RESOURCE)

    def pass_minutes(self, number: int = 1) -> None:
        """Let time pass, and hand over what was noted."""
        for _ in range(number):
            self.now += MINUTE
            self._take()

    def tell_at(self, now: datetime) -> None:
        """Hand over what was noted until this moment."""
        self.now = now
        self._take()

    def ask(self, query: str) -> list[Row]:
        """Return what a query gives now."""
        return answer(query, self.tables, self.now)

    def _now_ns(self) -> int:
        return int(self.now.timestamp() * 1e9)

    def _take(self) -> None:
        self._meters.take()
        data = self._reader.get_metrics_data()
        for resource in data.resource_metrics if data else ():
            for metric in (each for scope in resource.scope_metrics for each in scope.metrics):
                for point in metric.data.data_points:
                    envelope = _convert_point_to_envelope(point, metric.name, _RESOURCE)
                    (measured,) = envelope.data.base_data.metrics
                    self._add(
                        envelope,
                        Sum=float(measured.value),
                        Min=measured.min,
                        Max=measured.max,
                        ItemCount=measured.count,
                        Name=measured.name,
                    )
        for event in self._recorder.take_events():
            envelope = _convert_log_to_envelope(readable_log(event, _RESOURCE))
            line = envelope.data.base_data
            self._add(envelope, Message=line.message, SeverityLevel=line.severity_level)
        for span in self._recorder.take_spans():
            envelope = _convert_span_to_envelope(readable_span(span, _RESOURCE))
            about = envelope.data.base_data
            self._add(
                envelope,
                Id=about.id,
                Name=about.name,
                Success=about.success,
                DurationMs=_milliseconds(about.duration),
                Target=getattr(about, "target", None),
                DependencyType=getattr(about, "type", None),
            )

    def _add(self, envelope: Any, **columns: Any) -> None:
        """Add a row; all that the exporter has no place for is null."""
        table = _TABLES[envelope.data.base_type]
        row: Row = dict.fromkeys(sorted(TABLES[table]))
        row |= {name: value for name, value in columns.items() if name in row}
        row["TimeGenerated"] = self.now
        row["Properties"] = dict(envelope.data.base_data.properties or {})
        row["OperationId"] = envelope.tags.get("ai.operation.id")
        row["AppRoleName"] = envelope.tags.get("ai.cloud.role")
        row["ItemCount"] = columns.get("ItemCount", 1)
        self.tables[table].append(row)


_TABLES = {
    "MetricData": "AppMetrics",
    "MessageData": "AppTraces",
    "RequestData": "AppRequests",
    "RemoteDependencyData": "AppDependencies",
}


def _milliseconds(duration: str) -> float:
    days, hours, minutes, seconds = map(float, _DURATION.fullmatch(duration).groups())
    return ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000


@contextmanager
def workspace(now: datetime = TUESDAY) -> Iterator[Workspace]:
    """Keep in tables all that is told meanwhile."""
    with told() as telling:
        yield Workspace(telling.recorder, now)
