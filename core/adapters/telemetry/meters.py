"""What was counted and measured, as instruments of OpenTelemetry. Importing this loads the SDK.

Counters and gauges are asked for when they are exported; histograms get what was noted meanwhile.
"""

from collections.abc import Callable, Iterable

from opentelemetry.metrics import CallbackOptions, Histogram, Meter, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource

from core.telemetry.recorder import Recorder
from core.telemetry.vocabulary import (
    BUDGET_USED,
    COUNTER,
    DIFFERENCES,
    GAUGE,
    HISTOGRAM,
    IN_FLIGHT,
    METRICS,
    Metric,
)

FRESH_S = 360.0
"""Seconds for which a gauge stands: its timer comes every five minutes, to any of the processes."""
FRESH_HOURLY_S = 7200.0
FULLEST = 5

Callback = Callable[[CallbackOptions], Iterable[Observation]]


class Meters:
    """The instruments of one process."""

    def __init__(self, recorder: Recorder, reader: MetricReader, resource: Resource) -> None:
        self._recorder = recorder
        # The SDK would end it once more when the process ends.
        self._provider = MeterProvider([reader], resource, shutdown_on_exit=False)
        meter = self._provider.get_meter("roomsync")
        self._histograms = {
            metric.name: meter.create_histogram(metric.name, metric.unit, metric.meaning)
            for metric in METRICS
            if metric.kind == HISTOGRAM
        }
        for metric in METRICS:
            if metric.kind == COUNTER:
                _counter(meter, metric, self._counted(metric))
            elif metric.kind == GAUGE:
                _gauge(meter, metric, self._standing(metric))

    def take(self) -> None:
        """Pass on the values that were noted since the last time."""
        for number in self._recorder.take_numbers():
            histogram: Histogram = self._histograms[number.metric.name]
            histogram.record(number.value, dict(number.attributes))

    def flush(self, timeout_s: float) -> None:
        """Export now."""
        self._provider.force_flush(int(timeout_s * 1000))

    def close(self, timeout_s: float) -> None:
        """Export for the last time."""
        self._provider.shutdown(int(timeout_s * 1000))

    def _counted(self, metric: Metric) -> Callback:
        def callback(_: CallbackOptions) -> Iterable[Observation]:
            return [Observation(v, dict(a)) for a, v in self._recorder.counted(metric)]

        return callback

    def _standing(self, metric: Metric) -> Callback:
        fresh_s = FRESH_HOURLY_S if metric is DIFFERENCES else FRESH_S

        def callback(_: CallbackOptions) -> Iterable[Observation]:
            if metric is IN_FLIGHT:
                return [
                    Observation(number, {"environment": environment})
                    for environment, number in list(self._recorder.in_flight.items())
                ]
            found = self._recorder.standing(metric, fresh_s)
            if metric is BUDGET_USED:
                found = sorted(found, key=lambda each: each[1], reverse=True)[:FULLEST]
            return [Observation(value, dict(attributes)) for attributes, value in found]

        return callback


def _counter(meter: Meter, metric: Metric, callback: Callback) -> None:
    meter.create_observable_counter(metric.name, [callback], metric.unit, metric.meaning)


def _gauge(meter: Meter, metric: Metric, callback: Callback) -> None:
    meter.create_observable_gauge(metric.name, [callback], metric.unit, metric.meaning)
