"""Queue depths: asked of a broker that is up, down or something else."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from core.adapters.counts import BrokerCounts
from core.errors import InvalidPayloadError, ServiceUnavailableError
from core.ports.queues import QueueDepth

Answer = tuple[int, bytes]


@pytest.fixture
def serving() -> Callable[[Answer], str]:
    """Start a server that answers /queues; the test is told its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = answer if self.path == "/queues" else (404, b"")
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


async def test_depths_are_told_by_queue(serving: Callable[[Answer], str]):
    url = serving((200, b'{"sync-items": {"active": 3, "scheduled": 2, "dead": 1, "locked": 9}}'))
    depths = await BrokerCounts(url).depths()
    assert depths == {"sync-items": QueueDepth(active=3, scheduled=2, dead=1)}


async def test_a_broker_in_trouble_is_transient(serving: Callable[[Answer], str]):
    with pytest.raises(ServiceUnavailableError, match="queue counts"):
        await BrokerCounts(serving((503, b""))).depths()


async def test_something_that_is_no_broker_is_told(serving: Callable[[Answer], str]):
    with pytest.raises(InvalidPayloadError, match="is not the broker's"):
        await BrokerCounts(serving((200, b"<html>"))).depths()
