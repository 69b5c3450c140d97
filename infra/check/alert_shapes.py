"""Rules are such that Azure takes them, and looks at the right thing in the right direction.

What Azure does not refuse is worse: a rule about a queue that there is not is silent for ever.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from infra.check.alert_rules import LOG, METRIC, criterion_of, name_of
from infra.check.deployment import Deployment
from infra.check.rules import NAMESPACE, QUEUE, STORAGE
from infra.check.values import Resource, Unknown, Value


class Measure(NamedTuple):
    """How a metric of Azure's own is looked at."""

    aggregation: str
    operator: str


PLATFORM: Mapping[str, Mapping[str, Measure]] = {
    NAMESPACE: {
        # Numbers of a moment: they cannot be added up.
        "ActiveMessages": Measure("Maximum", "GreaterThan"),
        "DeadletteredMessages": Measure("Maximum", "GreaterThan"),
        "ThrottledRequests": Measure("Total", "GreaterThan"),
    },
    STORAGE: {"Availability": Measure("Average", "LessThan")},
}
SCOPES = {NAMESPACE: "namespace.id", STORAGE: "account.id"}
DIMENSION = "EntityName"
"""The only one of the bus: the name of a queue."""

METRIC_FREQUENCIES = ("PT1M", "PT5M", "PT15M", "PT30M", "PT1H")
METRIC_WINDOWS = (*METRIC_FREQUENCIES, "PT6H", "PT12H", "P1D")
LOG_FREQUENCIES = (
    *("PT1M", "PT5M", "PT10M", "PT15M", "PT30M", "PT45M"),
    *("PT1H", "PT2H", "PT3H", "PT4H", "PT5H", "PT6H", "P1D"),
)
LOG_WINDOWS = (*LOG_FREQUENCIES, "P2D")
SHORTEST = timedelta(minutes=10)
"""Gauges are told every five minutes: a shorter window may have none."""

_SPAN = re.compile(r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?")


def alert_shape_faults(deployment: Deployment, _: Mapping[str, str]) -> Iterator[str]:
    """Yield what Azure would refuse of a rule, and what it would take without a word."""
    queues = {str(each.body["name"]) for each in deployment.deployed(QUEUE)}
    for rule in deployment.resources:
        if rule.type == LOG:
            faults = _log_faults(rule)
        elif rule.type == METRIC:
            faults = _metric_faults(rule, queues)
        else:
            continue
        yield from (f"{rule.at}: {name_of(rule)}: {fault}" for fault in faults)


def span(text: Value) -> timedelta:
    """Return a time as rules have it, such as PT15M."""
    found = _SPAN.fullmatch(str(text))
    parts = found.groupdict(default="0") if found else {}
    return timedelta(**{unit: int(number) for unit, number in parts.items()})


def _log_faults(rule: Resource) -> Iterator[str]:
    window, every = (rule.get("properties", x) for x in ("windowSize", "evaluationFrequency"))
    if every not in LOG_FREQUENCIES or window not in LOG_WINDOWS:
        yield f"Azure knows no rule for logs each {every} with a window of {window}"
    if span(window) < max(span(every), SHORTEST):
        yield f"a window of {window} leaves out what is told between two looks"
    if rule.get("properties", "skipQueryValidation") is not True:
        yield "skipQueryValidation must be true: tables come with their first row"
    if rule.get("properties", "scopes") != [Unknown("workspace.id")]:
        yield "must look at the workspace"
    if rule.body.get("location") != Unknown("location", "string"):
        yield "must lie where the workspace does"
    groups = rule.get("properties", "actions", "actionGroups")
    if groups != [Unknown("actionGroup.id")]:
        yield "must tell the action group"
    for name, values in _dimensions(criterion_of(rule)):
        if values != ["*"]:
            yield f"{name}: one of its values would be watched, and no other"


def _metric_faults(rule: Resource, queues: set[str]) -> Iterator[str]:
    criterion = criterion_of(rule)
    space, metric = str(criterion.get("metricNamespace")), str(criterion.get("metricName"))
    measure = PLATFORM.get(space, {}).get(metric)
    if measure is None:
        yield f"{space} has no metric {metric} that is known here (infra/check/alert_shapes.py)"
    elif (criterion.get("timeAggregation"), criterion.get("operator")) != measure:
        yield f"{metric} must be compared as {measure.aggregation} {measure.operator}"
    if rule.get("properties", "scopes") != [Unknown(SCOPES.get(space, ""))]:
        yield f"{metric} must be that of {SCOPES.get(space)}"
    window, every = (rule.get("properties", x) for x in ("windowSize", "evaluationFrequency"))
    if every not in METRIC_FREQUENCIES or window not in METRIC_WINDOWS:
        yield f"Azure knows no rule for metrics each {every} with a window of {window}"
    if rule.get("properties", "actions") != [{"actionGroupId": Unknown("actionGroup.id")}]:
        yield "must tell the action group"
    for name, values in _dimensions(criterion):
        if space != NAMESPACE or name != DIMENSION:
            yield f"{metric} has no dimension {name}"
        for value in values:
            if value != "*" and value not in queues:
                yield f"there is no queue {value}: it would be silent for ever"


def _dimensions(criterion: Mapping[str, Value]) -> Iterator[tuple[str, list[Value]]]:
    dimensions = criterion.get("dimensions")
    for each in dimensions if isinstance(dimensions, list) else []:
        values = each.get("values") if isinstance(each, dict) else None
        if isinstance(each, dict) and isinstance(values, list):
            yield str(each.get("name")), values
