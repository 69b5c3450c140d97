"""What the adapter loads: nothing heavy to be imported, no typed models ever (design 7)."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]

CHEAP = """
import sys, pkgutil, importlib
import core.adapters.graph as package
for module in pkgutil.iter_modules(package.__path__):
    if module.name not in {"wire", "requests", "event_requests", "request_forms"}:
        importlib.import_module(f"core.adapters.graph.{module.name}")
heavy = {"httpx", "msgraph", "msgraph_core", "kiota_http", "kiota_abstractions", "azure.core",
         "azure.identity", "opentelemetry"}
print(sorted(heavy & set(sys.modules)))
"""

ONE_GET = """
import asyncio, sys
from datetime import UTC, datetime
import httpx
from opentelemetry import trace

seen = []

class Span(trace.NonRecordingSpan):
    def set_attribute(self, key, value): seen.append(f"{key}={value}")
    def set_attributes(self, attributes): seen.extend(f"{k}={v}" for k, v in attributes.items())
    def add_event(self, name, attributes=None, timestamp=None): seen.append(name)
    def record_exception(self, exception, *args, **kwargs): seen.append(str(exception))

class Tracer(trace.NoOpTracer):
    def start_span(self, name, *args, **kwargs):
        seen.append(name)
        return Span(trace.INVALID_SPAN_CONTEXT)

class Provider(trace.NoOpTracerProvider):
    def get_tracer(self, *args, **kwargs): return Tracer()

trace.set_tracer_provider(Provider())

from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.credential import AppLogin, credential_for
from core.domain.event import EventPlace

class Clock:
    def now(self): return datetime(2026, 3, 2, tzinfo=UTC)

def answer(request):
    if request.url.path.endswith("/token"):
        return httpx.Response(200, json={"access_token": "s3cr3t", "expires_in": 3599})
    assert request.headers["authorization"] == "Bearer s3cr3t"
    moment = {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"}
    return httpx.Response(200, json={"id": "EVENT-ID", "start": moment, "end": moment})

async def main():
    transport = httpx.MockTransport(answer)
    login = AppLogin(authority="http://127.0.0.1:1", tenant="t", client_id="c")
    connection = GraphConnection(
        credential=credential_for(login, Clock(), transport),
        address_of=lambda _: "anna@contoso.example",
        environment="contoso",
        base_url="http://127.0.0.1:1/v1.0",
        transport=transport,
    )
    calendar = GraphCalendar(connection, Clock())
    await calendar.get_event(EventPlace("contoso", "p1"), "EVENT-ID")
    await connection.aclose()

asyncio.run(main())
print([name for name in sys.modules if name.startswith("msgraph.generated.models")])
print("azure.identity" in sys.modules)
private = ("anna", "EVENT-ID", "s3cr3t")
print(bool(seen), [line for line in seen if any(word in line for word in private)])
"""


def run(script):
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


def test_importing_the_adapter_loads_neither_sdk_nor_http_client():
    assert run(CHEAP)[0] == "[]"


def test_a_read_loads_no_typed_model_and_traces_no_address():
    models, identity, traced, _ = run(ONE_GET)
    assert models == "[]"
    assert identity == "False"
    assert traced == "True []"
