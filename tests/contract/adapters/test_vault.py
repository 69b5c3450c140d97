"""The vault: which secrets end, a certificate for a tenant; faults are told without values."""

import base64
import datetime as dt

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from core.adapters.credential import AppLogin, CloudCredential, credential_for
from core.adapters.vault import Vault
from core.adapters.vault_certificate import VaultCertificateCredential
from core.errors import NotPermittedError, ServiceUnavailableError, ThrottledError
from tests.contract.adapters.graph.test_federated import (
    AUTHORITY,
    SCOPE,
    TENANT,
    Entra,
    Identity,
)

URL = "https://kv-rooms.vault.azure.net/"
NEXT = "https://kv-rooms.vault.azure.net/secrets?api-version=7.4&$skiptoken=abc"


def vault_that_answers(*answers, identity=None):
    """Return a vault, and the requests that it will have got."""
    asked, left = [], list(answers)

    def answer(request):
        asked.append(request)
        found = left.pop(0) if len(left) > 1 else left[0]
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    identity = identity or Identity()
    return Vault(URL, lambda: identity, httpx.MockTransport(answer)), asked


def listed(*secrets, link=None):
    return {
        "value": [
            {"id": f"{URL}secrets/{name}", "attributes": {"enabled": enabled} | end}
            for name, enabled, end in secrets
        ],
        "nextLink": link,
    }


async def test_secrets_with_an_end_are_told_through_all_pages():
    identity = Identity()
    vault, asked = vault_that_answers(
        listed(("a", True, {"exp": 1_800_000_000}), ("b", True, {}), link=NEXT),
        listed(("c", False, {"exp": 1_700_000_000}), ("d", True, {"exp": 1_700_000_000})),
        identity=identity,
    )

    found = [(each.name, each.ends_at.timestamp()) for each in await vault.ends()]

    assert found == [("a", 1_800_000_000), ("d", 1_700_000_000)]
    assert str(asked[1].url) == NEXT
    assert asked[0].headers["authorization"] == "Bearer word-of-the-identity"
    assert set(identity.asked) == {"https://vault.azure.net/.default"}


async def test_no_value_of_a_secret_is_asked_for_to_know_when_it_ends():
    vault, asked = vault_that_answers(listed(("a", True, {"exp": 1})))

    await vault.ends()

    assert [request.url.path for request in asked] == ["/secrets"]


async def test_a_national_cloud_is_asked_with_its_own_token():
    identity = Identity()
    vault = Vault(
        "https://kv.vault.usgovcloudapi.net",
        lambda: identity,
        httpx.MockTransport(lambda _: httpx.Response(200, json={"value": []})),
    )

    assert await vault.ends() == []
    assert identity.asked == ["https://vault.usgovcloudapi.net/.default"]


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (httpx.Response(403, text="top-secret"), NotPermittedError, "Key Vault Secrets User"),
        (httpx.Response(401), NotPermittedError, "status 401"),
        (httpx.Response(429, headers={"Retry-After": "7"}), ThrottledError, "a pause"),
        (httpx.Response(503), ServiceUnavailableError, "status 503"),
        (httpx.Response(302, headers={"Location": "https://evil.example"}),
         ServiceUnavailableError, "status 302"),
        (httpx.Response(200, text="<html>"), ServiceUnavailableError, "cannot be read"),
        (httpx.Response(200, json=[]), ServiceUnavailableError, "cannot be read"),
        (httpx.Response(200, json={"value": [{}]}), ServiceUnavailableError, "cannot be read"),
        (listed(("a", True, {"exp": "soon"})), ServiceUnavailableError, "cannot be read"),
        (listed(("a", True, {"exp": 10**30})), ServiceUnavailableError, "cannot be read"),
        (listed(link="https://evil.example/secrets"), ServiceUnavailableError, "cannot be read"),
        (listed(link=NEXT), ServiceUnavailableError, "cannot be read"),
    ],
)  # fmt: skip
async def test_what_cannot_be_told_is_an_error_of_ours(answer, error, said):
    vault, _ = vault_that_answers(answer)

    with pytest.raises(error, match=said) as raised:
        await vault.ends()
    assert "top-secret" not in str(raised.value)


async def test_a_vault_that_is_not_reached_is_an_outage():
    def cut(request):
        raise httpx.ConnectError("no way", request=request)

    vault = Vault(URL, Identity, httpx.MockTransport(cut))

    with pytest.raises(ServiceUnavailableError, match="vault: no answer"):
        await vault.ends()


@pytest.fixture(scope="module")
def pair():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "rooms-sync")])
    begun = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begun)
        .not_valid_after(begun + dt.timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    return key, certificate


@pytest.fixture(scope="module")
def forms(pair):
    """The forms in which a vault hands out a certificate with its key."""
    key, certificate = pair
    plain = serialization.NoEncryption()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    pfx = pkcs12.serialize_key_and_certificates(b"rooms", key, certificate, None, plain)
    return {"pem": pem.decode(), "pfx": base64.b64encode(pfx).decode()}


def credential_with(vault, entra=None):
    return VaultCertificateCredential(
        vault, "graph", TENANT, "app", AUTHORITY, transport=entra or Entra()
    )


@pytest.mark.parametrize("form", ["pem", "pfx"])
async def test_a_tenant_is_opened_by_a_certificate_of_the_vault_that_is_read_once(forms, form):
    vault, asked = vault_that_answers({"value": forms[form]})
    entra = Entra()
    credential = credential_with(vault, entra)

    tokens = [(await credential.get_token(SCOPE)).token for _ in range(2)]
    await credential.close()

    assert tokens == ["token-of-the-application"] * 2
    assert [request.url.path for request in asked] == ["/secrets/graph"]
    [form] = [form for url, form in entra.asked if url.endswith("/token")]
    assert form["client_assertion"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"value": "hunter2 is no certificate"}, "graph is no certificate"),
        ({"value": base64.b64encode(b"hunter2").decode()}, "no certificate with its private key"),
        ({"value": "-----BEGIN CERTIFICATE-----\nhunter2"}, "no certificate with its private key"),
        (httpx.Response(404), "there is no graph"),
        (httpx.Response(403), "graph cannot be read"),
    ],
)
async def test_what_is_no_certificate_closes_this_tenant_only_and_shows_nothing(answer, said):
    vault, _ = vault_that_answers(answer)

    with pytest.raises(NotPermittedError, match=said) as raised:
        await CloudCredential(lambda: credential_with(vault)).get_token(SCOPE)
    assert "hunter2" not in str(raised.value)


async def test_after_a_refusal_a_new_version_of_the_certificate_is_read(forms):
    vault, asked = vault_that_answers({"value": forms["pem"]})
    credential = CloudCredential(lambda: credential_with(vault))

    await credential.get_token(SCOPE)
    await credential.renew()
    await credential.get_token(SCOPE)

    assert len(asked) == 2


async def test_a_login_by_a_certificate_of_the_vault_asks_the_vault_with_the_apps_identity(
    monkeypatch,
):
    made = []

    class Managed(Identity):
        def __init__(self, client_id=None):
            super().__init__()
            made.append(client_id)

    monkeypatch.setattr("azure.identity.aio.ManagedIdentityCredential", Managed)
    monkeypatch.setattr(
        "core.adapters.vault.BoundedClient",
        lambda **_: httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(404))),
    )
    login = AppLogin(
        tenant=TENANT,
        client_id="app",
        vault_certificate="graph",
        vault_url=URL,
        identity="identity-of-the-app",
    )

    with pytest.raises(NotPermittedError, match="vault: there is no graph"):
        await credential_for(login, clock=None).get_token(SCOPE)
    assert made == ["identity-of-the-app"]
