"""Sends more than the bus takes at once: Service Bus Standard, a thousand messages a second.

| the bus | then |
|---|---|
| takes a hundred | the next hundred |
| is busy | the same hundred once more after two seconds; credits come back each second |
| stays busy for four minutes in all | ThrottledError: whoever began it comes again by the clock |
| is cut in the middle of a hundred | what of it was sent is sent twice: a look too many |

Not for the path on which somebody waits for an answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from core.errors import ThrottledError

AT_ONCE = 100
PAUSE_S = 2.0
PATIENCE_S = 240.0
"""Well within the ten minutes of a function and of a session's lock (host.json)."""


async def send_patiently[Message](
    messages: Sequence[Message],
    send: Callable[[Sequence[Message]], Awaitable[None]],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Send all of them, a hundred at a time."""
    left_s = PATIENCE_S
    for first in range(0, len(messages), AT_ONCE):
        while True:
            try:
                await send(messages[first : first + AT_ONCE])
                break
            except ThrottledError:
                left_s -= PAUSE_S
                if left_s < 0:
                    raise
                await pause(PAUSE_S)
