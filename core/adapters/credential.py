"""Tokens of an application: from azure-identity, for the local stack from a credential of our own.

azure-identity refuses an http authority, which the simulator has; it is imported only where a
cloud credential is really used.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from core.errors import NotPermittedError, RoomSyncError, ServiceUnavailableError, ThrottledError
from core.ports.clock import Clock

if TYPE_CHECKING:
    import httpx
    from azure.core.credentials import AccessToken
    from azure.core.credentials_async import AsyncTokenCredential

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
PUBLIC_AUTHORITY = "https://login.microsoftonline.com"
_EARLY_S = 30
_TOO_MANY = 429
_REFUSED = frozenset({400, 401, 403})
_AADSTS = re.compile(r"AADSTS\d+")
_CHECK = "check tenant, client id, secret and consent"
_ADVICE = {
    "AADSTS7000215": "the client secret is wrong: enter its value, not its id",
    "AADSTS7000222": "the client secret has expired: make a new one and enter it",
    "AADSTS700016": "the tenant has no such application: check tenant and client id",
    "AADSTS700027": "the certificate is not one of the application's: upload it there",
    "AADSTS90002": "there is no such tenant: check its id",
    "AADSTS500011": "the tenant does not know whom the token is for: for EWS register the address"
    " of the installation as a service principal name (docs/environments.md)",
}
"""What to do about the refusals of Entra that are met most."""


class Credential(Protocol):
    """What the SDK asks for tokens, plus a way to throw away one that the service refused."""

    async def get_token(
        self, *scopes: str, claims: str | None = None, enable_cae: bool = False
    ) -> "AccessToken":
        """Return a token; NotPermittedError and TransientError as for any other call."""
        ...

    async def renew(self) -> None:
        """Forget cached tokens: the next question gets a new one."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AppLogin:
    """How this application proves who it is; the first of secret and certificate that is set wins.

    Without both, the managed identity is used (`client_id` then picks a user-assigned one), as it
    is for an application that trusts it (`is_federated`; `identity` then picks it), or for reading
    the certificate (`vault_certificate`, its name in the vault at `vault_url`).
    """

    authority: str = PUBLIC_AUTHORITY
    tenant: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    certificate: Path | None = None
    certificate_password: str = field(default="", repr=False)
    is_federated: bool = False
    vault_certificate: str = ""
    vault_url: str = ""
    identity: str = ""

    @property
    def mark(self) -> str:
        """Return what tells this application from others: it owns what it makes (R-047)."""
        return hashlib.sha256(f"{self.tenant}/{self.client_id}".encode()).hexdigest()[:16]


def credential_for(
    login: AppLogin,
    clock: Clock,
    transport: "httpx.AsyncBaseTransport | None" = None,
    service: str = "Graph",
) -> Credential:
    """Return the credential for a login; http is taken on this machine only, else ValueError.

    `service` is named where there is no token for it.
    """
    authority = urlsplit(login.authority)
    if authority.scheme == "https":
        return CloudCredential(lambda: _azure_credential(login), service)
    if authority.scheme == "http" and authority.hostname in LOOPBACK_HOSTS:
        return LocalCredential(login, clock, transport, service)
    raise ValueError(
        f"{login.authority!r} cannot be the authority: use https, or http on this machine"
    )


class LocalCredential:
    """Client credentials from the simulator's token endpoint, kept by scope until they expire."""

    def __init__(
        self,
        login: AppLogin,
        clock: Clock,
        transport: "httpx.AsyncBaseTransport | None" = None,
        service: str = "Graph",
    ) -> None:
        self._login, self._clock, self._transport = login, clock, transport
        self._service = service
        self._tokens: dict[tuple[str, ...], AccessToken] = {}
        self._one_at_a_time = asyncio.Lock()

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        enable_cae: bool = False,  # noqa: ARG002 - part of the SDK's call
    ) -> "AccessToken":
        """Return the token in hand, or a new one when it ends or a claims challenge came."""
        async with self._one_at_a_time:
            known = self._tokens.get(scopes)
            if claims or known is None or self._ends_soon(known):
                known = self._tokens[scopes] = await self._fetch(" ".join(scopes))
            return known

    async def renew(self) -> None:
        """Forget the tokens."""
        self._tokens.clear()

    async def close(self) -> None:
        """Nothing is kept open."""

    def _ends_soon(self, token: "AccessToken") -> bool:
        return self._clock.now().timestamp() >= token.expires_on - _EARLY_S

    async def _fetch(self, scope: str) -> "AccessToken":
        import httpx  # noqa: PLC0415 - heavy, and only the local stack comes here

        from core.adapters.bounded_http import BoundedClient, trouble  # noqa: PLC0415 - as above

        url = f"{self._login.authority.rstrip('/')}/{self._login.tenant}/oauth2/v2.0/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": self._login.client_id,
            "client_secret": self._login.client_secret,
            "scope": scope,
        }
        try:
            async with BoundedClient(transport=self._transport) as http:
                answer = await http.post(url, data=form)
        except (httpx.HTTPError, OSError) as error:
            raise ServiceUnavailableError(
                f"the token endpoint did not answer: {trouble(error)}"
            ) from None
        if answer.status_code != httpx.codes.OK:
            raise _token_failure(answer.status_code, answer.text, self._service)
        return self._token_of(answer.content)

    def _token_of(self, content: bytes) -> "AccessToken":
        from azure.core.credentials import AccessToken  # noqa: PLC0415 - see _fetch

        try:
            body: Any = json.loads(content)
            lifetime_s = int(body["expires_in"])
            token = str(body["access_token"])
        except (ValueError, KeyError, TypeError, OverflowError):
            raise ServiceUnavailableError("the token endpoint's answer cannot be read") from None
        return AccessToken(token, int(self._clock.now().timestamp()) + lifetime_s)


class CloudCredential:
    """An azure-identity credential, built at first use, with our errors."""

    def __init__(self, build: "Callable[[], AsyncTokenCredential]", service: str = "Graph") -> None:
        self._build, self._service = build, service
        self._inner: AsyncTokenCredential | None = None
        self._retired: AsyncTokenCredential | None = None

    async def get_token(
        self, *scopes: str, claims: str | None = None, enable_cae: bool = False
    ) -> "AccessToken":
        """Return a token from azure-identity's cache or the cloud.

        One that is refused is built anew for the next: its file may be another one by then.
        """
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - heavy, cloud only

        inner = self._inner = self._inner or self._built()
        try:
            return await inner.get_token(*scopes, claims=claims, enable_cae=enable_cae)
        except AzureError as error:
            response = getattr(error, "response", None)
            status = getattr(response, "status_code", None)
            status = status or _status_without_answer(error)
            failure = _token_failure(status, str(error), self._service)
            if isinstance(failure, NotPermittedError) and self._inner is inner:
                await self.renew()
            raise failure from None

    def _built(self) -> "AsyncTokenCredential":
        """Return a new credential: a file that cannot be read or opened harms this tenant only."""
        try:
            return self._build()
        except (OSError, ValueError) as error:
            kind = type(error).__name__
            raise NotPermittedError(
                f"no token for {self._service} ({kind}): check certificate and certificate_password"
            ) from None

    async def renew(self) -> None:
        """Drop the credential with its token cache; azure-identity has no other way.

        It is closed one renewal later: another call may just be using it.
        """
        retired, self._retired, self._inner = self._retired, self._inner, None
        if retired is not None:
            await retired.close()

    async def close(self) -> None:
        """Close the credential's connections."""
        await self.renew()
        await self.renew()


def _azure_credential(login: AppLogin) -> "AsyncTokenCredential":
    from azure.identity.aio import (  # noqa: PLC0415 - heavy, cloud only
        CertificateCredential,
        ClientSecretCredential,
        ManagedIdentityCredential,
    )

    if login.is_federated:
        from core.adapters.federated import FederatedCredential  # noqa: PLC0415 - as above

        return FederatedCredential(
            ManagedIdentityCredential(client_id=login.identity or None),
            login.tenant,
            login.client_id,
            login.authority,
        )
    if login.vault_certificate:
        from core.adapters.vault import vault_of  # noqa: PLC0415 - as above
        from core.adapters.vault_certificate import VaultCertificateCredential  # noqa: PLC0415 - as above

        return VaultCertificateCredential(
            vault_of(login.vault_url, login.identity),
            login.vault_certificate,
            login.tenant,
            login.client_id,
            login.authority,
        )
    if login.client_secret:
        return ClientSecretCredential(
            login.tenant, login.client_id, login.client_secret, authority=login.authority
        )
    if login.certificate is not None:
        return CertificateCredential(
            login.tenant,
            login.client_id,
            certificate_data=login.certificate.read_bytes(),
            password=login.certificate_password or None,
            authority=login.authority,
        )
    return ManagedIdentityCredential(client_id=login.client_id or None)


def _status_without_answer(error: Exception) -> int:
    """Return what an error without an answer is worth: refused by the cloud, or not reached."""
    from azure.core.exceptions import ClientAuthenticationError  # noqa: PLC0415 - cloud only

    return 401 if isinstance(error, ClientAuthenticationError) else 503


def _token_failure(status: int, text: str, service: str) -> RoomSyncError:
    """Translate a refused token; of the text only Entra's error number is shown."""
    number = _AADSTS.search(text)
    said = f"status {status}{', ' + number[0] if number else ''}"
    if status in _REFUSED:
        advice = _ADVICE.get(number[0] if number else "", _CHECK)
        return NotPermittedError(f"no token for {service} ({said}): {advice}")
    if status == _TOO_MANY:
        return ThrottledError(f"the token endpoint asks for a pause ({said})")
    return ServiceUnavailableError(f"no token for {service} at the moment ({said})")
