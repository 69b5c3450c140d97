"""Each query shows something of what the app tells, in every column; what they are read with."""

import json
import logging
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from core.telemetry.events import EVENTS
from core.telemetry.metrics import count, measure, stands
from core.telemetry.tracing import span
from core.telemetry.vocabulary import COUNTER, GRAPH, HISTOGRAM, LOOK, METRICS, ROOMS, WEBHOOK
from infra.check.papers import ALERTS, QUERIES, WORKBOOK, queries_of, read_papers
from tests.kit.kusto import answer
from tests.kit.kusto_values import KustoError
from tests.kit.workspace import TUESDAY, workspace

PAPERS = read_papers(Path(__file__).parents[2])
LINK = "00000000-0000-0000-0000-000000000000"
ASKED = {name.removeprefix(QUERIES): text for name, text in queries_of(PAPERS).items()} | {
    f"workbook: {item['name']}": item["content"]["query"]
    for item in json.loads(PAPERS[WORKBOOK])["items"]
    if item["type"] == 3
}
VALUES = {
    "kind": ("rooms", "mailbox", "environment"),
    "state": ("active", "scheduled", "expiring", "failed"),
    "outcome": ("ok", "NotPermittedError"),
}
OF_THE_PLATFORM = {
    "Usage": {"DataType": "AppTraces", "Quantity": 1.5, "IsBillable": True},
    "AZKVAuditLogs": {
        "OperationName": "SecretSet",
        "RequestUri": "https://kv/secrets/rooms-api-key",
        "CallerIpAddress": "192.0.2.1",
        "ResultSignature": "OK",
    },
    "AZMSOperationalLogs": {
        "EventName": "Delete Queue",
        "EventProperties": "{}",
        "Caller": "Portal",
        "Status": "Succeeded",
    },
    "StorageBlobLogs": {
        "OperationName": "PutBlob",
        "ObjectKey": "/strs/deployment-package/released-package.zip",
        "RequesterUpn": None,
        "RequesterObjectId": "11111111-1111-4111-8111-111111111111",
        "CallerIpAddress": "192.0.2.1",
        "StatusText": "Success",
    },
}
"""A row of each table that the app does not fill."""


@pytest.fixture(scope="module")
def everything():
    """Everything that the vocabulary knows was told once, and once a week ago."""
    with workspace(TUESDAY - timedelta(days=8)) as there:
        logging.getLogger("core.app.parking").warning("breaker_unreadable", extra={"row": "1"})
        there.pass_minutes()
        there.now = TUESDAY
        for metric in METRICS:
            tell = {COUNTER: count, HISTOGRAM: measure}.get(metric.kind, stands)
            values = [VALUES.get(name, (f"a {name}",)) for name in metric.attributes]
            for number in range(max(map(len, values), default=1)):
                some = (each[number % len(each)] for each in values)
                tell(metric, 3, **dict(zip(metric.attributes, some, strict=True)))
        for event, fields in EVENTS.items():
            logging.getLogger("core.app.parking").warning(event, extra=dict.fromkeys(fields, "7"))
        about = {"roomsync.mailbox": "p11", "roomsync.environment": "contoso"}
        with span(WEBHOOK, "graph"):
            pass
        with (
            suppress(TimeoutError),
            span(
                LOOK,
                "push",
                {
                    **about,
                    "roomsync.link": LINK,
                    "roomsync.steps": "a b",
                    "roomsync.outcome": "linked",
                },
            ),
        ):
            with span(GRAPH, "reading an event", {**about, "peer.service": "graph"}):
                pass
            with span(ROOMS, "confirming", {"peer.service": "rooms"}):
                raise TimeoutError
        there.pass_minutes(2)
        for table, row in OF_THE_PLATFORM.items():
            there.tables[table].append({"TimeGenerated": there.now} | row)
        yield there


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_query_shows_what_was_told_in_every_column(everything, name):
    rows = everything.ask(ASKED[name])

    assert rows
    shown = {column for row in rows for column, value in row.items() if value not in {None, ""}}
    assert shown == {column for row in rows for column in row}


@pytest.mark.parametrize("name", sorted(n for n in ASKED if f"{QUERIES}{n}".startswith(ALERTS)))
def test_a_rule_gets_a_number_to_compare(everything, name):
    assert {type(row["Value"]) for row in everything.ask(ASKED[name])} <= {int, float}


def test_all_that_was_touched_is_shown(everything):
    rows = everything.ask(ASKED["who-touched.kql"])

    assert [row["What"] for row in rows] == [
        "vault: SecretSet",
        "bus: Delete Queue",
        "package: PutBlob",
    ]


def test_a_meeting_is_shown_with_all_of_its_trace(everything):
    rows = everything.ask(ASKED["one-meeting.kql"])

    assert [row["Name"] for row in rows] == [
        "look push",
        "graph reading an event",
        "rooms confirming",
    ]


ROWS = [{"Name": "a", "Sum": 3.0, "ItemCount": 2}, {"Name": "b", "Sum": 4.0, "ItemCount": 1}]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("T | summarize A = sum(Sum) / sum(ItemCount)", [{"A": 7 / 3}]),
        ("T | summarize A = sum(ItemCount) / 2", [{"A": 1}]),  # whole numbers: 3 / 2 is 1
        ("E | summarize A = sum(Sum), B = max(Sum), C = count()", [{"A": 0, "B": None, "C": 0}]),
        ("E | summarize arg_max(ItemCount, Sum)", [{"ItemCount": None, "Sum": None}]),
        ("E | summarize A = sum(Sum) by Name", []),
        ('T | summarize A = max(Sum) by B = strcat(Name, "x")',
         [{"B": "ax", "A": 3.0}, {"B": "bx", "A": 4.0}]),
        ("E | summarize A = max(Sum) | project B = A > 1", [{"B": None}]),
        ('let X = T | where Name == "b" | project Name; T | where Name !in (X) | project Sum',
         [{"Sum": 3.0}]),
        ("T | order by Sum desc | project Name", [{"Name": "b"}, {"Name": "a"}]),
        ("T | top 1 by ItemCount | project Name", [{"Name": "a"}]),
        ("T | where ItemCount between (2 .. 3) and Sum < 9 | project Name", [{"Name": "a"}]),
        ('T | where strcat("/", Name, "-pack") has "b-pack" | project Sum', [{"Sum": 4.0}]),
        ('T | where strcat("/", Name, "-pack") has "pac" | project Name', []),
        ("union T, E | summarize A = count()", [{"A": 2}]),
        ("T | join kind=inner (T | project Name, More = Sum) on Name | summarize A = sum(More)",
         [{"A": 7.0}]),
    ],
)  # fmt: skip
def test_queries_are_answered_as_kusto_does(query, rows):
    assert answer(query, {"T": ROWS, "E": []}, TUESDAY) == rows


@pytest.mark.parametrize(
    "query",
    [
        "T | wher Sum > 1",
        "Q | take 1",
        "T | take 1 take",
        "T | project A = (1",
        "T ~ 1",
        "T | project A = Some",
        "T | project A = sqrt(Sum)",
    ],
)
def test_what_is_no_query_is_refused(query):
    with pytest.raises(KustoError):
        answer(query, {"T": ROWS}, TUESDAY)
