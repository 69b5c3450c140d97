"""What a test puts in the place of network, cloud services, time and chance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.ports.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from core.adapters.servicebus.bus import Bus
    from core.adapters.tables.table import Tables
    from core.domain.ids import MappingId
    from core.ports.queues import QueueCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Replacements; None means the real one, as the settings say."""

    clock: Clock | None = None
    tables: "Tables | None" = None
    bus: "Bus | None" = None
    counts: "QueueCounts | None" = None
    graph_transport: "httpx.AsyncBaseTransport | None" = None
    rooms_transport: "httpx.AsyncBaseTransport | None" = None
    new_id: "Callable[[], MappingId] | None" = None
