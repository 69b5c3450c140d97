"""Where telemetry goes to: Application Insights, any OTLP endpoint, or the console.

Endpoint, headers and intervals of OTLP are the standard `OTEL_…` variables, read by its exporter;
for Azure they are the platform's own two settings. Importing this module loads the SDK.
"""

import os
import sys

from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

from core.adapters.telemetry.post import Exporters

NAME = "room-sync"
QUIET = {
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
    "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
    "APPLICATIONINSIGHTS_OPENTELEMETRY_RESOURCE_METRIC_DISABLED": "true",
}
"""Keeps Azure's exporter from telling Microsoft how it does, and from asking for its orders."""


def exporters(way: str, instance: str) -> Exporters:
    """Return what leads to `azure`, `otlp` or `console`; `instance` is this process's name."""
    resource = Resource.create({"service.name": NAME, "service.instance.id": instance})
    match way:
        case "azure":
            return _azure(resource)
        case "otlp":
            return _otlp(resource)
        case _:
            return _console(resource)


def _azure(resource: Resource) -> Exporters:
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    from azure.monitor.opentelemetry.exporter import (  # noqa: PLC0415 - only one of three is loaded
        AzureMonitorLogExporter,
        AzureMonitorMetricExporter,
        AzureMonitorTraceExporter,
    )

    # What cannot be sent is not kept on the instance's disk: it is gone with the instance anyway.
    return Exporters(
        AzureMonitorTraceExporter(disable_offline_storage=True),
        AzureMonitorLogExporter(disable_offline_storage=True),
        _every_minute(AzureMonitorMetricExporter(disable_offline_storage=True)),
        resource,
    )


def _otlp(resource: Resource) -> Exporters:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import (  # noqa: PLC0415
        OTLPMetricExporter,
    )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )

    return Exporters(
        OTLPSpanExporter(), OTLPLogExporter(), _every_minute(OTLPMetricExporter()), resource
    )


def _console(resource: Resource) -> Exporters:
    from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import ConsoleMetricExporter  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter  # noqa: PLC0415

    return Exporters(
        ConsoleSpanExporter(out=sys.stdout),
        ConsoleLogRecordExporter(out=sys.stdout),
        _every_minute(ConsoleMetricExporter(out=sys.stdout)),
        resource,
    )


def _every_minute(exporter: MetricExporter) -> PeriodicExportingMetricReader:
    return PeriodicExportingMetricReader(exporter)
