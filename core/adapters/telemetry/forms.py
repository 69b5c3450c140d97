"""What was noted, as OpenTelemetry's exporters take it. Importing this module loads the SDK."""

import logging
from collections.abc import Sequence

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from core.telemetry.recorder import EventRecord, SpanRecord

_KINDS = {kind.name.lower(): kind for kind in SpanKind}
_SCOPE = InstrumentationScope("roomsync")
_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_SEVERITIES = {
    logging.DEBUG: SeverityNumber.DEBUG,
    logging.INFO: SeverityNumber.INFO,
    logging.WARNING: SeverityNumber.WARN,
    logging.ERROR: SeverityNumber.ERROR,
    logging.CRITICAL: SeverityNumber.FATAL,
}


def readable_span(span: SpanRecord, resource: Resource) -> ReadableSpan:
    """Return a span; its error is an attribute and the description of its status."""
    parent = None
    if span.parent_id:
        parent = _place(span.trace_id, span.parent_id, is_remote=span.is_parent_remote)
    error = str(span.attributes.get("roomsync.error", ""))
    return ReadableSpan(
        name=span.name,
        context=_place(span.trace_id, span.span_id),
        parent=parent,
        resource=resource,
        attributes=dict(span.attributes),
        links=[Link(_place(*link, is_remote=True)) for link in span.links],
        kind=_KINDS[span.type.kind],
        status=Status(StatusCode.ERROR, error) if span.is_failed else Status(StatusCode.OK),
        start_time=span.started_ns,
        end_time=span.ended_ns,
        instrumentation_scope=_SCOPE,
    )


def readable_log(event: EventRecord, resource: Resource) -> ReadableLogRecord:
    """Return an event as a log record, in the trace that it belongs to."""
    context = None
    if event.trace_id:
        context = set_span_in_context(NonRecordingSpan(_place(event.trace_id, event.span_id)))
    return ReadableLogRecord(
        LogRecord(
            timestamp=event.at_ns,
            observed_timestamp=event.at_ns,
            context=context,
            severity_text=logging.getLevelName(event.level),
            severity_number=_SEVERITIES.get(event.level, SeverityNumber.INFO),
            body=event.event,
            attributes=dict(event.fields),
        ),
        resource,
        InstrumentationScope(event.logger),
    )


def readable_spans(spans: Sequence[SpanRecord], resource: Resource) -> list[ReadableSpan]:
    """Return spans."""
    return [readable_span(span, resource) for span in spans]


def readable_logs(events: Sequence[EventRecord], resource: Resource) -> list[ReadableLogRecord]:
    """Return events."""
    return [readable_log(event, resource) for event in events]


def _place(trace_id: int, span_id: int, *, is_remote: bool = False) -> SpanContext:
    return SpanContext(trace_id, span_id, is_remote, _SAMPLED)
