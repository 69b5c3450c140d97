"""Queries name only what the app tells: metrics, attributes, events, fields and spans."""

import re
from collections.abc import Iterator

from core.telemetry.events import EVENTS, FIELDS
from core.telemetry.vocabulary import ATTRIBUTES, METRICS, ON_EVERY_SPAN, SPANS
from infra.check.kql import statements, tables_of

SPAN_TABLES = frozenset({"AppRequests", "AppDependencies"})
NOT_IN_PROPERTIES = frozenset({"peer.service", "messaging.system"})
"""Attributes that Application Insights shows in columns of its own (docs/telemetry.md)."""

_PROPERTY = re.compile(r'Properties\["([^"]*)"\]')
_ANY_PROPERTY = re.compile(r"\bProperties(?!\[\")")
_METRICS = {metric.name: frozenset(metric.attributes) for metric in METRICS}
_SPANS = frozenset(span.name for span in SPANS)
_OF_SPANS = frozenset(ATTRIBUTES) | frozenset(ON_EVERY_SPAN)


def vocabulary_faults(query: str) -> Iterator[str]:
    """Yield every name in a query that the app never tells."""
    for statement in statements(query):
        tables = tables_of(statement)
        if len(tables - SPAN_TABLES) > 1 or (tables & SPAN_TABLES and tables - SPAN_TABLES):
            yield f"a statement reads {', '.join(sorted(tables))}: one kind each, with let"
        if _ANY_PROPERTY.search(statement):
            yield 'Properties: write Properties["name"]'
        asked = set(_PROPERTY.findall(statement))
        if "AppMetrics" in tables:
            yield from _metric_faults(statement, asked)
        elif "AppTraces" in tables:
            yield from _event_faults(statement, asked)
        elif tables:
            yield from _span_faults(statement, asked)


def told_in(query: str) -> set[str]:
    """Return the metrics and events that a query names."""
    named = set(_texts("Name", query)) & _METRICS.keys()
    return named | set(_texts("Message", query)) & EVENTS.keys()


def _metric_faults(statement: str, asked: set[str]) -> Iterator[str]:
    named = set(_texts("Name", statement))
    if not named:
        yield "asks for no metric by its name"
    for name in sorted(named - _METRICS.keys()):
        yield f"{name} is no metric (docs/telemetry.md)"
    known = {each for name in named for each in _METRICS.get(name, ())}
    for name in sorted(asked - known):
        yield f"{name} is no attribute of {', '.join(sorted(named))}"


def _event_faults(statement: str, asked: set[str]) -> Iterator[str]:
    named = set(_texts("Message", statement))
    for name in sorted(named - EVENTS.keys()):
        yield f"{name} is no event (docs/telemetry.md)"
    known = {field for name in named for field in EVENTS.get(name, ())} if named else set(FIELDS)
    for name in sorted(asked - known):
        yield f"{name} is no field of {', '.join(sorted(named)) or 'any event'}"


def _span_faults(statement: str, asked: set[str]) -> Iterator[str]:
    for name in sorted(set(_texts("Name", statement))):
        if name.split(" ")[0] not in _SPANS:
            yield f"{name} is no span (docs/telemetry.md)"
    for name in sorted(asked - (_OF_SPANS - NOT_IN_PROPERTIES)):
        yield f"{name} is no attribute of spans that lies in Properties"


def _texts(column: str, statement: str) -> list[str]:
    """Return what a column is compared with."""
    compared = re.findall(
        rf'\b{column}\s*(?:==|!=|startswith|has|!?in)\s*(\([^)]*\)|"[^"]*")', statement
    )
    return [text for one in compared for text in re.findall(r'"([^"]*)"', one)]
