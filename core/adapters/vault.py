"""Azure Key Vault, read by the app's identity: when secrets end, and certificates with their keys.

Secrets themselves reach the app as settings that the platform fills; none is asked for here.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx

from core.adapters.bounded_http import BoundedClient, trouble
from core.adapters.credential import CloudCredential
from core.adapters.retry_after import retry_after_s
from core.errors import NotPermittedError, ServiceUnavailableError, ThrottledError
from core.ports.vault import SecretEnd

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

_VERSION = {"api-version": "7.4"}
_MOST_PAGES = 40
_REFUSED = frozenset({400, 401, 403})
_PEM = "-----BEGIN"


def vault_of(url: str, identity: str = "") -> "Vault":
    """Return the vault at an address, opened by a managed identity; empty: the system-assigned."""

    def managed() -> "AsyncTokenCredential":
        from azure.identity.aio import ManagedIdentityCredential  # noqa: PLC0415 - only in Azure

        return ManagedIdentityCredential(client_id=identity or None)

    return Vault(url, managed)


class Vault:
    """One vault. NotPermittedError and TransientError as for any other service."""

    def __init__(
        self,
        url: str,
        identity: "Callable[[], AsyncTokenCredential]",
        transport: "httpx.AsyncBaseTransport | None" = None,
    ) -> None:
        self._url, self._transport = url.rstrip("/"), transport
        self._identity = CloudCredential(identity, "Key Vault")
        domain = httpx.URL(self._url).host.partition(".")[2]
        self._scope = f"https://{domain}/.default"

    async def ends(self) -> Sequence[SecretEnd]:
        """Return the enabled secrets and certificates that have an end."""
        found: list[SecretEnd] = []
        link = f"{self._url}/secrets?api-version=7.4&maxresults=25"
        for _ in range(_MOST_PAGES):
            page = await self._ask(link, "its secrets")
            try:
                for secret in page["value"]:
                    attributes = secret["attributes"]
                    if attributes.get("enabled", True) and "exp" in attributes:
                        ends_at = datetime.fromtimestamp(attributes["exp"], UTC)
                        name = str(secret["id"]).rpartition("/")[2]
                        found.append(SecretEnd(name, ends_at))
                link = page.get("nextLink") or ""
            except (KeyError, TypeError, AttributeError, ValueError, OverflowError, OSError):
                raise _unreadable() from None
            if not link:
                return found
            if not link.startswith(f"{self._url}/"):
                raise _unreadable()
        raise _unreadable()

    async def certificate(self, name: str) -> bytes:
        """Return a certificate with its private key, as PEM or PFX, in its newest version."""
        found = await self._ask(f"{self._url}/secrets/{name}?api-version=7.4", name)
        value = found.get("value")
        if not isinstance(value, str):
            raise _unreadable()
        if _PEM in value:
            return value.encode()
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise NotPermittedError(
                f"vault: {name} is no certificate: make or import it as a certificate of the vault,"
                " with a key that can be exported"
            ) from None

    async def close(self) -> None:
        """Close the identity's connections."""
        await self._identity.close()

    async def _ask(self, link: str, what: str) -> dict[str, Any]:
        token = await self._identity.get_token(self._scope)
        try:
            async with BoundedClient(transport=self._transport) as http:
                answer = await http.get(link, headers={"Authorization": f"Bearer {token.token}"})
        except (httpx.HTTPError, OSError) as error:
            raise ServiceUnavailableError(f"vault: no answer: {trouble(error)}") from None
        if answer.status_code in _REFUSED:
            await self._identity.renew()
            raise NotPermittedError(
                f"vault: {what} cannot be read (status {answer.status_code}): the app's identity"
                " needs Key Vault Secrets User on it, and a way to it where it is private"
            )
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotPermittedError(
                f"vault: there is no {what}: check the name and ROOMSYNC_VAULT_URL"
            )
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise ThrottledError(
                "vault: asks for a pause", retry_after_s=retry_after_s(answer.headers)
            )
        if answer.status_code != httpx.codes.OK:
            raise ServiceUnavailableError(f"vault: status {answer.status_code}")
        try:
            found = answer.json()
        except ValueError:
            raise _unreadable() from None
        if not isinstance(found, dict):
            raise _unreadable()
        return found


def _unreadable() -> ServiceUnavailableError:
    return ServiceUnavailableError("vault: the answer cannot be read")
