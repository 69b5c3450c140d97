"""Two secrets of one application while it gets a new one: where one is refused, the next is tried.

The one that was taken last is asked for first, so that nothing is tried in vain for long.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.adapters.credential import AppLogin, Credential, credential_for
from core.errors import NotPermittedError
from core.ports.clock import Clock

if TYPE_CHECKING:
    import httpx
    from azure.core.credentials import AccessToken


class EitherCredential:
    """As good as whichever of its credentials is taken; the first one's refusal if none is."""

    def __init__(self, credentials: Sequence[Credential]) -> None:
        self._credentials = tuple(credentials)
        self._taken = 0

    async def get_token(
        self, *scopes: str, claims: str | None = None, enable_cae: bool = False
    ) -> "AccessToken":
        """Return a token; NotPermittedError when every secret is refused."""
        refusals: list[NotPermittedError] = []
        first = self._taken
        for number in range(len(self._credentials)):
            index = (first + number) % len(self._credentials)
            try:
                token = await self._credentials[index].get_token(
                    *scopes, claims=claims, enable_cae=enable_cae
                )
            except NotPermittedError as error:
                refusals.append(error)
                continue
            self._taken = index
            return token
        raise refusals[0]

    async def renew(self) -> None:
        """Forget cached tokens."""
        for credential in self._credentials:
            await credential.renew()

    async def close(self) -> None:
        """Close connections."""
        for credential in self._credentials:
            await credential.close()


def credential_of(
    login: AppLogin,
    clock: Clock,
    transport: "httpx.AsyncBaseTransport | None" = None,
    service: str = "Graph",
) -> Credential:
    """Return the credential of an application, whose secrets are separated by spaces."""
    logins = [replace(login, client_secret=each) for each in login.client_secret.split()]
    found = [credential_for(each, clock, transport, service) for each in logins or [login]]
    return found[0] if len(found) == 1 else EitherCredential(found)
