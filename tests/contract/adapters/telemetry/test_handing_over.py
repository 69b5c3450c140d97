"""What was noted reaches OpenTelemetry's exporters as it is, and harms nobody when it does not."""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanKind

from core.adapters.telemetry.exporters import QUIET, exporters
from core.adapters.telemetry.forms import readable_log, readable_span
from core.adapters.telemetry.post import Exporters, Post
from core.errors import ServiceUnavailableError
from core.telemetry.metrics import count, measure, stands
from core.telemetry.tracing import span
from core.telemetry.vocabulary import (
    BACKLOG,
    BUDGET_USED,
    CHANGE_LATENCY,
    DIFFERENCES,
    GRAPH,
    IN_FLIGHT,
    LOOK,
    LOOKS,
    SEND,
    WEBHOOK,
)
from tests.kit.telemetry import told

RESOURCE = Resource({"service.name": "t"})


@pytest.fixture
def telling():
    with told() as all_told:
        yield all_told


def test_a_span_keeps_its_place_its_kind_and_its_links(telling):
    elsewhere = f"00-{7:032x}-{9:016x}-01"
    with span(LOOK, "push", {"roomsync.attempt": 2}, parent=elsewhere, links=[elsewhere]):
        pass
    (look,) = telling.spans
    assert (look.name, look.kind, look.context.trace_id) == ("look push", SpanKind.CONSUMER, 7)
    assert (look.parent.span_id, look.parent.is_remote) == (9, True)
    assert [link.context.span_id for link in look.links] == [9]
    assert look.attributes["roomsync.attempt"] == 2
    assert look.end_time > look.start_time
    assert look.status.is_ok


def test_an_error_is_told_by_its_class_alone(telling):
    with pytest.raises(ServiceUnavailableError), span(GRAPH, "reading"):
        raise ServiceUnavailableError("Fusion mit Weber")
    (call,) = telling.spans
    assert not call.status.is_ok
    assert call.status.description == "ServiceUnavailableError"
    assert call.events == ()


def test_counters_histograms_and_gauges_are_told_under_their_names(telling):
    count(LOOKS, 2, source="push", outcome="linked")
    measure(CHANGE_LATENCY, 120.0, source="push")
    measure(CHANGE_LATENCY, 180.0, source="push")
    stands(BACKLOG, 3, queue="notices", state="active")
    metrics = telling.metrics
    assert metrics[LOOKS.name, (("outcome", "linked"), ("source", "push"))] == 2
    assert metrics[CHANGE_LATENCY.name, (("source", "push"),)] == 2
    assert metrics[BACKLOG.name, (("queue", "notices"), ("state", "active"))] == 3


def test_of_the_budgets_only_the_fullest_are_told(telling):
    for mailbox in range(20):
        stands(BUDGET_USED, mailbox / 100, environment="contoso", mailbox=f"p{mailbox}")
    told_of = [dict(a)["mailbox"] for name, a in telling.metrics if name == BUDGET_USED.name]
    assert sorted(told_of) == ["p15", "p16", "p17", "p18", "p19"]


def test_calls_under_way_are_told_while_they_are(telling):
    with span(GRAPH, "reading", {"roomsync.environment": "contoso"}):
        under_way = telling.metrics
    assert under_way[IN_FLIGHT.name, (("environment", "contoso"),)] == 1


def test_a_gauge_is_left_out_once_it_is_old_but_what_is_counted_hourly_stays(telling):
    stands(BACKLOG, 3, queue="notices", state="active")
    stands(DIFFERENCES, 4)
    telling.recorder.now_ns = lambda: int(1000 * 1e9)
    names = {name for name, _ in telling.metrics}
    assert BACKLOG.name not in names
    assert DIFFERENCES.name in names


def test_an_event_keeps_level_fields_and_trace(telling):
    log = logging.getLogger("core.app.parking")
    with span(LOOK, "push") as look:
        log.error("parked", extra={"scope": "rooms", "kind": "down", "why": "ROOMS is down"})
    telling.read()
    (record,) = [each.log_record for each in telling.logs_exporter.get_finished_logs()]
    assert (record.body, record.severity_text) == ("parked", "ERROR")
    assert dict(record.attributes) == {"scope": "rooms", "kind": "down", "why": "ROOMS is down"}
    assert (record.trace_id, record.span_id) == (look.trace_id, look.span_id)


class Broken:
    def export(self, _):
        raise OSError("no network")


class Refusing:
    def export(self, _):
        return SpanExportResult.FAILURE


@pytest.mark.parametrize(("exporter", "is_said"), [(Broken(), True), (Refusing(), False)])
def test_what_is_not_taken_is_lost_counted_and_said_once(telling, caplog, exporter, is_said):
    ways = Exporters(exporter, telling.logs_exporter, InMemoryMetricReader(), RESOURCE)
    post = Post(telling.recorder, lambda: ways)
    for _ in range(3):
        with span(LOOK, "push"):
            pass
        post.hand_over()
    metrics = telling.metrics
    assert metrics["roomsync.telemetry.lost", (("kind", "span"),)] == 3
    assert len([r for r in caplog.records if r.msg == "telemetry_not_sent"]) == int(is_said)


def test_exporters_that_cannot_be_made_harm_nobody(telling, caplog):
    def none():
        raise ValueError("no endpoint")

    post = Post(telling.recorder, none)
    post.hand_over()
    post.hand_over()
    assert len([r for r in caplog.records if r.msg == "telemetry_not_sent"]) == 1


def test_the_last_notes_are_handed_over_at_the_end(telling):
    reader = InMemoryMetricReader()
    ways = Exporters(telling.spans_exporter, telling.logs_exporter, reader, RESOURCE)
    post = Post(telling.recorder, lambda: ways)
    post.start()
    with span(LOOK, "push"):
        pass
    post.close()
    assert len(telling.spans_exporter.get_finished_spans()) == 1


class Collector(BaseHTTPRequestHandler):
    """An OTLP endpoint that remembers what it was sent."""

    taken: list[tuple[str, bytes]]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).taken.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def test_any_otlp_endpoint_takes_it_by_the_standard_variables(telling, monkeypatch):
    collector = type("TestCollector", (Collector,), {"taken": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), collector)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    try:
        post = Post(telling.recorder, lambda: exporters("otlp", "one"))
        with span(LOOK, "push"):
            logging.getLogger("core.app.parking").error("work_parked", extra={"scope": "rooms"})
        count(LOOKS, source="push", outcome="linked")
        post.hand_over()
        post.close()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    paths = {path for path, _ in collector.taken}
    assert paths == {"/v1/traces", "/v1/logs", "/v1/metrics"}
    sent = b"".join(body for _, body in collector.taken)
    assert all(name in sent for name in (b"look push", b"work_parked", b"roomsync.looks"))


def test_the_console_shows_it(telling, capsys):
    post = Post(telling.recorder, lambda: exporters("console", "one"))
    with span(LOOK, "push"):
        logging.getLogger("core.app.parking").error("work_parked", extra={"scope": "rooms"})
    post.hand_over()
    post.close()
    shown = capsys.readouterr().out
    assert '"name": "look push"' in shown
    assert "work_parked" in shown
    assert "room-sync" in shown


class TestApplicationInsights:
    """The tables and columns that docs/telemetry.md promises to alerts and queries."""

    @pytest.fixture
    def azure(self, monkeypatch):
        for name, value in QUIET.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv(
            "APPLICATIONINSIGHTS_CONNECTION_STRING",
            "InstrumentationKey=00000000-0000-0000-0000-000000000001;"
            "IngestionEndpoint=https://localhost/",
        )
        ways = exporters("azure", "one")
        yield ways
        ways.metrics.shutdown()

    def envelope(self, azure, telling):
        (noted,) = telling.recorder.take_spans()
        return azure.spans._span_to_envelope(readable_span(noted, azure.resource))

    def test_looks_and_webhooks_are_requests(self, azure, telling):
        with span(LOOK, "push", {"roomsync.mailbox": "p11", "roomsync.wait_ms": 20}):
            pass
        told_as = self.envelope(azure, telling)
        data = told_as.data.base_data
        assert told_as.data.base_type == "RequestData"
        assert (data.name, data.success) == ("look push", True)
        assert told_as.tags["ai.cloud.role"] == "room-sync"
        assert data.properties["roomsync.mailbox"] == "p11"
        with span(WEBHOOK, "graph", {"roomsync.status": 202}):
            pass
        assert self.envelope(azure, telling).data.base_data.name == "webhook graph"

    def test_calls_and_sends_are_dependencies_with_their_target(self, azure, telling):
        with (
            pytest.raises(ServiceUnavailableError),
            span(GRAPH, "reading an event", {"peer.service": "graph"}),
        ):
            raise ServiceUnavailableError("x")
        data = self.envelope(azure, telling).data.base_data
        assert (data.name, data.target, data.success) == ("graph reading an event", "graph", False)
        assert data.properties["roomsync.error"] == "ServiceUnavailableError"
        with span(
            SEND, "notices", {"peer.service": "servicebus", "messaging.system": "servicebus"}
        ):
            pass
        data = self.envelope(azure, telling).data.base_data
        assert (data.type, data.target) == ("Queue Message | servicebus", "servicebus")

    def test_no_address_that_was_called_is_told(self, azure, telling):
        with span(WEBHOOK, "exchange", {"roomsync.status": 200}):
            pass
        assert not self.envelope(azure, telling).data.base_data.url
        with span(GRAPH, "reading an event", {"peer.service": "graph"}):
            pass
        assert not self.envelope(azure, telling).data.base_data.data

    def test_links_are_in_the_properties(self, azure, telling):
        with span(LOOK, "push", links=[f"00-{7:032x}-{9:016x}-01"]):
            pass
        data = self.envelope(azure, telling).data.base_data
        (link,) = json.loads(data.properties["_MS.links"])
        assert (int(link["operation_Id"], 16), int(link["id"], 16)) == (7, 9)

    def test_events_are_traces_with_their_fields(self, azure, telling):
        logging.getLogger("core.app.parking").error("work_parked", extra={"scope": "rooms"})
        (event,) = telling.recorder.take_events()
        told_as = azure.logs._log_to_envelope(readable_log(event, azure.resource))
        data = told_as.data.base_data
        assert (told_as.data.base_type, data.message) == ("MessageData", "work_parked")
        assert data.properties["scope"] == "rooms"
        assert data.severity_level == 3
