"""Alerts, queries, workbook, runbooks: all there, asking for what is told, and missed if gone."""

import json
import re
from pathlib import Path

import pytest

from core import errors
from core.telemetry.vocabulary import METRICS
from infra.check.alert_rules import SECTIONS, WANTED, query_file_faults
from infra.check.deployment import deployment_of
from infra.check.faults import PAPER_RULES
from infra.check.kql import query_faults
from infra.check.papers import RUNBOOKS, WORKBOOK, is_paper, queries_of, read_papers
from infra.check.vocabulary_rules import told_in, vocabulary_faults
from tests.kit.worse import Change

PROJECT = Path(__file__).parents[2]
ALERTS, MAIN, BOOK = "modules/alerts.bicep", "main.bicep", "modules/workbook.bicep"
SILENT = "../queries/alerts/push-silent.kql"


@pytest.fixture(scope="module")
def deployment(texts):
    return deployment_of(texts)


@pytest.fixture
def changed(texts, deployment):
    """Return what is told of texts in which something stands otherwise."""

    def of(file, old, new):
        there = Change(file, old, new, told="").of(texts)
        deployed = deployment if is_paper(file) else deployment_of(there)
        return [fault for rule in PAPER_RULES for fault in rule(deployed, there)]

    return of


@pytest.mark.parametrize("name", sorted(WANTED))
def test_an_alert_that_is_gone_is_missed(texts, changed, name):
    block = re.search(rf"  \{{\n    name: '{name}'\n.*?\n  \}}\n", texts[ALERTS], re.DOTALL)

    faults = changed(ALERTS, block[0], "")

    assert any(f"alert {name} is missing" in fault for fault in faults)


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_runbook_that_is_gone_is_missed(changed, name):
    faults = changed(RUNBOOKS, f"## {name}\n", "## Something else\n")

    assert any(f"docs/runbooks.md: {name}: there is no such heading" in fault for fault in faults)


@pytest.mark.parametrize("name", sorted(queries_of(read_papers(PROJECT))))
def test_a_query_that_is_gone_is_missed(texts, deployment, name):
    """Alerts load theirs, runbooks lead to the others."""
    left = {each: text for each, text in texts.items() if each != name}
    said = f"infra/{name.removeprefix('../')}"

    assert f"{said}: there is no such file" in list(query_file_faults(deployment, left))


def test_the_runbooks_lead_to_every_query_and_to_no_other(texts):
    named = set(re.findall(r"`([a-z-]+\.kql)`", texts[RUNBOOKS]))
    there = {name.removeprefix("../queries/") for name in queries_of(texts)}

    assert named <= there
    assert {name for name in there if "/" not in name} <= named


CHANGES = [
    (ALERTS, "      severity: item.severity\n      enabled: true",
     "      severity: item.severity\n      enabled: false", "must always be on"),
    (ALERTS, "        actionGroups: [\n          actionGroupId\n        ]",
     "        actionGroups: []", "tells nobody"),
    (ALERTS, "        {\n          actionGroupId: actionGroupId\n        }\n", "", "tells nobody"),
    (ALERTS, "  'push-silent': 0\n", "", "nothing is called push-silent"),
    (ALERTS, "${runbooksUrl}#${item.name}'\n      severity", "${runbooksUrl}'\n      severity",
     "must lead to its runbook"),
    (ALERTS, "severity: 0", "severity: 7", "severity is 0 to 4"),
    (ALERTS, "metricMeasureColumn: 'Value'", "metricMeasureColumn: 'Sum'", "another column"),
    (ALERTS, "loadTextContent('../../queries/alerts/guard.kql')",
     "loadTextContent('../../queries/alerts/parked.kql')",
     "its query does not look at roomsync.guard.trips"),
    (ALERTS, "loadTextContent('../../queries/alerts/guard.kql')", "'AppMetrics'",
     "must lie in a file of its own"),
    (ALERTS, "loadTextContent('../../queries/alerts/guard.kql')",
     "loadTextContent('../../queries/alerts/parked.kql')", "guard.kql: no alert asks it"),
    (ALERTS, "name: 'State'", "name: 'Status'", "makes no column Status"),
    (ALERTS, "metric: 'DeadletteredMessages'", "metric: 'DeadLetteredMessages'", "has no metric"),
    (ALERTS, "metric: 'DeadletteredMessages'", "metric: 'ScheduledMessages'",
     "must look at DeadletteredMessages"),
    (ALERTS, "    space: 'Microsoft.ServiceBus/namespaces'\n    aggregation: 'Maximum'",
     "    space: 'Microsoft.ServiceBus/namespaces'\n    aggregation: 'Total'",
     "must be compared as Maximum GreaterThan"),
    (ALERTS, "      scopes: [\n        workspaceId\n      ]", "      scopes: []",
     "looks at nothing"),
    (ALERTS, "    times: 1\n", "    times: 2\n", "windows of a query without TimeGenerated"),
    (SILENT, 'Name == "roomsync.push.silent"', 'Name == "roomsync.push.quiet"',
     "roomsync.push.quiet is no metric"),
    (SILENT, 'Properties["kind"]', 'Properties["sort"]', "sort is no attribute"),
    (SILENT, "// Who tells", "Who tells", "says the question"),
    (RUNBOOKS, "`how-late.kql`", "the query", "how-late.kql: docs/runbooks.md leads nobody to it"),
    (MAIN, "module workbook 'modules/workbook.bicep'", "module workbook 'modules/identity.bicep'",
     "there is no Microsoft.Insights/workbooks"),
    (BOOK, "loadTextContent('../../workbook/overview.json')", "'{}'", "must load"),
    (BOOK, "    sourceId: workspaceId\n", "", "sourceId must be the workspace"),
    (WORKBOOK, '"version": "Notebook/1.0"', '"version": "1.0"', "version must be Notebook/1.0"),
    (WORKBOOK, '"<workspace>"', '"Azure Monitor"', "fallbackResourceIds"),
    (WORKBOOK, '"name": "silent"', '"name": "guard"', "a name of its own"),
    (WORKBOOK, '"timeContextFromParameter": "Time"', '"timeContextFromParameter": "Span"',
     "a parameter that there is"),
    (WORKBOOK, '"visualization": "areachart"', '"visualization": "piechart"', "piechart"),
    (WORKBOOK, '"queryType": 0', '"queryType": 1', "that asks logs"),
    (WORKBOOK, "roomsync.change.latency", "roomsync.latency", "roomsync.latency is no metric"),
    (WORKBOOK, "SeverityLevel", "Severity", "Severity is no column"),
    (WORKBOOK, '"items": [', '"items": [,', "no JSON"),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[3])
def test_what_is_changed_for_the_worse_is_noticed(changed, change):
    file, old, new, expected = change
    try:
        faults = changed(file, old, new)
    except Exception as error:  # noqa: BLE001 - a file that cannot be followed is noticed, too
        faults = [str(error)]

    assert any(expected in fault for fault in faults), faults


@pytest.mark.parametrize("section", SECTIONS)
def test_a_runbook_that_does_not_say_everything_is_noticed(changed, section):
    faults = changed(RUNBOOKS, section, "**Then**")

    assert sum(f"{section} is missing" in fault for fault in faults) == len(WANTED)


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("AppMetric | take 1", "reads no table"),
        ("AppMetrics | take 1 | where (Sum > 1", "( is not closed"),
        ("AppMetrics | where Sum > 1)", ") closes nothing"),
        ("AppMetrics | where Sum]", "] closes nothing"),
        ('AppMetrics | where Name == "x', "a text is not closed"),
        ("AppMetrics | where DurationMs > 1", "DurationMs is no column of AppMetrics"),
        ("AppMetrics | summarise Value = max(Sum)", "summarise is no word"),
        ("AppMetrics | count", "| count: is no operator"),
        ("let Value = AppMetrics | take 1;", "ends with a definition"),
        ("Rows | take 1; AppMetrics | take 1", "which is no table"),
    ],
)
def test_a_query_that_cannot_be_asked_is_refused(query, fault):
    assert any(fault in each for each in query_faults(query))


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("AppMetrics | take 1", "asks for no metric by its name"),
        ('AppMetrics | where Name in ("roomsync.backlog", "backlog")', "backlog is no metric"),
        (
            'AppMetrics | where Name == "roomsync.backlog" | where Properties["kind"] == "x"',
            "kind is no attribute of roomsync.backlog",
        ),
        ('AppTraces | where Message == "guard_trip"', "guard_trip is no event"),
        (
            'AppTraces | where Message == "mass_loss" | extend X = Properties["why"]',
            "why is no field of mass_loss",
        ),
        ('AppTraces | extend X = Properties["subject"]', "subject is no field of any event"),
        ('AppRequests | where Name startswith "glance "', "is no span"),
        ('AppDependencies | extend X = Properties["peer.service"]', "peer.service is no attribute"),
        ("AppTraces | extend X = Properties.why", 'write Properties["name"]'),
        ("union AppTraces, AppMetrics", "one kind each"),
    ],
)
def test_a_query_for_what_is_never_told_is_refused(query, fault):
    assert any(fault in each for each in vocabulary_faults(query))


def test_a_threshold_can_be_set_from_outside_and_has_a_usual_value(texts):
    """Each name of WANTED stands in the list of usual thresholds, and nothing else does."""
    usual = texts[ALERTS].partition("var usual = {")[2].partition("}")[0]

    assert set(re.findall(r"'?([a-z-]+)'?: \d", usual)) == set(WANTED)
    assert "union(usual, thresholds)" in texts[ALERTS]


def test_the_workbook_shows_every_metric_of_the_overview(texts):
    """What the console's overview shows: latency, its parts, backlog, push, what was given up."""
    shown = json.dumps(json.loads(texts[WORKBOOK]))

    for name in (
        "change.latency", "change.part", "backlog", "queue.wait", "push.silent", "subscriptions",
        "given_up", "retries", "differences.open", "reconcile.age", "poll.age", "stopped", "parked",
        "mails", "exchange.budget_used", "throttled", "dead_letters", "changes",
    ):  # fmt: skip
        assert f"roomsync.{name}" in shown


@pytest.mark.parametrize("name", [n for n in queries_of(read_papers(PROJECT)) if "/alerts/" in n])
def test_an_alert_compares_with_values_that_are_told(texts, name):
    """Those that the vocabulary has in its explanations, or names of our errors."""
    query = re.sub(r'Properties\["[^"]*"\]|//.*', "", texts[name])
    asked = told_in(query)
    explained = " ".join(metric.meaning for metric in METRICS if metric.name in asked)

    values = set(re.findall(r'"([^"]*)"', query)) - asked

    assert [each for each in values if f"`{each}`" not in explained and not _is_error(each)] == []


def _is_error(name):
    return issubclass(getattr(errors, name, object), Exception)
