"""The thread that hands over what was noted, every few seconds; nobody waits for it.

It loads OpenTelemetry when it first has something to do, so that no trigger pays for that.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.telemetry.recorder import Recorder

if TYPE_CHECKING:
    from opentelemetry.sdk._logs.export import LogRecordExporter
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace.export import SpanExporter

    from core.adapters.telemetry.meters import Meters

log = logging.getLogger(__name__)

EVERY_S = 5.0
LAST_S = 5.0
"""Seconds for the last export, when the process ends."""


@dataclass(frozen=True, slots=True)
class Exporters:
    """Where it goes to, and what is said of us with all of it."""

    spans: "SpanExporter"
    logs: "LogRecordExporter"
    metrics: "MetricReader"
    resource: "Resource"


class Post:
    """Hands over what a recorder has; `exporters` is called once, in the thread."""

    def __init__(self, recorder: Recorder, exporters: Callable[[], Exporters]) -> None:
        self._recorder, self._make = recorder, exporters
        self._exporters: Exporters | None = None
        self._meters: Meters | None = None
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
        self._is_told = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Hand over what is left, and end."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join(2 * LAST_S)
        if self._meters is not None:
            self._meters.close(LAST_S)

    def hand_over(self) -> None:
        """Hand over all that was noted until now; what is not taken is lost, and counted."""
        try:
            exporters, meters = self._opened()
        except Exception as error:  # noqa: BLE001 - telemetry may not harm what it tells of
            self._not_sent("start", error)
            return
        meters.take()
        from core.adapters.telemetry.forms import readable_logs, readable_spans  # noqa: PLC0415

        spans = self._recorder.take_spans()
        if spans:
            told = readable_spans(spans, exporters.resource)
            self._send("span", len(spans), lambda: exporters.spans.export(told))
        events = self._recorder.take_events()
        if events:
            lines = readable_logs(events, exporters.resource)
            self._send("event", len(events), lambda: exporters.logs.export(lines))

    def _send(self, kind: str, number: int, deed: Callable[[], object]) -> None:
        try:
            answer = deed()
        except Exception as error:  # noqa: BLE001 - as above
            self._recorder.lost(kind, number)
            self._not_sent(kind, error)
            return
        if getattr(answer, "name", "SUCCESS") != "SUCCESS":
            self._recorder.lost(kind, number)

    def _not_sent(self, kind: str, error: Exception) -> None:
        """Say it once: every few seconds it would be all that a log says."""
        if not self._is_told:
            self._is_told = True
            log.warning("telemetry_not_sent", extra={"kind": kind, "error": type(error).__name__})

    def _opened(self) -> "tuple[Exporters, Meters]":
        if self._exporters is None or self._meters is None:
            from core.adapters.telemetry.meters import Meters  # noqa: PLC0415 - loads the SDK

            exporters = self._make()
            self._meters = Meters(self._recorder, exporters.metrics, exporters.resource)
            self._exporters = exporters
        return self._exporters, self._meters

    def _run(self) -> None:
        while not self._ends.wait(EVERY_S):
            self.hand_over()
        self.hand_over()
