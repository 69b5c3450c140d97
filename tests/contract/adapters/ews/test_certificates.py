"""Whose certificate is believed, with real TLS; and what an operator reads when it is not."""

import ssl
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from socket import create_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.login import EwsAuthentication, EwsLogin
from core.adapters.ews.xml import m
from core.errors import NotPermittedError, ServiceUnavailableError
from tests.contract.adapters.ews.conftest import ANNA, CELLAR, MAILBOXES

NOW = datetime.now(UTC)


def certificate(folder, host, *, ends=timedelta(days=30)):
    """Return the file of a certificate that is its own authority, its key behind it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=60))
        .not_valid_after(NOW + ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


@pytest.fixture
def serve():
    """Return how to serve TLS with a certificate; what is said through it is noted."""
    heard, servers = [], []

    def start(file):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        server = create_server(("127.0.0.1", 0))
        servers.append(server)

        def listen():
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                peer.settimeout(2)
                try:
                    with context.wrap_socket(peer, server_side=True) as speaking:
                        heard.append(speaking.recv(65536))
                except OSError:
                    continue

        threading.Thread(target=listen, daemon=True).start()
        return f"https://localhost:{server.getsockname()[1]}/EWS/Exchange.asmx", heard

    yield start
    for server in servers:
        with closing(server):
            pass


async def asked(url, ca_file=""):
    login = EwsLogin(
        url=url, user="u", password="p", authentication=EwsAuthentication.BASIC,
        networks=(ip_network("127.0.0.0/8"),), ca_file=str(ca_file),
    )  # fmt: skip
    connection = EwsConnection(login, environment=CELLAR, address_of=MAILBOXES.__getitem__)
    try:
        await connection.ask(ANNA, "GetItem", m("GetItem"), "reading")
    finally:
        await connection.aclose()


async def test_the_authority_of_one_environment_is_believed_there(serve, tmp_path, monkeypatch):
    file = certificate(tmp_path, "localhost")
    url, heard = serve(file)
    for bundle in (None, "/etc/ssl/certs/ca-certificates.crt"):
        if bundle is not None:
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
        with pytest.raises(ServiceUnavailableError):
            await asked(url, file)
    assert [b"Basic" in each for each in heard] == [True, True], "it was spoken to"


@pytest.mark.parametrize("fault", ["unknown authority", "another host", "expired"])
async def test_a_certificate_that_cannot_be_believed_is_said_and_nothing_else(
    serve, tmp_path, fault
):
    host = "elsewhere.example" if fault == "another host" else "localhost"
    ends = timedelta(days=-1 if fault == "expired" else 30)
    file = certificate(tmp_path, host, ends=ends)
    url, heard = serve(file)
    with pytest.raises(NotPermittedError, match="ca_file") as told:
        await asked(url, "" if fault == "unknown authority" else file)
    assert "CertificateError" in str(told.value)
    assert not any(heard), "no password was sent"


@pytest.mark.parametrize("content", [None, b"", b"no certificate"], ids=["gone", "empty", "other"])
async def test_authorities_that_cannot_be_read_harm_their_own_environment_only(
    serve, tmp_path, content
):
    file = certificate(tmp_path, "localhost")
    url, heard = serve(file)
    authorities = tmp_path / "authorities.pem"
    if content is not None:
        authorities.write_bytes(content)
    with pytest.raises(NotPermittedError, match="`ca_file` of this environment") as told:
        await asked(url, authorities)
    assert told.value.origin.startswith("exchange/cellar")
    assert str(tmp_path) not in str(told.value)
    assert not heard
