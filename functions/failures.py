"""What the platform is told of a failure that a function lets through.

It logs the error's text and those of all errors that led to it, and a library's, or of one that
nobody foresaw, may repeat what it was working on (P9).
"""

import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from core.errors import RoomSyncError


class UnforeseenFailureError(Exception):
    """Stands for an error that nobody foresaw: its class, and where; the frames are its own."""


def failing_plainly[**P, T](
    function: Callable[P, Awaitable[T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let nothing through but errors of ours, whose texts are for operators, and no causes."""

    @functools.wraps(function)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - all of it, but for what ends the process
            raise _plain(error) from None

    return guarded


def _plain(error: Exception) -> Exception:
    if isinstance(error, RoomSyncError):
        return error
    from core.app.failures import where  # noqa: PLC0415 - late

    told = where(error)
    said = UnforeseenFailureError(f"{told['error']} at {told['where']}")
    return said.with_traceback(error.__traceback__)
