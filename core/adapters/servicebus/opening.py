"""Opens a sender as fast as the other end answers.

The SDK takes in one frame per look at its new link and pauses 50 ms between two looks: half a
second for the ten frames of a login, and Graph waits for the first one of a process. A look waits
for its frame anyway, so here one follows the other.

This needs two names that the SDK does not promise; should they go, it opens at its own pace.
"""

import asyncio
from typing import Any

from azure.servicebus.aio import ServiceBusSender


async def open_sender(sender: ServiceBusSender) -> None:
    """Open the connection, log in and attach; raises what the SDK raises."""
    create = getattr(sender, "_create_handler", None)
    if create is not None:

        def create_impatient(auth: object) -> None:
            create(auth)
            _look_without_pauses(getattr(sender, "_handler", None))

        sender._create_handler = create_impatient  # type: ignore[method-assign] # noqa: SLF001 - see above
    await sender.__aenter__()


def _look_without_pauses(handler: Any) -> None:  # noqa: ANN401 - the SDK's own, without a type
    look = getattr(handler, "client_ready_async", None)
    if look is None:
        return

    async def until_ready() -> bool:
        while not await look():  # noqa: ASYNC110 - a look waits itself, this lets a time limit act
            await asyncio.sleep(0)
        return True

    handler.client_ready_async = until_ready
