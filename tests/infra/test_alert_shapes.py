"""A rule that Azure would refuse is noticed, and one that it takes although it never fires."""

from datetime import timedelta

import pytest

from infra.check.alert_shapes import alert_shape_faults, span
from infra.check.deployment import deployment_of
from tests.kit.worse import Change

ALERTS = "modules/alerts.bicep"
_ENTITY = "        name: 'EntityName'\n        operator: 'Include'\n        values: [\n          "
_KIND = _ENTITY.replace("EntityName", "Kind")
_GUARD = "    times: 1\n    aggregation: 'Maximum'\n    operator: 'GreaterThan'\n    query: loadTextContent('../../queries/alerts/guard.kql')"  # noqa: E501 - as it stands there


@pytest.mark.parametrize(
    "change",
    [
        (ALERTS, "    window: 'PT15M'\n" + _GUARD, "    window: 'PT7M'\n" + _GUARD,
         "knows no rule for logs each PT5M with a window of PT7M"),
        (ALERTS, "    window: 'PT15M'\n" + _GUARD, "    window: 'PT5M'\n" + _GUARD,
         "guard: a window of PT5M leaves out"),
        (ALERTS, "    every: 'PT1H'\n    window: 'P1D'", "    every: 'PT1H'\n    window: 'PT30M'",
         "no-change: a window of PT30M leaves out"),
        (ALERTS, "    every: 'PT1H'", "    every: 'PT7H'", "knows no rule for logs each PT7H"),
        (ALERTS, "    location: location\n", "    location: 'global'\n",
         "guard: must lie where the workspace does"),
        (ALERTS, "      skipQueryValidation: true\n", "", "tables come with their first row"),
        (ALERTS, "      scopes: [\n        workspaceId", "      scopes: [\n        storageId",
         "must look at the workspace"),
        (ALERTS, "        actionGroups: [\n          actionGroupId",
         "        actionGroups: [\n          workspaceId", "guard: must tell the action group"),
        (ALERTS, "          actionGroupId: actionGroupId", "          actionGroupId: storageId",
         "given-up: must tell the action group"),
        (ALERTS, _KIND + "'*'",
         _KIND + "'rooms'",
         "Kind: one of its values would be watched"),
        (ALERTS, "          'failed-items'", "          'failed-item'",
         "there is no queue failed-item"),
        (ALERTS, _ENTITY + "'*'", _ENTITY.replace("Entity", "Queue") + "'*'",
         "has no dimension QueueName"),
        (ALERTS, "scope: namespaceId\n    metric: 'Dead", "scope: storageId\n    metric: 'Dead",
         "DeadletteredMessages must be that of namespace.id"),
        (ALERTS, "metric: 'Availability'", "metric: 'Available'", "has no metric Available"),
        (ALERTS, "    aggregation: 'Average'\n    operator: 'LessThan'",
         "    aggregation: 'Average'\n    operator: 'GreaterThan'",
         "Availability must be compared as Average LessThan"),
        (ALERTS, "    aggregation: 'Total'", "    aggregation: 'Average'",
         "ThrottledRequests must be compared as Total"),
        (ALERTS, "    aggregation: 'Total'\n    operator: 'GreaterThan'\n    window: 'PT15M'",
         "    aggregation: 'Total'\n    operator: 'GreaterThan'\n    window: 'PT20M'",
         "knows no rule for metrics each PT5M with a window of PT20M"),
    ],
    ids=lambda change: change[3],
)  # fmt: skip
def test_a_rule_of_another_shape_is_noticed(texts, change):
    worse = Change(*change)
    there = worse.of(texts)

    faults = list(alert_shape_faults(deployment_of(there), there))

    assert any(worse.told in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("text", "time"),
    [("PT15M", timedelta(minutes=15)), ("PT1H30M", timedelta(minutes=90)), ("P1D", timedelta(1))],
)
def test_times_are_read(text, time):
    assert span(text) == time
