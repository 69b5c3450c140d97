"""How much of what the app tells of itself is billed: bytes of a row, as Log Analytics counts them.

Counted is the text of each column; those that Azure adds for itself (_ResourceId and the like) are
free. The values here have the lengths that ours have (docs/telemetry.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from infra.cost.operations import Operations

MASKED = "0.0.0.0"  # noqa: S104 - as Azure does it  # nosec B104

_OF_EACH = {
    "TimeGenerated": "2026-11-29T08:00:00.0000000Z",
    "Id": "0123456789abcdef",
    "OperationName": "graph_notifications",
    "OperationId": "0123456789abcdef0123456789abcdef",
    "ParentId": "0123456789abcdef",
    "AppRoleName": "func-roomsync-0123456789abc",
    "AppRoleInstance": "0123456789abcdef0123456789abcdef01234567",
    "ClientType": "PC",
    "ClientIP": MASKED,
    "IKey": "00000000-0000-0000-0000-000000000000",
    "ResourceGUID": "00000000-0000-0000-0000-000000000000",
    "SDKVersion": "ulf_py3.13.0:otel1.40.0:ext1.0.0b58",
    "ItemCount": "1",
    "SourceSystem": "Azure",
}
SPAN = _OF_EACH | {
    "Name": "graph reading an event",
    "Target": "graph.microsoft.com",
    "DependencyType": "InProc",
    "Success": "True",
    "ResultCode": "200",
    "DurationMs": "123.4567",
    "PerformanceBucket": "<250ms",
    "Properties": json.dumps(
        {
            "roomsync.environment": "contoso",
            "roomsync.mailbox": "p11",
            "roomsync.call": "reading an event",
            "roomsync.status": "200",
            "roomsync.trace": "action",
        }
    ),
}
"""A row of AppDependencies or AppRequests: one span."""

EVENT = _OF_EACH | {
    "Message": "look_scheduled_again",
    "SeverityLevel": "1",
    "Properties": json.dumps({"kind": "connectivity", "delay_s": "3600", "logger": "roomsync"}),
}
"""A row of AppTraces: one line of the log."""

METRIC = _OF_EACH | {
    "Name": "roomsync.change.latency",
    "Sum": "12345.678",
    "Min": "123.456",
    "Max": "1234.567",
    "Properties": json.dumps({"system": "graph", "call": "reading an event", "outcome": "ok"}),
}
"""A row of AppMetrics: one series in one minute."""


def billed(row: Mapping[str, str]) -> int:
    """Return what a row counts as."""
    return sum(len(text) for text in row.values())


SPAN_BYTES, EVENT_BYTES, METRIC_BYTES = billed(SPAN), billed(EVENT), billed(METRIC)
SERIES = 80
"""Series of metrics that a busy process tells each minute: each metric by its attributes."""
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How much of it is sent: errors and metrics always, of the rest a share of whole traces."""

    actions: float = 1.0
    """Traces of what somebody did (`ROOMSYNC_TRACE_SHARE`)."""
    rounds: float = 0.05
    """Traces of what the app does by the clock (`ROOMSYNC_TRACE_SHARE_OF_ROUNDS`)."""
    series: float = SERIES

    def of(self, actions: Operations, rounds: Operations) -> float:
        """Return the bytes of what is told of what people do and of what goes by the clock."""
        spans = actions.spans * self.actions + rounds.spans * self.rounds
        return spans * SPAN_BYTES + (actions.events + rounds.events) * EVENT_BYTES

    def metrics(self, processes: float) -> float:
        """Return the bytes of a day's metrics of so many processes."""
        return processes * self.series * MINUTES_A_DAY * METRIC_BYTES
