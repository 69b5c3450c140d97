"""A meeting that was refused a resource and waits for it to become free (R-401)."""

from dataclasses import dataclass

from core.domain.event import EventPlace
from core.domain.ids import MappingId, ResourceId
from core.domain.interval import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Who waits for what: a look-up row, verified against its link when it is used."""

    resource: ResourceId
    mapping_id: MappingId
    home: EventPlace
    time: Interval
