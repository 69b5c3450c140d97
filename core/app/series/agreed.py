"""Does a side of a series show just what was agreed on? Then the other one is not read at all."""

from core.app.questions import declined_of
from core.domain.booking import Booking, BookingStatus
from core.domain.mapping import DateLink, MappingState
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.translate import meeting_of_booking, meeting_of_event

SETTLED = frozenset({MappingState.LINKED, MappingState.CANCELLED})


def event_is_as_agreed(sight: SeriesSight, context: Context) -> bool:
    """Tell whether Exchange shows every date as agreed on, and none is missing or new."""
    head, event = sight.mapping, sight.event
    if event is None or head.series is None or head.pending is not None:
        return False
    if head.state is not MappingState.LINKED or not head.is_at(event.master):
        return False
    if event.master.is_cancelled or (event.master.appointment_oid or "").lower() != head.id:
        return False
    links = {link.original_start: link for link in head.series.dates}
    past = {link.original_start for link in sight.kept}
    if links.keys() - past != {date.original_start for date in sight.dates}:
        return False
    return all(_date_is_as_agreed(d, links.get(d.original_start), context) for d in sight.dates)


def booking_is_as_agreed(booking: Booking, link: DateLink | None, context: Context) -> bool:
    """Tell whether one booking of a series shows what its date agreed on."""
    if link is None or link.baseline is None or link.state is not MappingState.LINKED:
        return False
    if booking.status is BookingStatus.CANCELLED:
        return False
    if link.baseline.key_version not in context.keys.secrets:
        return False
    meeting = meeting_of_booking(booking, context.directory)
    now = fingerprint(meeting, context.keys, link.baseline.key_version)
    return now == link.baseline.of_booking(booking.booking_id)


def _date_is_as_agreed(date: DateSight, link: DateLink | None, context: Context) -> bool:
    seen = date.seen
    if link is None or link.refusals or link.state not in SETTLED:
        return False
    if link.is_deleted or seen.event is None:
        return link.is_deleted and seen.event is None
    baseline = link.baseline
    if baseline is None or baseline.key_version not in context.keys.secrets:
        return False
    if declined_of(seen, context.directory):
        return False
    meeting = meeting_of_event(seen.event, context.directory)
    return fingerprint(meeting, context.keys, baseline.key_version) == baseline.exchange
