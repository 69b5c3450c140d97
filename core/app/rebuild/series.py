"""The link of a series as it is restored; loaded with the rebuild only."""

from dataclasses import replace

from core.app.series.horizon import horizon_of
from core.app.series.read_event import ReadEvent
from core.app.services import Services
from core.app.whereabouts import Found
from core.domain.booking import Booking
from core.domain.event_series import EventSeries
from core.domain.mapping import Mapping
from core.domain.work import MappingKey, Source, WorkItem
from core.sync.context import Context
from core.sync.rebuild.restored_series import restored_series
from core.sync.series.build import sight_of
from core.sync.series.drafts import Read


async def series_link(
    head: Mapping,
    event: EventSeries | None,
    bookings: tuple[Booking, ...],
    context: Context,
    services: Services,
) -> Mapping:
    """Return the link of a series with its bookings, or of bookings whose series is not found."""
    item = WorkItem(key=MappingKey(head.id, head.home), source=Source.SWEEP, first_seen=context.now)
    found, read = Found(mapping=head), ReadEvent(event=event)
    horizon, _ = await horizon_of(found, read, item, context, services)
    # Whether ROOMS keeps the link on each item of a series is not documented.
    carried = tuple(replace(b, appointment_oid=b.appointment_oid or head.id) for b in bookings)
    sight = sight_of(head, Read(event=event, bookings=carried), horizon, context)
    return restored_series(sight, context)


async def series_alone(
    head: Mapping, event: EventSeries, context: Context, services: Services
) -> Mapping | None:
    """Return the link of a series of which no date is booked; None: looks deal with it as ever.

    It carries a link, so it had bookings. All its dates are listed, none is booked by itself.
    """
    link = await series_link(head, event, (), context, services)
    return link if link.series is not None and link.every_refusal else None
