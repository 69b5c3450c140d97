"""Asks a part of the stack for something, again where it says that it cannot just now."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp

UNAVAILABLE = 503
MOST_TRIES, BEFORE_THE_NEXT_S = 4, 1.0
"""On a machine with much to do the tables may answer the app too late, which then says so."""
MOST_TOLD = 500


async def ask(
    client: aiohttp.ClientSession,
    method: str,
    url: str,
    content: object = None,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> tuple[int, str]:
    """Return the status and the beginning of the answer to a request that may be made twice.

    Raises OSError or aiohttp.ClientError when the part is not there.
    """
    for tries in range(1, MOST_TRIES):
        status, text = await _answer(client, method, url, content)
        if status != UNAVAILABLE:
            return status, text
        await sleep(BEFORE_THE_NEXT_S * tries)
    return await _answer(client, method, url, content)


async def _answer(
    client: aiohttp.ClientSession, method: str, url: str, content: object
) -> tuple[int, str]:
    async with client.request(method, url, json=content) as answer:
        return answer.status, (await answer.text())[:MOST_TOLD]
