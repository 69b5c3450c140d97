"""Tokens: kept until they end, renewed on demand, failures named without secrets."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceRequestError

from core.adapters.credential import (
    AppLogin,
    CloudCredential,
    LocalCredential,
    credential_for,
)
from core.adapters.graph.client import GraphConnection
from core.errors import NotPermittedError, ServiceUnavailableError, ThrottledError
from tests.contract.adapters.graph.conftest import CONTOSO, HOST, requests_to

SCOPE = "https://graph.microsoft.com/.default"


async def test_a_local_token_is_kept_until_it_ends(connect, simulator, clock):
    credential = connect()._credential
    tokens = [(await credential.get_token(SCOPE)).token for _ in range(2)]
    clock.advance(timedelta(seconds=3500))
    tokens.append((await credential.get_token(SCOPE)).token)
    clock.advance(timedelta(seconds=80))
    tokens.append((await credential.get_token(SCOPE)).token)
    assert len(set(tokens)) == 2
    assert len(requests_to(simulator, "token.issue")) == 2


async def test_renewing_or_a_claims_challenge_gets_another_token(connect, clock):
    credential = connect()._credential
    first = (await credential.get_token(SCOPE)).token
    clock.advance(timedelta(seconds=1))
    second = (await credential.get_token(SCOPE, claims="{}")).token
    await credential.renew()
    clock.advance(timedelta(seconds=1))
    third = (await credential.get_token(SCOPE)).token
    assert len({first, second, third}) == 3


@pytest.mark.parametrize("wrong", ["tenant", "client_id", "client_secret"])
async def test_a_wrong_login_is_the_operators_affair(connect, wrong):
    with pytest.raises(NotPermittedError, match="AADSTS") as raised:
        await connect(**{wrong: "hunter2"})._credential.get_token(SCOPE)
    assert "hunter2" not in str(raised.value)


async def test_of_two_secrets_the_one_that_is_taken_is_used(connect, simulator):
    right = simulator.credentials.client_secret
    for secrets in (f"not-yet-known {right}", f"{right} not-known-any-more", right):
        assert (await connect(client_secret=secrets)._credential.get_token(SCOPE)).token
    before = len(requests_to(simulator, "token.issue"))
    credential = connect(client_secret=f"not-yet-known {right}")._credential
    for _ in range(3):
        await credential.renew()
        await credential.get_token(SCOPE)
    refused = len(requests_to(simulator, "token.issue")) - before - 3
    assert refused == 1, "what was taken last is asked for first"
    await credential.close()


async def test_a_secret_that_is_taken_back_gives_way_to_the_next(connect, simulator):
    right = simulator.credentials.client_secret
    credential = connect(client_secret=f"{right} the-next-one")._credential
    await credential.get_token(SCOPE)
    simulator.tokens._credentials = replace(simulator.credentials, client_secret="the-next-one")
    await credential.renew()
    assert (await credential.get_token(SCOPE)).token


async def test_where_both_secrets_are_wrong_the_first_refusal_is_told(connect):
    with pytest.raises(NotPermittedError, match="AADSTS7000215") as raised:
        await connect(client_secret="hunter2 hunter3")._credential.get_token(SCOPE)
    assert "hunter" not in str(raised.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(503), ServiceUnavailableError),
        (httpx.Response(429), ThrottledError),
        (httpx.Response(200, text="<html>"), ServiceUnavailableError),
        (httpx.Response(200, json={"expires_in": 1}), ServiceUnavailableError),
        (httpx.Response(200, json=[]), ServiceUnavailableError),
    ],
)
async def test_a_token_endpoint_in_trouble_is_tried_later(clock, answer, error):
    login = AppLogin(authority=HOST, tenant="t", client_id="c", client_secret="hunter2")
    transport = httpx.MockTransport(lambda _: answer)
    with pytest.raises(error):
        await LocalCredential(login, clock, transport).get_token(SCOPE)


async def test_an_unreachable_token_endpoint_is_tried_later(clock):
    def refuse(request):
        raise httpx.ConnectError("refused", request=request)

    login = AppLogin(authority=HOST)
    with pytest.raises(ServiceUnavailableError):
        await LocalCredential(login, clock, httpx.MockTransport(refuse)).get_token(SCOPE)


class FromTheCloud:
    """An azure-identity credential that does what it is told."""

    def __init__(self, error=None):
        self.error, self.closed = error, False

    async def get_token(self, *_, **__):
        if self.error is not None:
            raise self.error
        return AccessToken(f"token-{id(self)}", 2**40)

    async def close(self):
        self.closed = True


def with_status(status):
    error = HttpResponseError("AADSTS7000215: secret 'hunter2'")
    error.response = httpx.Response(status)
    return error


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (ClientAuthenticationError("AADSTS7000215: hunter2"), NotPermittedError),
        (with_status(401), NotPermittedError),
        (with_status(429), ThrottledError),
        (with_status(503), ServiceUnavailableError),
        (ServiceRequestError("no route to hunter2"), ServiceUnavailableError),
    ],
)
async def test_errors_of_azure_identity_become_ours_without_their_text(raised, error):
    with pytest.raises(error) as translated:
        await CloudCredential(lambda: FromTheCloud(raised)).get_token(SCOPE)
    assert "hunter2" not in str(translated.value)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        ("AADSTS7000222", "expired"),
        ("AADSTS700016", "client id"),
        ("AADSTS500011", "service principal name"),
        ("AADSTS1", "check tenant, client id, secret and consent"),
    ],
)
async def test_what_entra_refuses_most_says_what_to_do(number, advice):
    error = ClientAuthenticationError(f"{number}: hunter2")
    with pytest.raises(NotPermittedError, match=f"for EWS.*{number}.*{advice}") as told:
        await CloudCredential(lambda: FromTheCloud(error), "EWS").get_token(SCOPE)
    assert "hunter2" not in str(told.value)


async def test_tokens_of_two_scopes_are_kept_apart(connect, simulator):
    credential = connect()._credential
    scopes = [SCOPE, "https://mail.example.com/.default", SCOPE]
    one, other, again = [(await credential.get_token(scope)).token for scope in scopes]
    assert one != other
    assert one == again
    assert len(requests_to(simulator, "token.issue")) == 2


async def test_a_cloud_credential_is_built_late_and_rebuilt_when_refused():
    built = []

    def build():
        built.append(FromTheCloud())
        return built[-1]

    credential = CloudCredential(build)
    assert built == []
    first = await credential.get_token(SCOPE)
    assert await credential.get_token(SCOPE) == first
    await credential.renew()
    assert not built[0].closed, "another call may just be using it"
    assert await credential.get_token(SCOPE) != first
    await credential.close()
    assert [inner.closed for inner in built] == [True, True]


async def test_after_a_refusal_the_next_one_is_built_of_what_is_there_then():
    """A certificate is renewed by putting another file in its place."""
    built = []

    def build():
        error = with_status(401) if len(built) == 0 else None
        built.append(FromTheCloud(error))
        return built[-1]

    credential = CloudCredential(build)
    told = await asyncio.gather(
        *(credential.get_token(SCOPE) for _ in range(3)), return_exceptions=True
    )
    assert {type(error) for error in told} <= {NotPermittedError, AccessToken}
    assert await credential.get_token(SCOPE)
    assert len(built) == 2
    assert not built[1].closed
    await credential.close()


@pytest.mark.parametrize(
    ("login", "name"),
    [
        (AppLogin(tenant="t", client_id="c", client_secret="s"), "ClientSecretCredential"),
        (AppLogin(client_id="c"), "ManagedIdentityCredential"),
        (AppLogin(), "ManagedIdentityCredential"),
    ],
)
async def test_the_login_decides_which_cloud_credential_it_is(clock, login, name):
    credential = credential_for(login, clock)
    assert isinstance(credential, CloudCredential)
    inner = credential._build()
    assert type(inner).__name__ == name
    await inner.close()


@pytest.mark.parametrize("content", [None, b"", b"hunter2"], ids=["gone", "empty", "none"])
async def test_a_certificate_that_is_none_refuses_its_own_tenant_when_it_is_used(
    clock, tmp_path, content
):
    """The app has started with it: whoever lives elsewhere is not to feel that it is gone."""
    pem = tmp_path / "app.pem"
    if content is not None:
        pem.write_bytes(content)
    credential = credential_for(AppLogin(tenant="t", client_id="c", certificate=pem), clock)
    with pytest.raises(NotPermittedError, match="check certificate and") as told:
        await credential.get_token(SCOPE)
    assert "hunter2" not in str(told.value)
    await credential.close()


@pytest.mark.parametrize("authority", ["http://login.example", "ftp://127.0.0.1", "nonsense"])
def test_an_authority_that_is_neither_https_nor_local_is_refused(clock, authority):
    with pytest.raises(ValueError, match="https"):
        credential_for(AppLogin(authority=authority), clock)


@pytest.mark.parametrize("base_url", ["http://graph.example/v1.0", "graph.microsoft.com"])
def test_a_graph_that_is_neither_https_nor_local_is_refused(base_url):
    with pytest.raises(ValueError, match="https"):
        GraphConnection(
            credential=FromTheCloud(), address_of=str, environment=CONTOSO, base_url=base_url
        )


def test_secrets_are_not_shown():
    login = AppLogin(client_secret="hunter2", certificate_password="hunter2")
    assert "hunter2" not in repr(login)
