"""The W3C header `traceparent`, as it travels through queues and tables."""

import re
from typing import NamedTuple

_FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


class TraceParent(NamedTuple):
    """A span somewhere. `is_action`: of a trace of what somebody did, the flag *sampled* in W3C."""

    trace_id: int
    span_id: int
    is_action: bool

    def __str__(self) -> str:
        return f"00-{self.trace_id:032x}-{self.span_id:016x}-{self.is_action:02x}"


def read(text: str) -> TraceParent | None:
    """Return what a text says; None for none, and for whatever else stands there."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    trace_id, span_id = int(found[1], 16), int(found[2], 16)
    if not trace_id or not span_id:
        return None
    return TraceParent(trace_id, span_id, bool(int(found[3], 16) & 1))
