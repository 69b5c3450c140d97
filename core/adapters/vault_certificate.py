"""An application that proves itself by a certificate in the vault: no file, no restart (R-043).

The certificate is read at the first token, and anew after a refusal, when the credential is built
again (`core.adapters.credential`): a new version is taken over by itself. Importing this module
loads azure-identity.
"""

import asyncio
from typing import Any

from azure.core.credentials import AccessToken
from azure.identity.aio import CertificateCredential

from core.adapters.closing import ClosingCredential
from core.adapters.vault import Vault
from core.errors import NotPermittedError


class VaultCertificateCredential(ClosingCredential):
    """Tokens of an application, by a certificate that lies in the vault."""

    def __init__(
        self,
        vault: Vault,
        name: str,
        tenant: str,
        client_id: str,
        authority: str,
        **options: Any,  # noqa: ANN401 - azure-identity's own, such as a transport
    ) -> None:
        self._vault, self._name = vault, name
        self._tenant, self._client_id = tenant, client_id
        self._authority, self._options = authority, options
        self._inner: CertificateCredential | None = None
        self._one_at_a_time = asyncio.Lock()

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **more: Any,  # noqa: ANN401 - part of azure-identity's call
    ) -> AccessToken:
        """Return a token; errors are azure-identity's, or ours of the vault."""
        async with self._one_at_a_time:
            if self._inner is None:
                self._inner = await self._opened()
        return await self._inner.get_token(
            *scopes, claims=claims, tenant_id=tenant_id, enable_cae=enable_cae, **more
        )

    async def close(self) -> None:
        """Close the connections of both."""
        if self._inner is not None:
            await self._inner.close()
        await self._vault.close()

    async def _opened(self) -> CertificateCredential:
        data = await self._vault.certificate(self._name)
        try:
            return CertificateCredential(
                self._tenant,
                self._client_id,
                certificate_data=data,
                authority=self._authority,
                **self._options,
            )
        except ValueError:
            raise NotPermittedError(
                f"vault: {self._name} holds no certificate with its private key"
            ) from None
