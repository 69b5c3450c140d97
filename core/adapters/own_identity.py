"""Who this process is towards tables, queues and vault: in Azure the app, else who is signed in.

On an instance of the function app it is the app's managed identity, and nobody else. Elsewhere, as
the command line, it is whom azure-identity finds first: variables of a service principal, a managed
identity of that machine (the app's, where it was assigned), the user of `az login`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential


def own_identity(client_id: str, *, is_in_azure: bool) -> "AsyncTokenCredential":
    """Return it; `client_id` picks a user-assigned identity, "" is the system-assigned one."""
    from azure.identity.aio import (  # noqa: PLC0415 - heavy, not on one's own machine
        DefaultAzureCredential,
        ManagedIdentityCredential,
    )

    if is_in_azure:
        return ManagedIdentityCredential(client_id=client_id or None)
    return DefaultAzureCredential(managed_identity_client_id=client_id or None)
