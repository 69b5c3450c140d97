"""How much lies in the queues: asked of the local broker, or of Service Bus' administration."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from core.adapters.servicebus.bus import QUEUES
from core.errors import InvalidPayloadError, ServiceUnavailableError
from core.ports.queues import QueueDepth

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.servicebus.aio.management import ServiceBusAdministrationClient

TIMEOUT_S = 5.0


class _Depth(BaseModel):
    model_config = ConfigDict(extra="ignore")

    active: int
    scheduled: int
    dead: int


_DEPTHS = TypeAdapter(dict[str, _Depth])


class BrokerCounts:
    """QueueCounts of the local broker: GET <control url>/queues."""

    def __init__(self, control_url: str) -> None:
        self._url = f"{control_url.rstrip('/')}/queues"

    async def depths(self) -> dict[str, QueueDepth]:
        """Return the depth of each queue; ServiceUnavailableError when the broker is down."""
        import httpx  # noqa: PLC0415 - only needed where counts are shown

        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
                answer = await client.get(self._url)
            answer.raise_for_status()
            depths = _DEPTHS.validate_json(answer.content)
        except httpx.HTTPError as error:
            raise ServiceUnavailableError(f"queue counts: no answer from {self._url}") from error
        except ValidationError as error:
            raise InvalidPayloadError(f"queue counts: {self._url} is not the broker's") from error
        return {
            name: QueueDepth(active=depth.active, scheduled=depth.scheduled, dead=depth.dead)
            for name, depth in depths.items()
        }


class ServiceBusCounts:
    """QueueCounts of Azure; needs the right to manage the queues, more than sending does."""

    def __init__(
        self,
        namespace: str,
        credential: "AsyncTokenCredential",
        queues: Sequence[str] = QUEUES,
    ) -> None:
        self._namespace, self._credential, self._queues = namespace, credential, queues
        self._client: ServiceBusAdministrationClient | None = None

    async def depths(self) -> dict[str, QueueDepth]:
        """Return the depth of each queue; ServiceUnavailableError when it cannot be told."""
        client = self._opened()
        from azure.core.exceptions import AzureError  # noqa: PLC0415 - only when it is used

        try:
            async with asyncio.timeout(TIMEOUT_S):
                found = await asyncio.gather(
                    *(client.get_queue_runtime_properties(name) for name in self._queues)
                )
        except (AzureError, TimeoutError) as error:
            raise ServiceUnavailableError(
                f"queue counts: {type(error).__name__}; the identity needs Azure Service Bus Data "
                "Owner, or Reader with a queue's metrics"
            ) from error
        return {
            queue.name: QueueDepth(
                active=queue.active_message_count or 0,
                scheduled=queue.scheduled_message_count or 0,
                dead=queue.dead_letter_message_count or 0,
            )
            for queue in found
        }

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _opened(self) -> "ServiceBusAdministrationClient":
        if self._client is None:
            from azure.servicebus.aio.management import (  # noqa: PLC0415 - only when it is used
                ServiceBusAdministrationClient,
            )

            self._client = ServiceBusAdministrationClient(self._namespace, self._credential)
        return self._client
