"""What Graph answers about a series (graph-calendar 3.1, 3.2)."""

from typing import Any

from core.adapters.graph.payloads import EventPayload


class SeriesPayload(EventPayload):
    """A master. None: the dates were not handed out, which says nothing about them.

    Their items are read one by one, so that an odd one can be named.
    """

    recurrence: Any = None
    exception_occurrences: tuple[Any, ...] | None = None
    cancelled_occurrences: tuple[Any, ...] | None = None
