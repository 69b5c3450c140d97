"""Spans, as the code notes them: `with span(...)`. With telemetry off that costs next to nothing.

begins                                     belongs to
inside of another span                     its trace
with the traceparent of an action          that trace, whoever sent it
with the traceparent of a round            a trace of its own, linked to the round
with neither                               a trace of its own
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self

from core.telemetry.metrics import sorted_attributes
from core.telemetry.recorder import Recorder, Segment, SpanRecord, Value, recording
from core.telemetry.traceparent import TraceParent, read
from core.telemetry.vocabulary import (
    ACTION,
    CALLS,
    EWS,
    FOUND,
    GRAPH,
    ON_EVERY_SPAN,
    ROUND,
    SEND,
    SpanType,
)

_ERROR, _TRACE = ON_EVERY_SPAN
_CALLING = frozenset({"client"})
_EXCHANGE = (GRAPH, EWS)
MOST_LINKS = 32


class Noted:
    """What there is to do with a span while it is open; with telemetry off, this does nothing."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End; an error that is on its way through is noted by the name of its class."""

    def put(self, attribute: str, value: Value | None) -> None:
        """Add an attribute; one that the vocabulary does not give to this span is dropped."""

    def fail(self, error: BaseException) -> None:
        """Note an error that was dealt with; red, unless it is an answer to reckon with."""


_NOTHING = Noted()
_CURRENT: ContextVar["Span | None"] = ContextVar("span", default=None)


def span(
    kind: SpanType,
    detail: str,
    attributes: Mapping[str, Value | None] | None = None,
    *,
    parent: str = "",
    links: Sequence[str] = (),
    is_round: bool = False,
    is_current: bool = True,
) -> Noted:
    """Return a span to be opened by `with`; `detail` completes its name.

    `parent` and `links` are traceparents. `is_round` says which kind of trace begins here, if one
    does. One that is not current has no children: for generators.
    """
    recorder = recording.recorder
    if recorder is None:
        return _NOTHING
    return Span(
        recorder,
        kind,
        detail,
        attributes=attributes or {},
        parent=parent,
        links=links,
        is_round=is_round,
        is_current=is_current,
    )


def annotate(attribute: str, value: Value | None) -> None:
    """Add an attribute to the span that is open here."""
    current = _CURRENT.get()
    if current is not None:
        current.put(attribute, value)


def failed(error: BaseException) -> None:
    """Note an error that was dealt with in the span that is open here."""
    current = _CURRENT.get()
    if current is not None:
        current.fail(error)


def became_action() -> None:
    """Note that what began as a round has done something: from now on it counts as an action."""
    current = _CURRENT.get()
    if current is not None:
        current.segment.is_action = True


def carried(own: str, source: str, *, is_routine: bool = False) -> str:
    """Return the traceparent that something to be queued takes along; `own` is what it has.

    What has a trace of another action stays in it. What a round has found, but for what it looks
    at as a matter of routine, begins a trace.
    """
    current = _CURRENT.get()
    if current is None:
        return own
    known = read(own) if own else None
    if known is not None and known.trace_id != current.trace_id:
        return own
    if current.segment.is_action or is_routine:
        return str(current.place)
    round_ = (str(current.place),)
    found = Span(current.recorder, FOUND, source, attributes={}, links=round_, is_current=False)
    found.begin(None)
    with found:
        return str(found.place)


def here() -> tuple[int, int]:
    """Return trace and span that are open here, zeros for none."""
    current = _CURRENT.get()
    return (0, 0) if current is None else (current.trace_id, current.span_id)


class Span(Noted):
    """One span of a telemetry that is on."""

    __slots__ = (
        "_error",
        "_is_current",
        "_is_failed",
        "_is_first",
        "_is_round",
        "_links",
        "_parent",
        "_parent_id",
        "_started_ns",
        "_token",
        "attributes",
        "detail",
        "kind",
        "recorder",
        "segment",
        "span_id",
        "trace_id",
    )

    def __init__(
        self,
        recorder: Recorder,
        kind: SpanType,
        detail: str,
        *,
        attributes: Mapping[str, Value | None],
        parent: str = "",
        links: Sequence[str] = (),
        is_round: bool = False,
        is_current: bool = True,
    ) -> None:
        self.recorder, self.kind, self.detail = recorder, kind, detail
        self.attributes: dict[str, Value] = {kind.by: detail}
        for name, value in attributes.items():
            self.put(name, value)
        self._parent = read(parent) if parent else None
        self._links = [known for known in map(read, links[:MOST_LINKS]) if known is not None]
        self._is_round, self._is_current = is_round, is_current
        self._error, self._is_failed, self._is_first = "", False, False
        self._parent_id = self.trace_id = self.span_id = self._started_ns = 0
        self.segment: Segment
        self._token: Token[Span | None] | None = None

    @property
    def place(self) -> TraceParent:
        """Return where this span is, as it is told to others."""
        return TraceParent(self.trace_id, self.span_id, self.segment.is_action)

    def put(self, attribute: str, value: Value | None) -> None:
        """Add an attribute that the vocabulary knows."""
        if value is not None and attribute in self.kind.attributes:
            self.attributes[attribute] = value

    def fail(self, error: BaseException) -> None:
        """Note an error; the span is red unless it is an answer to reckon with."""
        self._error = type(error).__name__
        self._is_failed = self._is_failed or not getattr(error, "is_answer", False)

    def begin(self, around: "Span | None") -> None:
        """Take a place in a trace: in that of `around`, in that of the parent, or in a new one."""
        self.span_id = self.recorder.bits(64) or 1
        self._started_ns = self.recorder.now_ns()
        parent = self._parent
        if parent is not None and not parent.is_action:
            self._links.insert(0, parent)
            parent, self._is_round = None, True
        if around is not None and self._parent is None and self.kind.kind != "server":
            self.segment, self.trace_id = around.segment, around.trace_id
            self._parent_id = around.span_id
            return
        self._is_first = True
        self.trace_id = parent.trace_id if parent is not None else self.recorder.bits(128) or 1
        self._parent_id = parent.span_id if parent is not None else 0
        self.segment = Segment(self.trace_id, parent is not None or not self._is_round)

    def __enter__(self) -> Self:
        if not self.span_id:
            self.begin(_CURRENT.get())
        if self._is_current:
            self._token = _CURRENT.set(self)
        if self.kind in _EXCHANGE:
            self.recorder.in_flight[str(self.attributes.get("roomsync.environment", ""))] += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _CURRENT.reset(self._token)
        # A generator that nobody reads to its end is closed by that.
        if error is not None and not isinstance(error, GeneratorExit):
            self.fail(error)
        ended_ns = self.recorder.now_ns()
        if self.kind in _EXCHANGE:
            self.recorder.in_flight[str(self.attributes.get("roomsync.environment", ""))] -= 1
        if self.kind.kind in _CALLING or self.kind is SEND:
            outcome = self._error or "ok"
            system = str(self.attributes.get("peer.service", ""))
            named = sorted_attributes(call=self.detail, outcome=outcome, system=system)
            self.recorder.measure(CALLS, (ended_ns - self._started_ns) / 1e6, named)
        if self._error:
            self.attributes[_ERROR] = self._error
        self.attributes[_TRACE] = ACTION if self.segment.is_action else ROUND
        record = SpanRecord(
            type=self.kind,
            name=f"{self.kind.name} {self.detail}",
            trace_id=self.trace_id,
            span_id=self.span_id,
            parent_id=self._parent_id,
            is_parent_remote=self._is_first and bool(self._parent_id),
            started_ns=self._started_ns,
            ended_ns=ended_ns,
            attributes=self.attributes,
            links=tuple((link.trace_id, link.span_id) for link in self._links),
            is_failed=self._is_failed,
        )
        self.recorder.ended(record, self.segment, is_first=self._is_first)
