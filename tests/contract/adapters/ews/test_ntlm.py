"""NTLM as a server checks it: three requests of one connection, bound to its TLS where there is."""

import base64
import contextlib
import ssl
import threading
from contextlib import closing
from ipaddress import ip_network
from socket import create_server

import pytest
import spnego

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.login import EwsAuthentication, EwsLogin
from core.adapters.ews.xml import m
from core.errors import NotPermittedError
from tests.contract.adapters.ews.conftest import ANNA, CELLAR, MAILBOXES, NO_ITEMS
from tests.contract.adapters.ews.test_certificates import certificate


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Return how to serve one account by NTLM, with TLS if there is a certificate."""
    users = tmp_path / "users"
    users.write_text("CONTOSO:roomsync:right")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    servers = []

    def start(file=None):
        server = create_server(("127.0.0.1", 0))
        servers.append(server)
        context = None
        if file is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file)

        def listen():
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                peer.settimeout(5)
                with contextlib.suppress(OSError):
                    safe = peer if context is None else context.wrap_socket(peer, server_side=True)
                    with safe:
                        _talk(safe)

        threading.Thread(target=listen, daemon=True).start()
        return server.getsockname()[1]

    yield start
    for server in servers:
        server.close()


def _talk(peer):
    """Answer the requests of one connection as long as it lasts."""
    stream = peer.makefile("rwb")
    account, is_known = spnego.server(protocol="ntlm"), False
    with closing(stream):
        while stream.readline():
            headers = {}
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                headers[name.lower()] = value.strip()
            stream.read(int(headers.get(b"content-length", b"0")))
            said, challenge = headers.get(b"authorization", b"").removeprefix(b"NTLM "), b""
            if said and not is_known:
                try:
                    challenge = account.step(base64.b64decode(said)) or b""
                    is_known = account.complete
                except spnego.exceptions.SpnegoError:
                    account = spnego.server(protocol="ntlm")
            status, body = (b"200 OK", NO_ITEMS) if is_known else (b"401 Unauthorized", b"<html/>")
            offer = b"NTLM " + base64.b64encode(challenge) if challenge else b"NTLM"
            stream.write(
                b"HTTP/1.1 %b\r\nWWW-Authenticate: %b\r\nContent-Type: text/xml\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (status, offer, len(body), body)
            )
            stream.flush()


def connection(url, password, ca_file=""):
    login = EwsLogin(
        url=url,
        user="CONTOSO\\roomsync",
        password=password,
        authentication=EwsAuthentication.NTLM,
        networks=(ip_network("127.0.0.0/8"),),
        ca_file=ca_file,
    )
    return EwsConnection(login, environment=CELLAR, address_of=MAILBOXES.__getitem__)


@pytest.mark.parametrize("is_safe", [False, True], ids=["http", "TLS"])
async def test_an_account_is_let_in_by_ntlm(serve, tmp_path, is_safe):
    file = certificate(tmp_path, "localhost") if is_safe else None
    scheme = "https" if is_safe else "http"
    url = f"{scheme}://localhost:{serve(file)}/EWS/Exchange.asmx"
    there = connection(url, "right", str(file or ""))
    (reply,) = await there.ask(ANNA, "GetItem", m("GetItem"), "reading")
    assert reply.get("ResponseClass") == "Success"
    await there.aclose()


async def test_a_wrong_password_is_refused_by_ntlm_too(serve):
    there = connection(f"http://localhost:{serve()}/EWS/Exchange.asmx", "wrong")
    with pytest.raises(NotPermittedError, match="check user and password"):
        await there.ask(ANNA, "GetItem", m("GetItem"), "reading")
    await there.aclose()
