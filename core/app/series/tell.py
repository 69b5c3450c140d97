"""The one mail about a series: the same state of the same dates makes the same id (D15)."""

from core.app.apply import notice_name
from core.domain.notice import Notice
from core.sync.context import Context
from core.sync.series.sight import SeriesSight
from core.sync.steps import Tell


def notice_of(sight: SeriesSight, tell: Tell, context: Context) -> Notice:
    """Return the mail of a step; a pass that is repeated after a crash makes the same one."""
    mapping, event = sight.mapping, sight.event
    booking = next(iter(sight.bookings), None)
    link = mapping.booking
    known = booking.booking_id if booking is not None else link.booking_id if link else None
    return Notice(
        id=notice_name(mapping, tell),
        kind=tell.kind,
        mapping_id=mapping.id,
        person=tell.person,
        parts=tell.parts,
        place=mapping.home if event is None else event.master.place,
        event_id=None if event is None else event.master.event_id,
        booking_id=known,
        is_series=True,
        at=context.now,
        occasion=mapping.occasions,
    )
