"""An application that trusts the app's managed identity: other tenants without a secret (R-043).

The identity's token, made for this purpose only, is what the application proves itself with. Both
tokens are kept by azure-identity until they end. Importing this module loads it.
"""

from typing import Any
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import ClientAssertionCredential

from core.adapters.closing import ClosingCredential

_AUDIENCES = {
    "login.microsoftonline.us": "api://AzureADTokenExchangeUSGov",
    "login.partner.microsoftonline.cn": "api://AzureADTokenExchangeChina",
}
_WORLDWIDE = "api://AzureADTokenExchange"


class FederatedCredential(ClosingCredential):
    """Tokens of an application in any tenant, by the word of an identity in ours."""

    def __init__(
        self,
        identity: AsyncTokenCredential,
        tenant: str,
        client_id: str,
        authority: str,
        **options: Any,  # noqa: ANN401 - azure-identity's own, such as a transport
    ) -> None:
        self._identity = identity
        self._scope = f"{_AUDIENCES.get(urlsplit(authority).hostname or '', _WORLDWIDE)}/.default"
        self._word = ""
        self._application = ClientAssertionCredential(
            tenant, client_id, lambda: self._word, authority=authority, **options
        )

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **more: Any,  # noqa: ANN401 - part of azure-identity's call
    ) -> AccessToken:
        """Return a token; errors are azure-identity's."""
        self._word = (await self._identity.get_token(self._scope)).token
        return await self._application.get_token(
            *scopes, claims=claims, tenant_id=tenant_id, enable_cae=enable_cae, **more
        )

    async def close(self) -> None:
        """Close the connections of both."""
        await self._application.close()
        await self._identity.close()
