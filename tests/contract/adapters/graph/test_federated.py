"""An application that trusts our identity: whose word it gives to whom, and how often."""

import json
from urllib.parse import parse_qs

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import AsyncHttpTransport

from core.adapters.credential import AppLogin, CloudCredential, credential_for
from core.adapters.federated import FederatedCredential
from core.errors import NotPermittedError

SCOPE = "https://graph.microsoft.com/.default"
AUTHORITY = "https://login.microsoftonline.com"
TENANT = "11111111-2222-3333-4444-555555555555"


class Identity:
    """A managed identity: gives tokens, or refuses."""

    def __init__(self, error=None):
        self.asked, self.error, self.closed = [], error, False

    async def get_token(self, scope, **_):
        self.asked.append(scope)
        if self.error is not None:
            raise self.error
        return AccessToken("word-of-the-identity", 2**40)

    async def close(self):
        self.closed = True


class Entra(AsyncHttpTransport):
    """The token endpoint of a foreign tenant, as azure-identity reaches it."""

    def __init__(self):
        self.asked = []

    async def send(self, request, **_):
        self.asked.append((request.url, parse_qs(_text(request))))
        return _Answer(request)

    async def open(self):
        pass

    async def close(self):
        pass

    async def __aexit__(self, *_):
        pass


class _Answer:
    status_code, reason, content_type = 200, "OK", "application/json"

    def __init__(self, request):
        self.request = self.http_request = request
        self.headers = {"Content-Type": "application/json"}

    def text(self, *_):
        return json.dumps(
            {"access_token": "token-of-the-application", "expires_in": 3600, "token_type": "Bearer"}
        )

    def body(self):
        return self.text().encode()


def _text(request):
    found = request.body
    return found if isinstance(found, str) else "&".join(f"{k}={v}" for k, v in found.items())


async def test_the_identitys_word_opens_another_tenant_once():
    identity, entra = Identity(), Entra()
    credential = FederatedCredential(identity, TENANT, "app", AUTHORITY, transport=entra)

    tokens = [(await credential.get_token(SCOPE)).token for _ in range(2)]

    assert tokens == ["token-of-the-application"] * 2
    [(url, form)] = [(url, form) for url, form in entra.asked if url.endswith("/token")]
    assert TENANT in url
    assert form["client_assertion"] == ["word-of-the-identity"]
    assert set(identity.asked) == {"api://AzureADTokenExchange/.default"}


@pytest.mark.parametrize(
    ("authority", "audience"),
    [
        ("https://login.microsoftonline.us", "api://AzureADTokenExchangeUSGov/.default"),
        ("https://login.partner.microsoftonline.cn", "api://AzureADTokenExchangeChina/.default"),
    ],
)
async def test_a_national_cloud_is_told_its_own_audience(authority, audience):
    identity = Identity()
    await FederatedCredential(identity, TENANT, "app", authority, transport=Entra()).get_token(
        SCOPE
    )
    assert set(identity.asked) == {audience}


async def test_an_identity_that_is_refused_is_told_as_any_refusal():
    refusing = Identity(ClientAuthenticationError("AADSTS70021: word-of-the-identity"))
    credential = CloudCredential(
        lambda: FederatedCredential(refusing, TENANT, "app", AUTHORITY, transport=Entra())
    )

    with pytest.raises(NotPermittedError, match="AADSTS70021") as told:
        await credential.get_token(SCOPE)

    assert "word-of" not in str(told.value)
    await credential.close()
    assert refusing.closed


def test_the_login_chooses_it(clock):
    login = AppLogin(tenant=TENANT, client_id="app", is_federated=True, identity="ours")
    assert isinstance(credential_for(login, clock)._build(), FederatedCredential)
