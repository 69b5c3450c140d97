"""Addresses of a meeting's history and of a slot, for whatever shows a booking or an event.

    history_of(link or booking or …)     its history; whatever `roomsync history` takes
    slot_of(resource, start, end)        what is in a slot; where an event has no link yet

Both are known to every template.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode

from core.domain.ids import ResourceId
from web.routing import BASE


def history_of(item: object) -> str:
    """Return the address of the history of a meeting, by any of its names."""
    return f"{BASE}/history?{urlencode({'item': str(item)})}"


def slot_of(resource: ResourceId, start: datetime, end: datetime) -> str:
    """Return the address of what is in a slot of a resource."""
    begins, ends = (f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}" for moment in (start, end))
    query = {"resource": str(resource), "from": begins, "to": ends}
    return f"{BASE}/history/slot?{urlencode(query)}"
