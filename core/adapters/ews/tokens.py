"""Tokens instead of a password (hybrid modern authentication), one with each request.

The library has a way of its own, which does not do (docs/adr/0033): it asks for tokens of Exchange
Online only, through the connection to the installation, and renews what cannot be renewed.
"""

import asyncio
from collections.abc import Awaitable, Callable

from core.adapters.credential import Credential
from core.adapters.ews.failures import OF_A_TOKEN
from core.adapters.ews.operations import Refusal
from core.errors import NotPermittedError, ServiceUnavailableError

LONGEST_S = 20.0
"""Seconds in which a token comes or does not; a request waits for it."""


class Tokens:
    """The tokens of one application; `refused` is told when there are none for it.

    A token that the server refuses is replaced once: it may have been revoked, or be older than
    what an administrator has consented to meanwhile.
    """

    def __init__(
        self, credential: Credential, refused: Callable[[NotPermittedError], None]
    ) -> None:
        self._credential, self._refused = credential, refused
        self._one_at_a_time = asyncio.Lock()

    async def carry[T](self, scope: str, send: Callable[[str], Awaitable[T]]) -> T:
        """Return what `send` gives with a token; a Refusal of a second one is raised."""
        token = await self._current(scope)
        try:
            return await send(token)
        except Refusal as refusal:
            if refusal.code not in OF_A_TOKEN:
                raise
        return await send(await self._instead_of(token, scope))

    async def close(self) -> None:
        """Close the connections to where tokens come from."""
        await self._credential.close()

    async def _instead_of(self, refused: str, scope: str) -> str:
        """Return another token; of all that hold the refused one, the first asks for it."""
        async with self._one_at_a_time:
            token = await self._current(scope)
            if token != refused:
                return token
            await self._credential.renew()
            return await self._current(scope)

    async def _current(self, scope: str) -> str:
        try:
            async with asyncio.timeout(LONGEST_S):
                return (await self._credential.get_token(scope)).token
        except TimeoutError:
            raise ServiceUnavailableError("the token endpoint gave no answer in time") from None
        except NotPermittedError as error:
            self._refused(error)
            raise
