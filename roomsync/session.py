"""Runs one command's work against the app, and lets go of all connections afterwards."""

import asyncio
from collections.abc import Awaitable, Callable

from core.bootstrap import App, current_app


def run[T](work: Callable[[App], Awaitable[T]]) -> T:
    """Return what `work` returns; errors of `core.errors` pass through."""
    return asyncio.run(_session(work))


async def _session[T](work: Callable[[App], Awaitable[T]]) -> T:
    app = current_app()
    try:
        return await work(app)
    finally:
        await app.close()
